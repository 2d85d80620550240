//! What the unit tests left out because this machine lacks it, as the tests themselves note it
//! (`rrgscore_parity::skipped`).

use super::count::Counts;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The start of the reasons of tests that need what lies beside the checkout.
const SHARED: &str = "../shared/";

/// Tests that were left out, by name, with the reason; and those that compared only a part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Skips {
    whole: BTreeMap<String, String>,
    part: BTreeMap<String, String>,
}

impl Skips {
    /// Reads the file of notes; there is none when nothing was skipped.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub(super) fn read(file: &Path) -> Result<Skips> {
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(Skips::parse(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Skips::default()),
            Err(error) => Err(Error::io("reading", file)(error)),
        }
    }

    fn parse(text: &str) -> Skips {
        let mut skips = Skips::default();
        for line in text.lines() {
            let mut fields = line.splitn(4, '\t');
            let (Some(program), Some(test), Some(how_much), Some(reason)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let name = format!("{} {test}", program_name(program));
            let list = if how_much == "part" { &mut skips.part } else { &mut skips.whole };
            list.entry(name).or_insert_with(|| reason.to_owned());
        }
        let whole = &skips.whole;
        skips.part.retain(|name, _| !whole.contains_key(name));
        skips
    }

    /// Moves the tests that were left out from those that passed to those that were skipped.
    pub(super) fn correct(&self, counts: &mut Counts) {
        let skipped = u32::try_from(self.whole.len()).unwrap_or(u32::MAX).min(counts.passed);
        counts.passed -= skipped;
        counts.skipped += skipped;
    }

    /// Names each test with the reason.
    pub(super) fn print(&self) {
        for (title, list) in
            [("skipped", &self.whole), ("compared with our own goldens alone", &self.part)]
        {
            if !list.is_empty() {
                println!("\n{title}: {} tests", list.len());
            }
            for (name, reason) in list {
                println!("  {name}: {reason}");
            }
        }
    }

    /// How many tests lack something of `../shared`.
    pub(super) fn of_shared(&self) -> usize {
        self.whole.values().chain(self.part.values()).filter(|r| r.starts_with(SHARED)).count()
    }
}

/// The name of a test program without its folder and cargo's hash.
fn program_name(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.rsplit_once('-').map_or(file, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: &str = "/t/debug/deps/bleu-0a1b2c\tofficial\twhole\t../shared/golden/x is not on this machine\n\
        /t/debug/deps/bleu-0a1b2c\tofficial\twhole\t../shared/golden/y is not on this machine\n\
        /t/debug/deps/bleu-0a1b2c\tofficial\tpart\t../shared/golden/z is not on this machine\n\
        /t/debug/deps/radcliq-3d\tvalues\tpart\t../shared/golden/z is not on this machine\n\
        /t/debug/deps/precision-3d\tfull_size\twhole\tit takes half an hour\n";

    #[test]
    fn a_test_counts_once_and_for_the_most_that_it_lacks() {
        let skips = Skips::parse(NOTES);
        let names: Vec<&str> = skips.whole.keys().map(String::as_str).collect();
        assert_eq!(names, ["bleu official", "precision full_size"]);
        assert_eq!(skips.part.keys().collect::<Vec<_>>(), ["radcliq values"]);
        assert_eq!(skips.of_shared(), 2);
    }

    #[test]
    fn skipped_tests_have_not_passed() {
        let mut counts = Counts { passed: 10, failed: 0, skipped: 1 };
        Skips::parse(NOTES).correct(&mut counts);
        assert_eq!(counts, Counts { passed: 8, failed: 0, skipped: 3 });
    }

    #[test]
    fn no_notes_are_no_skips() {
        assert_eq!(Skips::read(Path::new("/none/of/these")).unwrap(), Skips::default());
    }
}
