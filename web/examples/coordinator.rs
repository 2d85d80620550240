//! The page's coordinator and one annotator without a browser, for comparing skins:
//! `coordinator SCENARIO.json FOLDER` scores what the scenario holds, as `tests/e2e/harness/skins.mjs`
//! describes it, and writes the page's downloads into the folder.

#![allow(clippy::disallowed_methods, reason = "an example program reads and writes files")]

use rrgscore_results::OutputFile;
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::path::Path;

use rrgscore_data::{ReadOptions, Side};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_packs::{MANIFEST_FILE, Pack, rrgpack};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Purpose};
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use rrgscore_web::protocol::annotator::{AnnotatorRequest, AnnotatorResponse};
use rrgscore_web::protocol::coordinator::{
    CoordinatorRequest as Request, CoordinatorResponse as Response,
};
use rrgscore_web::worker::annotator::AnnotatorWorker;
use rrgscore_web::worker::coordinator::{Attachment, Coordinator, Output};
use serde::Deserialize;

/// A file of the scenario.
#[derive(Deserialize)]
struct TextFile {
    text: String,
}

/// A file, or `"sample"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum References {
    Sample(String),
    File(TextFile),
}

#[derive(Deserialize)]
struct Scenario {
    predictions: TextFile,
    references: Option<References>,
    annotations: Option<[TextFile; 2]>,
    #[serde(default)]
    answers: BTreeMap<Judge, TextFile>,
    #[serde(default)]
    packs: Vec<String>,
    #[serde(default)]
    request: RunRequest,
}

/// The coordinator, its annotator, and what has been said.
#[derive(Default)]
struct Scene {
    coordinator: Coordinator,
    annotator: AnnotatorWorker,
    packs: BTreeMap<Purpose, Pack>,
    inbox: VecDeque<(WorkerId, AnnotatorResponse)>,
    page: Vec<Response>,
}

impl Scene {
    fn request(&mut self, request: Request, text: Option<&str>) {
        let file = text.map(|text| {
            let file: Box<dyn std::io::Read + '_> = Box::new(text.as_bytes());
            (file, text.len() as u64)
        });
        let mut outputs = Vec::new();
        let attachment = Attachment { file, ..Attachment::default() };
        self.coordinator.handle(request, attachment, &mut |output| outputs.push(output));
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Page(Response::Spawn { worker }) => {
                    self.annotator = AnnotatorWorker::default();
                    self.request(Request::Connect { worker }, None);
                    self.inbox.push_back((worker, AnnotatorResponse::Ready));
                }
                Output::Page(Response::SendPack { worker, pack }) => self.send_pack(worker, pack),
                Output::Page(response) => self.page.push(response),
                Output::Annotator(worker, request) => {
                    let responses = self.annotator.handle(request, Vec::<Vec<u8>>::new());
                    self.inbox.extend(responses.into_iter().map(|response| (worker, response)));
                }
                Output::Comparer(_)
                | Output::Disconnect(_)
                | Output::ArmDeadline
                | Output::ReadKept
                | Output::Keep(..)
                | Output::ReadRun(..)
                | Output::DeleteKept => {}
            }
        }
    }

    fn send_pack(&mut self, worker: WorkerId, purpose: Purpose) {
        let Some(pack) = self.packs.get(&purpose) else {
            let message = "it is not in the scenario".to_owned();
            return self.request(Request::PackUnavailable { worker, message }, None);
        };
        let manifest = pack.manifest_bytes().unwrap_or_default();
        let first = std::iter::once((MANIFEST_FILE.to_owned(), manifest));
        let parts = pack.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        let (names, files): (Vec<String>, Vec<Vec<u8>>) = first.chain(parts).unzip();
        let responses = self.annotator.handle(AnnotatorRequest::Load { names }, files);
        self.inbox.extend(responses.into_iter().map(|response| (worker, response)));
    }

    /// Lets coordinator and annotator talk until neither has anything to say.
    fn run_to_end(&mut self) {
        let worker = WorkerId(0);
        loop {
            let Some((worker, response)) = self
                .inbox
                .pop_front()
                .or_else(|| self.annotator.work().map(|response| (worker, response)))
            else {
                return;
            };
            let mut outputs = Vec::new();
            self.coordinator.annotator(worker, response, &mut |output| outputs.push(output));
            self.carry_out(outputs);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let [scenario, folder] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "give a scenario and a folder")?;
    let scenario: Scenario = serde_json::from_str(&std::fs::read_to_string(scenario)?)?;
    let mut scene = Scene::default();
    let options = ReadOptions::default;
    let open = Request::Open { side: Side::Predictions, options: options() };
    scene.request(open, Some(&scenario.predictions.text));
    match &scenario.references {
        Some(References::Sample(name)) => {
            let name = name.clone();
            scene.request(Request::OpenSample { side: Side::References, name }, None);
        }
        Some(References::File(file)) => {
            let open = Request::Open { side: Side::References, options: options() };
            scene.request(open, Some(&file.text));
        }
        None => {}
    }
    let sides = [Side::Predictions, Side::References];
    for (side, file) in sides.into_iter().zip(scenario.annotations.iter().flatten()) {
        scene.request(Request::OpenGraphs { side }, Some(&file.text));
    }
    for (&judge, file) in &scenario.answers {
        scene.request(Request::OpenAnswers { judge }, Some(&file.text));
    }
    let mut packs = Vec::new();
    for path in &scenario.packs {
        let bytes = std::fs::read(path)?;
        let pack = rrgpack::read(path, &bytes)?.open(path, &bytes)?;
        packs.push(PackRef {
            purpose: pack.manifest().purpose,
            name: pack.manifest().name.clone(),
            precision: pack.manifest().precision.to_string(),
            id: pack.id().to_owned(),
        });
        scene.packs.insert(pack.manifest().purpose, pack);
    }
    let request = scenario.request;
    let (task, missing, join) = (request.task(), request.missing, request.join);
    scene.request(Request::Check { task, missing, join }, None);
    let mut columns: Vec<Metric> = Vec::new();
    for id in &request.metrics {
        columns.push(Metric::named(id).ok_or("a column of the scenario does not exist")?);
    }
    // What a column is combined from is computed with it, as on the page.
    let parts: Vec<Metric> = columns.iter().flat_map(|metric| metric.components()).collect();
    columns.extend(parts);
    columns.sort();
    columns.dedup();
    scene.request(Request::Start { run: request, columns, packs, workers: 1 }, None);
    scene.run_to_end();
    for format in OutputFile::ALL {
        let name = format.name();
        scene.page.clear();
        scene.request(Request::Export { format }, None);
        match scene.page.pop() {
            // A download that the page does not offer for this run.
            Some(Response::Failed { .. })
                if matches!(format, OutputFile::LabelsCsv | OutputFile::JudgementsCsv) => {}
            Some(Response::Exported { text, .. }) => {
                std::fs::write(Path::new(&folder).join(name), text)?;
            }
            other => return Err(format!("no {name}: {other:?}").into()),
        }
    }
    Ok(())
}
