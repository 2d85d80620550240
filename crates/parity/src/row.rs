//! What `docs/parity.md` tells of one comparison.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::goldens::Set;

/// Where the committed counts lie, from the root of the repository.
pub const FIXTURES: &str = "docs/parity/fixtures.json";

/// The environment variable that names the folder to which tallies write.
pub const WRITE_TO: &str = "RRGSCORE_PARITY";

/// Decisions that are as close as the limit may fall otherwise on another processor.
const UNDECIDED: u32 = 2;

/// Fixtures of one file that were compared in one respect.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Row {
    /// The metric, as the page's sections name it.
    pub metric: String,
    /// What of it was compared.
    pub what: String,
    /// The golden file.
    pub file: String,
    /// Whose it is.
    pub set: Set,
    /// Records of the file.
    pub fixtures: u32,
    /// Those that were compared, and agree. The rest has a decision too close to call, or differs
    /// deliberately.
    pub agree: u32,
    /// The largest difference allowed: absolute below 1, relative above. None where all is
    /// identical.
    pub tolerance: Option<f64>,
    /// The least power of ten, from -15 on, that no difference exceeds.
    pub farthest: Option<i32>,
}

impl Row {
    /// Whether they are of the same comparison.
    pub fn is_of(&self, other: &Row) -> bool {
        let key = |row: &Row| (row.metric.clone(), row.what.clone(), row.file.clone(), row.set);
        key(self) == key(other)
    }

    /// Whether a run that gave `found` leaves this committed row true. Differences may be a power
    /// of ten apart: f32 sums in vector registers differ between processors.
    pub fn still_true(&self, found: &Row) -> bool {
        let near = match (self.farthest, found.farthest) {
            (Some(a), Some(b)) => (a - b).abs() <= 1,
            (a, b) => a == b,
        };
        near && self.is_of(found)
            && (self.fixtures, self.tolerance) == (found.fixtures, found.tolerance)
            && self.agree.abs_diff(found.agree) <= UNDECIDED
    }
}

/// Reads the committed rows below the root of a repository; none when there is no such file yet.
///
/// # Panics
/// When the file is none of ours.
pub fn read_rows(root: &Path) -> Vec<Row> {
    let path = root.join(FIXTURES);
    let Ok(text) = std::fs::read_to_string(&path) else { return Vec::new() };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{FIXTURES}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(agree: u32, tolerance: Option<f64>, farthest: Option<i32>) -> Row {
        let (metric, what, file) = ("M".to_owned(), "w".to_owned(), "f".to_owned());
        Row { metric, what, file, set: Set::Own, fixtures: 40, agree, tolerance, farthest }
    }

    #[test]
    fn another_processor_does_not_make_a_row_stale() {
        let close = row(40, Some(1e-5), Some(-7));
        assert!(close.still_true(&row(40, Some(1e-5), Some(-6))));
        assert!(!close.still_true(&row(40, Some(1e-5), Some(-5))));
        assert!(!close.still_true(&row(40, Some(1e-4), Some(-7))));
        let decided = row(38, None, None);
        assert!(decided.still_true(&row(37, None, None)));
        assert!(!decided.still_true(&row(30, None, None)));
        let other = Row { fixtures: 41, ..decided.clone() };
        assert!(!decided.still_true(&other));
    }
}
