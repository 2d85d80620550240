//! The coordinator, driven as page and annotators drive it, without a browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_results::OutputFile;
use std::collections::{BTreeMap, VecDeque};

use rrgscore_data::{
    Hint, IdMatching, JoinOptions, MissingPolicy, ReadOptions, RepeatedIds, Side, Task,
};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_metrics::bertscore::Idf;
use rrgscore_results::{Sort, SortBy};
use rrgscore_scoring::job::{Job, JobId, Work};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Purpose};
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use rrgscore_web::protocol::annotator::{AnnotatorRequest, AnnotatorResponse};
use rrgscore_web::protocol::comparer::{ComparerRequest, ComparerResponse};
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response, RowsQuery,
};
use rrgscore_web::protocol::look::{Look, SanityShown};
use rrgscore_web::worker::annotator::AnnotatorWorker;
use rrgscore_web::worker::comparer;
use rrgscore_web::worker::coordinator::{Attachment, Coordinator, Output};

/// The coordinator and what a page would do for it.
#[derive(Default)]
struct Scene {
    coordinator: Coordinator,
    annotators: BTreeMap<WorkerId, AnnotatorWorker>,
    /// From annotators, not read yet.
    inbox: VecDeque<(WorkerId, AnnotatorResponse)>,
    /// Annotators that cannot be started.
    failing: Vec<WorkerId>,
    spawned: Vec<WorkerId>,
    /// Everything that was said to the page.
    page: Vec<Response>,
    /// Everything that was handed to comparers.
    compared: Vec<ComparerRequest>,
}

impl Scene {
    /// Sends a request; gives the responses to it.
    fn request(&mut self, request: Request) -> Vec<Response> {
        self.request_with(request, Attachment::default())
    }

    fn request_with(&mut self, request: Request, attachment: Attachment<'_>) -> Vec<Response> {
        let before = self.page.len();
        let mut outputs = Vec::new();
        self.coordinator.handle(request, attachment, &mut |output| outputs.push(output));
        self.carry_out(outputs);
        self.page[before..].to_vec()
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Page(Response::Spawn { worker }) => self.spawn(worker),
                Output::Page(response) => self.page.push(response),
                Output::Annotator(worker, request) => {
                    let annotator = self.annotators.get_mut(&worker).unwrap();
                    let responses = annotator.handle(request, Vec::<Vec<u8>>::new());
                    self.inbox.extend(responses.into_iter().map(|response| (worker, response)));
                }
                Output::Disconnect(worker) => {
                    self.annotators.remove(&worker);
                    self.inbox.retain(|(from, _)| *from != worker);
                }
                Output::ArmDeadline => {}
                Output::Comparer(request) => self.compared.push(request),
                other => panic!("{other:?}"),
            }
        }
    }

    fn spawn(&mut self, worker: WorkerId) {
        self.spawned.push(worker);
        if self.failing.contains(&worker) {
            self.request(Request::WorkerStopped { worker });
            return;
        }
        self.annotators.insert(worker, AnnotatorWorker::default());
        self.request(Request::Connect { worker });
        self.inbox.push_back((worker, AnnotatorResponse::Ready));
    }

    /// Reads what annotators have said, then lets each do a job. False when nothing is left.
    fn step(&mut self) -> bool {
        let mut anything = false;
        while let Some((worker, response)) = self.inbox.pop_front() {
            anything = true;
            let mut outputs = Vec::new();
            self.coordinator.annotator(worker, response, &mut |output| outputs.push(output));
            self.carry_out(outputs);
        }
        for (&worker, annotator) in &mut self.annotators {
            if let Some(response) = annotator.work() {
                anything = true;
                self.inbox.push_back((worker, response));
            }
        }
        anything
    }

    fn run_to_end(&mut self) {
        while self.step() {}
        assert!(matches!(self.page.last(), Some(Response::Finished)), "{:?}", self.page.last());
    }

    fn open(&mut self, side: Side, text: &str) -> Vec<Response> {
        let options = ReadOptions::default();
        self.request_with(Request::Open { side, options }, file(text))
    }

    fn check(&mut self) -> Response {
        self.request(check(MissingPolicy::Refuse, JoinOptions::default())).pop().unwrap()
    }

    fn export(&mut self, format: OutputFile) -> String {
        match self.request(Request::Export { format }).pop() {
            Some(Response::Exported { text, .. }) => text,
            other => panic!("{other:?}"),
        }
    }

    fn bring_answers(&mut self, judge: Judge, text: &str) -> Response {
        self.request_with(Request::OpenAnswers { judge }, file(text)).pop().unwrap()
    }
}

/// The column of an id.
fn metric(id: &str) -> Metric {
    Metric::named(id).unwrap()
}

fn bleu() -> Metric {
    metric("bleu2")
}

fn file(text: &str) -> Attachment<'_> {
    let size = text.len() as u64;
    Attachment { file: Some((Box::new(text.as_bytes()), size)), ..Attachment::default() }
}

fn check(missing: MissingPolicy, join: JoinOptions) -> Request {
    Request::Check { task: Task::Report, missing, join }
}

fn start_with(missing: MissingPolicy, metric: Metric, workers: usize) -> Request {
    let run = RunRequest { missing, ..RunRequest::default() };
    Request::Start { run, columns: vec![metric], packs: Vec::new(), workers }
}

fn start(metric: Metric) -> Request {
    start_with(MissingPolicy::Refuse, metric, 2)
}

/// A report of [`PAIRS`].
const HEART: &str = "heart normal in size";

const PAIRS: &str = concat!(
    r#"{"id":"b","prediction":"no effusion","reference":"no effusion today"}"#,
    "\n",
    r#"{"id":"a","prediction":"heart normal","reference":"heart normal in size"}"#,
    "\n",
    r#"{"id":"C","prediction":"clear","reference":"opacity"}"#,
    "\n",
);

fn scored() -> Scene {
    let mut scene = Scene::default();
    scene.open(Side::Predictions, PAIRS);
    assert!(matches!(scene.check(), Response::Checked { studies: 3, .. }));
    let responses = scene.request(start(bleu()));
    assert!(matches!(responses[0], Response::Started { .. }), "{responses:?}");
    scene.run_to_end();
    scene
}

fn rows(scene: &mut Scene, by: SortBy, descending: bool, filter: &str) -> Vec<String> {
    let sort = Sort { by, descending };
    let query = RowsQuery { version: 7, sort, filter: vec![filter.to_owned()], from: 0, count: 10 };
    match &scene.request(Request::Rows(query))[..] {
        [Response::Rows { version: 7, from: 0, total, rows }, Response::Filtered { .. }] => {
            assert_eq!(*total as usize, rows.len());
            rows.iter().map(|row| row.id.clone()).collect()
        }
        other => panic!("{other:?}"),
    }
}

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
