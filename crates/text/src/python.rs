//! Python's notion of whitespace, which the official code relies on and Rust's differs from.

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
}
