//! `rrgscore verify`.

use rrgscore_native::read_text;
use rrgscore_results::read_summary;
use rrgscore_scoring::{Metric, Profile, Summary};
use rrgscore_session::RunRequest;

use crate::args::Verify;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::hints::Options;
use crate::score::{compute, keep_annotations, open};

/// Means further apart than this are other numbers: what is left below it is how summaries are
/// summed, not what is in them.
const TOLERANCE: f64 = 1e-9;

/// Scores again as a summary says and compares.
pub(crate) fn run(args: &Verify) -> Result<ExitCode, CliError> {
    let path = &args.summary;
    let text = read_text(path)?;
    let before =
        read_summary(&text).map_err(|source| CliError::Summary { path: path.clone(), source })?;
    let profile = Profile::from_id(&before.profile).ok_or_else(|| CliError::UnknownProfile {
        path: path.clone(),
        profile: before.profile.clone(),
    })?;
    let request = RunRequest {
        task: before.task,
        missing: before.missing_policy,
        join: args.inputs.joining.options(),
        profile,
        cleaning: before.cleaning,
        clean_answers: before
            .metrics
            .iter()
            .any(|metric| metric.judge.as_ref().is_some_and(|judge| judge.cleaned.is_some())),
        metrics: Vec::new(),
    };
    let metrics: Vec<Metric> = before.metrics.iter().map(|metric| metric.metric).collect();
    let now = compute(
        open(&args.inputs, false)?,
        &args.inputs,
        &request,
        Some(&metrics),
        Options::VERIFY,
    )?;
    let same = compare(&before, &now.results.summary);
    keep_annotations(&now.run, &args.inputs)?;
    println!("{}", if same { "verified: the same numbers" } else { "NOT verified" });
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Prints both sides of every column; tells whether all is the same.
fn compare(before: &Summary, now: &Summary) -> bool {
    let mut same = before.signature == now.signature;
    if !same {
        println!("signature before: {}", before.signature);
        println!("signature now:    {}", now.signature);
    }
    for (old, new) in before.metrics.iter().zip(&now.metrics) {
        let close = match (old.mean, new.mean) {
            (Some(old), Some(new)) => (old - new).abs() <= TOLERANCE,
            (old, new) => old == new,
        } && old.n == new.n;
        let text = |mean: Option<f64>| mean.map_or_else(|| "–".to_owned(), |m| m.to_string());
        let verdict = if close { "same" } else { "DIFFERENT" };
        println!("{}: {} / {} ({verdict})", old.label, text(old.mean), text(new.mean));
        same &= close;
    }
    same
}
