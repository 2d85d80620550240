//! Judges' answers, and what is said to the page and to annotators.

use crate::scene::*;
use rrgscore_results::OutputFile;

use rrgscore_data::{JoinOptions, MissingPolicy, Side};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_metrics::bertscore::Idf;
use rrgscore_scoring::job::{Job, JobId, Work};
use rrgscore_web::protocol::annotator::AnnotatorRequest;
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response, RowsQuery,
};

#[test]
fn nothing_said_to_the_page_holds_a_report_but_the_study_that_is_opened() {
    let report = "canary effusion";
    let lines = format!(
        r#"{{"id":"a","prediction":"{report} in the left lung","reference":"no {report} today"}}"#
    );
    let mut scene = Scene::default();
    scene.open(Side::Predictions, &lines);
    scene.check();
    scene.request(start(bleu()));
    scene.run_to_end();
    scene.request(Request::Summarize);
    scene.request(Request::Rows(RowsQuery { count: 10, ..RowsQuery::default() }));
    scene.export(OutputFile::ScoresCsv);
    scene.export(OutputFile::SummaryJson);
    let said = serde_json::to_string(&scene.page).unwrap();
    assert!(said.len() > 500 && !said.contains("canary"), "{said}");
    scene.request(Request::Study { place: 0 });
    assert!(serde_json::to_string(&scene.page).unwrap().contains(report));
}

const GREEN: &str = concat!(
    r#"{"id":"b","response":"[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(b) "#,
    r#"Missing: 1. y\n\n[Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n3. z"}"#,
    "\n",
    r#"{"id":"a","response":"SECRET"}"#,
    "\n",
);

#[test]
fn a_judges_answers_are_read_anew_for_every_policy_and_fill_their_column() {
    let mut scene = Scene::default();
    // Answers may come before the reports they are for.
    let told = scene.bring_answers(Judge::Green, GREEN);
    assert!(matches!(told, Response::Answers { found: Ok(_), .. }), "{told:?}");
    scene.open(Side::Predictions, PAIRS);
    let Response::Answers { found: Err(problem), .. } = scene.check() else {
        panic!("a study has no answer");
    };
    assert!(problem.by_policy && problem.message.contains("no GREEN answer: C."), "{problem:?}");
    let exclude = check(MissingPolicy::Exclude, JoinOptions::default());
    let Some(Response::Answers { found: Ok(found), .. }) = scene.request(exclude).pop() else {
        panic!("studies without an answer are left out");
    };
    assert_eq!((found.answered, found.unanswered.as_slice()), (2, &["C".to_owned()][..]));

    let started = scene.request(start_with(MissingPolicy::Exclude, metric("green"), 2));
    assert!(matches!(started[..], [Response::Started { .. }, Response::Finished]), "{started:?}");
    let csv = scene.export(OutputFile::ScoresCsv);
    assert_eq!(csv, "study_id,green_score\nb,0.75\na,0\nC,\n");
    let judgements = scene.export(OutputFile::JudgementsCsv);
    assert!(judgements.contains("b,0.75,3,1,0,1,0,0,0,0,0,\n"), "{judgements}");
    let summary = scene.export(OutputFile::SummaryJson);
    assert!(summary.contains("missing-part") && !summary.contains("SECRET"), "{summary}");
}

#[test]
fn bad_answers_are_placed_and_do_not_start_a_run() {
    let mut scene = Scene::default();
    scene.open(Side::Predictions, PAIRS);
    scene.check();
    let Response::Answers { found: Err(problem), .. } =
        scene.bring_answers(Judge::Fineradscore, "{\"id\":\"b\",\"response\":\"{}\"}\nSECRET")
    else {
        panic!("the second line is no JSON");
    };
    assert!(problem.message.contains("line 2") && !problem.message.contains("SECRET"));
    assert!(!problem.by_policy);
    let start = || start(metric("fineradscore"));
    assert!(matches!(scene.request(start())[..], [Response::StartFailed { .. }]));
    scene.request(Request::ClearAnswers { judge: Judge::Fineradscore });
    assert!(matches!(scene.request(start())[..], [Response::StartFailed { .. }]));
}

#[test]
fn a_job_with_idf_weights_survives_the_way_to_an_annotator() {
    let idf = Idf::from_documents([[5, 7].as_slice(), &[5, 50_264]]);
    let metric = metric("bertscore-idf");
    let work =
        Work::Score { metric, idf: Some(idf.clone()), pairs: Vec::new(), elsewhere: Vec::new() };
    let request = AnnotatorRequest::Work { job: Box::new(Job { id: JobId(1), work }) };
    let text = serde_json::to_string(&request).unwrap();
    let AnnotatorRequest::Work { job } = serde_json::from_str(&text).unwrap() else {
        panic!("{text}")
    };
    let Work::Score { idf: Some(read), .. } = job.work else { panic!("{text}") };
    assert_eq!(read, idf);
}
