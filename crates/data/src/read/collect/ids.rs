//! The columns of ids of a file, and which of them the studies are known by.

use std::collections::HashSet;

use super::pending::PendingId;
use super::{Name, NameNumber};
use crate::ids::is_running;
use crate::names::{is_counter, is_patient, is_perhaps_counter};
use crate::record::{IdField, Record};

/// Most columns of ids that are kept.
const MAX_COLUMNS: usize = 8;

/// One column of ids.
#[derive(Debug)]
struct Column {
    name: Name,
    /// One per record as far as it was filled; empty where a record has none.
    ids: Vec<String>,
    /// Whether some of what stands there cannot be an id.
    is_faulty: bool,
}

/// The columns of ids, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct IdColumns {
    columns: Vec<Column>,
}

/// What a file's ids are.
#[derive(Debug)]
pub(super) struct ChosenIds {
    /// The name of the column that the records are known by, unless it stands outside of them.
    pub(super) name: Option<NameNumber>,
    pub(super) is_running: bool,
    /// A column with a better name that was passed over, because rows share its ids.
    pub(super) passed_over: Option<NameNumber>,
    /// Records (from 0) without any id.
    pub(super) without: Vec<usize>,
    pub(super) others: Vec<(Option<NameNumber>, IdField)>,
    /// The names of all columns, the chosen one first.
    pub(super) names: Vec<NameNumber>,
}

