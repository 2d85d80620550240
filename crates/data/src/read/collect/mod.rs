//! Collects records, whatever format they come in, and checks each as it comes.

mod classes;
mod fields;
mod finish;
mod ids;
mod pending;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::num::NonZeroU32;

use crate::error::{Place, ReadError};
use crate::finding::Finding;
use crate::names::{Guess, guess, is_answer, is_showable};
use crate::options::ReadOptions;
use crate::record::{Field, Record};
use crate::shape::Role;
use crate::study_field::PatientFact;

use fields::FieldColumns;
pub(super) use finish::Layout;
use ids::IdColumns;
pub(super) use pending::PendingRow;
use pending::Slot;

/// Most names of columns and keys that are kept: files with made-up keys in every record must
/// not fill the memory with names.
const MAX_NAMES: usize = 10_000;
/// Most names of splits that are kept; a column of more is none of splits.
const MAX_SPLITS: usize = 64;

/// The number of a column or key, in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct NameNumber(NonZeroU32);

impl NameNumber {
    /// The number of the name at this place, from 0.
    fn at(place: usize) -> Option<Self> {
        let number = u32::try_from(place).ok()?.checked_add(1)?;
        NonZeroU32::new(number).map(Self)
    }

    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A name that occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// `None` for the keys of a JSON object, and for names beyond [`MAX_NAMES`].
    number: Option<NameNumber>,
    pub(super) guess: Option<Guess>,
    /// Whether it is the name of an answer, whose role shows only at the end.
    pub(super) is_answer: bool,
}

impl Name {
    /// The key that stands outside a record.
    const OUTER: Self = Self { number: None, guess: None, is_answer: false };

    pub(super) fn role(self) -> Option<Role> {
        self.guess.map(|guess| guess.role)
    }

    /// Whether the name stands for its role beyond doubt (`study_id`, not `image_path`).
    pub(super) fn is_certain(self) -> bool {
        self.guess.is_some_and(|guess| guess.chosen || guess.rank < 3)
    }

    fn rank(self) -> usize {
        self.guess.map_or(0, |guess| guess.rank)
    }
}

/// Collects records.
pub(super) struct Collector<'o> {
    options: &'o ReadOptions,
    records: Vec<Record>,
    names: Vec<(String, Name)>,
    numbers: HashMap<String, NameNumber>,
    ids: IdColumns,
    fields: FieldColumns,
    /// By role, the names in use with their ranks.
    used: BTreeMap<Role, BTreeSet<(usize, NameNumber)>>,
    /// Role, name used, name put aside.
    ambiguous: BTreeSet<(Role, NameNumber, NameNumber)>,
    /// Texts under the name of an answer, by record.
    answers: Vec<(usize, Slot)>,
    /// Names that held something else than text.
    no_texts: HashSet<NameNumber>,
    splits: Vec<String>,
    /// The split of the records that come now, where it stands outside of them.
    outer_split: Option<u16>,
    keys_twice: Vec<usize>,
    repeated_headers: u64,
    blank_lines: Vec<usize>,
    /// What there is to say about the sheets of a workbook.
    sheets: Option<Finding>,
    /// The study being read, for messages.
    pub(super) study: Option<String>,
    /// The typed error behind an error of a parser whose own errors are texts.
    stopped_by: Option<ReadError>,
}

impl<'o> Collector<'o> {
    pub(super) fn new(options: &'o ReadOptions) -> Self {
        Self {
            options,
            records: Vec::new(),
            names: Vec::new(),
            numbers: HashMap::new(),
            ids: IdColumns::default(),
            fields: FieldColumns::default(),
            used: BTreeMap::new(),
            ambiguous: BTreeSet::new(),
            answers: Vec::new(),
            no_texts: HashSet::new(),
            splits: Vec::new(),
            outer_split: None,
            keys_twice: Vec::new(),
            repeated_headers: 0,
            blank_lines: Vec::new(),
            sheets: None,
            study: None,
            stopped_by: None,
        }
    }

