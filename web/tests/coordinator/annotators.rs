//! Annotators that stop, are replaced, or do not fit; requests out of order.

use crate::scene::*;
use rrgscore_results::OutputFile;

use rrgscore_data::{MissingPolicy, Side};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Purpose};
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response, RowsQuery,
};
use rrgscore_web::protocol::look::Look;
use rrgscore_web::worker::coordinator::Output;

#[test]
fn requests_out_of_order_are_refused_in_words() {
    let mut scene = Scene::default();
    assert!(matches!(scene.check(), Response::CheckFailed { .. }));
    assert!(matches!(scene.request(start(bleu()))[..], [Response::StartFailed { .. }]));
    let resume = Request::Resume { packs: Vec::new(), workers: 2 };
    assert!(matches!(scene.request(resume)[..], [Response::StartFailed { .. }]));
    for request in [
        Request::Export { format: OutputFile::SummaryJson },
        Request::UseSplit { name: "none".to_owned() },
        Request::Summarize,
        Request::Study { place: 0 },
        Request::Rows(RowsQuery::default()),
        Request::Look(Look::default()),
    ] {
        assert!(matches!(scene.request(request)[..], [Response::Failed { .. }]));
    }
    // Nothing is under way: the page need not wait.
    assert!(matches!(scene.request(Request::Cancel)[..], [Response::Finished]));
}

#[test]
fn an_outcome_of_a_run_that_was_dropped_changes_nothing() {
    let mut scene = scored();
    scene.request(start(bleu()));
    // An annotator does the job, and is heard only when a run over other reports of the same
    // studies has begun.
    let mut annotators = scene.annotators.iter_mut();
    let (worker, late) = annotators.find_map(|(id, one)| Some((*id, one.work()?))).unwrap();
    let short = r#""prediction":"heart normal""#;
    let whole = format!(r#""prediction":"{HEART}""#);
    scene.open(Side::Predictions, &PAIRS.replace(short, &whole));
    scene.check();
    let started = scene.request(start(bleu()));
    assert!(matches!(&started[0], Response::Started { progress } if progress[0].done == 0));
    let mut outputs = Vec::new();
    scene.coordinator.annotator(worker, late, &mut |output| outputs.push(output));
    let is_progress = |output: &Output| matches!(output, Output::Page(Response::Progress { .. }));
    assert!(!outputs.iter().any(is_progress), "{outputs:?}");
    scene.carry_out(outputs);
    scene.run_to_end();
    let csv = scene.export(OutputFile::ScoresCsv);
    let score = csv.lines().find_map(|line| line.strip_prefix("a,")).unwrap();
    assert!((score.parse::<f64>().unwrap() - 1.0).abs() < 1e-9, "{csv}");
}

#[test]
fn a_run_goes_on_where_it_was_cancelled() {
    let mut scene = long_run();
    // One job is done, two are in hand, and the cancel drops what waits.
    while !scene.page.iter().any(|response| matches!(response, Response::Progress { .. })) {
        scene.step();
    }
    scene.request(Request::Cancel);
    scene.run_to_end();
    let resume = Request::Resume { packs: Vec::new(), workers: 2 };
    let responses = scene.request(resume);
    let Response::Started { progress } = &responses[0] else { panic!("{responses:?}") };
    assert!(progress[0].done > 0 && progress[0].done < progress[0].total, "{progress:?}");
    scene.run_to_end();
    let csv = scene.export(OutputFile::ScoresCsv);
    assert!(csv.lines().skip(1).all(|line| !line.ends_with(',')), "{csv}");
    assert_eq!(scene.spawned.len(), 2, "annotators outlast a cancel");
}

/// A pack of CheXbert of this id.
fn chexbert(id: &str) -> PackRef {
    PackRef {
        purpose: Purpose::Chexbert,
        name: "CheXbert".to_owned(),
        precision: "f32".to_owned(),
        id: id.to_owned(),
    }
}

#[test]
fn a_run_does_not_go_on_with_another_pack() {
    let mut scene = scored();
    let columns = vec![Metric::named("semb").unwrap()];
    let run = RunRequest::default();
    let packs = vec![chexbert("one")];
    let started = scene.request(Request::Start { run, columns, packs: packs.clone(), workers: 1 });
    assert!(matches!(started[0], Response::Started { .. }), "{started:?}");
    scene.request(Request::Cancel);
    let resume = |packs| Request::Resume { packs, workers: 1 };
    let refused = scene.request(resume(vec![chexbert("two")]));
    let [Response::StartFailed { message }] = &refused[..] else { panic!("{refused:?}") };
    assert!(message.contains("chexbert"), "{message}");
    // With its own it goes on: the refusal has cost nothing.
    let started = scene.request(resume(packs));
    assert!(matches!(started[0], Response::Started { .. }), "{started:?}");
}

/// A run of twelve jobs for two annotators.
fn long_run() -> Scene {
    let report = "no effusion ".repeat(10_000);
    let line =
        |id| format!(r#"{{"id":"{id}","prediction":"{report}{id}","reference":"{report}"}}"#);
    let lines: Vec<String> = (0..12).map(line).collect();
    let mut scene = Scene::default();
    scene.open(Side::Predictions, &lines.join("\n"));
    scene.check();
    scene.request(start(bleu()));
    scene
}

#[test]
fn an_annotator_that_stops_is_replaced_under_its_name_and_its_jobs_are_done() {
    let mut scene = long_run();
    scene.step();
    let worker = WorkerId(1);
    scene.request(Request::WorkerStopped { worker });
    assert_eq!(scene.spawned, [WorkerId(0), worker, worker]);
    scene.run_to_end();
    let csv = scene.export(OutputFile::ScoresCsv);
    assert!(csv.lines().skip(1).all(|line| !line.ends_with(',')), "{csv}");
}

#[test]
fn an_annotator_that_cannot_be_started_does_not_take_the_place_of_another() {
    let mut scene = Scene { failing: vec![WorkerId(0)], ..Scene::default() };
    scene.open(Side::Predictions, PAIRS);
    scene.check();
    scene.request(start(bleu()));
    scene.run_to_end();
    assert_eq!(scene.annotators.keys().copied().collect::<Vec<_>>(), [WorkerId(1)]);
    assert!(!scene.page.iter().any(|response| matches!(response, Response::Problem { .. })));
    let csv = scene.export(OutputFile::ScoresCsv);
    assert!(csv.lines().skip(1).all(|line| !line.ends_with(',')), "{csv}");
    // The next run tries again, and the annotator that is there stays.
    scene.failing.clear();
    scene.spawned.clear();
    scene.request(start(bleu()));
    scene.run_to_end();
    assert_eq!(scene.spawned, [WorkerId(0)]);
}

#[test]
fn a_run_that_no_annotator_can_be_started_for_ends_with_a_word() {
    let failing = vec![WorkerId(0), WorkerId(1)];
    let mut scene = Scene { failing, ..Scene::default() };
    scene.open(Side::Predictions, PAIRS);
    scene.check();
    scene.request(start(bleu()));
    scene.run_to_end();
    let problem = scene.page.iter().any(
        |response| matches!(response, Response::Problem { message } if message.contains("memory")),
    );
    assert!(problem, "{:?}", scene.page);
}

#[test]
fn other_packs_or_another_number_of_annotators_begin_with_new_ones() {
    let mut scene = scored();
    scene.request(start(bleu()));
    scene.run_to_end();
    assert_eq!(scene.spawned.len(), 2, "the same ones");
    scene.request(start_with(MissingPolicy::Refuse, bleu(), 3));
    scene.run_to_end();
    assert_eq!(scene.spawned.len(), 5);
}
