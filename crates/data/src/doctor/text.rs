//! What the texts themselves show: wrong decoding, unusual length.

use super::Texts;
use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;

/// Reports of more words than this may exceed the 512 tokens of the BERT-like models.
///
/// Radiology text makes about 1.4 word pieces per word; 350 words are some 490 pieces. The
/// exact number of cut texts is counted after tokenization.
pub(crate) const LONG_REPORT_WORDS: usize = 350;

pub(super) fn look(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    for texts in Texts::both(joined) {
        let damaged = texts.finding(
            Code::Mojibake,
            Severity::Warning,
            |text| is_mojibake(&text.text),
            |count| {
                format!(
                    "{} characters that were decoded wrongly (such as Ã©, â€™ or \u{FFFD}).",
                    texts.have(count),
                )
            },
        );
        findings.extend(damaged.map(|finding| finding.hint("Export the file again as UTF-8.")));
        let long = texts.finding(
            Code::LongReports,
            Severity::Warning,
            |text| is_long(&text.text),
            |count| {
                format!(
                    "{} more than {LONG_REPORT_WORDS} words and may be cut by a model.",
                    texts.have(count),
                )
            },
        );
        let hint = "The result says exactly which texts were cut.";
        findings.extend(long.map(|finding| finding.hint(hint)));
    }
}

fn is_long(text: &str) -> bool {
    // A word takes two bytes with its space at least: most texts need no counting.
    text.len() > 2 * LONG_REPORT_WORDS && text.split_whitespace().nth(LONG_REPORT_WORDS).is_some()
}

/// Whether a text shows UTF-8 that was read as Windows-1252 or Latin-1, a byte order mark read
/// so, or the replacement character.
fn is_mojibake(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut previous = None;
    for character in text.chars() {
        let damaged = match (previous, character) {
            (_, '\u{FFFD}') => true,
            // é, ü, … of two bytes: Ã or Â and a byte of 0x80 to 0xBF, as Latin-1 or
            // Windows-1252 shows it.
            (Some('\u{C3}' | '\u{C2}'), next) => is_continuation(next),
            // ’, “, –, … of three bytes begin with â and €.
            (Some('\u{E2}'), '\u{20AC}' | '\u{80}') => true,
            // The byte order mark.
            (Some('\u{EF}'), '\u{BB}') => true,
            _ => false,
        };
        if damaged {
            return true;
        }
        previous = Some(character);
    }
    false
}

/// Whether a character is what Latin-1 or Windows-1252 shows for a byte of 0x80 to 0xBF.
fn is_continuation(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{BF}') || WINDOWS_1252_80_9F.contains(character)
}

/// What Windows-1252 shows for the bytes 0x80 to 0x9F that it defines.
const WINDOWS_1252_80_9F: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mojibake_is_told_from_accents() {
        for damaged in ["patient\u{FFFD}s", "caf\u{C3}\u{A9}", "donâ€™t", "5Â°", "ï»¿Clear", "Ã‰"]
        {
            assert!(is_mojibake(damaged), "{damaged}");
        }
        for unharmed in
            ["café", "Überlagerung", "don’t", "5 °C", "Ânima", "pâle", "São Paulo", "肺"]
        {
            assert!(!is_mojibake(unharmed), "{unharmed}");
        }
    }

    #[test]
    fn long_is_more_than_350_words() {
        assert!(!is_long(&"a ".repeat(350)));
        assert!(is_long(&"a ".repeat(351)));
        assert!(!is_long(&"a".repeat(100_000)));
    }
}
