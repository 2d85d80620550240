//! `rrgscore packs prove`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_native::packs::{find, stored};
use rrgscore_native::{PackModels, folders, read_bytes};
use rrgscore_packs::sha256;
use rrgscore_results::Results;
use rrgscore_results::proof::{
    PackProof, ProofVerdict, ProvedValue, PublishedExample, PublishedExamples,
};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{AnnotationStore, Metric};
use rrgscore_session::{GivenPair, RunRequest, Session, StartedRun};

use super::Prove;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::score::stop_on_interrupt;

/// Scores all examples, prints each value, and keeps what concerns a pack beside it.
pub(super) fn run(args: &Prove) -> Result<ExitCode, CliError> {
    let bytes = read_bytes(&args.examples)?;
    let examples = PublishedExamples::read(&bytes)
        .map_err(|source| CliError::Examples { path: args.examples.clone(), source })?;
    let folder = folders::packs(args.packs.as_deref()).ok_or(CliError::NoPacksFolder)?;
    let models = Arc::new(PackModels::new(find(Some(&folder))?));
    let installed = models.references();
    let stop = stop_on_interrupt()?;
    let stopped = || stop.load(std::sync::atomic::Ordering::Relaxed);

    let mut values: Vec<ProvedValue> = Vec::new();
    let mut by_pack: BTreeMap<String, Vec<ProvedValue>> = BTreeMap::new();
    for example in &examples.examples {
        let Planned { started, lacking } = plan(example, &installed)?;
        let Some(StartedRun { run, provenance }) = started else {
            values.extend(example.prove(&[], None, &lacking));
            continue;
        };
        let (run, problems) = rrgscore_native::drive(run, &models, 1, stopped, |_| ());
        for problem in &problems {
            eprintln!("error: {problem}");
        }
        let summary = Results::new(&run, &provenance).summary;
        for value in example.prove(run.columns(), Some(&summary), &lacking) {
            let column = summary.metrics.iter().find(|column| Some(column.metric) == value.metric);
            for pack in column.into_iter().flat_map(|column| &column.packs) {
                by_pack.entry(pack.clone()).or_default().push(value.clone());
            }
            values.push(value);
        }
        if stopped() {
            return Ok(ExitCode::from(1));
        }
    }

    for pack in stored(&folder)? {
        let Some(values) = by_pack.remove(&pack.manifest().id) else { continue };
        let (pack_id, source) = (pack.manifest().id.clone(), examples.source.clone());
        let examples_sha256 = sha256(&bytes);
        pack.keep_proof(&PackProof { pack: pack_id, source, examples_sha256, values })?;
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&values)?);
    } else {
        values.iter().for_each(|value| println!("{}", line(value)));
    }
    let count = |is: fn(&ProofVerdict) -> bool| values.iter().filter(|v| is(&v.verdict)).count();
    let agree = count(|verdict| *verdict == ProofVerdict::Agrees);
    let differ = count(|verdict| *verdict == ProofVerdict::Differs);
    eprintln!(
        "{agree} of {} published values agree, {differ} differ, {} were not computed ({})",
        values.len(),
        values.len() - agree - differ,
        examples.source
    );
    Ok(ExitCode::from(u8::from(differ > 0 || agree == 0)))
}

/// A run over an example's pairs, if a column of it can be computed, and why others cannot.
struct Planned {
    started: Option<StartedRun>,
    lacking: BTreeMap<Metric, String>,
}

fn plan(example: &PublishedExample, packs: &[PackRef]) -> Result<Planned, CliError> {
    let (mut session, request) = session(example)?;
    let mut start = |metrics: &[Metric]| {
        session.start_exactly(&request, metrics, packs, AnnotationStore::default)
    };
    let (mut ready, mut lacking) = (Vec::new(), BTreeMap::new());
    for metric in example.metrics() {
        match start(&[metric]) {
            Ok(_) => ready.push(metric),
            Err(reason) => {
                lacking.insert(metric, reason.to_string());
            }
        }
    }
    let started = if ready.is_empty() { None } else { Some(start(&ready)?) };
    Ok(Planned { started, lacking })
}

fn session(example: &PublishedExample) -> Result<(Session, RunRequest), CliError> {
    let both = example.references.iter().zip(&example.candidates);
    let pairs = both.map(|(reference, candidate)| GivenPair {
        id: None,
        reference: Some(reference.clone()),
        candidate: Some(candidate.clone()),
    });
    let mut session = Session::new();
    session.set_pairs(&pairs.collect::<Vec<_>>()).map_err(|source| CliError::ExamplePairs {
        example: example.name.clone(),
        source: Box::new(source),
    })?;
    Ok((session, RunRequest { profile: example.profile, ..RunRequest::default() }))
}

fn line(value: &ProvedValue) -> String {
    let ProvedValue { example, what, published, tolerance, verdict, .. } = value;
    let computed = value.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.6}"));
    let verdict = match verdict {
        ProofVerdict::Agrees => "agrees",
        ProofVerdict::Differs => "DIFFERS",
        ProofVerdict::NotComputed(reason) => &format!("not computed: {reason}"),
    };
    format!("{example}, {what}: {computed}, published {published} ± {tolerance}: {verdict}")
}
