//! The input doctor: says in plain words what is odd about the files before they are scored.

pub(crate) mod ids;
mod studies;
mod swapped;
mod text;

use std::collections::HashSet;

use crate::align::refusal;
use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;
use crate::record::Dataset;
use crate::shape::{Kind, Role};
use crate::splits::{SplitMatch, recognise};
use crate::task::{MissingPolicy, Task};
use crate::texts::Texts;

/// All findings about two files brought together, most severe first.
pub(crate) fn examine(
    predictions: &Dataset,
    references: Option<&Dataset>,
    task: Task,
    missing: MissingPolicy,
    joined: &Joined<'_>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        joined.errors.iter().map(crate::AlignError::to_finding).collect();
    if missing == MissingPolicy::Refuse && joined.counts.matched > 0 {
        findings.extend(refusal(joined).map(|error| error.to_finding()));
    }
    if let Some(split) = split_of(predictions, references, joined) {
        let label = format!("{}.", split.label());
        let finding = Finding::general(Code::KnownSplit, Severity::Note, split.matched, label);
        findings.push(Finding { split: Some(split), ..finding });
    }
    studies::describe(joined, task, missing, &mut findings);
    files(predictions, references, joined, &mut findings);
    ids::compare(predictions, references, joined, &mut findings);
    swapped::look(predictions, references, joined, &mut findings);
    text::look(joined, &mut findings);
    nan_sections(references.unwrap_or(predictions), &mut findings);
    for dataset in std::iter::once(predictions).chain(references) {
        findings.extend(dataset.findings.iter().cloned());
    }
    // Stable: within a severity the order above is the order of telling.
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The known split that the references, or else the predictions, are of.
pub(crate) fn split_of(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
) -> Option<SplitMatch> {
    let texts = Texts::new(predictions, Task::Report);
    let predicted = || {
        let records = predictions.records.iter();
        records.filter(|record| texts.candidate_field(record).present().is_some())
    };
    if let Some(references) = references
        && joined.source.is_some()
        && let Some(split) = recognise(references.records.iter().map(|record| record.id.as_str()))
    {
        let known: HashSet<&str> =
            references.records.iter().map(|record| record.id.as_str()).collect();
        let matched: HashSet<&str> =
            predicted().map(|record| record.id.as_str()).filter(|id| known.contains(id)).collect();
        return Some(split.with_matched(matched.len() as u64));
    }
    let split = recognise(predictions.records.iter().map(|record| record.id.as_str()))?;
    let matched: HashSet<&str> = predicted().map(|record| record.id.as_str()).collect();
    Some(split.with_matched(matched.len() as u64))
}

/// What the shapes of the files say.
fn files(
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
            .hint("Leave the references file out to score against those inside."),
        );
    }
    for (dataset, side) in
        [(Some(predictions), "predictions"), (references, "references")].into_iter()
    {
        let Some(dataset) = dataset.filter(|dataset| dataset.shape.ids_are_rows) else { continue };
        if dataset.shape.kind != Kind::PairList {
            findings.push(
                Finding::general(
                    Code::RowNumbersAsIds,
                    Severity::Warning,
                    dataset.records.len() as u64,
                    format!("The {side} have no study ids: row numbers stand for them."),
                )
                .hint("Add a study_id, so that no report is compared with another study's."),
            );
        }
    }
}

/// Sections that hold the text `NaN` in place of a null.
fn nan_sections(references: &Dataset, findings: &mut Vec<Finding>) {
    if !references.shape.has(Role::Findings) && !references.shape.has(Role::Impression) {
        return;
    }
    let stands_for_null = |field: &crate::record::Field| {
        field.text().is_some_and(|text| !text.is_empty() && crate::is_pandas_na(text))
    };
    let studies = references
        .records
        .iter()
        .filter(|record| stands_for_null(&record.findings) || stands_for_null(&record.impression))
        .map(|record| record.id.as_str());
    let finding = Finding::about(Code::NaText, Severity::Note, studies, |count| {
        format!("{} a section that is a text such as \"NaN\" or \"None\".", have(count))
    });
    if finding.count > 0 {
        findings.push(finding.hint(
            "For the task findings the section is missing; in the glue string NaN prints as None \
             and other words as they stand.",
        ));
    }
}

/// `1 study has` or `12 studies have`.
pub(crate) fn have(count: u64) -> String {
    let number = crate::splits::thousands(count);
    if count == 1 { format!("{number} study has") } else { format!("{number} studies have") }
}
