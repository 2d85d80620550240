//! The known split that the studies are of.

use std::collections::HashSet;

use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::join::Joined;
use crate::record::Dataset;
use crate::splits::{SplitMatch, hash_of_texts, recognise};
use crate::task::Task;
use crate::texts::{Reference, Texts};

/// The known split that the references, or else the predictions, are of.
pub(crate) fn split_of(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
) -> Option<SplitMatch> {
    if references.is_some()
        && joined.source.is_some()
        && let Some(split) = recognise(joined.known.iter().map(AsRef::as_ref))
    {
        return Some(split.with_matched(joined.counts.matched));
    }
    let texts = Texts::new(predictions, Task::Report);
    let split = recognise(predictions.records.iter().map(|record| record.id.as_str()))?;
    let matched: HashSet<&str> = predictions
        .records
        .iter()
        .filter(|record| texts.has_candidate(record))
        .map(|record| record.id.as_str())
        .collect();
    Some(split.with_matched(matched.len() as u64))
}

/// References whose ids are those of a known split, and whose texts are not.
pub(super) fn compare(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
    findings: &mut Vec<Finding>,
) {
    let source = references.unwrap_or(predictions);
    if joined.source.is_none() || joined.task == Task::Impression {
        return;
    }
    let Some(split) = recognise(joined.known.iter().map(AsRef::as_ref)) else { return };
    let expected = match joined.task {
        Task::Findings => split.findings_sha256,
        _ => split.reports_sha256,
    };
    let Some(expected) = expected else { return };
    let texts = Texts::new(source, joined.task);
    let found =
        hash_of_texts(source.records.iter().filter_map(|record| match texts.reference(record) {
            Reference::Text(text) => Some((record.id.as_str(), text.text)),
            Reference::NoSection | Reference::Missing => None,
        }));
    if found != expected {
        findings.push(
            Finding::general(
                Code::OtherReferenceTexts,
                Severity::Warning,
                joined.known.len() as u64,
                format!(
                    "The study ids are those of {}, and the reference texts are not: the scores \
                     cannot be compared with published ones.",
                    split.name
                ),
            )
            .hint("Use the built-in split, or say how the texts were changed."),
        );
    }
}

/// Predictions that are the reference texts of a known split.
pub(super) fn exchanged(predictions: &Dataset, joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    let ids = predictions.records.iter().map(|record| record.id.as_str());
    let Some(split) = recognise(ids) else { return };
    let expected = match joined.task {
        Task::Findings => split.findings_sha256,
        Task::Report => split.reports_sha256,
        Task::Impression => None,
    };
    let texts = joined.rows.iter();
    let texts = texts.filter_map(|row| Some((row.id.as_ref(), row.candidate.as_ref()?)));
    let found = |_: &&str| {
        hash_of_texts(texts.clone().map(|(id, text)| (id, std::borrow::Cow::Borrowed(&*text.text))))
    };
    if expected.is_some_and(|expected| expected == found(&expected)) {
        findings.push(
            Finding::about(
                Code::Swapped,
                Severity::Warning,
                texts.clone().map(|(id, _)| id),
                |_| format!("The predictions are the reference texts of {}.", split.name),
            )
            .hint("Exchange the two files, or give the texts of the model.")
            .control(Hint::ExchangeFiles),
        );
    }
}
