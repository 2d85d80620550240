//! What a user can do about a finding or an error, for programs.

use serde::{Deserialize, Serialize};

use crate::error::Side;
use crate::shape::Role;

/// A control that solves what a finding or an error is about.
///
/// The words of a [`crate::Finding`] or an error name no control, because a page has buttons, a
/// command line has options and a library has arguments: each skin words a hint for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Hint {
    /// Say which column or key plays a role ([`crate::ReadOptions::columns`]).
    ChooseColumn {
        /// The file; `None` for the one being read.
        side: Option<Side>,
        /// The role.
        role: Role,
    },
    /// Say what format the file has ([`crate::ReadOptions::format`]).
    ChooseFormat,
    /// Say which encoding the file has ([`crate::ReadOptions::encoding`]).
    ChooseEncoding,
    /// Say what separates a table's columns ([`crate::ReadOptions::delimiter`]).
    ChooseDelimiter,
    /// Say that a table's first line is a study ([`crate::ReadOptions::header`]).
    SayNoHeader,
    /// Join ids that differ in spelling only ([`crate::IdMatching::Loose`]).
    JoinLoosely,
    /// Decide about studies without a prediction ([`crate::MissingPolicy`]).
    ChooseMissing,
    /// Compare another part of the reports ([`crate::Task`]).
    ChooseTask,
    /// Decide about studies with different texts ([`crate::RepeatedIds`]).
    ChooseRepeated,
    /// Give a file with references, or choose a built-in split.
    GiveReferences,
    /// Leave the references out.
    LeaveReferencesOut,
    /// Exchange the two files.
    ExchangeFiles,
}
