//! What `docs/parity.md` tells of packs in fewer bits.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// Where the committed comparisons lie, from the root of the repository.
pub const PRECISION: &str = "docs/parity/precision.json";

/// Packs in fewer bits against the f32 packs of the same checkpoints, over the same studies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrecisionComparison {
    /// Which checkpoints and reports.
    pub of: String,
    /// How many studies.
    pub studies: u32,
    /// `f16` or `int8`.
    pub precision: String,
    /// The columns.
    pub columns: Vec<ColumnDifference>,
    /// What the models decided otherwise.
    pub flips: Vec<Flips>,
}

/// One column's differences from f32.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnDifference {
    /// The column.
    pub column: String,
    /// Mean over the studies with f32 packs.
    pub mean: f64,
    /// By how much the mean moves.
    pub mean_moves: f64,
    /// Mean |difference| of a study; none for a figure of the whole corpus.
    pub mean_difference: Option<f64>,
    /// The largest |difference| of a study.
    pub max_difference: Option<f64>,
}

/// Decisions that fell otherwise than with the f32 pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flips {
    /// Kind of decision.
    pub what: String,
    /// How many fell otherwise.
    pub changed: u32,
    /// Of how many that either pack made.
    pub of: u32,
}

impl PrecisionComparison {
    /// Whether they are of the same packs and reports.
    pub fn is_of(&self, other: &PrecisionComparison) -> bool {
        (&self.of, &self.precision) == (&other.of, &other.precision)
    }

    /// Whether a run that gave `found` leaves this committed comparison true. Roundings fall
    /// otherwise with every change of the engine: what counts is that the size of a difference is
    /// still the one told, to a factor of three.
    pub fn still_true(&self, found: &PrecisionComparison) -> bool {
        let near = |a: f64, b: f64| (a.abs() / b.abs()).max(b.abs() / a.abs()) <= 3.0;
        let same_size = |a: f64, b: f64| near(a.abs().max(1e-3), b.abs().max(1e-3));
        let both = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => same_size(a, b),
            (a, b) => a == b,
        };
        let columns = |(a, b): (&ColumnDifference, &ColumnDifference)| {
            a.column == b.column
                && (a.mean - b.mean).abs() < 1e-3
                && same_size(a.mean_moves, b.mean_moves)
                && both(a.mean_difference, b.mean_difference)
                && both(a.max_difference, b.max_difference)
        };
        let flips = |(a, b): (&Flips, &Flips)| {
            a.what == b.what && near(f64::from(a.changed.max(20)), f64::from(b.changed.max(20)))
        };
        self.is_of(found)
            && self.studies == found.studies
            && self.columns.len() == found.columns.len()
            && self.flips.len() == found.flips.len()
            && self.columns.iter().zip(&found.columns).all(columns)
            && self.flips.iter().zip(&found.flips).all(flips)
    }

    /// Tells it: to the folder that the environment names, else against what is committed.
    ///
    /// # Panics
    /// When `docs/parity.md` is stale.
    pub fn finish(&self) {
        if let Some(folder) = std::env::var_os(crate::WRITE_TO) {
            crate::tally::write(
                Path::new(&folder),
                &format!("precision-{}-{}", self.of, self.precision),
                self,
            );
            return;
        }
        let committed = read_comparisons(crate::tally::root());
        assert!(
            committed.iter().any(|committed| committed.still_true(self)),
            "docs/parity.md is stale: {PRECISION} tells otherwise of {self:#?}; \
             run cargo xtask parity"
        );
    }
}

/// Reads the committed comparisons below the root of a repository; none when there is no such
/// file yet.
///
/// # Panics
/// When the file is none of ours.
pub fn read_comparisons(root: &Path) -> Vec<PrecisionComparison> {
    let Ok(text) = std::fs::read_to_string(root.join(PRECISION)) else { return Vec::new() };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{PRECISION}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(moves: f64, changed: u32) -> PrecisionComparison {
        let column = ColumnDifference {
            column: "semb_score".to_owned(),
            mean: 0.9,
            mean_moves: moves,
            mean_difference: Some(0.01),
            max_difference: None,
        };
        let flips = Flips { what: "labels".to_owned(), changed, of: 1000 };
        PrecisionComparison {
            of: "toy".to_owned(),
            studies: 4,
            precision: "int8".to_owned(),
            columns: vec![column],
            flips: vec![flips],
        }
    }

    #[test]
    fn roundings_may_fall_otherwise_and_sizes_may_not() {
        let told = comparison(0.0001, 40);
        assert!(told.still_true(&comparison(-0.002, 60)));
        assert!(!told.still_true(&comparison(0.02, 40)));
        assert!(!told.still_true(&comparison(0.0001, 200)));
        assert!(!told.still_true(&PrecisionComparison { studies: 5, ..told.clone() }));
    }
}
