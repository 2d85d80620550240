//! Python's notions of whitespace, digits and letters, which the official code relies on and
//! Rust's differ from.

use regex::Regex;
use std::sync::LazyLock;

/// Whether Python's `str.isspace` and the `\s` of its regular expressions hold: Unicode
/// White_Space, and the four ASCII separators U+001C to U+001F.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Python's `str.strip()`.
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Python's `str.split()`: on runs of whitespace, without empty pieces.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|piece| !piece.is_empty())
}

/// Whether Python's `str.isdigit` holds for the character: decimal digits of all scripts, and
/// superscript, circled and other digits that are not decimal.
pub fn is_digit(c: char) -> bool {
    // Unicode's Numeric_Type=Digit, which the regex crate does not know by name.
    const DIGITS: &str = r"[\p{Nd}\u{b2}\u{b3}\u{b9}\u{1369}-\u{1371}\u{19da}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}\u{2460}-\u{2468}\u{2474}-\u{247c}\u{2488}-\u{2490}\u{24ea}\u{24f5}-\u{24fd}\u{24ff}\u{2776}-\u{277e}\u{2780}-\u{2788}\u{278a}-\u{2792}\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]";
    static CLASS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(DIGITS).ok());
    if c.is_ascii() { c.is_ascii_digit() } else { is_in(&CLASS, c) }
}

/// Whether `\d` of Python's regular expressions holds: a decimal digit of any script.
pub fn is_decimal(c: char) -> bool {
    static CLASS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{Nd}").ok());
    if c.is_ascii() { c.is_ascii_digit() } else { is_in(&CLASS, c) }
}

/// Whether `\w` of Python's regular expressions holds: letters, numbers and the underscore.
pub fn is_word(c: char) -> bool {
    c == '_' || is_alnum(c)
}

/// Whether Python's `str.isalnum` holds for the character: letters and numbers, but no marks that
/// combine with them.
pub fn is_alnum(c: char) -> bool {
    static CLASS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{L}\p{N}]").ok());
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_in(&CLASS, c) }
}

fn is_in(class: &Option<Regex>, c: char) -> bool {
    class.as_ref().is_some_and(|class| class.is_match(c.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[chr(c) for c in range(0x110000) if chr(c).isspace()]` in Python 3.11.
    #[test]
    fn spaces_are_pythons() {
        let expected: Vec<u32> = [0x09..=0x0d, 0x1c..=0x20, 0x85..=0x85, 0xa0..=0xa0]
            .into_iter()
            .chain([0x1680..=0x1680, 0x2000..=0x200a, 0x2028..=0x2029])
            .chain([0x202f..=0x202f, 0x205f..=0x205f, 0x3000..=0x3000])
            .flatten()
            .collect();
        let found: Vec<u32> =
            (0..=0x10_ffff).filter(|&c| char::from_u32(c).is_some_and(is_space)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn strip_and_split() {
        assert_eq!(strip("\u{1f}\u{3000} a b\n"), "a b");
        assert_eq!(split(" a\u{1c}b \u{200b} ").collect::<Vec<_>>(), ["a", "b", "\u{200b}"]);
        assert_eq!(split(" \n").count(), 0);
    }

    /// The numbers of characters for which Python 3.11 (Unicode 14) says so below U+0590,
    /// where later versions of Unicode have added nothing.
    #[test]
    fn digits_and_letters_are_pythons() {
        let count = |holds: fn(char) -> bool| {
            (0..0x590).filter(|&c| char::from_u32(c).is_some_and(holds)).count()
        };
        assert_eq!((count(is_digit), count(is_alnum)), (13, 1107));
    }
}