impl IdColumns {
    /// Keeps the ids of the record at `index`.
    ///
    /// # Errors
    /// What is wrong with the ids, if none of them can be one.
    pub(super) fn push(&mut self, index: usize, ids: Vec<PendingId>) -> Result<(), &'static str> {
        let mut wrong = None;
        let mut has_good = false;
        for PendingId { id, name } in ids {
            let Some(id) = id.filter(|id| !id.is_empty()) else { continue };
            let place = match self.columns.iter().position(|known| known.name == name) {
                Some(place) => place,
                None if self.columns.len() < MAX_COLUMNS => {
                    self.columns.push(Column { name, ids: Vec::new(), is_faulty: false });
                    self.columns.len() - 1
                }
                None => continue,
            };
            let Some(column) = self.columns.get_mut(place) else { continue };
            match fault(&id) {
                Some(reason) => {
                    column.is_faulty = true;
                    wrong = Some(reason);
                }
                None => {
                    has_good = true;
                    column.ids.resize(index, String::new());
                    column.ids.push(id);
                }
            }
        }
        match wrong {
            Some(reason) if !has_good => Err(reason),
            _ => Ok(()),
        }
    }

    /// Drops the ids of records from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.columns.iter_mut().for_each(|column| column.ids.truncate(length));
    }

    /// Keeps the ids that stand outside of the records.
    pub(super) fn set_outer(&mut self, ids: Vec<String>) {
        let is_faulty = ids.iter().any(|id| fault(id).is_some());
        self.columns.push(Column { name: Name::OUTER, ids, is_faulty });
    }

    /// Decides which column the records are known by, and writes their ids.
    ///
    /// The best name whose ids tell all records apart; without one, the best name. A patient's
    /// ids stand behind those of studies, and numbers that nobody chose come last.
    pub(super) fn choose(
        mut self,
        records: &mut [Record],
        label: impl Fn(NameNumber) -> String,
    ) -> ChosenIds {
        let rows = records.len();
        // A column that was asked for is the only one.
        if self.columns.iter().any(Column::is_asked_for) {
            self.columns.retain(Column::is_asked_for);
        }
        self.columns.retain(|column| !column.is_faulty);
        for column in &mut self.columns {
            column.ids.resize(rows, String::new());
        }
        // The keys of a JSON object go before the ids inside of its records.
        self.columns.sort_by_key(|column| (column.name.number.is_some(), column.name.rank()));
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.name.number.map_or_else(String::new, &label))
            .collect();
        let running: Vec<bool> = self
            .columns
            .iter()
            .map(|column| is_running(column.ids.iter().map(String::as_str)))
            .collect();
        let is_counter = |at: usize| {
            let (Some(column), Some(name), Some(running_here)) =
                (self.columns.get(at), names.get(at), running.get(at))
            else {
                return false;
            };
            let others = || {
                let others = self.columns.iter().zip(&running).enumerate();
                others.filter(|(other, (_, running))| *other != at && !**running)
            };
            let beside_other = || others().any(|(_, (other, _))| other.is_full());
            // Rows that were left out or moved leave gaps in the numbers.
            let beside_better = || {
                let is_better = |name: &String| !is_counter(name) && !is_patient(name);
                others().any(|(at, (other, _))| {
                    names.get(at).is_some_and(is_better) && other.tells_apart()
                })
            };
            !column.is_asked_for()
                && match column.name.number {
                    None => *running_here && column.ids.first().is_some_and(|id| id == "0"),
                    Some(_) if is_counter(name) => {
                        *running_here || (column.is_of_numbers() && beside_better())
                    }
                    Some(_) => *running_here && is_perhaps_counter(name) && beside_other(),
                }
        };
        let counters: Vec<bool> = (0..self.columns.len()).map(is_counter).collect();
        let chosen_by = |wanted: &dyn Fn(&Column) -> bool| {
            self.columns
                .iter()
                .zip(&counters)
                .position(|(column, is_counter)| !is_counter && wanted(column))
        };
        let patients: Vec<bool> = names.iter().map(|name| is_patient(name)).collect();
        let is_study = |column: &Column| {
            let at = self.columns.iter().position(|other| std::ptr::eq(column, other));
            at.and_then(|at| patients.get(at)) == Some(&false)
        };
        let first = chosen_by(&is_study);
        let choice = match first {
            Some(first) if self.columns.get(first).is_some_and(Column::tells_apart) => Some(first),
            Some(first) => {
                chosen_by(&|column| is_study(column) && column.tells_apart()).or(Some(first))
            }
            None => chosen_by(&|_| true).or((!self.columns.is_empty()).then_some(0)),
        };
        let mut chosen = ChosenIds {
            name: None,
            is_running: false,
            passed_over: None,
            without: Vec::new(),
            others: Vec::new(),
            names: Vec::new(),
        };
        let Some(choice) = choice else {
            chosen.without = (0..rows).collect();
            return chosen;
        };
        chosen.is_running = counters.get(choice) == Some(&true);
        let column = self.columns.remove(choice);
        let rest = |flags: Vec<bool>| -> Vec<bool> {
            flags.into_iter().enumerate().filter(|(at, _)| *at != choice).map(|(_, f)| f).collect()
        };
        let (is_counter, is_patient) = (rest(counters), rest(patients));
        chosen.name = column.name.number;
        chosen.passed_over = first
            .filter(|first| *first < choice)
            .and_then(|first| self.columns.get(first).and_then(|column| column.name.number));
        chosen.names.extend(column.name.number);
        for (index, (record, id)) in records.iter_mut().zip(column.ids).enumerate() {
            let others = self.columns.iter().zip(is_counter.iter().zip(&is_patient));
            let others =
                others.filter(|(_, (is_counter, is_patient))| !**is_counter && !**is_patient);
            let mut others = others.filter_map(|(other, _)| other.ids.get(index));
            record.id = match id.is_empty() {
                false => id,
                true => others.find(|id| !id.is_empty()).cloned().unwrap_or_default(),
            };
            if record.id.is_empty() {
                chosen.without.push(index);
            }
        }
        for (column, running) in self.columns.into_iter().zip(is_counter) {
            chosen.names.extend(column.name.number);
            let name = column.name.number.map(&label).unwrap_or_default();
            chosen.others.push((column.name.number, IdField { name, running, ids: column.ids }));
        }
        chosen
    }
}

impl Column {
    fn is_asked_for(&self) -> bool {
        self.name.guess.is_some_and(|guess| guess.chosen)
    }

    fn is_of_numbers(&self) -> bool {
        let is_number = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        self.ids.iter().all(is_number)
    }

    fn is_full(&self) -> bool {
        self.ids.iter().all(|id| !id.is_empty())
    }

    fn tells_apart(&self) -> bool {
        let mut seen = HashSet::with_capacity(self.ids.len());
        self.ids.iter().all(|id| !id.is_empty() && seen.insert(id.as_str()))
    }
}

/// Why a text cannot be a study id. Ids are opaque, but a report in their place must be
/// noticed: ids are shown in messages, and report text never is.
pub(super) fn fault(id: &str) -> Option<&'static str> {
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
