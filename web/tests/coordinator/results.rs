//! Runs as they are seen: tables, filters, exports, files that are refused or settled.

use crate::scene::*;
use rrgscore_results::OutputFile;

use rrgscore_data::{Hint, IdMatching, JoinOptions, MissingPolicy, RepeatedIds, Side};
use rrgscore_results::SortBy;
use rrgscore_session::RunRequest;
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response, RowsQuery,
};
use rrgscore_web::protocol::look::Look;

#[test]
fn a_run_is_looked_at_and_filtered_by_what_the_forms_say() {
    let mut scene = Scene::default();
    let views = PAIRS.replace(r#""reference""#, r#""view":"PA","reference""#);
    scene.open(Side::Predictions, &views.replacen("PA", "AP", 1));
    scene.check();
    scene.request(start(bleu()));
    scene.run_to_end();
    let looked = match scene.request(Request::Look(Look::default())).pop().unwrap() {
        Response::Looked(looked) => looked,
        other => panic!("{other:?}"),
    };
    // There is one metric, which goes with no other.
    let [ends, groups] = &looked.parts[..] else { panic!("{looked:?}") };
    let ids = |row: usize| [1, 3].map(|at: usize| ends.table.rows[row][at].as_str());
    assert_eq!((ids(0), ids(2)), (["b", "C"], ["C", "b"]), "no word of C's is right");
    assert_eq!(groups.field.options, ["view"]);
    let studies: Vec<&[String]> = groups.table.rows.iter().map(|row| &row[..2]).collect();
    assert_eq!(studies, [["AP", "1"], ["PA", "2"]]);
    let offered: Vec<bool> = looked.filter.iter().map(|field| !field.label.is_empty()).collect();
    // No labels, nothing cut; the check has named no study.
    assert_eq!(offered, [true, true, true, true, true, false, false, false, false]);

    let mut filtered = |values: [&str; 5]| {
        let filter = values.map(str::to_owned).to_vec();
        let query = RowsQuery { filter, count: 10, ..RowsQuery::default() };
        match &scene.request(Request::Rows(query))[..] {
            [Response::Rows { rows, .. }, Response::Filtered { means, problem, .. }] => {
                let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
                (
                    ids.concat(),
                    means.as_ref().map(|table| table.rows[0][1].clone()),
                    problem.clone(),
                )
            }
            other => panic!("{other:?}"),
        }
    };
    let shown = |ids: &str, count: &str| (ids.to_owned(), Some(count.to_owned()), None);
    assert_eq!(filtered(["", "", "", "", ""]), ("baC".to_owned(), None, None));
    assert_eq!(filtered(["", "Effus", "", "", ""]), shown("b", "1"));
    assert_eq!(filtered(["", "", "1", "0,1", ""]), shown("ba", "2"));
    assert_eq!(filtered(["", "no", "1", "", "0.1"]), shown("", "0"));
    let (ids, _, problem) = filtered(["", "", "1", "much", ""]);
    assert!(ids == "baC" && problem.unwrap().contains("needs numbers"));
    let (_, _, problem) = filtered(["", "", "", "0.5", ""]);
    assert!(problem.unwrap().contains("Choose the metric"));
}

#[test]
fn a_pair_list_is_scored_as_the_metric_scores_it() {
    let mut scene = scored();
    let Response::Study { study } = scene.request(Request::Study { place: 1 }).pop().unwrap()
    else {
        panic!("a study was requested");
    };
    assert_eq!(study.id, "a");
    assert_eq!((study.reference.as_str(), study.candidate.as_str()), (HEART, "heart normal"));
    let scored = study.scores[0].1.as_ref().unwrap().as_ref().unwrap();
    // Both words and the one pair of words are in the reference, which is twice as long: nothing
    // is left of BLEU-2 but its brevity penalty.
    let penalty = (1.0 - 4.0 / 2.0_f64).exp();
    assert!((scored.value - penalty).abs() < 1e-9, "{}", scored.value);
}

#[test]
fn the_table_sorts_and_filters() {
    let mut scene = scored();
    assert_eq!(rows(&mut scene, SortBy::Place, false, ""), ["b", "a", "C"]);
    assert_eq!(rows(&mut scene, SortBy::Place, true, ""), ["C", "a", "b"]);
    assert_eq!(rows(&mut scene, SortBy::Id, false, ""), ["C", "a", "b"]);
    // By BLEU-2: no word in common, exp(-1), exp(-1/2).
    assert_eq!(rows(&mut scene, SortBy::Metric(0), false, ""), ["C", "a", "b"]);
    assert_eq!(rows(&mut scene, SortBy::Metric(0), true, ""), ["b", "a", "C"]);
    assert_eq!(rows(&mut scene, SortBy::Id, false, "c"), ["C"]);
    assert!(rows(&mut scene, SortBy::Id, false, "nothing").is_empty());
}

#[test]
fn exports_hold_every_study() {
    let mut scene = scored();
    let export = Request::Export { format: OutputFile::ScoresCsv };
    let Response::Exported { text, .. } = scene.request(export).pop().unwrap() else {
        panic!("an export was requested");
    };
    let ids: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids, ["study_id", "b", "a", "C"]);
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_one_before_and_its_results() {
    let mut scene = scored();
    let told = scene.open(Side::Predictions, "{\"a\": ");
    assert!(matches!(told[..], [Response::OpenFailed { side: Side::Predictions, .. }]));
    assert!(matches!(scene.check(), Response::Checked { studies: 3, .. }));
    assert_eq!(rows(&mut scene, SortBy::Place, false, "").len(), 3);
}

#[test]
fn ids_are_joined_loosely_and_repeated_ones_settled_only_when_asked_for() {
    let mut scene = Scene::default();
    scene.open(Side::Predictions, "study_id,prediction\nCXR1.png,clear\nCXR2.png,no effusion\n");
    scene.open(Side::References, "study_id,reference\nCXR1,clear\nCXR2,effusion\nCXR2,opacity\n");
    let exact = JoinOptions::default();
    let told = scene.request(check(MissingPolicy::Refuse, exact)).pop();
    let Some(Response::CheckFailed { findings, .. }) = told else { panic!("{told:?}") };
    assert!(findings.iter().any(|one| one.control == Some(Hint::JoinLoosely)), "{findings:?}");
    let loose = JoinOptions { ids: IdMatching::Loose, ..exact };
    let told = scene.request(check(MissingPolicy::Refuse, loose)).pop();
    let Some(Response::CheckFailed { findings, .. }) = told else { panic!("{told:?}") };
    assert!(findings.iter().any(|one| one.control == Some(Hint::ChooseRepeated)), "{findings:?}");
    for (repeated, studies) in [(RepeatedIds::First, 2), (RepeatedIds::Drop, 1)] {
        let join = JoinOptions { repeated, ..loose };
        let told = scene.request(check(MissingPolicy::Exclude, join)).pop();
        let Some(Response::Checked { studies: found, .. }) = told else { panic!("{told:?}") };
        assert_eq!(found, studies, "{repeated:?}");
        // The run is over the pairs that were checked.
        let run = RunRequest { missing: MissingPolicy::Exclude, join, ..RunRequest::default() };
        let columns = vec![bleu()];
        scene.request(Request::Start { run, columns, packs: Vec::new(), workers: 2 });
        scene.run_to_end();
        assert_eq!(scene.export(OutputFile::ScoresCsv).lines().count() as u32, 1 + studies);
    }
}

#[test]
fn a_file_that_cannot_be_read_names_the_control_that_helps() {
    let mut scene = Scene::default();
    let told = scene.open(Side::References, "a,b\nclear lungs,no effusion\n").pop();
    let Some(Response::OpenFailed { message, .. }) = told else { panic!("{told:?}") };
    assert!(message.contains("Read it differently (references), "), "{message}");
}

#[test]
fn the_sample_goes_the_whole_way() {
    let mut scene = Scene::default();
    for (side, name) in [(Side::Predictions, "model-b"), (Side::References, "sample")] {
        let told = scene.request(Request::OpenSample { side, name: name.to_owned() });
        assert!(matches!(told[..], [Response::Opened { .. }]), "{name}: {told:?}");
    }
    let Response::Checked { alignment, studies } = scene.check() else {
        panic!("the sample can be scored");
    };
    assert_eq!(studies, 40);
    assert!(alignment.pairs.is_empty(), "texts stay with the coordinator");
    assert_eq!(alignment.split.unwrap().key, "sample");
}
