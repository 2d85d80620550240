//! Packs held against published values: a file of examples in, scored on this machine, what comes of
//! it kept beside the packs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rrgscore_data::ReadError;
use rrgscore_packs::{PackError, sha256};
use rrgscore_results::Results;
use rrgscore_results::proof::{ExamplesError, ProofSoFar, PublishedExamples};
use rrgscore_session::{PossibleRun, RunRequest, Session, StartError, StartedRun};

use super::{find, stored};
use crate::error::NativeError;
use crate::input::read_bytes;
use crate::pool::{PackModels, drive};

/// What came of a file of examples.
#[derive(Clone, Debug)]
pub struct ProvedPacks {
    /// The values beside those computed here.
    pub proof: ProofSoFar,
    /// Where they are from, in the file's words.
    pub source: String,
    /// What went wrong on the way, in words: packs that do not load.
    pub problems: Vec<String>,
    /// Whether it was stopped before its end; nothing is kept then.
    pub stopped: bool,
}

/// Why packs cannot be held against examples.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The file is none of examples.
    #[error("{path}: {source}", path = .path.display())]
    Examples {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ExamplesError,
    },
    /// Pairs of an example that are too many.
    #[error("example `{example}`: {source}")]
    Pairs {
        /// The example's name.
        example: String,
        /// Why they are not read.
        source: Box<ReadError>,
    },
    /// A run does not start.
    #[error("{0}")]
    Start(Box<StartError>),
    /// A file cannot be read or written.
    #[error(transparent)]
    Native(#[from] NativeError),
    /// A pack cannot be opened.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// Scores the examples of a file with the packs of a folder on so many threads, and keeps beside each
/// pack what concerns it. `stopped` is asked now and then.
///
/// # Errors
/// [`ProveError`]; what was kept before stays.
pub fn prove(
    examples: &Path,
    folder: &Path,
    threads: usize,
    stopped: impl Fn() -> bool,
) -> Result<ProvedPacks, ProveError> {
    let bytes = read_bytes(examples)?;
    let file = PublishedExamples::read(&bytes)
        .map_err(|source| ProveError::Examples { path: examples.to_owned(), source })?;
    let models = Arc::new(PackModels::new(find(Some(folder))?));
    let installed = models.references();
    let mut proved = ProvedPacks {
        proof: ProofSoFar::default(),
        source: file.source.clone(),
        problems: Vec::new(),
        stopped: false,
    };
    for example in &file.examples {
        let request = RunRequest { profile: example.profile, ..RunRequest::default() };
        let mut session = Session::of_reports(example.pairs()).map_err(|source| {
            ProveError::Pairs { example: example.name.clone(), source: Box::new(source) }
        })?;
        if let Some((judge, answers)) = example.answer_file() {
            session.set_answers(judge, answers);
        }
        let PossibleRun { started, lacking } = session
            .start_possible(&request, &example.metrics(), &installed)
            .map_err(|error| ProveError::Start(Box::new(error)))?;
        let Some(StartedRun { run, provenance, .. }) = started else {
            proved.proof.add_without_run(example, &lacking);
            continue;
        };
        let (run, problems) = drive(run, &models, threads, &stopped, |_| ());
        proved.problems.extend(problems.iter().map(ToString::to_string));
        let summary = Results::new(&run, &provenance, &[]).summary;
        proved.proof.add(example, (run.columns(), &summary), &lacking);
        if stopped() {
            proved.stopped = true;
            return Ok(proved);
        }
    }
    let proofs = proved.proof.of_packs(&file.source, &sha256(&bytes));
    for pack in stored(folder)? {
        if let Some(proof) = proofs.iter().find(|proof| proof.pack == pack.manifest().id) {
            pack.keep_proof(proof)?;
        }
    }
    Ok(proved)
}
