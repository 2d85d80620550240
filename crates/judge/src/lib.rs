//! GREEN, FineRadScore and CRIMSON by a judge: prompt requests out, answers in.
//!
//! A judge is a language model that the user runs or has been given leave to use. This crate
//! writes what to ask it ([`prepare`]) and reads what it has answered ([`Answers`], [`green`],
//! [`fineradscore`], [`crimson`]); it asks nobody itself and knows no network, file or clock. The
//! formulas are those of `rrgscore_metrics`.

mod answer_table;
mod answers;
mod clean_answer;
mod conversation;
mod judges;
mod note;
mod request;
mod results;
pub mod selftest;
mod template;

pub use answers::{Answer, AnswerFileError, AnswerLine, Answers};
pub use clean_answer::{ANSWER_CLEANING, clean_answer};
pub use conversation::Conversation;
pub use note::AnswerNote;
pub use request::{
    Body, JudgedPair, Message, MessageRole, Prepared, Request, RequestError, RequestPrompt,
    Studies, prepare,
};
pub use results::{
    AnswerReading, CrimsonResult, FineRadScoreResult, GreenResult, JudgeResults, crimson,
    fineradscore, green,
};
pub use template::{GreenTokenizer, Template, TemplateError};

use serde::{Deserialize, Serialize};

/// A metric that needs a judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Judge"))]
#[serde(rename_all = "lowercase")]
pub enum JudgeMetric {
    /// GREEN (Ostmeier et al. 2024).
    Green,
    /// FineRadScore (Huang et al. 2024).
    Fineradscore,
    /// CRIMSON (rajpurkarlab/CRIMSON).
    Crimson,
}

impl JudgeMetric {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Green, Self::Fineradscore, Self::Crimson];

    /// Its name in files and arguments: `green`, `fineradscore` or `crimson`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Fineradscore => "fineradscore",
            Self::Crimson => "crimson",
        }
    }

    /// All names, between `separator`s: for messages.
    pub fn ids(separator: &str) -> String {
        Self::ALL.map(Self::id).join(separator)
    }

    /// The metric of that name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.id() == id)
    }

    /// The metric that a request of [`prepare`] is for, by its `custom_id`.
    pub fn of_request(custom_id: &str) -> Option<Self> {
        Self::of(custom_id.split_once('-')?.0)
    }

    /// The name in print.
    pub fn title(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Fineradscore => "FineRadScore",
            Self::Crimson => "CRIMSON",
        }
    }
}
