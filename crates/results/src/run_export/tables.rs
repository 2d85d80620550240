//! A run's means and intervals as a table for a page or a paper.

use rrgscore_scoring::summary::MetricSummary;

use crate::ScoredRun;
use crate::markup::{escape_latex, escape_markdown};

const HEADING: [&str; 4] = ["Metric", "Mean", "95 % CI", "n"];

/// A row per metric; of what is published as a reciprocal a second one.
fn rows(run: &ScoredRun) -> Vec<[String; 4]> {
    run.summary.metrics.iter().flat_map(rows_of).collect()
}

fn rows_of(metric: &MetricSummary) -> Vec<[String; 4]> {
    let row = |label: &str, mean: Option<f64>, ci95: Option<[f64; 2]>| {
        let number = |value: f64| format!("{value:.3}");
        let interval = ci95.map(|[low, high]| format!("{} to {}", number(low), number(high)));
        let none = || "–".to_owned();
        [
            label.to_owned(),
            mean.map_or_else(none, number),
            interval.unwrap_or_else(none),
            metric.n.to_string(),
        ]
    };
    let mut rows = vec![row(&metric.label, metric.mean, metric.ci95)];
    if let Some(value) = metric.of_set {
        rows.push(row(&format!("{} of the whole set", metric.label), Some(value), None));
    }
    if let Some(inverse) = metric.reciprocal.as_ref().filter(|inverse| inverse.value.is_some()) {
        rows.push(row(&inverse.label, inverse.value, inverse.ci95));
    }
    rows
}

/// In Markdown, the signature below.
pub(super) fn markdown(run: &ScoredRun) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(HEADING.map(str::to_owned).to_vec());
    text.push_str("| --- | --: | --: | --: |\n");
    for row in rows(run) {
        text.push_str(&line(row.iter().map(|cell| escape_markdown(cell)).collect()));
    }
    let signature = &run.summary.signature;
    text.push_str(&format!("\n{}: `{signature}`\n", escape_markdown(&run.name)));
    text
}

/// In LaTeX, for the package booktabs; the signature as a comment.
pub(super) fn latex(run: &ScoredRun) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escape_latex(cell)).collect();
        format!("{} \\\\\n", cells.join(" & "))
    };
    let mut text = "\\begin{tabular}{lrrr}\n\\toprule\n".to_owned();
    text.push_str(&line(&HEADING.map(str::to_owned)));
    text.push_str("\\midrule\n");
    for row in rows(run) {
        text.push_str(&line(&row));
    }
    text.push_str("\\bottomrule\n\\end{tabular}\n");
    let name = run.name.replace(['\n', '\r'], " ");
    text.push_str(&format!("% {name}: {}\n", run.summary.signature));
    text
}
