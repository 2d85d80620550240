//! `rrgscore explore`, and the groups of `rrgscore score --group-by`.

use std::path::Path;

use rrgscore_data::StudyField;
use rrgscore_native::{Readers, read_runs, write};
use rrgscore_results::{
    MetricExtremes, ScoredRun, StudyGrouping, correlations, extremes, group_scores, groups_csv,
};
use rrgscore_scoring::{Run, Summary};

use crate::args::Explore;
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Prints best and worst studies and the correlation between metrics.
pub(crate) fn run(args: &Explore) -> Result<ExitCode, CliError> {
    for run in read_runs(std::slice::from_ref(&args.run))? {
        let extremes = extremes(&run, args.studies);
        let correlations = correlations(&run, args.correlation);
        if args.json {
            let found = serde_json::json!({ "extremes": extremes, "correlations": correlations });
            println!("{found:#}");
        } else {
            println!("{}", MetricExtremes::table(&extremes, &run).to_text());
            print!("{}", correlations.table(&run).to_text());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses a field that the references do not have, before anything is scored.
///
/// # Errors
/// When there is nothing to group by under one of the names.
pub(crate) fn check_groupings(names: &[String], fields: &[StudyField]) -> Result<(), CliError> {
    // Labels are there after the run, if at all.
    let of_fields = names.iter().filter(|name| !name.eq_ignore_ascii_case(StudyGrouping::CHEXBERT));
    for name in of_fields {
        StudyGrouping::named(name, fields, &[])?;
    }
    Ok(())
}

/// Writes `groups.csv` into a folder and gives the tables.
pub(crate) fn groups(
    names: &[String],
    fields: &[StudyField],
    run: &Run,
    summary: &Summary,
    folder: &Path,
) -> Result<String, CliError> {
    if names.is_empty() {
        return Ok(String::new());
    }
    let (labels, scores) = (run.chexbert_labels(), ScoredRun::of("", run, summary));
    let grouped = |name: &String| {
        let grouping = StudyGrouping::named(name, fields, &labels)?;
        Ok(group_scores(&scores, &grouping))
    };
    let all = names.iter().map(grouped).collect::<Result<Vec<_>, CliError>>()?;
    let csv = groups_csv(&all)?;
    write(&folder.join("groups.csv"), Readers::Anyone, |file| file.write_all(csv.as_bytes()))?;
    Ok(all.iter().map(|grouped| format!("\n{}", grouped.table(&scores).to_text())).collect())
}
