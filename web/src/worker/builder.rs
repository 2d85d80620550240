//! A builder: recognises dropped files, turns a checkpoint into a pack, installs packs, and
//! measures a pack against its checkpoint. It lives for one of these jobs.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;

use rrgscore_packs::{
    BuildOptions, BuildProgress, BuildStage, MANIFEST_FILE, Manifest, Pack, PackError, Precision,
    Recognised, SourceFile, build, checkpoints, recognise, rrgpack,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use rrgscore_results::proof::ExamplesError;

use super::dropped_name::looks_like_reports;
use super::file_at::FileAt;
use super::prove::{DroppedExamples, ProveError, prove};
use super::store::{self, Installation, PackStoreError};
use crate::protocol::Envelope;
use crate::protocol::packs::{
    BuilderRequest, BuilderResponse, Found, FoundKind, Installed, LackingFile, Note, Origin,
};

/// The ending of a pack as one file.
const PACK_FILE: &str = ".rrgpack";

/// How the builder responds.
pub type BuilderRespond = Rc<dyn Fn(Envelope<BuilderResponse>)>;

/// Responds to the request at hand.
type Report = Rc<dyn Fn(BuilderResponse)>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
enum BuilderError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Store(#[from] PackStoreError),
    #[error("the pack could not be measured: {0}")]
    Measure(#[from] rrgscore_annotate::AnnotateError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error("{0}")]
    Files(String),
}

struct Source {
    path: String,
    data: FileAt,
}

/// A builder and the files that it was given.
pub struct Builder {
    respond: BuilderRespond,
    files: Rc<Vec<Source>>,
}

impl Builder {
    /// A builder that responds through `respond`.
    pub fn new(respond: BuilderRespond) -> Self {
        Self { respond, files: Rc::default() }
    }

    /// Does what is requested; responses come when they are ready.
    pub fn handle(&mut self, request: Envelope<BuilderRequest>, files: Vec<File>) {
        let (id, respond) = (request.id, self.respond.clone());
        let report: Report = Rc::new(move |body| respond(Envelope { id, body }));
        match request.body {
            BuilderRequest::Look { paths, used } => {
                let result = sources(paths, files).and_then(|files| {
                    self.files = Rc::new(files);
                    examples(&self.files)
                });
                let files = self.files.clone();
                spawn_local(async move {
                    let result = match result {
                        Ok(Some(examples)) => {
                            let told = |done, of| {
                                let stage = "scoring the examples".to_owned();
                                report(BuilderResponse::Progress { stage, done, of });
                            };
                            let proof = prove(&examples, &used, told).await;
                            proof.map(|proof| BuilderResponse::Proved { proof }).map_err(Into::into)
                        }
                        Ok(None) => look(&files).map(|found| BuilderResponse::Found { found }),
                        Err(error) => Err(error),
                    };
                    report(result.unwrap_or_else(|error| failed(&error)));
                });
            }
            BuilderRequest::Install { item, precision, note } => {
                let files = self.files.clone();
                spawn_local(async move {
                    let result = install(&files, &item, precision, note, &report).await;
                    report(outcome(result));
                });
            }
            BuilderRequest::Measure { id, item } => {
                let files = self.files.clone();
                spawn_local(async move {
                    let result = measure(&files, &item, &id, &report).await;
                    report(outcome(result));
                });
            }
        }
    }
}

fn outcome(result: Result<Installed, BuilderError>) -> BuilderResponse {
    match result {
        Ok(pack) => BuilderResponse::Installed { pack: Box::new(pack), peak: memory() },
        Err(error) => failed(&error),
    }
}

fn failed(error: &BuilderError) -> BuilderResponse {
    BuilderResponse::Failed { message: error.to_string() }
}

/// This worker's memory in bytes. It never shrinks: at the end it is the most that was used.
fn memory() -> u64 {
    core::arch::wasm32::memory_size(0) as u64 * 65_536
}

fn sources(paths: Vec<String>, files: Vec<File>) -> Result<Vec<Source>, BuilderError> {
    let open = |(path, file): (String, File)| match FileAt::new(file) {
        Ok(data) => Ok(Source { path, data }),
        Err(error) => Err(BuilderError::Files(format!("{path} cannot be read: {error}"))),
    };
    paths.into_iter().zip(files).map(open).collect()
}

fn source_files(files: &[Source]) -> Vec<SourceFile<'_>> {
    files.iter().map(|file| SourceFile { name: &file.path, data: &file.data }).collect()
}

/// What an item among the dropped files is.
enum Kind<'a> {
    /// A pack as one file.
    PackFile(&'a Source),
    /// A pack as a folder: its manifest and the files beside it.
    PackFolder(&'a Source),
    /// A checkpoint, or something else.
    Checkpoint,
}

fn kind<'a>(files: &'a [Source], item: &str) -> Kind<'a> {
    let file = files.iter().find(|file| file.path == item);
    let name = item.rsplit('/').next().unwrap_or(item).to_ascii_lowercase();
    match file {
        Some(file) if name.ends_with(PACK_FILE) => Kind::PackFile(file),
        Some(file) if name == MANIFEST_FILE => Kind::PackFolder(file),
        _ => Kind::Checkpoint,
    }
}

