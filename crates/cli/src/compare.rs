//! `rrgscore compare`.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use rrgscore_results::{
    CompareError, Comparison, OutputFile, ScoredRun, compare, comparison_csv, comparison_latex,
    comparison_markdown, comparison_table,
};
use rrgscore_stats::{Bootstrap, PairedFailure};

use crate::args::{Compare, ComparisonFormat};
use crate::error::CliError;
use crate::progress::ProgressLine;
use crate::score::stop_on_interrupt;

/// Compares each further run with the first one, and prints what differs.
pub(crate) fn run(args: &Compare) -> Result<ExitCode, CliError> {
    let runs = args.runs.iter().map(|folder| read(folder, &args.runs));
    let runs = runs.collect::<Result<Vec<_>, _>>()?;
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

/// Reads a run from the folder that `score` wrote. It is called as the folder is, or as its whole
/// path where another's has the same name.
fn read(folder: &Path, all: &[std::path::PathBuf]) -> Result<ScoredRun, CliError> {
    let read = |file: OutputFile| {
        let path = folder.join(file.name());
        fs::read_to_string(&path).map_err(|source| CliError::File { path, source })
    };
    let (scores, summary) = (read(OutputFile::ScoresCsv)?, read(OutputFile::SummaryJson)?);
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let alone = all.iter().filter(|other| last(other) == last(folder)).count() == 1;
    let whole = || folder.display().to_string();
    let name = last(folder).filter(|_| alone).unwrap_or_else(whole);
    ScoredRun::read(&name, &scores, &summary)
        .map_err(|source| CliError::Run { path: folder.to_owned(), source: Box::new(source) })
}
