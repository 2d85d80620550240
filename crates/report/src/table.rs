//! The table that the command line prints.

use std::fmt::Write as _;

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::{MetricSummary, ReciprocalSummary};

/// The summary as lines of text, one per metric, with a heading; cautions and notes below.
pub fn table(summary: &Summary) -> String {
    let header = ["metric", "mean", "95 % CI", "n", "failed", "truncated"].map(str::to_owned);
    let mut rows = vec![header];
    rows.extend(summary.metrics.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));

    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (field, &width)) in row.iter().zip(&widths).enumerate() {
            // The name stands left, numbers stand right.
            let _ = match column {
                0 => write!(line, "{field:<width$}"),
                _ => write!(line, "  {field:>width$}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for inverse in summary.metrics.iter().filter_map(|metric| metric.reciprocal.as_ref()) {
        let _ = writeln!(text, "{}", reciprocal(inverse));
    }
    for metric in &summary.metrics {
        if let Some(caution) = &metric.caution {
            let _ = writeln!(text, "{}: {caution}", metric.label);
        }
    }
    let _ = writeln!(text, "{}", summary.signature);
    text
}

/// The reciprocal of a mean with its intervals, or why it is not shown.
fn reciprocal(inverse: &ReciprocalSummary) -> String {
    let Some(value) = inverse.value else {
        let why = inverse.refused.as_deref().unwrap_or("it has no value");
        return format!("{}: not shown, because {why}", inverse.label);
    };
    let interval = |name: &str, ci95: Option<[f64; 2]>| {
        ci95.map_or_else(String::new, |[low, high]| format!(", {name} {low:.4} to {high:.4}"))
    };
    format!(
        "{}: {value:.4}{}{}",
        inverse.label,
        interval("95 % CI (delta method)", inverse.ci95),
        interval("95 % CI (bootstrap)", inverse.bootstrap95)
    )
}

fn row(metric: &MetricSummary) -> [String; 6] {
    let number = |value: f64| format!("{value:.4}");
    [
        metric.label.clone(),
        metric.mean.map_or_else(|| "–".to_owned(), number),
        metric.ci95.map_or_else(|| "–".to_owned(), |[low, high]| format!("{low:.4} to {high:.4}")),
        metric.n.to_string(),
        metric.failed.to_string(),
        metric.truncated.to_string(),
    ]
}
