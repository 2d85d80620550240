//! `rrgscore sanity`.

use std::sync::Arc;

use rrgscore_data::StudyPair;
use rrgscore_native::{PackModels, folders, packs};
use rrgscore_results::sanity_table;
use rrgscore_scoring::Metric;
use rrgscore_session::{MINIMAL_PAIRS, MinimalPair, RunRequest, Session, scores_pairs_alone};

use crate::args::Sanity;
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Scores the minimal pairs and prints what each metric sees.
pub(crate) fn run(args: &Sanity) -> Result<ExitCode, CliError> {
    let pair = |pair: &MinimalPair| StudyPair {
        id: pair.change.to_owned(),
        reference: pair.reference.to_owned(),
        candidate: pair.candidate.to_owned(),
    };
    let pairs: Vec<StudyPair> = MINIMAL_PAIRS.iter().map(pair).collect();
    let found = packs::find(folders::packs(args.packs.as_deref()).as_deref())?;
    let models = Arc::new(PackModels::new(found));
    let mut session = Session::new();
    let request = RunRequest {
        profile: args.profile,
        metrics: args.metrics.clone(),
        ..RunRequest::default()
    };
    let installed = models.references();
    let selected =
        session.select(&request, &installed).map_err(rrgscore_session::StartError::from)?;
    for note in &selected.notes {
        eprintln!("note: {note}");
    }
    let mut metrics: Vec<Metric> = selected.metrics;
    metrics.retain(|metric| scores_pairs_alone(*metric));
    let run = session.start_pairs(&pairs, &request, &metrics, &installed)?.run;
    let (run, problems) = rrgscore_native::drive(run, &models, 1, || false, |_| ());
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    for pair in &pairs {
        println!("{}: {}", pair.id, pair.candidate);
    }
    print!("\n{}", sanity_table(&run).to_text());
    Ok(ExitCode::from(u8::from(!problems.is_empty())))
}
