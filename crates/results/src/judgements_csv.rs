//! `judgements.csv`: what a judge has counted, study by study.

use rrgscore_judge::{FineRadScoreResult, GreenResult, Metric as Judge};
use rrgscore_metrics::fineradscore::CorrectionSeverity;
use rrgscore_scoring::Run;
use rrgscore_scoring::job::Reasons;
use rrgscore_scoring::run::{Cell, Column};

use crate::ExportError;
use crate::scores_csv::harmless;

/// GREEN's columns; the letters are those of the six categories of errors.
const GREEN: [&str; 11] = [
    "green_score",
    "green_matched_findings",
    "green_significant_errors",
    "green_significant_a",
    "green_significant_b",
    "green_significant_c",
    "green_significant_d",
    "green_significant_e",
    "green_significant_f",
    "green_insignificant_errors",
    "green_notes",
];

/// FineRadScore's columns: the worst severity, and corrections in all and by severity.
const FINERADSCORE: [&str; 8] = [
    "fineradscore",
    "fineradscore_corrections",
    "fineradscore_not_actionable",
    "fineradscore_actionable_nonurgent",
    "fineradscore_urgent",
    "fineradscore_emergent",
    "fineradscore_unknown_severity",
    "fineradscore_notes",
];

/// What a judge has counted as CSV: `study_id`, then for GREEN the score, matched findings, errors
/// in all and by category, and for FineRadScore the worst severity, corrections in all and by
/// severity. `…_notes` names what in an answer did not parse as intended, separated by spaces. No
/// field holds an answer's text. A study without an answer has empty fields. `None` when the run
/// has no judge's column.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn judgements_csv(run: &Run) -> Result<Option<String>, ExportError> {
    let column =
        |judge: Judge| run.columns().iter().find(|column| column.metric.judge() == Some(judge));
    let (green, fine) = (column(Judge::Green), column(Judge::Fineradscore));
    if green.is_none() && fine.is_none() {
        return Ok(None);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_field("study_id")?;
    if green.is_some() {
        GREEN.iter().try_for_each(|name| writer.write_field(name))?;
    }
    if fine.is_some() {
        FINERADSCORE.iter().try_for_each(|name| writer.write_field(name))?;
    }
    writer.write_record(None::<&[u8]>)?;
    for (place, pair) in run.pairs().iter().enumerate() {
        writer.write_field(harmless(&pair.id))?;
        let fields = [
            green.map(|column| row(run, column, place, &pair.id, green_row)),
            fine.map(|column| row(run, column, place, &pair.id, fineradscore_row)),
        ];
        for field in fields.into_iter().flatten().flatten() {
            writer.write_field(field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A study's fields in a judge's column: the score, `N` counts and the notes.
fn row<const N: usize>(
    run: &Run,
    column: &Column,
    place: usize,
    id: &str,
    counts: impl Fn(&Reasons) -> Option<[u64; N]>,
) -> Vec<String> {
    let cell = column.cells.get(place);
    let counts = match cell {
        Some(Cell::Scored(scored)) => counts(&scored.reasons),
        _ => None,
    };
    let notes = run.judge(column.metric).and_then(|judge| judge.not_as_intended.get(id));
    let value = cell.and_then(Cell::value).map(|value| value.to_string());
    let mut fields = vec![value.unwrap_or_default()];
    match counts {
        Some(counts) => fields.extend(counts.map(|count| count.to_string())),
        None => fields.extend([const { String::new() }; N]),
    }
    fields.push(notes.map(|codes| codes.join(" ")).unwrap_or_default());
    fields
}

fn green_row(reasons: &Reasons) -> Option<[u64; 9]> {
    let Reasons::Green(result) = reasons else { return None };
    let GreenResult { green, .. } = result.as_ref();
    let [a, b, c, d, e, f] = green.significant;
    let sum = |counts: [u64; 6]| counts.into_iter().fold(0, u64::saturating_add);
    let (wrong, slight) = (sum(green.significant), sum(green.insignificant));
    Some([green.matched, wrong, a, b, c, d, e, f, slight])
}

fn fineradscore_row(reasons: &Reasons) -> Option<[u64; 6]> {
    let Reasons::FineRadScore(result) = reasons else { return None };
    let FineRadScoreResult { edits, .. } = result.as_ref();
    let edits = edits.as_ref().map(|score| score.edits.as_slice()).unwrap_or_default();
    let of = |severity: Option<CorrectionSeverity>| {
        edits.iter().filter(|edit| edit.severity == severity).count() as u64
    };
    Some([
        edits.len() as u64,
        of(Some(CorrectionSeverity::NotActionable)),
        of(Some(CorrectionSeverity::ActionableNonurgent)),
        of(Some(CorrectionSeverity::Urgent)),
        of(Some(CorrectionSeverity::Emergent)),
        of(None),
    ])
}
