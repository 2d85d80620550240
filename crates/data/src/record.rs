//! What was read: records, their fields, and the pairs made of them.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::missing::is_missing_text;
use crate::shape::Shape;
use crate::study_field::StudyField;

/// One cell or JSON value that should hold text.
///
/// The three states are kept apart because the official glue prints them differently:
/// a null section prints as `None`, an empty one as nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The record has no such column or key.
    #[default]
    Absent,
    /// JSON `null`, a bare `NaN`, or an empty cell of a table.
    Null,
    /// Text, unchanged.
    Text(String),
}

impl Field {
    /// The text, when there is one (it may be empty).
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Null => None,
        }
    }

    /// The text, when there is one with something in it: neither empty, nor white space
    /// alone, nor one of pandas' NA strings (see [`is_missing_text`]).
    #[must_use]
    pub fn present(&self) -> Option<&str> {
        self.text().filter(|text| !is_missing_text(text))
    }

    /// Whether the record has such a column or key at all.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// One study as it stands in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The study id, opaque; the row number where the file has none (see
    /// [`Shape::ids_are_rows`]), and `row 7` where only this row has none
    /// ([`Record::lacks_id`]).
    pub id: String,
    /// 1-based place among the file's records (a table's header is not counted).
    pub row: u64,
    /// What the model wrote (`model_prediction`, `prediction`, `hyp`, …).
    #[serde(default)]
    pub prediction: Field,
    /// The whole reference report (`reference`, `gt`, …).
    #[serde(default)]
    pub reference: Field,
    /// The findings section that the model wrote (`generated_findings`).
    #[serde(default)]
    pub predicted_findings: Field,
    /// The impression section that the model wrote (`generated_impression`).
    #[serde(default)]
    pub predicted_impression: Field,
    /// The findings section (`section_findings`): the reference's, or in a predictions file
    /// without any other prediction the model's.
    #[serde(default)]
    pub findings: Field,
    /// The impression section (`section_impression`), as [`Record::findings`].
    #[serde(default)]
    pub impression: Field,
    /// A report of which the name does not say whose it is (`report`): the prediction in a
    /// predictions file, the reference in a references file.
    #[serde(default)]
    pub report: Field,
    /// The split that the record is of, where the file says so: a place in
    /// [`Dataset::splits`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<u16>,
    /// Whether the row has no id in a file that has ids: it is the same study as no other row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lacks_id: bool,
}

impl Record {
    /// The record's place in its file's records, from 0.
    pub(crate) fn place(&self) -> usize {
        usize::try_from(self.row).unwrap_or(usize::MAX).saturating_sub(1)
    }
}

/// A second field of ids, beside [`Record::id`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdField {
    /// The name of the column or key.
    pub name: String,
    /// Whether its ids are running numbers that nobody chose.
    pub running: bool,
    /// One id per record, in file order; empty where a record has none.
    pub ids: Vec<String>,
}

/// A file after reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// The records in file order; an id may occur more than once.
    pub records: Vec<Record>,
    /// Further fields of ids, best names first. Which one joins with another file shows only
    /// when the two are brought together.
    #[serde(default)]
    pub other_ids: Vec<IdField>,
    /// The names of the splits that records are of ([`Record::split`]), in file order.
    #[serde(default)]
    pub splits: Vec<String>,
    /// Fields that play no role, where they were asked for ([`crate::ReadOptions::fields`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<StudyField>,
    /// What was guessed about the file.
    pub shape: Shape,
    /// Lower-case hex SHA-256 of the bytes as they were given (before any decompression).
    pub sha256: String,
    /// Number of bytes as they were given.
    pub bytes: u64,
    /// What was noticed while reading (a key twice in one record, ids made up, …).
    pub findings: Vec<Finding>,
}

/// A study ready to be scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StudyPair {
    /// The study id.
    pub id: String,
    /// The reference text of the task.
    pub reference: String,
    /// The candidate text of the task; empty for a missing prediction that is scored as empty.
    pub candidate: String,
}

impl Dataset {
    /// The kept fields of those records, and the split that each is of where there are several.
    pub(crate) fn fields_of(&self, records: &[usize]) -> Vec<StudyField> {
        let split = || {
            let number = |record: &Record| record.split.map_or(0, |at| u32::from(at) + 1);
            let of = records.iter().map(|&at| self.records.get(at).map_or(0, number)).collect();
            StudyField { name: "split".to_owned(), values: self.splits.clone(), of }
        };
        let is_named = self.fields.iter().any(|field| field.name == "split");
        let has_splits = !self.fields.is_empty() && self.splits.len() > 1 && !is_named;
        let fields = self.fields.iter().map(|field| field.of_records(records));
        fields.chain(has_splits.then(split)).collect()
    }

    /// The names of the splits that records are of, those of no record left out.
    pub(crate) fn splits_in_use(&self) -> impl Iterator<Item = &str> {
        let is_used = |at: &usize| {
            self.records.iter().any(|record| record.split.map(usize::from) == Some(*at))
        };
        (0..self.splits.len())
            .filter(is_used)
            .filter_map(|at| self.splits.get(at))
            .map(String::as_str)
    }

    /// The one split that all records are of.
    pub(crate) fn only_split(&self) -> Option<&str> {
        let first = self.records.first()?.split?;
        let is_of_it = |record: &Record| record.split == Some(first);
        let name = self.splits.get(usize::from(first))?;
        self.records.iter().all(is_of_it).then_some(name)
    }
}
