//! Collects records, whatever format they come in, and checks each as it comes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::error::{Place, ReadError};
use crate::finding::{Code, Finding, Severity};
use crate::options::ReadOptions;
use crate::record::{Field, Record};
use crate::roles::{Guess, guess, is_showable};
use crate::shape::{Format, Kind, Role, Shape, TextEncoding};
use crate::splits::thousands;

/// What is known of a file's layout besides its records.
pub(super) struct Layout {
    pub(super) format: Format,
    pub(super) gzip: bool,
    pub(super) encoding: TextEncoding,
    pub(super) bom: bool,
    pub(super) delimiter: Option<char>,
}

/// A name that occurred, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    number: usize,
    pub(super) guess: Option<Guess>,
}

impl Name {
    /// Whether the name stands for its role beyond doubt (`study_id`, not `image_path`).
    pub(super) fn is_certain(self) -> bool {
        self.guess.is_some_and(|guess| guess.rank < 3)
    }
}

/// A record in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    id: Option<(Option<String>, Name)>,
    prediction: Option<(Field, Name)>,
    reference: Option<(Field, Name)>,
    findings: Option<(Field, Name)>,
    impression: Option<(Field, Name)>,
    report: Option<(Field, Name)>,
    key_twice: bool,
}

impl Draft {
    /// A record that is a text alone.
    pub(super) fn of_text(id: Option<String>, text: Field, name: Name) -> Self {
        let mut draft = Self { report: Some((text, name)), ..Self::default() };
        draft.set_outer_id(id);
        draft
    }

    /// Sets the id that stands outside the record; ids inside are put aside.
    pub(super) fn set_outer_id(&mut self, id: Option<String>) {
        if id.is_some() {
            self.id = Some((id, Name { number: usize::MAX, guess: None }));
        }
    }
}

/// Collects records.
pub(super) struct Collector<'o> {
    options: &'o ReadOptions,
    records: Vec<Record>,
    names: Vec<(String, Option<Guess>)>,
    numbers: HashMap<String, usize>,
    used: BTreeMap<Role, BTreeSet<(usize, usize)>>,
    /// Role, name used, name put aside.
    ambiguous: BTreeSet<(Role, usize, usize)>,
    /// Rows (from 0) without an id.
    without_id: Vec<usize>,
    keys_twice: Vec<usize>,
    /// The typed error behind an error of the JSON parser.
    pub(super) error: Option<ReadError>,
    /// The study being read, for messages.
    pub(super) study: Option<String>,
}

