//! What the shapes of the files say.

use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::join::Joined;
use crate::record::{Dataset, Field};
use crate::shape::{Kind, Role};
use crate::text::studies_have;

pub(super) fn describe(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
    findings: &mut Vec<Finding>,
) {
    let kind = predictions.shape.kind;
    if kind == Kind::PairList {
        findings.push(Finding::general(
            Code::ScoredAsGiven,
            Severity::Note,
            predictions.records.len() as u64,
            "Each row pairs a prediction with its reference: scored as given, without looking \
             for sections.",
        ));
    }
    if kind == Kind::PredictionsAndReferencesById
        && let Some(references) = references
        && joined.source.is_some()
    {
        findings.push(
            Finding::general(
                Code::ReferencesReplaced,
                Severity::Warning,
                references.records.len() as u64,
                "The predictions file has references inside; the given references file is used \
                 in their place.",
            )
            .hint("Leave the references file out to score against those inside.")
            .control(Hint::LeaveReferencesOut),
        );
    }
}

/// Studies of several splits in the predictions: the references are of one as a rule.
pub(super) fn several_splits(predictions: &Dataset, findings: &mut Vec<Finding>) {
    let splits: Vec<&str> = predictions.splits_in_use().collect();
    if let [.., _, last] = splits.as_slice()
        && let Some(others) = splits.get(..splits.len() - 1)
    {
        findings.push(
            Finding::general(
                Code::SeveralSplits,
                Severity::Warning,
                splits.len() as u64,
                format!(
                    "The predictions hold studies of several splits ({} and {last}): all that \
                     have a reference are scored.",
                    others.join(", ")
                ),
            )
            .hint("Give the predictions of one split, if the others are not meant."),
        );
    }
}

/// Sections that hold the text `NaN` in place of a null.
pub(super) fn nan_sections(references: &Dataset, findings: &mut Vec<Finding>) {
    if !references.shape.has(Role::Findings) && !references.shape.has(Role::Impression) {
        return;
    }
    let stands_for_null = |field: &Field| {
        field.text().is_some_and(|text| !text.is_empty() && crate::is_pandas_na(text))
    };
    let studies = references
        .records
        .iter()
        .filter(|record| stands_for_null(&record.findings) || stands_for_null(&record.impression))
        .map(|record| record.id.as_str());
    let finding = Finding::about(Code::NaText, Severity::Note, studies, |count| {
        format!("{} a section that is a text such as \"NaN\" or \"None\".", studies_have(count))
    });
    if finding.count > 0 {
        findings.push(finding.hint(
            "For a task of one section the section is missing; in the glue string NaN prints as \
             None and other words as they stand.",
        ));
    }
}
