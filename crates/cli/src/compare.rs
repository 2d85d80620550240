//! `rrgscore compare`.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use rrgscore_native::read_runs;
use rrgscore_results::{
    CompareError, Comparison, ScoredRun, compare, comparison_csv, comparison_latex,
    comparison_markdown, comparison_table,
};
use rrgscore_stats::{Bootstrap, PairedFailure};

use crate::args::{Compare, ComparisonFormat};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::progress::ProgressLine;
use crate::score::stop_on_interrupt;

/// Compares each further run with the first one, and prints what differs.
pub(crate) fn run(args: &Compare) -> Result<ExitCode, CliError> {
    let runs = read_runs(&args.runs)?;
    let Some((first, others)) = runs.split_first() else { return Ok(ExitCode::from(2)) };
    let settings = Bootstrap { resamples: args.resamples, seed: args.seed, ..Bootstrap::default() };
    let stop = stop_on_interrupt()?;
    let mut line = ProgressLine::new();
    let mut comparisons: Vec<Comparison> = Vec::with_capacity(others.len());
    for second in others {
        let done = comparisons.len() as f64;
        let compared = compare(first, second, settings, &mut |part| {
            let of_all = (done + part) / others.len() as f64;
            let words = format!("compared: {:.0} %", of_all * 100.0);
            line.show((of_all * 1000.0) as u64, 1000, &words);
            match stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        match compared {
            Ok(comparison) => comparisons.push(comparison),
            Err(CompareError::Ended(PairedFailure::Cancelled)) => {
                line.finish();
                eprintln!("stopped: nothing was compared");
                return Ok(ExitCode::from(1));
            }
            Err(error) => return Err(error.into()),
        }
    }
    line.finish();
    print!("{}", printed(args.format, &runs, &comparisons)?);
    Ok(ExitCode::SUCCESS)
}

fn printed(
    format: ComparisonFormat,
    runs: &[ScoredRun],
    comparisons: &[Comparison],
) -> Result<String, CliError> {
    Ok(match format {
        ComparisonFormat::Table => {
            comparisons.iter().map(comparison_table).collect::<Vec<_>>().join("\n")
        }
        ComparisonFormat::Json => serde_json::to_string_pretty(comparisons)? + "\n",
        ComparisonFormat::Csv => comparison_csv(comparisons)?,
        ComparisonFormat::Markdown => comparison_markdown(runs, comparisons),
        ComparisonFormat::Latex => comparison_latex(runs, comparisons),
    })
}
