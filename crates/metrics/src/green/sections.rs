//! How an answer is cut into its parts.

use std::ops::RangeInclusive;

use super::GreenPart;
use crate::python_text::is_space;

/// The text of one part.
pub(super) struct Section<'a> {
    /// From the first character that is not white space to the first blank line.
    pub(super) text: &'a str,
    /// What follows that blank line.
    pub(super) behind: &'a str,
}

/// Finds a part: what follows its first header, up to a blank line (white space alone is blank) or
/// the end of the answer. `None` without the header.
///
/// Source: the pattern `\[…\]:\s*(.*?)(?:\n\s*\n|\Z)` in green-score `green.py`.
pub(super) fn section(answer: &str, part: GreenPart) -> Option<Section<'_>> {
    let (_, behind) = answer.split_once(part.header())?;
    let text = behind.trim_start_matches(is_space);
    let end = text.match_indices('\n').map(|(at, _)| at).find(|&at| {
        let white = &text[at + 1..];
        let white = &white[..white.len() - white.trim_start_matches(is_space).len()];
        white.contains('\n')
    });
    let (text, behind) = text.split_at(end.unwrap_or(text.len()));
    Some(Section { text, behind })
}

impl<'a> Section<'a> {
    /// Officially anything that begins with "No" means nothing to count, "Nodule" included.
    pub(super) fn is_nothing(&self) -> bool {
        self.text.starts_with("No")
    }

    /// The lines `(a) …` to `(f) …`, or else `(1) …` to `(6) …`, sorted, and whether they are the
    /// lettered ones. A line starts at its first such mark, wherever that stands.
    pub(super) fn error_lines(&self) -> (Vec<&'a str>, bool) {
        let lettered = marked_lines(self.text, b'a'..=b'f');
        if lettered.is_empty() {
            (marked_lines(self.text, b'1'..=b'6'), false)
        } else {
            (lettered, true)
        }
    }

    /// Whether error lines stand behind the part's end and before the next header.
    pub(super) fn hides_lines(&self) -> bool {
        let next = GreenPart::ALL.iter().filter_map(|part| self.behind.find(part.header())).min();
        let text = &self.behind[..next.unwrap_or(self.behind.len())];
        !marked_lines(text, b'a'..=b'f').is_empty() || !marked_lines(text, b'1'..=b'6').is_empty()
    }
}

fn marked_lines(text: &str, marks: RangeInclusive<u8>) -> Vec<&str> {
    let is_mark =
        |window: &[u8]| matches!(window, [b'(', mark, b')', b' '] if marks.contains(mark));
    let from_mark = |line: &str| line.as_bytes().windows(4).position(is_mark);
    let mut lines: Vec<_> =
        text.split('\n').filter_map(|line| Some(&line[from_mark(line)?..])).collect();
    lines.sort_unstable();
    lines
}
