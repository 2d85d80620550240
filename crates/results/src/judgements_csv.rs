//! `judgements.csv`: what a judge has counted, study by study.

use rrgscore_judge::{FineRadScoreResult, GreenResult, JudgeMetric as Judge};
use rrgscore_metrics::crimson::ATTRIBUTE_KINDS;
use rrgscore_metrics::fineradscore::CorrectionSeverity;
use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::job::Reasons;
use rrgscore_scoring::run::{Cell, Column};

use crate::ExportError;
use crate::scores_csv::harmless;

/// GREEN's counts; the letters are those of the six categories of errors.
const GREEN: [&str; 9] = [
    "matched_findings",
    "significant_errors",
    "significant_a",
    "significant_b",
    "significant_c",
    "significant_d",
    "significant_e",
    "significant_f",
    "insignificant_errors",
];

/// FineRadScore's counts: corrections in all and by severity.
const FINERADSCORE: [&str; 6] = [
    "corrections",
    "not_actionable",
    "actionable_nonurgent",
    "urgent",
    "emergent",
    "unknown_severity",
];

/// CRIMSON's counts, behind which stand those of the kinds of attribute errors.
const CRIMSON: [&str; 6] = [
    "reference_findings",
    "predicted_findings",
    "matched_findings",
    "false_findings",
    "missing_findings",
    "attribute_errors",
];

/// What a judge has counted as CSV: `study_id`, then for each judge's column the score under its
/// own name and, under the column's id, counts: for GREEN matched findings and errors in all and
/// by category, for FineRadScore corrections in all and by severity, for CRIMSON findings and
/// errors by kind. `…_notes` names what in an answer did not parse as intended, separated by
/// spaces. No field holds an answer's text. A study without an answer has empty fields. `None`
/// when the run has no judge's column.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn judgements_csv(run: &impl ScoredSet) -> Result<Option<String>, ExportError> {
    let judged = run.columns().iter().filter_map(|column| Some((column, column.metric.judge()?)));
    let mut judged: Vec<(&Column, Judge)> = judged.collect();
    judged.sort_by_key(|&(column, judge)| (judge, column.metric));
    if judged.is_empty() {
        return Ok(None);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_field("study_id")?;
    for &(column, judge) in &judged {
        writer.write_field(column.metric.column())?;
        let id = column.metric.id().replace('-', "_");
        for count in names(judge).iter().map(String::as_str).chain(["notes"]) {
            writer.write_field(format!("{id}_{count}"))?;
        }
    }
    writer.write_record(None::<&[u8]>)?;
    for (place, id) in run.ids().enumerate() {
        writer.write_field(harmless(id))?;
        for &(column, judge) in &judged {
            for field in row(run, column, judge, place, id) {
                writer.write_field(field)?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// What is counted of a judge's answers.
fn names(judge: Judge) -> Vec<String> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match judge {
        Judge::Green => owned(&GREEN),
        Judge::Fineradscore => owned(&FINERADSCORE),
        Judge::Crimson => {
            let kinds = ATTRIBUTE_KINDS.iter().map(|kind| format!("{kind}_errors"));
            owned(&CRIMSON).into_iter().chain(kinds).collect()
        }
    }
}

/// A study's fields in a judge's column: the score, counts and the notes.
fn row(run: &impl ScoredSet, column: &Column, judge: Judge, place: usize, id: &str) -> Vec<String> {
    let cell = column.cells.get(place);
    let counts = match cell {
        Some(Cell::Scored(scored)) => counts(&scored.reasons),
        _ => None,
    };
    let notes = run.judge(column.metric).and_then(|judge| judge.not_as_intended.get(id));
    let value = cell.and_then(Cell::value).map(|value| value.to_string());
    let mut fields = vec![value.unwrap_or_default()];
    match counts {
        Some(counts) => fields.extend(counts.iter().map(u64::to_string)),
        None => fields.extend(vec![String::new(); names(judge).len()]),
    }
    fields.push(notes.map(|codes| codes.join(" ")).unwrap_or_default());
    fields
}

/// The counts behind a judge's score, in the order of their names.
fn counts(reasons: &Reasons) -> Option<Vec<u64>> {
    match reasons {
        Reasons::Green(result) => Some(green(result).to_vec()),
        Reasons::FineRadScore(result) => Some(fineradscore(result).to_vec()),
        Reasons::Crimson(result) => {
            let found = result.crimson.as_ref()?;
            let lists = [
                found.reference_findings.len() as u64,
                found.predicted_findings.len() as u64,
                found.matched.len() as u64,
                found.false_count,
                found.missing_count,
                found.attribute_count,
            ];
            Some(lists.into_iter().chain(found.attribute_kinds).collect())
        }
        _ => None,
    }
}

fn green(GreenResult { green, .. }: &GreenResult) -> [u64; 9] {
    let [a, b, c, d, e, f] = green.significant;
    let sum = |counts: [u64; 6]| counts.into_iter().fold(0, u64::saturating_add);
    let (wrong, slight) = (sum(green.significant), sum(green.insignificant));
    [green.matched, wrong, a, b, c, d, e, f, slight]
}

fn fineradscore(FineRadScoreResult { edits, .. }: &FineRadScoreResult) -> [u64; 6] {
    let edits = edits.as_ref().map(|score| score.edits.as_slice()).unwrap_or_default();
    let of = |severity: Option<CorrectionSeverity>| {
        edits.iter().filter(|edit| edit.severity == severity).count() as u64
    };
    [
        edits.len() as u64,
        of(Some(CorrectionSeverity::NotActionable)),
        of(Some(CorrectionSeverity::ActionableNonurgent)),
        of(Some(CorrectionSeverity::Urgent)),
        of(Some(CorrectionSeverity::Emergent)),
        of(None),
    ]
}
