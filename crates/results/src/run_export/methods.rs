//! What a paper's methods have to say of a run.

use std::fmt::Write as _;

use rrgscore_data::{MissingPolicy, Task};
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;

/// One paragraph: program and version, profile, studies and sections, columns with what computed
/// them, intervals, files by their hashes, and the signature.
pub(super) fn methods(summary: &Summary) -> String {
    let mut text = format!(
        "Reports were scored with RRGScore {} under the profile {}, {}",
        summary.version,
        summary.profile,
        studies(summary)
    );
    if !summary.complete {
        text.push_str(" The run was cancelled before its end.");
    }
    let columns: Vec<String> = summary.metrics.iter().map(|one| column(summary, one)).collect();
    let _ = write!(text, " Columns: {}.", columns.join("; "));
    text.push_str(
        " Means over studies are given with 95 % confidence intervals, mean ± 1.96 standard errors",
    );
    if summary.metrics.iter().any(|metric| metric.reciprocal.is_some()) {
        text.push_str("; reciprocals of means with intervals by the delta method");
    }
    text.push('.');
    let files: Vec<String> = (summary.inputs.iter())
        .map(|input| format!("{} sha256 {}", input.role, input.sha256))
        .collect();
    if !files.is_empty() {
        let _ = write!(text, " Files: {}.", files.join(", "));
    }
    let _ = writeln!(text, " Signature: {}", summary.signature);
    text
}

/// Which studies, which sections, and what was done about missing predictions.
fn studies(summary: &Summary) -> String {
    let task = match summary.task {
        Some(Task::Findings) => "the findings section",
        Some(Task::Impression) => "the impression section",
        Some(Task::Report) => "findings and impression",
        None => "pairs of reports as given",
    };
    let of = match &summary.split {
        Some(split) => format!("{} studies of {}", summary.n, split.label()),
        None => format!("{} studies", summary.n),
    };
    let missing = match (summary.counts.missing, summary.missing_policy) {
        (0, _) => String::new(),
        (missing, MissingPolicy::Empty) => {
            format!(" {missing} studies without a prediction were scored as empty reports.")
        }
        (missing, _) => format!(" {missing} studies without a prediction were left out."),
    };
    format!("over {of}, {task}.{missing}")
}

/// A column with the packs or the judge behind it.
fn column(summary: &Summary, metric: &MetricSummary) -> String {
    let packs = summary.packs.iter().filter(|pack| metric.packs.contains(&pack.id));
    let made_by: Vec<String> = packs
        .map(|pack| format!("{} in {}, pack {}", pack.name, pack.precision, short(&pack.id)))
        .chain(metric.judge.iter().map(|judge| judge.made_by()))
        .collect();
    if made_by.is_empty() {
        return metric.label.clone();
    }
    format!("{} ({})", metric.label, made_by.join("; "))
}

/// The first digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
