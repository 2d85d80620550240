//! One run on several machines: each scores a shard of the studies, and what they give is merged to
//! the bytes that one run would have given.
//!
//! ```text
//! Run::of_shard ─▶ write ─▶ ShardResults::read ─▶ merge ─▶ MergedRun: summary, tables
//! ```
//!
//! Every shard reads all reports, since some columns weigh words by all references; it scores its
//! own studies alone. Where no machine can read them all, [`Gathering`] makes a run of rows that were
//! scored apart.

mod file;
mod gather;
mod merge;
mod share;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use file::{ShardFileError, ShardNotWritten, ShardResults, write};
pub use gather::{GatherError, Gathering, RowResults, row_results};
pub use merge::{MergeError, MergedRun, merge};
pub(crate) use share::Share;

/// One of so many shards: `2/7` is the second of seven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u32,
    of: u32,
}

/// No shard is called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a shard is written K/N, with K from 1 to N: 2/7 is the second of seven")]
pub struct NoSuchShard;

impl Shard {
    /// The shard of a number, counted from 1, of so many.
    ///
    /// # Errors
    /// When the number is not from 1 to `of`.
    pub fn new(number: u32, of: u32) -> Result<Self, NoSuchShard> {
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(NoSuchShard) }
    }

    /// Its number, counted from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// What the file of its results is called, so that all of a run's can lie in one folder.
    pub fn file_name(self) -> String {
        format!("shard-{}-of-{}.jsonl", self.number, self.of)
    }

    /// What the file of its reasons is called.
    pub fn reasons_file_name(self) -> String {
        format!("shard-{}-of-{}.reasons.jsonl", self.number, self.of)
    }

    /// The shard whose results a file of this name holds, if it is such a name.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (number, of) =
            name.strip_prefix("shard-")?.strip_suffix(".jsonl")?.split_once("-of-")?;
        Self::new(number.parse().ok()?, of.parse().ok()?).ok()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = NoSuchShard;

    fn from_str(text: &str) -> Result<Self, NoSuchShard> {
        let (number, of) = text.split_once('/').ok_or(NoSuchShard)?;
        let whole = |text: &str| text.parse().map_err(|_| NoSuchShard);
        Self::new(whole(number)?, whole(of)?)
    }
}

impl TryFrom<String> for Shard {
    type Error = NoSuchShard;

    fn try_from(text: String) -> Result<Self, NoSuchShard> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!("2/7".parse(), Shard::new(2, 7));
        assert_eq!("7/7".parse::<Shard>().unwrap().to_string(), "7/7");
        for none in ["", "2", "0/7", "8/7", "-1/7", "1/0", "1/7/9", "a/b", "1.0/7"] {
            assert_eq!(none.parse::<Shard>(), Err(NoSuchShard), "{none}");
        }
    }

    #[test]
    fn a_shard_is_told_by_the_name_of_its_file() {
        let shard = Shard::new(12, 100).unwrap();
        assert_eq!(Shard::of_file_name(&shard.file_name()), Some(shard));
        for other in [shard.reasons_file_name().as_str(), "scores.csv", "shard-3-of-2.jsonl"] {
            assert_eq!(Shard::of_file_name(other), None, "{other}");
        }
    }
}
