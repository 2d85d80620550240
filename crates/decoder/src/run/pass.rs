//! What goes from stage to stage.

use serde::{Deserialize, Serialize};

/// A sequence of a run; never used again for another one.
pub type SequenceId = u32;

/// Some rows of some sequences on their way through the layers. Small enough to be a message: of
/// hidden states some tens of kilobytes, at a prompt's beginning some megabytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// Counted from 0 in the order in which every stage must see them.
    pub number: u64,
    /// What is done before the rows.
    pub commands: Vec<SequenceCommand>,
    /// Whose rows they are, in the order of the rows.
    pub spans: Vec<Span>,
    /// The rows.
    pub rows: PassRows,
}

/// Consecutive rows of one sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The sequence; a new one begins empty.
    pub sequence: SequenceId,
    /// Position of the first row. What the sequence has there and behind is dropped before.
    pub start: u32,
    /// Number of rows.
    pub rows: u32,
    /// Of how many of the last rows the next token is wanted.
    pub wanted: u32,
}

/// The rows of a pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PassRows {
    /// Token ids, for the first stage.
    Tokens(Vec<u32>),
    /// Hidden states, `[rows, hidden]`, between stages.
    Hidden(Vec<f32>),
    /// What follows the wanted rows, of the last stage.
    Next(Vec<Candidate>),
}

/// The likeliest token after a row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its id.
    pub token: u32,
    /// Its logit.
    pub logit: f32,
    /// By how much that is above the second one's.
    pub margin: f32,
}

/// A change of the sequences that a stage holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SequenceCommand {
    /// `to` begins as `from` is now, without a copy.
    Fork {
        /// The known sequence.
        from: SequenceId,
        /// The new one.
        to: SequenceId,
    },
    /// The sequence is not needed any more.
    Drop(SequenceId),
}
