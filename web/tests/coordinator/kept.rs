//! Minimal pairs, kept runs and comparisons.

use crate::scene::*;
use rrgscore_results::OutputFile;

use rrgscore_data::Side;
use rrgscore_session::RunRequest;
use rrgscore_web::protocol::comparer::ComparerResponse;
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response,
};
use rrgscore_web::protocol::look::SanityShown;
use rrgscore_web::worker::comparer;
use rrgscore_web::worker::coordinator::{Attachment, Output};

/// Another model's reports of [`PAIRS`].
const OTHER: &str = concat!(
    r#"{"id":"b","prediction":"no effusion today","reference":"no effusion today"}"#,
    "\n",
    r#"{"id":"a","prediction":"heart normal in size","reference":"heart normal in size"}"#,
    "\n",
    r#"{"id":"C","prediction":"clear","reference":"opacity"}"#,
    "\n",
);

fn beside(scene: &mut Scene, runs: [u32; 2]) -> ComparerResponse {
    let runs = runs.map(|number| (number, format!("run {number}"))).to_vec();
    assert!(scene.request(Request::SendRuns { runs }).is_empty());
    comparer::answer(scene.compared.pop().unwrap(), &mut |_| {})
}

fn sanity(scene: &mut Scene, texts: &[&str]) -> Result<SanityShown, String> {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    let (run, columns) = (RunRequest::default(), vec![bleu(), metric("green")]);
    let request = Request::Sanity { texts, run, columns, packs: Vec::new(), workers: 2 };
    scene.request(request);
    while scene.step() {}
    match scene.page.pop() {
        Some(Response::Sanity(shown)) => shown,
        other => panic!("{other:?}"),
    }
}

#[test]
fn minimal_pairs_are_scored_beside_a_run_that_keeps_its_results() {
    let mut scene = scored();
    let scores = scene.export(OutputFile::ScoresCsv);
    let shown = sanity(&mut scene, &[]).unwrap();
    // BLEU alone: a judge has not seen the pairs.
    assert_eq!((shown.texts.len(), shown.table.rows.len()), (8, 1));
    assert_eq!(shown.table.heads[1..3], ["identical", "paraphrase"]);
    let seen = &shown.table.rows[0];
    assert!(seen[1] == "1.000" && seen[2].contains("(\u{2212}"), "{seen:?}");
    let mut texts: Vec<&str> = shown.texts.iter().map(String::as_str).collect();
    texts[1] = shown.texts[0].as_str();
    assert_eq!(sanity(&mut scene, &texts).unwrap().table.rows[0][2], "1.000 (unseen)");
    // The annotators were lent: none was started again, and the run's own results stay.
    assert_eq!(scene.spawned.len(), 2);
    assert_eq!(scene.export(OutputFile::ScoresCsv), scores);
    scene.request(start(bleu()));
    scene.run_to_end();
    assert_eq!((scene.spawned.len(), scene.export(OutputFile::ScoresCsv)), (2, scores));

    // Before any run, too; and one that begins meanwhile gets the annotators.
    let mut scene = Scene::default();
    assert!(sanity(&mut scene, &[]).is_ok());
    scene.open(Side::Predictions, PAIRS);
    scene.check();
    let (run, columns) = (RunRequest::default(), vec![bleu()]);
    let request =
        Request::Sanity { texts: Vec::new(), run, columns, packs: Vec::new(), workers: 2 };
    scene.request(request);
    let said = scene.request(start(bleu()));
    assert!(matches!(said[0], Response::Sanity(Err(_))), "{said:?}");
    scene.run_to_end();
    assert_eq!(scene.spawned.len(), 2);
}

#[test]
fn runs_are_stored_once_and_opened_again() {
    let mut scene = scored();
    scene.request(Request::KeepRun { number: 1, name: "model/../a.json".to_owned() });
    let keep = |scene: &mut Scene| {
        let mut kept = None;
        let mut hear = |output| match output {
            Output::Keep(all) => kept = Some(all),
            other => panic!("{other:?}"),
        };
        scene.coordinator.handle(Request::Keep, Attachment::default(), &mut hear);
        kept.unwrap()
    };
    let (name, text) = keep(&mut scene).runs.pop().unwrap();
    assert!(name.starts_with("model..a.json ") && !name.contains('/'), "{name}");
    assert!(text.contains("rrgscore-run") && !text.contains(HEART));
    assert!(keep(&mut scene).runs.is_empty(), "it is stored");
    let mut said = Vec::new();
    scene.coordinator.run_read(2, Ok(text), &mut |output| said.push(output));
    let opened = |said: &[Output]| match said {
        [Output::Page(Response::RunOpened { number: 2, run: Ok((name, summary)) })] => {
            (name.clone(), summary.n)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(opened(&said), ("model/../a.json".to_owned(), 3));
    assert!(keep(&mut scene).runs.is_empty(), "it came from there");
}

#[test]
fn kept_and_dropped_runs_are_compared() {
    let mut scene = scored();
    assert!(scene.request(Request::KeepRun { number: 1, name: "first".to_owned() }).is_empty());
    let [scores, summary] =
        [OutputFile::ScoresCsv, OutputFile::SummaryJson].map(|f| scene.export(f));
    scene.open(Side::Predictions, OTHER);
    scene.check();
    scene.request(start(bleu()));
    scene.run_to_end();
    scene.request(Request::KeepRun { number: 2, name: "second".to_owned() });

    let ComparerResponse::Compared(found) = beside(&mut scene, [1, 2]) else { panic!("compared") };
    let bleu = &found.tables[0].rows[0];
    assert!(bleu[3].starts_with('+') && bleu[7] == "2 / 0 / 1", "{bleu:?}");
    assert!(found.notes[0].contains("10,000 exchanges"));
    assert!(found.latex.contains("run 1") && found.csv.contains("bleu2"));

    // The files of the first run, in any order: the same scores, so that nothing differs.
    let attached = Attachment { more: vec![Box::new(scores.as_bytes())], ..file(&summary) };
    let opened = scene.request_with(Request::OpenRun { number: 3 }, attached);
    assert!(matches!(opened[..], [Response::RunOpened { number: 3, run: Ok(_) }]), "{opened:?}");
    let ComparerResponse::Compared(found) = beside(&mut scene, [1, 3]) else { panic!("compared") };
    assert_eq!(found.tables[0].rows[0][3], "+0.0000");

    let opened = scene.request_with(Request::OpenRun { number: 4 }, file(&scores));
    assert!(matches!(opened[..], [Response::RunOpened { number: 4, run: Err(_) }]), "{opened:?}");
    assert!(matches!(beside(&mut scene, [1, 4]), ComparerResponse::Failed { .. }));
}
