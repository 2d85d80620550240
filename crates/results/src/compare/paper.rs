//! Runs as a table for a paper, in Markdown and in LaTeX.

use super::{ComparedMetric, Comparison, ScoredRun};
use crate::markup::{escape_latex, escape_markdown};
use rrgscore_scoring::summary::MetricSummary;

/// p-values below this, adjusted for the number of metrics, get a mark.
const LEVEL: f64 = 0.05;

/// A table in Markdown: a row per run, a column per metric of the first one; the best value is bold
/// and a star stands at what differs from the first run beyond chance (p < 0.05, Holm).
#[must_use]
pub fn comparison_markdown(runs: &[ScoredRun], comparisons: &[Comparison]) -> String {
    let table = PaperTable::new(runs, comparisons);
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(table.heading().iter().map(|cell| escape_markdown(cell)).collect());
    text.push_str(&line(vec!["---".to_owned(); table.columns.len() + 1]));
    for (run, cells) in table.rows() {
        let marked = cells.into_iter().map(|cell| {
            let value = if cell.best { format!("**{}**", cell.value) } else { cell.value };
            if cell.differs { format!("{value}\\*") } else { value }
        });
        text.push_str(&line(std::iter::once(escape_markdown(run)).chain(marked).collect()));
    }
    text.push_str(&format!("\n{}\n", table.note("\\*")));
    text
}

/// The same in LaTeX, for the package booktabs.
#[must_use]
pub fn comparison_latex(runs: &[ScoredRun], comparisons: &[Comparison]) -> String {
    let table = PaperTable::new(runs, comparisons);
    let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let mut text =
        format!("\\begin{{tabular}}{{l{}}}\n\\toprule\n", "r".repeat(table.columns.len()));
    text.push_str(&line(table.heading().iter().map(|cell| escape_latex(cell)).collect()));
    text.push_str("\\midrule\n");
    for (run, cells) in table.rows() {
        let marked = cells.into_iter().map(|cell| {
            let value = escape_latex(&cell.value);
            let value = if cell.best { format!("\\textbf{{{value}}}") } else { value };
            if cell.differs { format!("{value}$^{{*}}$") } else { value }
        });
        text.push_str(&line(std::iter::once(escape_latex(run)).chain(marked).collect()));
    }
    text.push_str("\\bottomrule\n\\end{tabular}\n");
    text.push_str(&format!("% {}\n", table.note("*")));
    text
}

/// Runs and the metrics of the first one.
struct PaperTable<'a> {
    runs: &'a [ScoredRun],
    comparisons: &'a [Comparison],
    columns: Vec<&'a MetricSummary>,
}

struct Cell {
    value: String,
    best: bool,
    differs: bool,
}

impl<'a> PaperTable<'a> {
    fn new(runs: &'a [ScoredRun], comparisons: &'a [Comparison]) -> Self {
        let columns = runs.first().map(|run| run.summary.metrics.iter().collect());
        Self { runs, comparisons, columns: columns.unwrap_or_default() }
    }

    fn heading(&self) -> Vec<String> {
        let labels = self.columns.iter().map(|metric| super::label(metric));
        std::iter::once(String::new()).chain(labels).collect()
    }

    fn rows(&self) -> impl Iterator<Item = (&'a str, Vec<Cell>)> {
        let values: Vec<Vec<Option<f64>>> = self
            .runs
            .iter()
            .map(|run| self.columns.iter().map(|c| shown(run, c)).collect())
            .collect();
        let best: Vec<Option<f64>> = (0..self.columns.len())
            .map(|at| {
                let metric = self.columns[at].metric;
                let up = metric.higher_is_better() != metric.has_reciprocal();
                let all = values.iter().filter_map(|row| row[at]);
                all.reduce(|a, b| if up { a.max(b) } else { a.min(b) })
            })
            .collect();
        let mut rows = Vec::new();
        for (number, run) in self.runs.iter().enumerate() {
            let comparison = number.checked_sub(1).and_then(|at| self.comparisons.get(at));
            let cells = (0..self.columns.len()).map(|at| {
                let value = values[number][at];
                let of = |compared: &&ComparedMetric| compared.metric == self.columns[at].metric;
                let compared = comparison.and_then(|one| one.metrics.iter().find(of));
                Cell {
                    value: value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}")),
                    best: value.is_some() && value == best[at] && self.runs.len() > 1,
                    differs: compared.and_then(|one| one.p_holm).is_some_and(|p| p < LEVEL),
                }
            });
            rows.push((run.name.as_str(), cells.collect()));
        }
        rows.into_iter()
    }

    fn note(&self, star: &str) -> String {
        let first = self.runs.first().map_or("", |run| run.name.as_str());
        let first = first.replace(['\n', '\r'], " ");
        let resamples = self.comparisons.first().map_or(0, |comparison| comparison.resamples);
        format!(
            "Bold: best. {star}: differs from {first}, p < 0.05 by paired approximate randomization \
             ({resamples} exchanges), adjusted for the number of metrics by Holm's method."
        )
    }
}

/// A run's mean, or its reciprocal where that is what is published.
fn shown(run: &ScoredRun, column: &MetricSummary) -> Option<f64> {
    let metric = run.summary.metrics.iter().find(|metric| metric.metric == column.metric)?;
    match &metric.reciprocal {
        Some(reciprocal) => reciprocal.value,
        None => metric.mean,
    }
}