    pub(super) fn options(&self) -> &'o ReadOptions {
        self.options
    }

    /// The number that the next record has.
    pub(super) fn next_row(&self) -> u64 {
        self.records.len() as u64 + 1
    }

    /// Where the reading is.
    pub(super) fn place(&self) -> Place {
        let study = self.study.clone().filter(|id| ids::fault(id).is_none());
        Place { row: Some(self.next_row()), study, ..Place::default() }
    }

    /// Where the reading is, in a column or key.
    pub(super) fn place_of(&self, name: Name) -> Place {
        Place { field: Some(self.spelling(name.number)), ..self.place() }
    }

    /// Keeps a typed error, for a parser whose own errors are texts: it is stopped by an error of
    /// its own, behind which this one is found ([`Collector::stopped_by`]).
    pub(super) fn stop(&mut self, error: ReadError) {
        self.stopped_by = Some(error);
    }

    /// The typed error behind an error of the parser, if it was stopped by one.
    pub(super) fn stopped_by(&mut self) -> Option<ReadError> {
        self.stopped_by.take()
    }

    /// Looks a column or key up by its name.
    pub(super) fn name(&mut self, name: &str) -> Name {
        let known = self.numbers.get(name).and_then(|number| self.names.get(number.place()));
        if let Some((_, known)) = known {
            return *known;
        }
        let guess = guess(name, self.options);
        self.add_name(name, guess)
    }

    /// A name whose role is known without guessing.
    pub(super) fn named(&mut self, name: &str, role: Role) -> Name {
        self.add_name(name, Some(Guess { role, rank: 0, chosen: true }))
    }

    /// A column that plays no role, whatever its label.
    pub(super) fn unnamed(&mut self, label: &str) -> Name {
        self.add_name(label, None)
    }

    /// The name of a value that is a report by itself.
    pub(super) fn whole_value(&mut self) -> Name {
        const LABEL: &str = "(the value itself)";
        let known = self.numbers.get(LABEL).and_then(|number| self.names.get(number.place()));
        match known {
            Some((_, name)) => *name,
            None => self.named(LABEL, Role::Report),
        }
    }

    fn add_name(&mut self, name: &str, guess: Option<Guess>) -> Name {
        let is_answer = guess.is_none() && is_answer(name);
        if self.names.len() >= MAX_NAMES && guess.is_none() {
            return Name { number: None, guess, is_answer: false };
        }
        let number = NameNumber::at(self.names.len());
        let entry = Name { number, guess, is_answer };
        self.names.push((name.to_owned(), entry));
        if let Some(number) = number {
            self.numbers.insert(name.to_owned(), number);
        }
        entry
    }

    fn spelling(&self, number: Option<NameNumber>) -> String {
        number
            .and_then(|number| self.names.get(number.place()))
            .filter(|(name, _)| is_showable(name))
            .map_or_else(|| "(unnamed)".to_owned(), |(name, _)| name.trim().to_owned())
    }

    /// The records that come now are of this split.
    pub(super) fn enter_split(&mut self, name: &str) {
        self.outer_split = self.split(name);
    }

    /// The place of a split's name, kept from its first use on.
    fn split(&mut self, name: &str) -> Option<u16> {
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        let place = self.splits.iter().position(|known| known == name).or_else(|| {
            // One more than allowed is kept, so that the end knows of it.
            (self.splits.len() <= MAX_SPLITS).then(|| {
                self.splits.push(name.to_owned());
                self.splits.len() - 1
            })
        });
        place.and_then(|place| u16::try_from(place).ok())
    }

    /// How many records there are, for [`Collector::keep_since`].
    pub(super) fn mark(&self) -> usize {
        self.records.len()
    }

    /// Keeps the records since a mark if one of them holds a text, and drops them otherwise.
    pub(super) fn keep_since(&mut self, mark: usize) -> bool {
        let new = self.records.iter().skip(mark);
        let holds_text = new.clone().any(|record| {
            pending::TEXTS.iter().any(|role| pending::field(record, *role).is_given())
        }) || self.answers.iter().any(|(index, _)| *index >= mark);
        if !holds_text {
            self.records.truncate(mark);
            self.ids.truncate(mark);
            self.fields.truncate(mark);
            self.keys_twice.retain(|index| *index < mark);
        }
        holds_text
    }

    /// Gives the records the ids that stand outside of them, if there is one for each.
    pub(super) fn set_outer_ids(&mut self, ids: Vec<String>) {
        if ids.len() == self.records.len() {
            self.ids.set_outer(ids);
        }
    }

    /// Notes a row that repeats the header, and is skipped.
    pub(super) fn skip_header(&mut self) {
        self.repeated_headers += 1;
    }

    /// Notes that the record that comes next is a line without a report.
    pub(super) fn note_blank_line(&mut self) {
        self.blank_lines.push(self.records.len());
    }

    /// Notes which of several sheets is read.
    #[cfg(feature = "workbooks")]
    pub(super) fn note_sheets(&mut self, finding: Finding) {
        self.sheets = Some(finding);
    }

    /// Puts an id into a row.
    pub(super) fn set_id(&mut self, row: &mut PendingRow, name: Name, id: Option<String>) {
        row.set_id(name, id);
    }

    /// Whether what stands under this name is kept as a field that plays no role.
    pub(super) fn keeps(&self, name: Name) -> bool {
        self.options.fields && name.guess.is_none() && !name.is_answer && name.number.is_some()
    }

    /// Puts a text into a row. Of two names for one role the better one counts; of the same
    /// key twice the last, as in Python's `json`.
    ///
    /// # Errors
    /// When other rows hold something else than text under this name.
    pub(super) fn set(
        &mut self,
        row: &mut PendingRow,
        name: Name,
        value: Field,
    ) -> Result<(), ReadError> {
        let mixed =
            value.text().is_some() && name.number.is_some_and(|n| self.no_texts.contains(&n));
        if mixed {
            let found = "text, where other rows have none".to_owned();
            return Err(ReadError::NotAText { place: self.place_of(name), found });
        }
        if name.is_answer {
            row.set_answer(Slot { field: value, name });
            return Ok(());
        }
        let Some(role) = name.role() else {
            if let (true, Field::Text(text), Some(number)) = (self.keeps(name), value, name.number)
            {
                row.fields.push((number, text));
            }
            return Ok(());
        };
        if role == Role::Split {
            row.split = value.text().and_then(|text| self.split(text));
            if let Some(number) = name.number {
                self.used.entry(role).or_default().insert((name.rank(), number));
            }
            return Ok(());
        }
        let Some(slot) = row.slot_mut(role) else { return Ok(()) };
        if let Some(other) = slot {
            if other.name.number == name.number {
                row.key_twice = true;
            } else if let (Some(earlier), Some(later)) = (other.name.number, name.number) {
                let keeps = other.name.rank() <= name.rank();
                let (kept, aside) = if keeps { (earlier, later) } else { (later, earlier) };
                self.ambiguous.insert((role, kept, aside));
                if keeps {
                    return Ok(());
                }
            }
        }
        if let Some(slot) = row.slot_mut(role) {
            *slot = Some(Slot { field: value, name });
        }
        Ok(())
    }

    /// Notes that something else than text stands under a name.
    ///
    /// # Errors
    /// When the name stands for its role beyond doubt, or other rows hold text under it.
    pub(super) fn set_no_text(&mut self, name: Name, found: &str) -> Result<(), ReadError> {
        let is_used = || {
            let numbers = self.used.values().flatten().map(|(_, number)| *number);
            numbers.into_iter().any(|number| Some(number) == name.number)
        };
        if name.is_certain() || is_used() {
            let place = self.place_of(name);
            return Err(ReadError::NotAText { place, found: found.to_owned() });
        }
        self.no_texts.extend(name.number);
        Ok(())
    }

    /// Checks a finished row and keeps it.
    pub(super) fn push(&mut self, mut row: PendingRow, line: Option<u64>) -> Result<(), ReadError> {
        let number = self.next_row();
        if number > self.options.max_rows {
            return Err(ReadError::TooManyRows { limit: self.options.max_rows });
        }
        let index = self.records.len();
        let mut record = Record { row: number, ..Record::default() };
        if row.key_twice {
            self.keys_twice.push(index);
        }
        record.split = row.split.or(self.outer_split);
        let id = row.best_id().map(str::to_owned);
        let place = || Place { row: Some(number), line, ..Place::default() };
        let names = &self.names;
        self.fields.push(index, std::mem::take(&mut row.fields), |number| {
            names.get(number.place()).is_some_and(|(name, _)| PatientFact::is_told_by(name))
        });
        let (ids, texts, answer) = row.into_parts();
        self.ids
            .push(index, ids)
            .map_err(|reason| ReadError::BadId { place: place(), reason: reason.to_owned() })?;
        let limit = self.options.max_record_bytes;
        for (role, slot) in texts {
            let Slot { field, name } = slot;
            if field.text().is_some_and(|text| text.len() > limit) {
                let place = Place { study: id, field: Some(role.to_string()), ..place() };
                return Err(too_long(place, self.options));
            }
            if let Some(number) = name.number {
                self.used.entry(role).or_default().insert((name.rank(), number));
            }
            if let Some(target) = pending::field_mut(&mut record, role) {
                *target = field;
            }
        }
        self.answers.extend(answer.map(|slot| (index, slot)));
        self.records.push(record);
        self.study = None;
        Ok(())
    }
}

/// A text, row or line over the limit.
pub(super) fn too_long(place: Place, options: &ReadOptions) -> ReadError {
    ReadError::RecordTooLong { place, limit: options.max_record_bytes as u64 }
}