/// The file of published examples, if one was dropped. Reports are told where they belong.
fn examples(files: &[Source]) -> Result<Option<DroppedExamples>, BuilderError> {
    // A checkpoint's folder may well hold a table; a drop of nothing else is one of reports, or of
    // examples.
    if files.is_empty() || !files.iter().all(|file| looks_like_reports(&file.path)) {
        return Ok(None);
    }
    for file in files.iter().filter(|file| file.path.to_ascii_lowercase().ends_with(".json")) {
        let bytes = SourceFile { name: &file.path, data: &file.data }.read_all()?;
        match DroppedExamples::read(&bytes) {
            Err(ProveError::Examples(ExamplesError::NoExamples)) => {}
            other => return Ok(Some(other?)),
        }
    }
    let name = files.first().map_or("", |file| file.path.as_str());
    Err(BuilderError::Files(format!(
        "{name} looks like reports and not like a model: drop it in the Score view"
    )))
}

/// All packs and checkpoints among the files. Of several checkpoints those are left out that serve
/// no metric: an encoder's folder beside a checkpoint often has weights of its own.
fn look(files: &[Source]) -> Result<Vec<Found>, BuilderError> {
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for file in files {
        match kind(files, &file.path) {
            Kind::PackFile(file) => {
                let manifest = rrgpack::read(&file.path, &file.data)?.manifest;
                found.push(found_pack(file, manifest, Vec::new()));
            }
            Kind::PackFolder(file) => {
                let manifest = manifest_of(file)?;
                let lacking = lacking_parts(files, file, &manifest);
                folders.push(folder_of(file));
                found.push(found_pack(file, manifest, lacking));
            }
            Kind::Checkpoint => {}
        }
    }
    let others = || files.iter().filter(|file| !folders.contains(&folder_of(file)));
    let sources: Vec<SourceFile<'_>> =
        others().map(|file| SourceFile { name: &file.path, data: &file.data }).collect();
    let mut refused = None;
    for checkpoint in checkpoints(&sources) {
        let options = of_checkpoint(checkpoint, BuildOptions::default());
        match recognise(&sources, &options) {
            Ok(recognised) => found.push(found_checkpoint(checkpoint, recognised)),
            Err(error) => drop(refused.get_or_insert(error)),
        }
    }
    if found.is_empty() {
        // Without any checkpoint this says what would be one.
        let error = match refused {
            Some(error) => Err(error),
            None => recognise(&sources, &BuildOptions::default()).map(drop),
        };
        error?;
    }
    Ok(found)
}

fn of_checkpoint(item: &str, options: BuildOptions) -> BuildOptions {
    BuildOptions { checkpoint: Some(item.to_owned()), ..options }
}

fn found_pack(file: &Source, manifest: Manifest, lacking: Vec<LackingFile>) -> Found {
    Found {
        item: file.path.clone(),
        purpose: manifest.purpose,
        name: manifest.name.clone(),
        licence: manifest.licence.clone(),
        terms: manifest.terms.clone(),
        files: vec![file.path.clone()],
        lacking,
        kind: FoundKind::Pack { manifest: Box::new(manifest) },
    }
}

/// Parts that a pack's folder should hold and that were not dropped with it.
fn lacking_parts(files: &[Source], at: &Source, manifest: &Manifest) -> Vec<LackingFile> {
    let folder = folder_of(at);
    let lacks = |name: &str| part_of(files, folder, name).is_none();
    let parts = manifest.parts().filter(|part| lacks(&part.name));
    let hint = "a part of the pack; it lies beside its pack.json".to_owned();
    parts.map(|part| LackingFile { file: part.name.clone(), hint: hint.clone() }).collect()
}

fn found_checkpoint(item: &str, found: Recognised) -> Found {
    let lacking = found.missing.into_iter();
    Found {
        item: item.to_owned(),
        kind: FoundKind::Checkpoint,
        purpose: found.purpose,
        name: found.name,
        licence: found.licence,
        terms: found.terms,
        files: found.sources,
        lacking: lacking.map(|one| LackingFile { file: one.file, hint: one.hint }).collect(),
    }
}

fn folder_of(file: &Source) -> &str {
    file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn part_of<'a>(files: &'a [Source], folder: &str, name: &str) -> Option<&'a Source> {
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    files.iter().find(|file| file.path == path)
}

fn manifest_of(file: &Source) -> Result<Manifest, BuilderError> {
    let bytes = SourceFile { name: &file.path, data: &file.data }.read_all()?;
    Ok(Manifest::parse(&bytes)?)
}

