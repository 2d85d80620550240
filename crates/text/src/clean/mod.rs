//! What official code does to a report's text before it is tokenized: one rule per file.

mod bertscore;
mod chexbert;
mod r2gen;

pub use bertscore::{bertscore, bertscore_radeval, bertscore_roberta};
pub use chexbert::chexbert;
pub use r2gen::{R2GenData, r2gen};

use std::ops::Range;

/// A cleaned text that remembers where each of its characters came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    text: String,
    /// For each byte, the range of the original text that its character stands for.
    origin: Vec<Range<usize>>,
}

impl Cleaned {
    /// The cleaned text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The range of the original text that a range of the cleaned text came from, in bytes, at
    /// character boundaries. An empty range stays empty.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let Some(origin) = self.origin.get(range).filter(|origin| !origin.is_empty()) else {
            return 0..0;
        };
        let start = origin.iter().map(|origin| origin.start).min().unwrap_or(0);
        let end = origin.iter().map(|origin| origin.end).max().unwrap_or(0);
        start..end
    }

    fn push(&mut self, c: char, origin: Range<usize>) {
        self.text.push(c);
        self.origin.extend(std::iter::repeat_n(origin, c.len_utf8()));
    }

    /// The text with every run of the characters that `joins` accepts replaced by one U+0020.
    fn with_runs_joined(text: &str, joins: impl Fn(char) -> bool) -> Cleaned {
        let mut cleaned = Cleaned::default();
        let mut run: Option<Range<usize>> = None;
        for (at, c) in text.char_indices() {
            let here = at..at + c.len_utf8();
            if joins(c) {
                run = Some(run.map_or(here.clone(), |run| run.start..here.end));
            } else {
                if let Some(run) = run.take() {
                    cleaned.push(' ', run);
                }
                cleaned.push(c, here);
            }
        }
        if let Some(run) = run {
            cleaned.push(' ', run);
        }
        cleaned
    }

    /// Python's `str.strip()`.
    fn stripped(self) -> Cleaned {
        let from = self.text.len() - self.text.trim_start_matches(crate::python::is_space).len();
        let stripped = crate::python::strip(&self.text);
        let to = from + stripped.len();
        let origin = self.origin.get(from..to).unwrap_or_default().to_vec();
        Cleaned { text: stripped.to_owned(), origin }
    }
}
