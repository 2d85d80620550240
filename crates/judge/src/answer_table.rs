//! Tables of answers, as the official packages and drivers leave them.

use std::collections::BTreeMap;

use crate::JudgeMetric;
use crate::answers::{Answer, AnswerFileError};

/// The columns that hold answers, and whose they are, where the name tells it: green-score's table
/// of results (`green.py`, `GREEN.__call__`) and what FineRadScore's driver writes
/// (`run_rexval_experiments.py`, the same name for either of its models).
const ANSWERS: [(&str, Option<JudgeMetric>); 3] = [
    ("green_analysis", Some(JudgeMetric::Green)),
    ("claude3_raw_response", Some(JudgeMetric::Fineradscore)),
    ("response", None),
];
/// The columns of study ids.
const IDS: [&str; 2] = ["study_id", "id"];
/// The columns of reports, for tables without ids: green-score's and FineRadScore's.
const REFERENCES: [&str; 2] = ["reference", "gt_report"];
const CANDIDATES: [&str; 3] = ["predictions", "prediction", "pred_report"];

/// A table with a column of answers.
pub(crate) struct AnswerTable {
    /// The metric that its name stands for.
    pub(crate) metric: Option<JudgeMetric>,
    /// Its rows in the order of the file.
    pub(crate) rows: Vec<AnswerRow>,
}

/// A row with an answer.
pub(crate) struct AnswerRow {
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// Whose it is.
    pub(crate) of: AnsweredStudy,
    /// The two reports beside it, as [`reports_key`] gives them, where the table has both.
    pub(crate) reports: Option<[String; 2]>,
    /// What the judge said; `None` for an empty cell.
    pub(crate) answer: Option<Answer>,
}

/// What tells for which study an answer is.
pub(crate) enum AnsweredStudy {
    /// Its id.
    Id(String),
    /// Its two reports, as [`reports_key`] gives them.
    Reports([String; 2]),
}

/// Reference and candidate as answers are found by: green-score gives its model no other white
/// space than single spaces, and tables keep line ends as their program likes.
pub(crate) fn reports_key(reference: &str, candidate: &str) -> [String; 2] {
    [reference, candidate].map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl AnswerTable {
    /// Reads a table with a header; `None` for a text that has no column of answers.
    pub(crate) fn read(text: &str) -> Result<Option<Self>, AnswerFileError> {
        // Lines of JSON have quotes and commas too, and are no table whatever their cells may be.
        if text.trim_start().starts_with('{') {
            return Ok(None);
        }
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let Ok(header) = reader.headers() else { return Ok(None) };
        let places: BTreeMap<String, usize> =
            header.iter().enumerate().map(|(at, name)| (name.trim().to_lowercase(), at)).collect();
        let place = |names: &[&str]| names.iter().find_map(|name| places.get(*name)).copied();
        let found = ANSWERS.iter().find_map(|(name, metric)| Some((place(&[*name])?, *metric)));
        let Some((answers, metric)) = found else { return Ok(None) };
        let ids = place(&IDS);
        let reports = place(&REFERENCES).zip(place(&CANDIDATES));
        if ids.is_none() && reports.is_none() {
            return Err(AnswerFileError::NoStudyColumn);
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| AnswerFileError::BadTable {
                line: error.position().map_or(1, |position| position.line() as usize),
            })?;
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let beside = reports.map(|(one, other)| reports_key(cell(one), cell(other)));
            let of = match (ids, beside.clone()) {
                (Some(at), _) => AnsweredStudy::Id(cell(at).trim().to_owned()),
                (None, Some(key)) => AnsweredStudy::Reports(key),
                (None, None) => return Err(AnswerFileError::NoStudyColumn),
            };
            let text = cell(answers);
            let answer = (!text.trim().is_empty()).then(|| Answer {
                responses: vec![text.to_owned()],
                cut_off: false,
                // The drivers write what they keep once they ask no more.
                was_last_call: true,
            });
            let line = record.position().map_or(1, |position| position.line() as usize);
            rows.push(AnswerRow { line, of, reports: beside, answer });
        }
        Ok(Some(Self { metric, rows }))
    }
}
