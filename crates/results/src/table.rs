//! The table that the command line prints.

use std::fmt::Write as _;

use rrgscore_metrics::chexbert_labels::PrecisionRecallF1;
use rrgscore_scoring::Summary;
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::summary::{ChexbertF1, FindingsF1, MetricSummary, ReciprocalSummary};

use crate::{Distribution, Results};

/// The results as lines of text, one per metric, with a heading and a small histogram; below,
/// reciprocals, counts of studies that stand out, cautions and the signature.
pub fn table(results: &Results) -> String {
    let summary = &results.summary;
    let header =
        ["metric", "mean", "95 % CI", "n", "failed", "truncated", "spread"].map(str::to_owned);
    let mut rows = vec![header];
    let spreads = results.distributions.iter().map(Some).chain(std::iter::repeat(None));
    rows.extend(summary.metrics.iter().zip(spreads).map(|(metric, spread)| row(metric, spread)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 7] = std::array::from_fn(|column| width(column).unwrap_or(0));

    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (field, &width)) in row.iter().zip(&widths).enumerate() {
            // The name stands left, numbers stand right.
            let _ = match column {
                0 => write!(line, "{field:<width$}"),
                6 => write!(line, "  {field}"),
                _ => write!(line, "  {field:>width$}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for metric in &summary.metrics {
        if let Some(value) = metric.of_set {
            let _ = writeln!(text, "{} of the whole set: {value:.4}", metric.label);
        }
    }
    for inverse in summary.metrics.iter().filter_map(|metric| metric.reciprocal.as_ref()) {
        let _ = writeln!(text, "{}", reciprocal(inverse));
    }
    text.push_str(&flags(summary));
    if let Some(f1) = &summary.chexbert_f1 {
        text.push_str(&chexbert(f1));
    }
    for metric in &summary.metrics {
        if let Some(f1) = &metric.findings_f1 {
            text.push_str(&findings(&metric.label, f1));
        }
    }
    for metric in &summary.metrics {
        if let Some(caution) = &metric.caution {
            let _ = writeln!(text, "{}: {caution}", metric.label);
        }
    }
    for metric in &summary.metrics {
        if let Some(judge) = &metric.judge {
            text.push_str(&judged(&metric.label, judge));
        }
    }
    let _ = writeln!(text, "{}", summary.signature);
    text
}

/// F1-CheXbert in the averages that papers print, and each observation.
fn chexbert(f1: &ChexbertF1) -> String {
    let mut text = format!("F1-CheXbert over {} studies, precision recall F1:\n", f1.n);
    let mut line =
        |name: &str, scores: &PrecisionRecallF1, more: &str| three(&mut text, name, scores, more);
    for row in &f1.averages {
        let uncertain = if row.uncertain_is_positive { "present" } else { "absent" };
        let of = format!("{} observations, uncertain as {uncertain}", row.observations);
        for (average, scores) in [
            ("micro", &row.micro),
            ("macro", &row.macro_average),
            ("weighted", &row.weighted),
            ("samples", &row.samples),
        ] {
            line(&format!("{of}, {average}"), scores, "");
        }
    }
    for (rows, uncertain) in
        [(&f1.observations, ""), (&f1.observations_uncertain_as_negative, ", uncertain as absent")]
    {
        for row in rows {
            let name = format!("{}{uncertain}", row.name);
            line(&name, &row.scores, &format!("  in {} references", row.support));
        }
    }
    text
}

/// F1 of a list of findings in its averages, and each finding that is there.
fn findings(label: &str, f1: &FindingsF1) -> String {
    let mut text = format!("{label}, {} findings, precision recall F1:\n", f1.findings);
    for (average, scores) in [
        ("micro", &f1.micro),
        ("macro", &f1.macro_average),
        ("weighted", &f1.weighted),
        ("samples", &f1.samples),
    ] {
        three(&mut text, average, scores, "");
    }
    let _ = writeln!(text, "  all findings equal in {:.4} of the studies", f1.exact_match);
    for row in &f1.rows {
        three(&mut text, &row.name, &row.scores, &format!("  in {} references", row.support));
    }
    text
}

/// A line of precision, recall and F1.
fn three(text: &mut String, name: &str, scores: &PrecisionRecallF1, more: &str) {
    let PrecisionRecallF1 { precision, recall, f1 } = scores;
    let _ = writeln!(text, "  {name:<44}  {precision:.4}  {recall:.4}  {f1:.4}{more}");
}

/// Studies that the table names at most; the others are in `summary.json`.
const NAMED: usize = 10;

/// Who judged, and which answers are missing or did not parse as intended.
fn judged(label: &str, judge: &JudgeSummary) -> String {
    let mut text = format!("{label}: {} answers; {}\n", judge.answered, judge.made_by());
    if !judge.unanswered.is_empty() {
        let ids = named(judge.unanswered.iter());
        let _ = writeln!(text, "{label}: no answer for {}: {ids}", judge.unanswered.len());
    }
    if judge.unknown > 0 {
        let _ = writeln!(text, "{label}: answers for other studies, not used: {}", judge.unknown);
    }
    if judge.failed_requests > 0 {
        let failed = judge.failed_requests;
        let _ = writeln!(text, "{label}: requests that came back with an error: {failed}");
    }
    let kinds: Vec<String> =
        judge.by_note.iter().map(|(code, studies)| format!("{code} {studies}")).collect();
    let noted = judge.not_as_intended.len();
    let _ = write!(text, "{label}: answers that did not parse as intended: {noted}");
    if noted > 0 {
        let ids = named(judge.not_as_intended.keys());
        let _ = write!(text, " ({}): {ids}", kinds.join(", "));
    }
    text.push('\n');
    text
}

fn named<'a>(ids: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = ids.len().saturating_sub(NAMED);
    let first = ids.take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// Studies whose reports or scores stand out: a line for the reports and one per metric.
fn flags(summary: &Summary) -> String {
    let mut text = String::new();
    let facts = summary.texts.facts();
    if !facts.is_empty() {
        let _ = writeln!(text, "studies: {}", facts.join(", "));
    }
    for metric in summary.metrics.iter().filter(|metric| !metric.flags.is_empty()) {
        let counts = metric.flags.iter();
        let counts: Vec<String> = counts.map(|(flag, n)| format!("{} {n}", flag.label())).collect();
        let _ = writeln!(text, "{}: {}", metric.label, counts.join(", "));
    }
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

fn row(metric: &MetricSummary, spread: Option<&Distribution>) -> [String; 7] {
    let number = |value: f64| format!("{value:.4}");
    [
        metric.label.clone(),
        metric.mean.map_or_else(|| "–".to_owned(), number),
        metric.ci95.map_or_else(|| "–".to_owned(), |[low, high]| format!("{low:.4} to {high:.4}")),
        metric.n.to_string(),
        metric.failed.to_string(),
        metric.truncated.to_string(),
        spread.map(histogram).unwrap_or_default(),
    ]
}

/// A histogram of one line: a bar per bin, between its lowest and its highest score.
fn histogram(spread: &Distribution) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = spread.bins.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let bar = |&studies: &u32| match studies {
        0 => ' ',
        // At least the lowest bar, where there is a study; the highest for the fullest bin.
        _ => BARS.get((u64::from(studies) * 7 / u64::from(most)) as usize).copied().unwrap_or('█'),
    };
    let bars: String = spread.bins.iter().map(bar).collect();
    format!("{:.3} {bars} {:.3}", spread.low, spread.high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_has_a_bar_per_bin_and_none_where_no_study_is() {
        let spread = Distribution { low: 0.0, high: 1.0, bins: vec![1, 0, 1000, 500] };
        assert_eq!(histogram(&spread), "0.000 ▁ █▄ 1.000");
        assert_eq!(histogram(&Distribution { low: 0.0, high: 0.0, bins: Vec::new() }), "");
    }
}
