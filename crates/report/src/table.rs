//! The table that the command line prints.

use std::fmt::Write as _;

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;

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
    for metric in &summary.metrics {
        if let Some(caution) = &metric.caution {
            let _ = writeln!(text, "{}: {caution}", metric.label);
        }
    }
    let _ = writeln!(text, "{}", summary.signature);
    text
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
