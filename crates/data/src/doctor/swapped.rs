//! Predictions and references that look exchanged.

use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::join::{Joined, Row};
use crate::record::Dataset;
use crate::shape::Kind;
use crate::text::thousands;

/// Fewer studies than this prove nothing.
const ENOUGH: usize = 5;

pub(super) fn look(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
    findings: &mut Vec<Finding>,
) {
    let by_name = predictions.shape.kind == Kind::ReferencesById
        && references.is_some_and(|references| references.shape.kind == Kind::PredictionsById);
    if by_name {
        findings.push(
            Finding::general(
                Code::Swapped,
                Severity::Error,
                0,
                "The predictions file has the columns of references, and the references file \
                 those of predictions.",
            )
            .hint("Exchange the two files.")
            .control(Hint::ExchangeFiles),
        );
    }
    let maybe_by_name = predictions.shape.kind == Kind::ReferencesById
        && references.is_some_and(|references| references.shape.kind == Kind::ReportsById)
        && joined.source.is_some();
    if maybe_by_name {
        findings.push(
            Finding::general(
                Code::Swapped,
                Severity::Warning,
                0,
                "The predictions file has sections, as references have, and the references file \
                 has none: the two may be exchanged.",
            )
            .hint("Exchange the two files, unless the sections are the model's.")
            .control(Hint::ExchangeFiles),
        );
    }
    let pairs: Vec<&Row<'_>> = joined.rows.iter().filter(|row| row.reference.is_some()).collect();
    identical(&pairs, findings);
    against_known(predictions, references, findings);
    deidentified(&pairs, findings);
}

/// Most predictions equal their reference: the same column twice, or the wrong file.
fn identical(pairs: &[&Row<'_>], findings: &mut Vec<Finding>) {
    let both = pairs.iter().filter(|row| row.candidate.is_some()).count();
    let same: Vec<&str> = pairs
        .iter()
        .filter(|row| match (&row.candidate, &row.reference) {
            (Some(candidate), Some(reference)) => candidate.text.trim() == reference.text.trim(),
            _ => false,
        })
        .map(|row| row.id.as_ref())
        .collect();
    if both >= ENOUGH && same.len() * 2 > both {
        findings.push(
            Finding::about(Code::Identical, Severity::Warning, same, |count| {
                format!(
                    "{} of {} predictions equal their reference word for word.",
                    thousands(count),
                    thousands(both as u64)
                )
            })
            .hint("Check that the predictions are not a copy of the references."),
        );
    }
}

/// A pair list whose candidates are the texts of a references file: its columns are exchanged.
fn against_known(predictions: &Dataset, references: Option<&Dataset>, findings: &mut Vec<Finding>) {
    let Some(references) = references.filter(|_| predictions.shape.kind == Kind::PairList) else {
        return;
    };
    let known: std::collections::HashMap<&str, Vec<&str>> = references
        .records
        .iter()
        .map(|record| {
            let fields = [&record.reference, &record.report, &record.findings, &record.impression];
            let texts = fields.into_iter().filter_map(|field| field.present());
            (record.id.as_str(), texts.map(str::trim).collect())
        })
        .collect();
    let is_reference = |id: &str, text: Option<&str>| {
        text.is_some_and(|text| known.get(id).is_some_and(|texts| texts.contains(&text.trim())))
    };
    let exchanged: Vec<&str> = predictions
        .records
        .iter()
        .filter(|record| {
            let candidate =
                if record.prediction.is_given() { &record.prediction } else { &record.report };
            is_reference(&record.id, candidate.text())
                && !is_reference(&record.id, record.reference.text())
        })
        .map(|record| record.id.as_str())
        .collect();
    if exchanged.len() >= ENOUGH && exchanged.len() * 2 > predictions.records.len() {
        findings.push(swapped(exchanged, |count| {
            format!("{} predictions are the reference texts of their study.", thousands(count))
        }));
    }
}

/// Blanks of de-identification (`___` in MIMIC-CXR, `XXXX` in IU X-ray) stand in real reports;
/// models rarely write them.
fn deidentified(pairs: &[&Row<'_>], findings: &mut Vec<Finding>) {
    let blanked = |text: &str| text.contains("___") || text.contains("XXXX");
    let pairs = pairs.iter().filter_map(|row| match (&row.candidate, &row.reference) {
        (Some(candidate), Some(reference)) => {
            Some((row.id.as_ref(), blanked(&candidate.text), blanked(&reference.text)))
        }
        _ => None,
    });
    let (mut all, mut in_references, mut in_candidates) = (0, 0, Vec::new());
    for (id, candidate, reference) in pairs {
        all += 1;
        in_references += usize::from(reference);
        if candidate {
            in_candidates.push(id);
        }
    }
    if in_candidates.len() >= ENOUGH && in_references == 0 && in_candidates.len() * 10 >= all {
        findings.push(swapped(in_candidates, |count| {
            format!(
                "{} predictions hold blanks of de-identification (___ or XXXX) and no \
                 reference does: the two may be exchanged.",
                thousands(count)
            )
        }));
    }
}

fn swapped(ids: Vec<&str>, message: impl FnOnce(u64) -> String) -> Finding {
    Finding::about(Code::Swapped, Severity::Warning, ids, message)
        .hint("Check which column is the prediction and which the reference.")
}
