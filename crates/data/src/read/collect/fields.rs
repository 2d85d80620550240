//! The fields of a file that play no role, where they are asked for.

use std::collections::HashMap;

use super::NameNumber;
use crate::study_field::StudyField;

/// One field in the making.
#[derive(Debug, Default)]
struct FieldColumn {
    values: Vec<String>,
    numbers: HashMap<String, u32>,
    /// One per record as far as it was filled.
    of: Vec<u32>,
    /// Whether it is kept whatever its values are.
    is_whole: bool,
    /// Whether it has turned out to be text, or to tell every study apart.
    is_no_category: bool,
}

/// All of them, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct FieldColumns(Vec<(NameNumber, FieldColumn)>);

impl FieldColumns {
    /// Keeps the values of the record at `index`; `is_whole` tells which fields are kept whatever
    /// their values are.
    pub(super) fn push(
        &mut self,
        index: usize,
        fields: Vec<(NameNumber, String)>,
        is_whole: impl Fn(NameNumber) -> bool,
    ) {
        for (number, value) in fields {
            let place = match self.0.iter().position(|(known, _)| *known == number) {
                Some(place) => place,
                None => {
                    let is_whole = is_whole(number);
                    if !is_whole && self.0.len() >= StudyField::MAX_FIELDS {
                        continue;
                    }
                    self.0.push((number, FieldColumn { is_whole, ..FieldColumn::default() }));
                    self.0.len() - 1
                }
            };
            if let Some((_, column)) = self.0.get_mut(place) {
                column.push(index, value.trim());
            }
        }
    }

    /// Drops the values of records from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.0.iter_mut().for_each(|(_, column)| column.of.truncate(length));
    }

    /// The fields that can make groups or are whole, one value or none for each of the records.
    pub(super) fn finish(
        self,
        records: usize,
        label: impl Fn(NameNumber) -> String,
    ) -> Vec<StudyField> {
        let kept = self.0.into_iter().filter(|(_, c)| !c.is_no_category && !c.values.is_empty());
        kept.map(|(number, mut column)| {
            column.of.resize(records, 0);
            StudyField { name: label(number), values: column.values, of: column.of }
        })
        .collect()
    }
}

impl FieldColumn {
    fn push(&mut self, index: usize, value: &str) {
        if self.is_no_category || value.is_empty() {
            return;
        }
        let number = match self.numbers.get(value) {
            Some(number) => *number,
            None if self.is_whole
                || self.values.len() < StudyField::MAX_VALUES
                    && value.len() <= StudyField::MAX_BYTES =>
            {
                self.values.push(value.to_owned());
                let number = self.values.len() as u32;
                self.numbers.insert(value.to_owned(), number);
                number
            }
            None => {
                *self = Self { is_no_category: true, ..Self::default() };
                return;
            }
        };
        // Of the same key twice in a record the last counts.
        self.of.resize(index, 0);
        self.of.push(number);
    }
}
