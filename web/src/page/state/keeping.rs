//! Annotations that are kept from one session to the next, where the user wants it.

use super::{Effect, State};
use crate::protocol::coordinator::{CoordinatorRequest, StoredAnnotations};

/// Whether annotations are kept, and what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Whether the user wants it; off until then.
    pub on: bool,
    /// What is stored, once that is known.
    pub stored: Option<StoredAnnotations>,
    /// Why what was stored is not used, or could not be stored.
    pub problem: Option<String>,
}

impl State {
    /// Keeps annotations from now on, or not; what is stored is deleted when not.
    pub(super) fn keep_annotations(&mut self, on: bool) -> Vec<Effect> {
        self.keeping = Keeping { on, ..Keeping::default() };
        let request = if on {
            CoordinatorRequest::KeepAnnotations
        } else {
            CoordinatorRequest::DropAnnotations
        };
        vec![Effect::RememberKeeping(on), Effect::Request(request)]
    }

    /// Deletes what is stored; later runs are stored again.
    pub(super) fn delete_annotations(&mut self) -> Vec<Effect> {
        self.keeping.stored = None;
        vec![Effect::Request(CoordinatorRequest::DropAnnotations)]
    }

    /// Stores what a run has added.
    pub(super) fn keep_more_annotations(&self) -> Option<Effect> {
        self.keeping.on.then_some(Effect::Request(CoordinatorRequest::KeepAnnotations))
    }

    /// The coordinator says what is stored.
    pub(super) fn annotations_stored(&mut self, stored: Result<StoredAnnotations, String>) {
        match stored {
            Ok(stored) => {
                self.keeping.stored = Some(stored);
                self.keeping.problem = None;
            }
            Err(why) => self.keeping.problem = Some(why),
        }
    }
}