impl<'o> Collector<'o> {
    pub(super) fn new(options: &'o ReadOptions) -> Self {
        Self {
            options,
            records: Vec::new(),
            names: Vec::new(),
            numbers: HashMap::new(),
            used: BTreeMap::new(),
            ambiguous: BTreeSet::new(),
            without_id: Vec::new(),
            keys_twice: Vec::new(),
            error: None,
            study: None,
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
        let study = self.study.clone().filter(|id| id_fault(id).is_none());
        Place { row: Some(self.next_row()), study, ..Place::default() }
    }

    /// Where the reading is, in a column or key.
    pub(super) fn place_of(&self, name: Name) -> Place {
        Place { field: Some(self.spelling(name.number)), ..self.place() }
    }

    /// Looks a column or key up by its name.
    pub(super) fn name(&mut self, name: &str) -> Name {
        if let Some(&number) = self.numbers.get(name) {
            let guess = self.names.get(number).and_then(|(_, guess)| *guess);
            return Name { number, guess };
        }
        let guess = guess(name, self.options);
        self.add_name(name, guess)
    }

    /// A name whose role is known without guessing.
    pub(super) fn named(&mut self, name: &str, role: Role) -> Name {
        self.add_name(name, Some(Guess { role, rank: 0 }))
    }

    /// A column that plays no role, whatever its label.
    pub(super) fn unnamed(&mut self, label: &str) -> Name {
        self.add_name(label, None)
    }

    /// The name of a value that is a report by itself.
    pub(super) fn whole_value(&mut self) -> Name {
        const LABEL: &str = "(the value itself)";
        match self.numbers.get(LABEL) {
            Some(&number) => Name { number, guess: Some(Guess { role: Role::Report, rank: 0 }) },
            None => self.named(LABEL, Role::Report),
        }
    }

    fn add_name(&mut self, name: &str, guess: Option<Guess>) -> Name {
        // Files with made-up keys in every record must not fill the memory with names.
        if self.names.len() >= 10_000 && guess.is_none() {
            return Name { number: usize::MAX, guess };
        }
        let number = self.names.len();
        self.names.push((name.to_owned(), guess));
        self.numbers.insert(name.to_owned(), number);
        Name { number, guess }
    }

    fn spelling(&self, number: usize) -> String {
        self.names
            .get(number)
            .filter(|(name, _)| is_showable(name))
            .map_or_else(|| "(unnamed)".to_owned(), |(name, _)| name.trim().to_owned())
    }

    /// Puts an id into a draft.
    pub(super) fn set_id(&mut self, draft: &mut Draft, name: Name, id: Option<String>) {
        if let Some((_, other)) = &draft.id {
            if other.number == name.number {
                draft.key_twice = true;
            } else if rank(*other) <= rank(name) {
                return;
            }
        }
        draft.id = Some((id, name));
    }

    /// Puts a text into a draft. Of two names for one role the better one counts; of the same
    /// key twice the last, as in Python's `json`.
    pub(super) fn set(&mut self, draft: &mut Draft, name: Name, value: Field) {
        let Some(Guess { role, .. }) = name.guess else { return };
        let slot = match role {
            Role::Prediction => &mut draft.prediction,
            Role::Reference => &mut draft.reference,
            Role::Findings => &mut draft.findings,
            Role::Impression => &mut draft.impression,
            Role::Report => &mut draft.report,
            Role::Id => return,
        };
        if let Some((_, other)) = slot {
            if other.number == name.number {
                draft.key_twice = true;
            } else if rank(*other) <= rank(name) {
                self.ambiguous.insert((role, other.number, name.number));
                return;
            } else {
                self.ambiguous.insert((role, name.number, other.number));
            }
        }
        *slot = Some((value, name));
    }

    /// Checks a finished draft and keeps it.
    pub(super) fn push(&mut self, draft: Draft, line: Option<u64>) -> Result<(), ReadError> {
        let row = self.next_row();
        if row > self.options.max_rows {
            return Err(ReadError::TooManyRows { limit: self.options.max_rows });
        }
        let index = self.records.len();
        let mut record = Record { row, ..Record::default() };
        if draft.key_twice {
            self.keys_twice.push(index);
        }
        match draft.id {
            Some((Some(id), name)) if !id.is_empty() => {
                if let Some(reason) = id_fault(&id) {
                    let place = Place { row: Some(row), line, ..Place::default() };
                    return Err(ReadError::BadId { place, reason: reason.to_owned() });
                }
                if name.number != usize::MAX {
                    self.used.entry(Role::Id).or_default().insert((rank(name), name.number));
                }
                record.id = id;
            }
            _ => self.without_id.push(index),
        }
        for (role, slot, target) in [
            (Role::Prediction, draft.prediction, &mut record.prediction),
            (Role::Reference, draft.reference, &mut record.reference),
            (Role::Findings, draft.findings, &mut record.findings),
            (Role::Impression, draft.impression, &mut record.impression),
            (Role::Report, draft.report, &mut record.report),
        ] {
            let Some((field, name)) = slot else { continue };
            if field.text().is_some_and(|text| text.len() > self.options.max_record_bytes) {
                let study = Some(record.id.clone()).filter(|id| !id.is_empty());
                let field = Some(role.to_string());
                let place = Place { row: Some(row), line, study, field };
                return Err(too_long(place, self.options));
            }
            self.used.entry(role).or_default().insert((rank(name), name.number));
            *target = field;
        }
        self.records.push(record);
        self.study = None;
        Ok(())
    }

    /// Names the rows without an id and says what the file is.
    pub(super) fn finish(mut self, layout: Layout) -> Result<super::Parsed, ReadError> {
        if self.records.is_empty() {
            return Err(ReadError::NoRecords);
        }
        let Some(kind) = self.kind() else {
            return Err(ReadError::NoReportField { names: self.ignored() });
        };
        self.wanted_columns()?;
        let ids_are_rows = self.without_id.len() == self.records.len();
        for &index in &self.without_id {
            if let Some(record) = self.records.get_mut(index) {
                record.id = if ids_are_rows {
                    record.row.to_string()
                } else {
                    format!("row {}", record.row)
                };
            }
        }
        let findings = self.findings(ids_are_rows);
        let roles = self
            .used
            .iter()
            .map(|(role, names)| {
                (*role, names.iter().map(|(_, number)| self.spelling(*number)).collect())
            })
            .collect();
        let shape = Shape {
            format: layout.format,
            gzip: layout.gzip,
            encoding: layout.encoding,
            bom: layout.bom,
            delimiter: layout.delimiter,
            kind,
            roles,
            ignored: self.ignored(),
            ids_are_rows,
        };
        Ok((self.records, shape, findings))
    }

    /// What the roles in use make of the file.
    fn kind(&self) -> Option<Kind> {
        let has = |role| self.used.contains_key(&role);
        let sections = has(Role::Findings) || has(Role::Impression);
        let kind = match (has(Role::Prediction), has(Role::Reference), has(Role::Report)) {
            (true, true, _) if !sections => Kind::PairList,
            (true, reference, report) if reference || sections || report => {
                Kind::PredictionsAndReferencesById
            }
            (true, ..) => Kind::PredictionsById,
            (false, true, true) if !sections => Kind::PairList,
            (false, true, _) => Kind::ReferencesById,
            (false, false, _) if sections => Kind::ReferencesById,
            (false, false, true) => Kind::ReportsById,
            (false, false, false) => return None,
        };
        Some(kind)
    }

    /// Columns asked for in the options must be there.
    fn wanted_columns(&self) -> Result<(), ReadError> {
        for (role, column) in &self.options.columns {
            if !self.used.contains_key(role) {
                return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
            }
        }
        Ok(())
    }

    fn ignored(&self) -> Vec<String> {
        let used: BTreeSet<usize> =
            self.used.values().flatten().map(|(_, number)| *number).collect();
        let names = self.names.iter().enumerate();
        names
            .filter(|(number, (name, _))| {
                !used.contains(number) && is_showable(name) && !name.trim().is_empty()
            })
            .map(|(_, (name, _))| name.trim().to_owned())
            .take(Shape::MAX_IGNORED)
            .collect()
    }

    fn findings(&self, ids_are_rows: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        let ids = |rows: &[usize]| -> Vec<String> {
            rows.iter().filter_map(|row| self.records.get(*row)).map(|r| r.id.clone()).collect()
        };
        if !ids_are_rows && !self.without_id.is_empty() {
            let rows = ids(&self.without_id);
            let rows = rows.iter().map(String::as_str);
            findings.push(
                Finding::about(Code::MissingIds, Severity::Warning, rows, |count| {
                    let rows = if count == 1 { "row has" } else { "rows have" };
                    format!("{} {rows} no study id.", thousands(count))
                })
                .hint("They are called by their row and match no reference."),
            );
        }
        if !self.keys_twice.is_empty() {
            let rows = ids(&self.keys_twice);
            let rows = rows.iter().map(String::as_str);
            findings.push(
                Finding::about(Code::DuplicateKeys, Severity::Warning, rows, |count| {
                    let records = if count == 1 { "record names" } else { "records name" };
                    format!("{} {records} the same field twice.", thousands(count))
                })
                .hint("The last one counts."),
            );
        }
        for (role, used, aside) in &self.ambiguous {
            let (used, aside) = (self.spelling(*used), self.spelling(*aside));
            findings.push(
                Finding::general(
                    Code::AmbiguousColumns,
                    Severity::Warning,
                    0,
                    format!("Both {used} and {aside} could be the {role}; {used} is used."),
                )
                .hint("Say which one it is if that is wrong."),
            );
        }
        findings
    }
}

/// A text, row or line over the limit.
pub(super) fn too_long(place: Place, options: &ReadOptions) -> ReadError {
    ReadError::RecordTooLong { place, limit: options.max_record_bytes as u64 }
}

fn rank(name: Name) -> usize {
    name.guess.map_or(0, |guess| guess.rank)
}

/// Why a text cannot be a study id. Ids are opaque, but a report in their place must be
/// noticed: ids are shown in messages, and report text never is.
fn id_fault(id: &str) -> Option<&'static str> {
    if id.len() > 256 {
        Some("the study id is longer than 256 bytes")
    } else if id.chars().any(char::is_control) {
        Some("the study id holds a line break or control character")
    } else if id.split_whitespace().count() > 6 {
        Some("the study id looks like a sentence")
    } else {
        None
    }
}