async fn install(
    files: &[Source],
    item: &str,
    precision: Precision,
    note: Note,
    report: &Report,
) -> Result<Installed, BuilderError> {
    let from_pack = |note: Note| Note { origin: Origin::File, ..note };
    match kind(files, item) {
        Kind::PackFile(file) => {
            let pack = rrgpack::read(&file.path, &file.data)?;
            let place = |name: &str| {
                let part = pack.parts.iter().find(|part| part.name == name)?;
                Some((&file.data, part.start))
            };
            copy(pack.manifest.clone(), &from_pack(note), &place, report).await
        }
        Kind::PackFolder(file) => {
            let folder = folder_of(file);
            let place = |name: &str| part_of(files, folder, name).map(|file| (&file.data, 0));
            copy(manifest_of(file)?, &from_pack(note), &place, report).await
        }
        Kind::Checkpoint => {
            let pack = convert(files, item, precision, report)?;
            store_pack(&pack, &note, report).await
        }
    }
}

/// Copies the parts of a pack into the browser's files, one at a time.
async fn copy<'a>(
    manifest: Manifest,
    note: &Note,
    place: &dyn Fn(&str) -> Option<(&'a FileAt, u64)>,
    report: &Report,
) -> Result<Installed, BuilderError> {
    let of = manifest.total_bytes();
    let progress = |done| storing(report, done, of);
    let mut installation = Installation::begin(manifest.clone(), note, &progress).await?;
    let mut done = 0;
    for part in manifest.parts() {
        if !installation.have().contains(&part.name) {
            let missing = || PackError::MissingPart { part: part.name.clone() };
            let (data, start) = place(&part.name).ok_or_else(missing)?;
            let mut bytes = vec![0; part.bytes as usize];
            read(data, start, &mut bytes, &part.name)?;
            installation.put(&part.name, &bytes).await?;
        }
        done += part.bytes;
        progress(done);
    }
    Ok(installation.finish().await?)
}

fn read(data: &FileAt, start: u64, bytes: &mut [u8], name: &str) -> Result<(), PackError> {
    rrgscore_packs::ReadAt::read_at(data, start, bytes)
        .map_err(|error| PackError::BadSource { file: name.to_owned(), reason: error.to_string() })
}

fn storing(report: &Report, done: u64, of: u64) {
    report(BuilderResponse::Progress { stage: "storing the pack".to_owned(), done, of });
}

/// Builds a pack in memory, reporting each further percent.
fn convert(
    files: &[Source],
    item: &str,
    precision: Precision,
    report: &Report,
) -> Result<Pack, BuilderError> {
    let reported = Cell::new((BuildStage::Unpacking, u64::MAX));
    let mut watch = |progress: BuildProgress| {
        let percent = (progress.fraction.clamp(0.0, 1.0) * 100.0) as u64;
        if reported.replace((progress.stage, percent)) != (progress.stage, percent) {
            let stage = match progress.stage {
                BuildStage::Unpacking => "unpacking the archive",
                BuildStage::Hashing => "hashing the files",
                BuildStage::Converting => "converting the weights",
                BuildStage::Finishing => "hashing the pack",
            };
            let (done, of) =
                if progress.stage == BuildStage::Finishing { (0, 0) } else { (percent, 100) };
            report(BuilderResponse::Progress { stage: stage.to_owned(), done, of });
        }
        // A builder that is not wanted any more is ended.
        ControlFlow::Continue(())
    };
    let options = of_checkpoint(item, BuildOptions::at(precision));
    Ok(build(&source_files(files), &options, &mut watch)?)
}

async fn store_pack(pack: &Pack, note: &Note, report: &Report) -> Result<Installed, BuilderError> {
    let of = pack.manifest().total_bytes();
    let progress = |done| storing(report, done, of);
    let mut installation = Installation::begin(pack.manifest().clone(), note, &progress).await?;
    let mut done = 0;
    for (name, bytes) in pack.parts() {
        if !installation.have().iter().any(|have| have == name) {
            installation.put(name, bytes).await?;
        }
        done += bytes.len() as u64;
        progress(done);
    }
    Ok(installation.finish().await?)
}

/// Measures an installed pack against the dropped checkpoint in f32.
async fn measure(
    files: &[Source],
    item: &str,
    id: &str,
    report: &Report,
) -> Result<Installed, BuilderError> {
    let stage = |text: &str| {
        report(BuilderResponse::Progress { stage: text.to_owned(), done: 0, of: 0 });
    };
    stage("measuring: reading the checkpoint in f32");
    let quiet: Report = Rc::new(|_| {});
    let reference = convert(files, item, Precision::F32, &quiet)?;
    let pack = store::open(id).await?;
    stage("measuring: running both on probe sentences");
    let measured = rrgscore_annotate::measure(&reference, &pack)?;
    Ok(store::finish_measured(id, measured).await?)
}
