//! The coordinator and what page and annotators do for it.

use rrgscore_results::OutputFile;
use std::collections::{BTreeMap, VecDeque};

use rrgscore_data::{JoinOptions, MissingPolicy, ReadOptions, Side, Task};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_results::{Sort, SortBy};
use rrgscore_scoring::Metric;
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use rrgscore_web::protocol::annotator::AnnotatorResponse;
use rrgscore_web::protocol::comparer::ComparerRequest;
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response, RowsQuery,
};
use rrgscore_web::worker::annotator::AnnotatorWorker;
use rrgscore_web::worker::coordinator::{Attachment, Coordinator, Output};

/// The coordinator and what a page would do for it.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) coordinator: Coordinator,
    pub(crate) annotators: BTreeMap<WorkerId, AnnotatorWorker>,
    /// From annotators, not read yet.
    pub(crate) inbox: VecDeque<(WorkerId, AnnotatorResponse)>,
    /// Annotators that cannot be started.
    pub(crate) failing: Vec<WorkerId>,
    pub(crate) spawned: Vec<WorkerId>,
    /// Everything that was said to the page.
    pub(crate) page: Vec<Response>,
    /// Everything that was handed to comparers.
    pub(crate) compared: Vec<ComparerRequest>,
}

impl Scene {
    /// Sends a request; gives the responses to it.
    pub(crate) fn request(&mut self, request: Request) -> Vec<Response> {
        self.request_with(request, Attachment::default())
    }

    pub(crate) fn request_with(
        &mut self,
        request: Request,
        attachment: Attachment<'_>,
    ) -> Vec<Response> {
        let before = self.page.len();
        let mut outputs = Vec::new();
        self.coordinator.handle(request, attachment, &mut |output| outputs.push(output));
        self.carry_out(outputs);
        self.page[before..].to_vec()
    }

    pub(crate) fn carry_out(&mut self, outputs: Vec<Output>) {
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

    pub(crate) fn spawn(&mut self, worker: WorkerId) {
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
    pub(crate) fn step(&mut self) -> bool {
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

    pub(crate) fn run_to_end(&mut self) {
        while self.step() {}
        assert!(matches!(self.page.last(), Some(Response::Finished)), "{:?}", self.page.last());
    }

    pub(crate) fn open(&mut self, side: Side, text: &str) -> Vec<Response> {
        let options = ReadOptions::default();
        self.request_with(Request::Open { side, options }, file(text))
    }

    pub(crate) fn check(&mut self) -> Response {
        self.request(check(MissingPolicy::Refuse, JoinOptions::default())).pop().unwrap()
    }

    pub(crate) fn export(&mut self, format: OutputFile) -> String {
        match self.request(Request::Export { format }).pop() {
            Some(Response::Exported { text, .. }) => text,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn bring_answers(&mut self, judge: Judge, text: &str) -> Response {
        self.request_with(Request::OpenAnswers { judge }, file(text)).pop().unwrap()
    }
}

/// The column of an id.
pub(crate) fn metric(id: &str) -> Metric {
    Metric::named(id).unwrap()
}

pub(crate) fn bleu() -> Metric {
    metric("bleu2")
}

pub(crate) fn file(text: &str) -> Attachment<'_> {
    let size = text.len() as u64;
    Attachment { file: Some((Box::new(text.as_bytes()), size)), ..Attachment::default() }
}

pub(crate) fn check(missing: MissingPolicy, join: JoinOptions) -> Request {
    Request::Check { task: Task::Report, missing, join }
}

pub(crate) fn start_with(missing: MissingPolicy, metric: Metric, workers: usize) -> Request {
    let run = RunRequest { missing, ..RunRequest::default() };
    Request::Start { run, columns: vec![metric], packs: Vec::new(), workers }
}

pub(crate) fn start(metric: Metric) -> Request {
    start_with(MissingPolicy::Refuse, metric, 2)
}

/// A report of [`PAIRS`].
pub(crate) const HEART: &str = "heart normal in size";

pub(crate) const PAIRS: &str = concat!(
    r#"{"id":"b","prediction":"no effusion","reference":"no effusion today"}"#,
    "\n",
    r#"{"id":"a","prediction":"heart normal","reference":"heart normal in size"}"#,
    "\n",
    r#"{"id":"C","prediction":"clear","reference":"opacity"}"#,
    "\n",
);

pub(crate) fn scored() -> Scene {
    let mut scene = Scene::default();
    scene.open(Side::Predictions, PAIRS);
    assert!(matches!(scene.check(), Response::Checked { studies: 3, .. }));
    let responses = scene.request(start(bleu()));
    assert!(matches!(responses[0], Response::Started { .. }), "{responses:?}");
    scene.run_to_end();
    scene
}

pub(crate) fn rows(scene: &mut Scene, by: SortBy, descending: bool, filter: &str) -> Vec<String> {
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
