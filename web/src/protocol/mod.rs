//! The messages between the page and its workers.
//!
//! One worker, the *coordinator*, holds the reports: it reads files, runs the doctor, plans and
//! drives the run and keeps the results. The *annotators* hold a model and turn jobs into outcomes;
//! coordinator and annotators talk through ports of their own, so that no report text passes through
//! the page. The *pack store* and the *builder* deal with model packs. A *reader* reads a file that
//! the coordinator cannot, and hands it the reports; a *comparer* compares runs by their scores. The page starts and ends workers, delivers packs, and shows what the coordinator responds: of the reports the one study
//! that is on the screen.
//!
//! A worker is first sent `{ role }`, an annotator, a reader and a comparer `{ role, port }`. Every message after that, in
//! either direction and through a port too, is `{ text, bytes?, file?, files?, port? }`: the text is
//! an [`Envelope`] as JSON, in which f64 survives to the bit; pack bytes stand beside it as
//! transferred `ArrayBuffer`s, dropped `File`s as themselves.

pub mod annotator;
pub mod comparer;
pub mod coordinator;
pub mod look;
pub mod packs;
pub mod reader;

pub use rrgscore_results::Study;
use serde::{Deserialize, Serialize};

/// What a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerRole {
    /// Holds reports and results.
    Coordinator,
    /// Holds a model.
    Annotator,
    /// Holds the installed packs.
    PackStore,
    /// Makes a pack of what the user dropped.
    Builder,
    /// Reads a file that the coordinator cannot.
    Reader,
    /// Compares runs.
    Comparer,
}

impl WorkerRole {
    /// The word in the message and in the worker's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Annotator => "annotator",
            Self::PackStore => "pack_store",
            Self::Builder => "builder",
            Self::Reader => "reader",
            Self::Comparer => "comparer",
        }
    }
}

/// A request, or a response to one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope<B> {
    /// The request's number, which its responses repeat: there may be several, the last one says
    /// that it is. 0 for a message that responds to no request.
    pub id: u32,
    /// What is said.
    pub body: B,
}

impl<B> Envelope<B> {
    /// A message that responds to no request.
    pub fn event(body: B) -> Self {
        Self { id: 0, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_its_word() {
        for role in [
            WorkerRole::Coordinator,
            WorkerRole::Annotator,
            WorkerRole::PackStore,
            WorkerRole::Builder,
            WorkerRole::Reader,
            WorkerRole::Comparer,
        ] {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
        }
    }
}
