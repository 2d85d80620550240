//! Comparisons that are counted.

use std::fmt::Debug;
use std::path::Path;

use serde::Serialize;

use crate::goldens::{Golden, Set};
use crate::row::{FIXTURES, Row, WRITE_TO, read_rows};

/// Asserts equality within `tolerance` (absolute below 1, relative above); NaN equals NaN.
#[track_caller]
pub fn assert_close(ours: f64, official: f64, tolerance: f64, what: &str) {
    let far = distance(ours, official);
    assert!(far <= tolerance, "{what}: {ours} differs from the official {official}");
}

fn distance(ours: f64, official: f64) -> f64 {
    if ours == official || (ours.is_nan() && official.is_nan()) {
        return 0.0;
    }
    let far = (ours - official).abs() / official.abs().max(1.0);
    if far.is_nan() { f64::INFINITY } else { far }
}

/// Counts the fixtures of a file as they are compared. A fixture that differs panics, as tests do.
#[derive(Debug)]
#[must_use = "what was counted is told by `finish`"]
pub struct Tally {
    metric: &'static str,
    what: &'static str,
    file: &'static str,
    tolerance: Option<f64>,
    counts: [Count; 2],
    set: Set,
    place: String,
}

#[derive(Debug, Default)]
struct Count {
    fixtures: u32,
    left_out: u32,
    farthest: f64,
}

impl Tally {
    /// A comparison of numbers. `metric` is a section of `docs/parity.md`, `what` what of it is
    /// compared, `file` the golden file; `tolerance` is absolute below 1 and relative above.
    pub fn within(
        metric: &'static str,
        what: &'static str,
        file: &'static str,
        tolerance: f64,
    ) -> Tally {
        Tally { tolerance: Some(tolerance), ..Tally::identical(metric, what, file) }
    }

    /// A comparison of what must be the same.
    pub fn identical(metric: &'static str, what: &'static str, file: &'static str) -> Tally {
        let counts = [Count::default(), Count::default()];
        Tally { metric, what, file, tolerance: None, counts, set: Set::Own, place: String::new() }
    }

    /// The comparisons that follow are of this record.
    pub fn at(&mut self, golden: &Golden) {
        self.fixture(golden.set);
        self.place.clone_from(&golden.place);
    }

    /// The comparisons that follow are of the set's next fixture.
    pub fn fixture(&mut self, set: Set) {
        self.set = set;
        let (what, file) = (self.what, self.file);
        let count = self.count();
        count.fixtures += 1;
        self.place = format!("{what} of fixture {} of {set:?} {file}", count.fixtures);
    }

    /// The current fixture is not compared: a decision is too close to call, or it differs
    /// deliberately.
    pub fn leave_out(&mut self) {
        self.count().left_out += 1;
    }

    fn count(&mut self) -> &mut Count {
        let [own, official] = &mut self.counts;
        match self.set {
            Set::Own => own,
            Set::Official => official,
        }
    }

    /// Asserts that a number is within the tolerance; NaN equals NaN.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn close(&mut self, ours: f64, official: f64) {
        assert_close(ours, official, self.tolerance.unwrap_or_default(), &self.place);
        let count = self.count();
        count.farthest = count.farthest.max(distance(ours, official));
    }

    /// Asserts that numbers are within the tolerance, each.
    ///
    /// # Panics
    /// When one is not, or there are not as many of both.
    #[track_caller]
    pub fn all_close(&mut self, ours: &[f32], official: &[f32]) {
        assert_eq!(ours.len(), official.len(), "{}", self.place);
        for (&ours, &official) in ours.iter().zip(official) {
            self.close(f64::from(ours), f64::from(official));
        }
    }

    /// Asserts that two values are the same.
    ///
    /// # Panics
    /// When they are not.
    #[track_caller]
    pub fn same<A: PartialEq<B> + Debug, B: Debug>(&mut self, ours: A, official: B) {
        assert_eq!(ours, official, "{}", self.place);
    }

    /// How many of a set were compared, and agree.
    pub fn agreeing(&self, set: Set) -> u32 {
        let [own, official] = &self.counts;
        let count = if set == Set::Own { own } else { official };
        count.fixtures - count.left_out
    }

    /// Tells what was counted: to the folder that the environment names, else against what is
    /// committed. A browser has neither; there the comparisons alone count.
    ///
    /// # Panics
    /// When `docs/parity.md` is stale.
    pub fn finish(self) {
        for row in self.rows() {
            println!("{row:?}");
            if cfg!(target_arch = "wasm32") {
                continue;
            }
            match std::env::var_os(WRITE_TO) {
                Some(folder) => {
                    let Row { metric, what, file, set, .. } = &row;
                    let name = format!("row-{metric}-{what}-{file}-{set:?}");
                    write(Path::new(&folder), &name, &row);
                }
                None => check(&row),
            }
        }
    }

    fn rows(self) -> Vec<Row> {
        let of = |(set, count): (Set, &Count)| Row {
            metric: self.metric.to_owned(),
            what: self.what.to_owned(),
            file: self.file.to_owned(),
            set,
            fixtures: count.fixtures,
            agree: count.fixtures - count.left_out,
            tolerance: self.tolerance,
            farthest: self.tolerance.map(|_| decade(count.farthest)),
        };
        [Set::Own, Set::Official]
            .into_iter()
            .zip(&self.counts)
            .filter(|(_, count)| count.fixtures > 0)
            .map(of)
            .collect()
    }
}

/// The least power of ten, from -15 on, that is not below a difference.
fn decade(difference: f64) -> i32 {
    let reached = |&exponent: &i32| {
        let power: f64 = format!("1e{exponent}").parse().expect("a power of ten");
        difference <= power
    };
    (-15..=300).find(reached).unwrap_or(i32::MAX)
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Writes what a test found to the folder from which `cargo xtask parity` collects it.
pub(crate) fn write(folder: &Path, name: &str, found: &impl Serialize) {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let path = folder.join(format!("{}.json", name.chars().map(plain).collect::<String>()));
    let text = serde_json::to_string(found).expect("it is JSON");
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn check(row: &Row) {
    let committed = read_rows(root()).into_iter().find(|committed| committed.is_of(row));
    assert!(
        committed.as_ref().is_some_and(|committed| committed.still_true(row)),
        "docs/parity.md is stale: {FIXTURES} has {committed:?}, and this is {row:?}; \
         run cargo xtask parity"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted() {
        let mut tally = Tally::within("M", "score", "f", 1e-5);
        for (ours, official) in [(0.5, 0.500_000_3), (2000.0, 2000.001), (f64::NAN, f64::NAN)] {
            tally.fixture(Set::Own);
            tally.close(ours, official);
        }
        tally.fixture(Set::Own);
        tally.leave_out();
        assert_eq!((tally.agreeing(Set::Own), tally.agreeing(Set::Official)), (3, 0));
        let rows = tally.rows();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].fixtures, rows[0].agree, rows[0].farthest), (4, 3, Some(-6)));
    }

    #[test]
    #[should_panic(expected = "fixture 1 of Own f")]
    fn what_differs_fails() {
        let mut tally = Tally::within("M", "score", "f", 1e-5);
        tally.fixture(Set::Own);
        tally.close(0.5, f64::NAN);
    }

    #[test]
    fn powers_of_ten() {
        assert_eq!([0.0, 1e-15, 1.1e-15, 3e-7, 1e-6].map(decade), [-15, -15, -14, -6, -6]);
    }
}
