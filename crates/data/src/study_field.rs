//! Fields of a file that play no role in scoring: view, sex, age, what an annotator noted.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// One such field, its values numbered, so that a million studies take four megabytes of it.
///
/// Kept on request only ([`crate::ReadOptions::fields`]), and only where it can make groups of
/// studies: of at most [`StudyField::MAX_VALUES`] different values, none longer than
/// [`StudyField::MAX_BYTES`]. What tells of the patient ([`PatientFact`]) is kept whatever its
/// values are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StudyField {
    /// The name of the column or key.
    pub name: String,
    /// Its different values, in the order in which they came.
    pub values: Vec<String>,
    /// Per record or study: the value's place in `values` counted from 1, or 0 where there is none.
    pub of: Vec<u32>,
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
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for value in values {
            let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
                field.of.push(0);
                continue;
            };
            let next = numbers.len() + 1;
            let number = *numbers.entry(value).or_insert_with(|| {
                field.values.push(value.to_owned());
                next as u32
            });
            if next > Self::MAX_VALUES + 1 || value.len() > Self::MAX_BYTES {
                return None;
            }
            field.of.push(number);
        }
        (field.values.len() <= Self::MAX_VALUES).then_some(field)
    }

    /// Whether its values can make groups of studies.
    #[must_use]
    pub fn makes_groups(&self) -> bool {
        self.values.len() <= Self::MAX_VALUES
            && self.values.iter().all(|value| value.len() <= Self::MAX_BYTES)
    }

    /// The value of the record or study at this place.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<&str> {
        let number = *self.of.get(at)? as usize;
        self.values.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// The same field of those records alone.
    pub(crate) fn of_records(&self, records: &[usize]) -> Self {
        let of = records.iter().map(|&at| self.of.get(at).copied().unwrap_or(0)).collect();
        Self { of, ..self.clone() }
    }
}

/// What a judge may be told of a study's patient beside the reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatientFact {
    /// How old the patient is, as the file writes it.
    Age,
    /// Why the study was made.
    Indication,
}

impl PatientFact {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Age, Self::Indication];

    /// The names of fields that hold it, best first; case, spaces, `_` and `-` make no difference.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Age => &["age", "patientage"],
            Self::Indication => &["indication", "clinicalindication", "sectionindication"],
        }
    }

    /// How good a name is for it, 0 the best; `None` for others.
    fn rank(self, name: &str) -> Option<usize> {
        let plain = name.chars().filter(|c| !matches!(c, ' ' | '_' | '-'));
        let plain: String = plain.map(|c| c.to_ascii_lowercase()).collect();
        self.names().iter().position(|known| *known == plain.trim())
    }

    /// Whether a field of this name tells of the patient.
    pub(crate) fn is_told_by(name: &str) -> bool {
        Self::ALL.iter().any(|fact| fact.rank(name).is_some())
    }

    /// The field that holds it; of several the one with the best name, of those the first.
    #[must_use]
    pub fn field(self, fields: &[StudyField]) -> Option<&StudyField> {
        let ranked = fields.iter().filter_map(|field| Some((self.rank(&field.name)?, field)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, field)| field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_name_tells_of_the_patient() {
        let field = |name: &str| StudyField { name: name.into(), values: vec![], of: vec![] };
        let fields = ["Clinical Indication", "patient_age", "AGE", "indications", "age"].map(field);
        let found = |fact: PatientFact| fact.field(&fields).map(|field| field.name.as_str());
        assert_eq!(found(PatientFact::Age), Some("AGE"));
        assert_eq!(found(PatientFact::Indication), Some("Clinical Indication"));
        assert_eq!(PatientFact::Indication.field(&fields[1..]), None);
    }
}
