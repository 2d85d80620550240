//! The fields of a file that hold ids.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::error::Side;
use crate::names::{is_counter, is_open_id, is_patient, normal};
use crate::record::{Dataset, IdField};

/// How far the ids of a field can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Somebody chose them.
    Chosen,
    /// Running numbers that nobody chose.
    Running,
    /// There are none; rows were numbered.
    Rows,
}

/// One field of ids of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a> {
    dataset: &'a Dataset,
    /// `None` for [`crate::Record::id`].
    other: Option<&'a IdField>,
}

impl<'a> Ids<'a> {
    /// The ids that the records are known by.
    pub(crate) fn own(dataset: &'a Dataset) -> Self {
        Self { dataset, other: None }
    }

    pub(crate) fn trust(self) -> Trust {
        let shape = &self.dataset.shape;
        match self.other {
            Some(field) if field.running => Trust::Running,
            Some(_) => Trust::Chosen,
            None if shape.ids_are_rows => Trust::Rows,
            None if shape.ids_are_running => Trust::Running,
            None => Trust::Chosen,
        }
    }

    /// The id of a record by its place; empty where it has none.
    pub(crate) fn get(self, place: usize) -> &'a str {
        match self.other {
            Some(field) => field.ids.get(place).map_or("", String::as_str),
            None => {
                let record = self.dataset.records.get(place).filter(|record| !record.lacks_id);
                record.map_or("", |record| record.id.as_str())
            }
        }
    }

    /// All ids in file order.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.dataset.records.len()).map(move |place| self.get(place))
    }

    /// The name of the column or key; `None` for the keys of a JSON object.
    fn name(self) -> Option<&'a str> {
        match self.other {
            Some(field) => Some(field.name.as_str()),
            None => self.dataset.shape.id_name.as_deref(),
        }
        .filter(|name| !name.trim().is_empty())
    }

    /// The name of the column or key; empty for the keys of a JSON object.
    pub(crate) fn plain_name(self) -> &'a str {
        self.name().unwrap_or_default()
    }

    /// What the field is called in a message.
    pub(crate) fn label(self) -> String {
        let unnamed = match self.other {
            None if self.dataset.shape.id_name.is_none() => "the keys of the records",
            _ => "a column without a name",
        };
        self.name().unwrap_or(unnamed).to_owned()
    }

    /// Whether the ids are of patients.
    pub(crate) fn are_patients(self) -> bool {
        self.name().is_some_and(is_patient)
    }

    /// Whether the name does not say what the ids are of.
    pub(crate) fn are_open(self) -> bool {
        self.name().is_none_or(is_open_id)
    }

    /// Whether they are numbers that a program wrote beside the rows.
    pub(crate) fn are_of_an_index(self) -> bool {
        let is_number = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit());
        self.other
            .map_or(self.dataset.shape.id_name.as_deref(), |field| Some(&field.name))
            .is_some_and(is_counter)
            && self.iter().all(is_number)
    }

    pub(crate) fn has_name_of(self, other: Ids<'_>) -> bool {
        match (self.name(), other.name()) {
            (Some(one), Some(other)) => normal(one) == normal(other),
            _ => false,
        }
    }

    pub(crate) fn distinct(self) -> HashSet<&'a str> {
        self.iter().filter(|id| !id.is_empty()).collect()
    }

    /// Whether every record has an id, and no two the same.
    pub(crate) fn tell_apart(self) -> bool {
        let mut seen = HashSet::with_capacity(self.dataset.records.len());
        self.iter().all(|id| !id.is_empty() && seen.insert(id))
    }

    /// What a record is joined by: its id, or for a record without one something that no other
    /// record has.
    pub(crate) fn key(self, place: usize, side: Side) -> Cow<'a, str> {
        match self.get(place) {
            "" => Cow::Owned(format!("row {} of the {side}", place + 1)),
            id => Cow::Borrowed(id),
        }
    }

    /// Whether the ids are the numbers from 0 or from 1 on, in file order.
    pub(crate) fn is_running(self) -> bool {
        is_running(self.iter())
    }
}

/// Whether ids are the numbers from 0 or from 1 on, in order.
pub(crate) fn is_running<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    let mut next: Option<u64> = None;
    for id in ids {
        let Ok(number) = id.parse::<u64>() else { return false };
        let plain =
            id.bytes().all(|byte| byte.is_ascii_digit()) && (id.len() == 1 || !id.starts_with('0'));
        let expected = next.unwrap_or(number.min(1));
        if !plain || number != expected {
            return false;
        }
        next = Some(number + 1);
    }
    next.is_some()
}

/// The fields of ids of a file, best first.
pub(crate) struct Fields<'a> {
    all: Vec<Ids<'a>>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(dataset: &'a Dataset) -> Self {
        let others = dataset.other_ids.iter().map(|field| Ids { dataset, other: Some(field) });
        Self { all: std::iter::once(Ids::own(dataset)).chain(others).collect() }
    }

    /// Those that somebody chose.
    pub(crate) fn chosen(&self) -> Vec<Ids<'a>> {
        self.all.iter().copied().filter(|ids| ids.trust() == Trust::Chosen).collect()
    }

    /// All that stand in the file, chosen or not.
    pub(crate) fn all(&self) -> Vec<Ids<'a>> {
        self.all.iter().copied().filter(|ids| ids.trust() != Trust::Rows).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_numbers_begin_at_0_or_1() {
        for (ids, expected) in [
            (vec!["0", "1", "2"], true),
            (vec!["1", "2", "3"], true),
            (vec!["0"], true),
            (vec!["2", "3"], false),
            (vec!["1", "3"], false),
            (vec!["1", "0"], false),
            (vec!["01", "02"], false),
            (vec!["1", ""], false),
            (vec!["+1"], false),
            (vec![], false),
        ] {
            assert_eq!(is_running(ids.iter().copied()), expected, "{ids:?}");
        }
    }
}
