//! How an answer that is no JSON is mended, step by step, before it is given up.
//!
//! Sources: crimson-score 0.2.0 `CRIMSON/utils.py`, `parse_json_response`; RadEval 2.2.1
//! `metrics/crimson/crimson.py`, `_extract_json_str` and `_repair_truncated_json`. The steps are
//! kept to the letter, with what they spoil: the removal of keys without a value also takes the
//! middle items of lists of texts.

use super::json::{Doubles, Json, JsonError, loads, strip};
use crate::python_text::{is_digits, is_space};

/// Most quotes that are escaped.
const QUOTES: usize = 50;
/// How far before an error a stray quote is looked for.
const BEFORE: usize = 5;

/// Reads an answer as crimson-score does; `None` where it gives up.
pub(super) fn official(answer: &[char]) -> Option<Json> {
    let text = quoted_keys(&unwrapped_lists(&plain_quotes(answer)));
    for mend in [<[char]>::to_vec, without_orphans, escaped_backslashes] {
        match loads(&mend(&text), Doubles::First) {
            Ok(value) => return Some(value),
            Err(JsonError::TooDeep) => return None,
            Err(JsonError::At(_)) => {}
        }
    }
    let escaped = escaped_backslashes(&text);
    escaping_quotes(text).or_else(|| escaping_quotes(escaped))
}

/// Reads an answer as RadEval does; `None` where it gives up.
pub(super) fn radeval(answer: &[char]) -> Option<Json> {
    let text = without_trailing_commas(&extracted(answer));
    official(&text).or_else(|| loads(&closed(&text), Doubles::Last).ok())
}

/// Typographic quotes stand inside of texts; the single ones become an escape that JSON lacks.
fn plain_quotes(text: &[char]) -> Vec<char> {
    let mut plain = Vec::with_capacity(text.len());
    for &c in text {
        match c {
            '\u{201c}' | '\u{201d}' => plain.extend(['\\', '"']),
            '\u{2018}' | '\u{2019}' => plain.extend(['\\', '\'']),
            _ => plain.push(c),
        }
    }
    plain
}

/// The first place from `at` on without white space.
fn behind_space(text: &[char], at: usize) -> usize {
    text[at..].iter().position(|&c| !is_space(c)).map_or(text.len(), |skipped| at + skipped)
}

/// Writes the text with what `found` names, as the place behind it and what stands for it,
/// replaced; it is asked from each place on that is not inside of such.
fn replaced(
    text: &[char],
    mut found: impl FnMut(usize) -> Option<(usize, Vec<char>)>,
) -> Vec<char> {
    let mut new = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match found(at) {
            Some((behind, instead)) => {
                new.extend(instead);
                at = behind;
            }
            None => {
                new.push(text[at]);
                at += 1;
            }
        }
    }
    new
}

/// `["":[` becomes `[`.
fn unwrapped_lists(text: &[char]) -> Vec<char> {
    replaced(text, |at| {
        if !text[at..].starts_with(&['[', '"', '"']) {
            return None;
        }
        let colon = behind_space(text, at + 3);
        let bracket = behind_space(text, colon + usize::from(text.get(colon) == Some(&':')));
        let matches = text.get(colon) == Some(&':') && text.get(bracket) == Some(&'[');
        matches.then(|| (bracket + 1, vec!['[']))
    })
}

/// A quote in front of a key that lacks its first, where a key can stand: behind an opening brace,
/// or behind a comma that a closing character or digit precedes.
fn quoted_keys(text: &[char]) -> Vec<char> {
    replaced(text, |at| {
        let key = match text[at] {
            '{' => behind_space(text, at + 1),
            ']' | '}' | '"' | '0'..='9' => {
                let comma = behind_space(text, at + 1);
                if text.get(comma) != Some(&',') {
                    return None;
                }
                behind_space(text, comma + 1)
            }
            _ => return None,
        };
        let word = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
        let quote = key + text[key..].iter().take_while(word).count();
        let begins = text.get(key).is_some_and(|c| c.is_ascii_alphabetic() || *c == '_');
        (begins && text.get(quote) == Some(&'"')).then(|| {
            let mut instead = text[at..key].to_vec();
            instead.push('"');
            instead.extend(&text[key..=quote]);
            (quote + 1, instead)
        })
    })
}

/// The place behind a text in quotes that opens at `at`; escapes are not known here.
fn behind_quoted(text: &[char], at: usize) -> Option<usize> {
    if text.get(at) != Some(&'"') {
        return None;
    }
    text[at + 1..].iter().position(|&c| c == '"').map(|length| at + length + 2)
}

