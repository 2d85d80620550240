//! A record in the making.

use super::{Name, NameNumber};
use crate::record::{Field, Record};
use crate::shape::Role;

/// A text and the name that it stood under.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) field: Field,
    pub(super) name: Name,
}

/// An id and the name that it stood under.
#[derive(Debug)]
pub(super) struct PendingId {
    pub(super) id: Option<String>,
    pub(super) name: Name,
}

/// A record in the making.
#[derive(Debug, Default)]
pub(in crate::read) struct PendingRow {
    pub(super) ids: Vec<PendingId>,
    slots: [Option<Slot>; TEXTS.len()],
    pub(super) answer: Option<Slot>,
    pub(super) split: Option<u16>,
    /// Values of fields that play no role.
    pub(super) fields: Vec<(NameNumber, String)>,
    pub(super) key_twice: bool,
}

/// The roles of texts.
pub(super) const TEXTS: [Role; 7] = [
    Role::Prediction,
    Role::Reference,
    Role::PredictedFindings,
    Role::PredictedImpression,
    Role::Findings,
    Role::Impression,
    Role::Report,
];

impl PendingRow {
    /// A record that is a text alone, under the id that stands outside of it.
    pub(in crate::read) fn of_text(id: Option<String>, text: Field, name: Name) -> Self {
        let mut row = Self::default();
        if let Some(slot) = name.role().and_then(|role| row.slot_mut(role)) {
            *slot = Some(Slot { field: text, name });
        }
        row.set_outer_id(id);
        row
    }

    /// Sets the id that stands outside the record.
    pub(in crate::read) fn set_outer_id(&mut self, id: Option<String>) {
        if id.is_some() {
            self.ids.push(PendingId { id, name: Name::OUTER });
        }
    }

    pub(super) fn set_id(&mut self, name: Name, id: Option<String>) {
        match self.ids.iter_mut().find(|other| other.name.number == name.number) {
            Some(other) => {
                other.id = id;
                self.key_twice = true;
            }
            None => self.ids.push(PendingId { id, name }),
        }
    }

    pub(super) fn set_answer(&mut self, slot: Slot) {
        self.answer = Some(slot);
    }

    pub(super) fn slot_mut(&mut self, role: Role) -> Option<&mut Option<Slot>> {
        let at = TEXTS.iter().position(|text| *text == role)?;
        self.slots.get_mut(at)
    }

    /// The id that messages name the row by.
    pub(super) fn best_id(&self) -> Option<&str> {
        let filled = self.ids.iter().filter(|id| id.id.as_ref().is_some_and(|id| !id.is_empty()));
        filled.min_by_key(|id| id.name.rank()).and_then(|id| id.id.as_deref())
    }

    /// Ids, texts with their roles, and the answer.
    pub(super) fn into_parts(
        self,
    ) -> (Vec<PendingId>, impl Iterator<Item = (Role, Slot)>, Option<Slot>) {
        let texts =
            TEXTS.into_iter().zip(self.slots).filter_map(|(role, slot)| Some((role, slot?)));
        (self.ids, texts, self.answer)
    }
}

/// The field of a record for a role of texts.
pub(super) fn field_mut(record: &mut Record, role: Role) -> Option<&mut Field> {
    Some(match role {
        Role::Prediction => &mut record.prediction,
        Role::Reference => &mut record.reference,
        Role::PredictedFindings => &mut record.predicted_findings,
        Role::PredictedImpression => &mut record.predicted_impression,
        Role::Findings => &mut record.findings,
        Role::Impression => &mut record.impression,
        Role::Report => &mut record.report,
        Role::Id | Role::Split => return None,
    })
}

/// The same to read.
pub(super) fn field(record: &Record, role: Role) -> &Field {
    match role {
        Role::Prediction => &record.prediction,
        Role::Reference => &record.reference,
        Role::PredictedFindings => &record.predicted_findings,
        Role::PredictedImpression => &record.predicted_impression,
        Role::Findings => &record.findings,
        Role::Impression => &record.impression,
        Role::Report => &record.report,
        Role::Id | Role::Split => &Field::Absent,
    }
}
