//! Byte order marks where files were put together.

use super::rewrite::Rule;

/// UTF-8's byte order mark.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Passes UTF-8 through, but for byte order marks at the start of a line: files put together with
/// `cat` have one where each began.
pub(super) struct WithoutMarks {
    at_line_start: bool,
}

impl Default for WithoutMarks {
    fn default() -> Self {
        Self { at_line_start: true }
    }
}

impl Rule for WithoutMarks {
    fn rewrite(&mut self, input: &[u8], ended: bool, output: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
            if self.at_line_start && rest.first() == MARK.first() {
                if rest.starts_with(&MARK) {
                    at += MARK.len();
                    continue;
                }
                if !ended && MARK.starts_with(rest) {
                    return at;
                }
            }
            let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, _) = rest.split_at(line);
            output.extend_from_slice(line);
            self.at_line_start = line.ends_with(b"\n");
            at += line.len();
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::both_ways;
    use super::*;

    #[test]
    fn marks_at_the_start_of_a_line_go_and_others_stay() {
        for (from, to) in [
            ("\u{FEFF}a\n\u{FEFF}b", "a\nb"),
            ("\u{FEFF}\u{FEFF}a", "a"),
            ("a\u{FEFF}b", "a\u{FEFF}b"),
            ("é\nﬁ\n", "é\nﬁ\n"),
            ("\u{FEFF}", ""),
            ("", ""),
        ] {
            assert_eq!(both_ways::<WithoutMarks>(from), [to, to]);
        }
    }
}
