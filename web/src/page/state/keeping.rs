//! What is kept from one session to the next, where the user wants it: annotations, and runs without
//! their reports.

use super::{Effect, State};
use crate::page::route::Route;
use crate::protocol::coordinator::{CoordinatorRequest, StoredRecords};

/// Whether anything is kept, and what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Whether the user wants it; off until then.
    pub on: bool,
    /// What is stored, once that is known.
    pub stored: StoredRecords,
    /// Why what was stored is not used, or could not be stored.
    pub problem: Option<String>,
}

impl State {
    /// Keeps annotations and runs from now on, or not; what is stored is deleted when not.
    pub(super) fn keep(&mut self, on: bool) -> Vec<Effect> {
        self.keeping = Keeping { on, ..Keeping::default() };
        let request = if on { CoordinatorRequest::Keep } else { CoordinatorRequest::DropKept };
        vec![Effect::RememberKeeping(on), Effect::Request(request)]
    }

    /// Deletes what is stored; later runs are stored again.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.keeping.stored = StoredRecords::default();
        vec![Effect::Request(CoordinatorRequest::DropKept)]
    }

    /// Stores what a run has added.
    pub(super) fn keep_more(&self) -> Option<Effect> {
        self.keeping.on.then_some(Effect::Request(CoordinatorRequest::Keep))
    }

    /// Opens a stored run, to be compared.
    pub(super) fn open_kept(&mut self, row: usize) -> Vec<Effect> {
        let row = self.keeping.stored.runs.rows.get(row);
        let Some(name) = row.and_then(|row| row.first()).cloned() else { return Vec::new() };
        let number = self.reading_run();
        let request = CoordinatorRequest::OpenKept { number, name };
        vec![Effect::Request(request), Effect::Go(Route::Compare)]
    }

    /// The coordinator says what is stored.
    pub(super) fn stored(&mut self, stored: Result<StoredRecords, String>) {
        match stored {
            Ok(stored) => {
                self.keeping.stored = stored;
                self.keeping.problem = None;
            }
            Err(why) => self.keeping.problem = Some(why),
        }
    }
}
