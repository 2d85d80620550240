//! The splitter for when no rule file is at hand.

use std::ops::Range;

use super::Chars;

/// What results made with this splitter call it. Another rule needs another name.
pub const NAME: &str = "rrgscore-sentences-1";

/// Words that end in a full stop within a sentence, in lower case.
const ABBREVIATIONS: [&str; 12] =
    ["approx", "cf", "dr", "e.g", "fig", "i.e", "mr", "mrs", "ms", "pt", "st", "vs"];

/// The sentences of a text in order, as ranges of its bytes, without white space around them;
/// pieces of fewer than three characters are left out.
///
/// A sentence ends
/// - behind `.`, `!` or `?` (closing quotes and brackets belong to it) if white space and no
///   lower-case letter follows, unless the full stop ends a list's number ("1.") or an
///   abbreviation;
/// - at a blank line, and at a line break before a list's mark (`-`, `*`, `•`, "1.", "2)") or a
///   heading in capitals with a colon.
pub fn split(text: &str) -> Vec<Range<usize>> {
    let chars = Chars::of(text);
    let cuts: Vec<usize> = (1..chars.chars.len()).filter(|&at| is_cut(&chars.chars, at)).collect();
    chars.pieces(&cuts)
}

/// Whether a sentence ends before the character at `at`.
fn is_cut(text: &[char], at: usize) -> bool {
    match text[at] {
        '\n' | '\r' => breaks_line(&text[at..]),
        c if c.is_whitespace() => !text[at - 1].is_whitespace() && ends_sentence(text, at),
        _ => false,
    }
}

/// Whether the line break at the start ends a sentence by what follows it.
fn breaks_line(from: &[char]) -> bool {
    let mut breaks = 0;
    let mut rest = from;
    while let Some((&c, behind)) = rest.split_first().filter(|(c, _)| c.is_whitespace()) {
        let is_pair = c == '\r' && behind.first() == Some(&'\n');
        breaks += usize::from(matches!(c, '\n' | '\r') && !is_pair);
        rest = behind;
    }
    breaks > 1 || starts_item(rest) || starts_heading(rest)
}

fn starts_item(line: &[char]) -> bool {
    let digits = line.iter().take_while(|c| c.is_ascii_digit()).count();
    let space = |at: usize| line.get(at).is_some_and(|c| c.is_whitespace());
    match line.get(digits) {
        Some('-' | '*' | '•') if digits == 0 => space(1),
        Some('.' | ')') => (1..=2).contains(&digits) && space(digits + 1),
        _ => false,
    }
}

fn starts_heading(line: &[char]) -> bool {
    let name = line.iter().take_while(|c| c.is_uppercase() || matches!(c, ' ' | '/' | '&')).count();
    name > 2 && line.get(name) == Some(&':')
}

/// Whether a sentence ends before the white space at `at`.
fn ends_sentence(text: &[char], at: usize) -> bool {
    let next = text[at..].iter().find(|c| !c.is_whitespace());
    let goes_on = next.is_some_and(|c| c.is_lowercase());
    let closing = |c: &&char| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’');
    let before = &text[..at - text[..at].iter().rev().take_while(closing).count()];
    match before.last() {
        Some('!' | '?') => !goes_on,
        Some('.') => !goes_on && !is_inner_stop(before, text[at]),
        _ => false,
    }
}

/// Whether the full stop at the end of `before` belongs to the word in front of it.
fn is_inner_stop(before: &[char], white: char) -> bool {
    let word_start = before.iter().rposition(|c| c.is_whitespace()).map_or(0, |space| space + 1);
    let word: String = before[word_start..before.len() - 1].iter().collect();
    let word = word.trim_start_matches(['(', '[', '"']);
    let line = &before[..word_start];
    let before = line.iter().rev().find(|&&c| c != ' ');
    let starts_line = before.is_none_or(|&c| matches!(c, '\n' | '.'));
    let is_number = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    let is_short = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    !matches!(white, '\n' | '\r') && ((is_number && starts_line) || is_short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn full_stops_end_sentences_but_not_numbers_or_abbreviations() {
        assert_eq!(
            sentences("A 1.5 cm nodule, cf. fig. B. Seen by Dr. Who?! (No change.) Clear."),
            ["A 1.5 cm nodule, cf. fig. B.", "Seen by Dr. Who?!", "(No change.)", "Clear."]
        );
        assert_eq!(sentences("size 2 cm. Stable. e.g. this"), ["size 2 cm.", "Stable. e.g. this"]);
    }

    #[test]
    fn lists_and_blank_lines_divide() {
        assert_eq!(
            sentences("1. Clear lungs. 2. Normal\nheart\n3) No edema\r\n- Old\n\nfracture"),
            ["1. Clear lungs.", "2. Normal\nheart", "3) No edema", "- Old", "fracture"]
        );
        assert_eq!(sentences("lungs clear\nHEART: normal"), ["lungs clear", "HEART: normal"]);
    }

    #[test]
    fn nothing_short_is_left() {
        assert_eq!(sentences(""), [""; 0]);
        assert_eq!(sentences(" \n ok \n\n. "), [""; 0]);
        assert_eq!(sentences("\u{a0}Größe \u{2003}"), ["Größe"]);
    }
}