/// Without texts in an object that have no value: `,"text"` before a comma or closing brace, and
/// `"text",` right behind an opening brace and before a quote.
fn without_orphans(text: &[char]) -> Vec<char> {
    let inside = replaced(text, |at| {
        if text[at] != ',' {
            return None;
        }
        let end = behind_space(text, behind_quoted(text, behind_space(text, at + 1))?);
        matches!(text.get(end), Some(',' | '}')).then(|| (end, Vec::new()))
    });
    replaced(&inside, |at| {
        if at == 0 || inside[at - 1] != '{' {
            return None;
        }
        let comma = behind_space(&inside, behind_quoted(&inside, behind_space(&inside, at))?);
        if inside.get(comma) != Some(&',') {
            return None;
        }
        let next = behind_space(&inside, comma + 1);
        (inside.get(next) == Some(&'"')).then(|| (next, Vec::new()))
    })
}

/// Backslashes that begin no escape are doubled; each is looked at by itself.
fn escaped_backslashes(text: &[char]) -> Vec<char> {
    replaced(text, |at| {
        let next = text.get(at + 1);
        let escape = next.is_some_and(|c| "\"\\/bfnrtu".contains(*c));
        (text[at] == '\\' && !escape).then(|| (at + 1, vec!['\\', '\\']))
    })
}

/// Reads the text while, at each error, a quote just before it can be escaped that looks like one
/// inside of a text.
fn escaping_quotes(mut text: Vec<char>) -> Option<Json> {
    for _ in 0..QUOTES {
        let at = match loads(&text, Doubles::First) {
            Ok(value) => return Some(value),
            Err(JsonError::TooDeep) => return None,
            Err(JsonError::At(at)) => at,
        };
        let stray = (at.saturating_sub(BEFORE)..=at).rev().find(|&i| {
            let escaped = i > 0 && text[i - 1] == '\\';
            text.get(i) == Some(&'"') && !escaped && !is_structural(&text, i)
        })?;
        text.insert(stray, '\\');
    }
    None
}

/// Whether the quote at a place looks like one that opens or closes a key or value.
fn is_structural(text: &[char], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).and_then(|i| text.get(i)).copied();
    let after = |steps: usize| text.get(at + steps).copied();
    let is_digit = |c: char| is_digits(c.encode_utf8(&mut [0; 4]));
    match (before(1), after(1)) {
        (Some(':' | '[' | '{'), _) | (_, Some(':' | ']' | '}')) => true,
        (Some(','), _) => before(2).is_some_and(|c| "\"]}".contains(c) || is_digit(c)),
        (_, Some(',')) => after(2).is_some_and(|c| "\"[{".contains(c) || is_digit(c)),
        _ => false,
    }
}

/// The content of the first code fence, or else what stands from the first opening to the last
/// closing brace.
fn extracted(answer: &[char]) -> Vec<char> {
    let text = strip(answer);
    let fence = |from: usize| {
        text[from..].windows(3).position(|three| *three == ['`'; 3]).map(|at| from + at)
    };
    if let Some(opening) = fence(0)
        && let Some(closing) = fence(opening + 3)
    {
        let inside = &text[opening + 3..closing];
        return strip(inside.strip_prefix(&['j', 's', 'o', 'n']).unwrap_or(inside)).to_vec();
    }
    let first = text.iter().position(|&c| c == '{');
    match (first, text.iter().rposition(|&c| c == '}')) {
        (Some(first), Some(last)) if last > first => text[first..=last].to_vec(),
        _ => text.to_vec(),
    }
}

/// Without commas before a closing brace or bracket.
fn without_trailing_commas(text: &[char]) -> Vec<char> {
    replaced(text, |at| {
        let closing = behind_space(text, at + 1);
        let matches = text[at] == ',' && matches!(text.get(closing), Some('}' | ']'));
        matches.then(|| (closing + 1, text[at + 1..=closing].to_vec()))
    })
}

/// A text that was cut off, closed: its last text, and all lists and objects that are open.
fn closed(text: &[char]) -> Vec<char> {
    let (mut in_text, mut escaped) = (false, false);
    let mut open = Vec::new();
    for &c in text {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' if open.last() == Some(&c) => drop(open.pop()),
            _ => {}
        }
    }
    let mut closed = text.to_vec();
    if in_text {
        closed.push('"');
    }
    let end = closed.iter().rposition(|&c| !is_space(c));
    if let Some(comma) = end.filter(|&end| closed[end] == ',') {
        closed.truncate(comma);
    }
    closed.extend(open.into_iter().rev());
    closed
}
