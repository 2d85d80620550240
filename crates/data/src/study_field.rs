//! Fields of a file that play no role in scoring: view, sex, age, what an annotator noted.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// One such field, its values numbered, so that a million studies take two megabytes of it.
///
/// Kept on request only ([`crate::ReadOptions::fields`]), and only where it can make groups of
/// studies: of at most [`StudyField::MAX_VALUES`] different values, none longer than
/// [`StudyField::MAX_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StudyField {
    /// The name of the column or key.
    pub name: String,
    /// Its different values, in the order in which they came.
    pub values: Vec<String>,
    /// Per record or study: the value's place in `values` counted from 1, or 0 where there is none.
    pub of: Vec<u16>,
}

impl StudyField {
    /// Most different values of a field.
    pub const MAX_VALUES: usize = 512;
    /// Most bytes of a value; a field of longer ones is text.
    pub const MAX_BYTES: usize = 64;
    /// Most fields of a file.
    pub const MAX_FIELDS: usize = 64;

    /// The field of these values, one or none for each study; `None` when they are too many or too
    /// long to make groups.
    pub fn of_values<'a>(
        name: &str,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Option<Self> {
        let mut field = Self { name: name.to_owned(), values: Vec::new(), of: Vec::new() };
        let mut numbers: HashMap<&str, u16> = HashMap::new();
        for value in values {
            let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
                field.of.push(0);
                continue;
            };
            let next = numbers.len() + 1;
            let number = *numbers.entry(value).or_insert_with(|| {
                field.values.push(value.to_owned());
                next as u16
            });
            if next > Self::MAX_VALUES + 1 || value.len() > Self::MAX_BYTES {
                return None;
            }
            field.of.push(number);
        }
        (field.values.len() <= Self::MAX_VALUES).then_some(field)
    }

    /// The value of the record or study at this place.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<&str> {
        let number = usize::from(*self.of.get(at)?);
        self.values.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// The same field of those records alone.
    pub(crate) fn of_records(&self, records: &[usize]) -> Self {
        let of = records.iter().map(|&at| self.of.get(at).copied().unwrap_or(0)).collect();
        Self { of, ..self.clone() }
    }
}
