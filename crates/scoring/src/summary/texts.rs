//! What stands out about the reports themselves, whatever the metric.

use rrgscore_data::StudyPair;
use serde::{Deserialize, Serialize};

use crate::plan::words;

/// Words from which on a report is called long.
const LONG: u64 = 2_000;

/// Counts of studies by what their reports are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextCounts {
    /// Studies whose reference holds no word.
    pub empty_references: u32,
    /// Studies whose candidate holds no word.
    pub empty_candidates: u32,
    /// Studies with a report that is not plain ASCII.
    pub non_ascii: u32,
    /// Studies with a report of 2,000 words or more.
    pub long: u32,
}

impl std::ops::AddAssign for TextCounts {
    fn add_assign(&mut self, other: Self) {
        self.empty_references += other.empty_references;
        self.empty_candidates += other.empty_candidates;
        self.non_ascii += other.non_ascii;
        self.long += other.long;
    }
}

impl TextCounts {
    /// Counts over the studies of a run.
    pub(crate) fn of(pairs: &[StudyPair]) -> Self {
        let count = |test: &dyn Fn(&StudyPair) -> bool| {
            pairs.iter().filter(|pair| test(pair)).count() as u32
        };
        let either = |test: fn(&str) -> bool| {
            count(&|pair: &StudyPair| test(&pair.reference) || test(&pair.candidate))
        };
        Self {
            empty_references: count(&|pair| pair.reference.trim().is_empty()),
            empty_candidates: count(&|pair| pair.candidate.trim().is_empty()),
            non_ascii: either(|text| !text.is_ascii()),
            long: either(|text| words(text) >= LONG),
        }
    }

    /// The counts that are not 0, in words.
    pub fn facts(&self) -> Vec<String> {
        let counts = [
            (self.empty_references, "with an empty reference"),
            (self.empty_candidates, "with an empty candidate"),
            (self.non_ascii, "not plain ASCII"),
            (self.long, "of 2,000 words or more"),
        ];
        let some = counts.into_iter().filter(|&(count, _)| count > 0);
        some.map(|(count, what)| format!("{count} {what}")).collect()
    }
}
