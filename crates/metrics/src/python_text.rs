//! Digits and white space as Python's `str` and `re` know them, which the official parsers lean on.

/// Value of a decimal digit of any script (category Nd), as `\d` matches and `int()` reads it.
pub(crate) fn decimal(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= c)].last()?;
    Some(c as u32 - *zero as u32).filter(|&value| value < 10)
}

/// Whether every character is a digit in the sense of `str.isdigit()`: decimal digits, and
/// superscripts and other digits that are not decimal. False for no character.
pub(crate) fn is_digits(text: &str) -> bool {
    let is_digit = |c| decimal(c).is_some() || is_other_digit(c);
    !text.is_empty() && text.chars().all(is_digit)
}

fn is_other_digit(c: char) -> bool {
    let after = OTHER_DIGITS.partition_point(|&(first, _)| first <= c);
    OTHER_DIGITS[..after].last().is_some_and(|&(_, last)| c <= last)
}

/// Whether `\s` and `str.strip()` take the character for white space: Unicode's White_Space and
/// the four separators U+001C to U+001F.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The zeros of all scripts with decimal digits in Unicode 14; nine digits follow each.
const ZEROS: [char; 66] = [
    '\u{0030}',
    '\u{0660}',
    '\u{06f0}',
    '\u{07c0}',
    '\u{0966}',
    '\u{09e6}',
    '\u{0a66}',
    '\u{0ae6}',
    '\u{0b66}',
    '\u{0be6}',
    '\u{0c66}',
    '\u{0ce6}',
    '\u{0d66}',
    '\u{0de6}',
    '\u{0e50}',
    '\u{0ed0}',
    '\u{0f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// Ranges of digits that are not decimal in Unicode 14.
const OTHER_DIGITS: [(char, char); 20] = [
    ('\u{00b2}', '\u{00b3}'),
    ('\u{00b9}', '\u{00b9}'),
    ('\u{1369}', '\u{1371}'),
    ('\u{19da}', '\u{19da}'),
    ('\u{2070}', '\u{2070}'),
    ('\u{2074}', '\u{2079}'),
    ('\u{2080}', '\u{2089}'),
    ('\u{2460}', '\u{2468}'),
    ('\u{2474}', '\u{247c}'),
    ('\u{2488}', '\u{2490}'),
    ('\u{24ea}', '\u{24ea}'),
    ('\u{24f5}', '\u{24fd}'),
    ('\u{24ff}', '\u{24ff}'),
    ('\u{2776}', '\u{277e}'),
    ('\u{2780}', '\u{2788}'),
    ('\u{278a}', '\u{2792}'),
    ('\u{10a40}', '\u{10a43}'),
    ('\u{10e60}', '\u{10e68}'),
    ('\u{11052}', '\u{1105a}'),
    ('\u{1f100}', '\u{1f10a}'),
];
