//! Twenty pairs with known differences, to see whether a judge can be trusted at all.
//!
//! A pair differs in one sentence or in none, so that what a sound judge must say is known without
//! a radiologist. A judge that fails here is not fit to score; one that passes is not thereby
//! proven fit.

mod pairs;
mod report;

pub use pairs::pairs;
pub use report::{Report, SelftestRow, Verdict, judge};

use serde::{Deserialize, Serialize};

/// What was done to the reference to make the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alteration {
    /// Nothing.
    Identical,
    /// A finding was left out.
    FindingDropped,
    /// A finding was denied or a denied one affirmed.
    NegationFlipped,
    /// Left and right were exchanged.
    SideSwapped,
    /// A finding was made worse.
    SeverityRaised,
}

impl Alteration {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Identical,
        Self::FindingDropped,
        Self::NegationFlipped,
        Self::SideSwapped,
        Self::SeverityRaised,
    ];

    /// In words, for a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::FindingDropped => "finding dropped",
            Self::NegationFlipped => "negation flipped",
            Self::SideSwapped => "side swapped",
            Self::SeverityRaised => "severity raised",
        }
    }
}

/// A pair with a known difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfTestPair {
    /// Its id, as a study's.
    pub id: &'static str,
    /// The reference.
    pub reference: &'static str,
    /// The candidate.
    pub candidate: &'static str,
    /// What differs.
    pub relation: Alteration,
    /// The line of the candidate that differs, counted from 0; `None` for identical reports and
    /// where a line was dropped.
    pub line: Option<usize>,
    /// GREEN's category of the error, as an index; `None` for identical reports.
    pub category: Option<usize>,
}
