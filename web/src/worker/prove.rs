//! What a builder does with a file of published examples: scores them with the packs in use, and
//! keeps beside each pack what concerns it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rrgscore_data::ReadError;
use rrgscore_packs::{Manifest, sha256};
use rrgscore_results::Results;
use rrgscore_results::proof::{
    ExamplesError, ProofSoFar, ProofVerdict, ProvedValue, PublishedExamples,
};
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::provenance::PackRef;
use rrgscore_scoring::worker::WorkerError;
use rrgscore_scoring::{Purpose, Worker};
use rrgscore_session::drive::Drive;
use rrgscore_session::{PossibleRun, RunRequest, Session, StartError, StartedRun};

use super::store::{self, PackStoreError};
use crate::protocol::look::{ResultDetail, ShownTable};

/// A file of published examples.
pub(super) struct DroppedExamples {
    file: PublishedExamples,
    sha256: String,
}

/// Why packs cannot be held against examples. Holds no text of a report.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProveError {
    #[error(transparent)]
    Examples(#[from] ExamplesError),
    #[error(transparent)]
    Pairs(#[from] ReadError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Store(#[from] PackStoreError),
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

impl DroppedExamples {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ProveError> {
        Ok(Self { file: PublishedExamples::read(bytes)?, sha256: sha256(bytes) })
    }
}

/// Scores the examples here, each by the packs that it needs; `told` hears how many are done before
/// each one. What concerns a pack is kept beside it.
pub(super) async fn prove(
    examples: &DroppedExamples,
    used: &[String],
    told: impl Fn(u64, u64),
) -> Result<ResultDetail, ProveError> {
    let stored = store::list().await?.packs.into_iter().map(|pack| pack.manifest);
    let packs: Vec<Manifest> = stored.filter(|pack| used.contains(&pack.id)).collect();
    let references: Vec<PackRef> = packs.iter().map(reference).collect();
    let (mut worker, mut proof) = (Worker::default(), ProofSoFar::default());
    let mut problems = BTreeSet::new();
    let all = examples.file.examples.len() as u64;
    for (done, example) in (0..).zip(&examples.file.examples) {
        told(done, all);
        let request = RunRequest { profile: example.profile, ..RunRequest::default() };
        let mut session = Session::of_reports(example.pairs())?;
        if let Some((judge, answers)) = example.answer_file() {
            session.set_answers(judge, answers);
        }
        let PossibleRun { started, lacking } =
            session.start_possible(&request, &example.metrics(), &references)?;
        let Some(StartedRun { run, provenance, .. }) = started else {
            proof.add_without_run(example, &lacking);
            continue;
        };
        let needs = run.settings().metrics.iter().flat_map(|metric| metric.needs());
        let needs: BTreeSet<Purpose> = needs.copied().collect();
        // Not all packs at once: this worker has 4 GB at most.
        if needs.iter().any(|&purpose| !worker.has(purpose)) {
            worker.unload();
            for pack in packs.iter().filter(|pack| needs.contains(&pack.purpose)) {
                worker.load(&store::open(&pack.id).await?)?;
            }
        }
        let work =
            |job: &_| worker.handle(job).map_err(|why| Failure::new(FailureKind::Worker, why));
        let (run, met) = Drive::run_here(run, &needs, work, |_| ControlFlow::Continue(()));
        problems.extend(met.iter().map(ToString::to_string));
        let summary = Results::new(&run, &provenance, &[]).summary;
        proof.add(example, (run.columns(), &summary), &lacking);
    }
    for kept in proof.of_packs(&examples.file.source, &examples.sha256) {
        store::keep_proof(&kept).await?;
    }
    let heads = ["Value", "Computed", "Published", "Tolerance", "Verdict"];
    let table = ShownTable {
        caption: examples.file.source.clone(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: proof.values().iter().map(row).collect(),
    };
    let (title, notes) = (proof.in_words(), problems.into_iter().collect());
    Ok(ResultDetail { title, notes, tables: vec![table] })
}

fn reference(pack: &Manifest) -> PackRef {
    PackRef {
        purpose: pack.purpose,
        name: pack.name.clone(),
        precision: pack.precision.to_string(),
        id: pack.id.clone(),
    }
}

fn row(value: &ProvedValue) -> Vec<String> {
    let verdict = match &value.verdict {
        ProofVerdict::Agrees => "\u{2713} agrees".to_owned(),
        ProofVerdict::Differs => "\u{2717} differs".to_owned(),
        ProofVerdict::NotComputed(why) => format!("not computed: {why}"),
    };
    let minus = |number: String| number.replace('-', "\u{2212}");
    let computed = value.value.map(|value| minus(format!("{value:.6}")));
    vec![
        format!("{}, {}", value.example, value.what),
        computed.unwrap_or_default(),
        minus(value.published.to_string()),
        value.tolerance.to_string(),
        verdict,
    ]
}
