//! Counting tests from what their runners print.

use std::fmt;
use std::ops::AddAssign;

/// How many tests came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u32,
    pub(super) failed: u32,
    /// Ignored ones included.
    pub(super) skipped: u32,
}

impl Counts {
    /// Adds what a line of `cargo test` or wasm-bindgen's runner sums up:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(super) fn add_cargo_line(&mut self, line: &str) {
        if let Some(rest) = line.trim_start().strip_prefix("test result: ") {
            self.add_sums(rest, ';');
        }
    }

    /// Adds what the closing line of the end-to-end tests sums up: `3 passed, 0 failed`.
    pub(super) fn add_closing_line(&mut self, line: &str) {
        if line.starts_with(|first: char| first.is_ascii_digit()) && line.contains(" passed, ") {
            self.add_sums(line, ',');
        }
    }

    fn add_sums(&mut self, text: &str, separator: char) {
        for part in text.split([separator, '.']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(number)), Some(what)) =
                (words.next().map(str::parse::<u32>), words.next())
            else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" | "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// For the table: nothing where nothing was counted.
    pub(super) fn in_table(&self) -> String {
        if *self == Counts::default() { String::new() } else { self.to_string() }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_summaries_add_up() {
        let mut counts = Counts::default();
        for line in [
            "running 14 tests",
            "test a::b ... ok",
            "test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.10s",
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.05s",
            "9 passed, 9 failed",
        ] {
            counts.add_cargo_line(line);
        }
        assert_eq!(counts, Counts { passed: 15, failed: 1, skipped: 2 });
        assert_eq!(counts.to_string(), "15 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn the_closing_line_of_the_scenarios_counts() {
        let mut counts = Counts::default();
        for line in ["ok 1 - 3 passed, but not a sum", "7 passed, 1 failed, 2 skipped"] {
            counts.add_closing_line(line);
        }
        assert_eq!(counts, Counts { passed: 7, failed: 1, skipped: 2 });
        assert_eq!(Counts { passed: 7, ..Counts::default() }.to_string(), "7 passed, 0 failed");
    }
}
