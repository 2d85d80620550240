//! A comparison as lines of text and as CSV.

use std::fmt::Write as _;

use super::{ComparedMetric, Comparison};
use crate::ExportError;

/// A comparison as the command line prints it: a line per metric with both means, the difference
/// and its 95 % interval, p as drawn and adjusted, and in how many studies the second run is
/// better, worse and equal.
#[must_use]
pub fn comparison_table(comparison: &Comparison) -> String {
    let Comparison { first, second, studies, only_first, only_second, .. } = comparison;
    let mut text = format!("{second} beside {first}, {studies} studies in both");
    if only_first + only_second > 0 {
        let _ = write!(text, " ({only_first} only in {first}, {only_second} only in {second})");
    }
    text.push('\n');
    let heading = [
        "metric",
        "first",
        "second",
        "difference",
        "95 % CI",
        "p",
        "p (Holm)",
        "better",
        "worse",
        "equal",
    ];
    let mut rows = vec![heading.map(str::to_owned)];
    let compared = comparison.metrics.iter().filter(|metric| metric.difference.is_some());
    rows.extend(compared.map(row));
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: [usize; 10] = std::array::from_fn(width);
    for row in &rows {
        let mut line = format!("{:<width$}", row[0], width = widths[0]);
        for (field, width) in row.iter().zip(widths).skip(1) {
            let _ = write!(line, "  {field:>width$}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for metric in &comparison.metrics {
        if let Some(refused) = &metric.refused {
            let _ = writeln!(text, "{}: not compared: {refused}", metric.label);
        }
    }
    if !comparison.same_references {
        text.push_str(
            "The references stand in the files of predictions, or in one of them: whether they are \
             the same was not checked; ids alone decided.\n",
        );
    }
    let _ = writeln!(
        text,
        "p: paired approximate randomization, {} exchanges; 95 % CI: paired bootstrap, as many \
         resamples; seed {}",
        comparison.resamples, comparison.seed
    );
    text
}

fn row(metric: &ComparedMetric) -> [String; 10] {
    let Some(difference) = metric.difference else { return Default::default() };
    let number = |value: f64| format!("{value:.4}");
    let interval = difference.interval.map(|[low, high]| format!("[{low:+.4}, {high:+.4}]"));
    let [better, worse, equal] = metric.wins().unwrap_or_default().map(|count| count.to_string());
    [
        metric.label.clone(),
        number(difference.first),
        number(difference.second),
        format!("{:+.4}", difference.difference),
        interval.unwrap_or_else(|| "–".to_owned()),
        number(difference.p),
        metric.p_holm.map_or_else(String::new, number),
        better,
        worse,
        equal,
    ]
}

/// Comparisons as CSV, a row per run and metric, numbers with every digit; what could not be
/// compared has empty fields and the reason in the last one.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn comparison_csv(comparisons: &[Comparison]) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "first",
        "second",
        "metric",
        "n",
        "first_mean",
        "second_mean",
        "difference",
        "lower",
        "upper",
        "p",
        "p_holm",
        "better",
        "worse",
        "equal",
        "not_compared",
    ])?;
    for comparison in comparisons {
        for metric in &comparison.metrics {
            let found = metric.difference;
            let number =
                |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            let end = |at: usize| found.and_then(|found| Some(found.interval?[at]));
            let count =
                |at: usize| metric.wins().map(|wins| wins[at].to_string()).unwrap_or_default();
            writer.write_record([
                crate::scores_csv::harmless(&comparison.first),
                crate::scores_csv::harmless(&comparison.second),
                metric.metric.id().to_owned(),
                found.map(|found| found.n.to_string()).unwrap_or_default(),
                number(found.map(|found| found.first)),
                number(found.map(|found| found.second)),
                number(found.map(|found| found.difference)),
                number(end(0)),
                number(end(1)),
                number(found.map(|found| found.p)),
                number(metric.p_holm),
                count(0),
                count(1),
                count(2),
                metric.refused.as_ref().map(ToString::to_string).unwrap_or_default(),
            ])?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
