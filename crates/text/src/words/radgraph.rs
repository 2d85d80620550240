use super::Word;
use crate::python::is_space;
use std::borrow::Cow;

/// The words of RadGraph 1.0 (CXR-Report-Metric, `inference.py`; radgraph 0.1.18, `utils.py`):
/// each of `/ , : . ! ? ( )` is a word of its own, everything else is split at whitespace.
///
/// The official character class has the range `,-,`, so the hyphen is not in it, nor is the
/// semicolon: `x/y` is 3 words, `1.2-cm` is `1`, `.`, `2-cm`.
pub fn radgraph(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    for (at, c) in text.char_indices() {
        let alone = matches!(c, '/' | ',' | ':' | '.' | '!' | '?' | '(' | ')');
        if alone || is_space(c) {
            push(&mut words, text, start.take(), at);
            if alone {
                push(&mut words, text, Some(at), at + c.len_utf8());
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    push(&mut words, text, start, text.len());
    words
}

fn push<'a>(words: &mut Vec<Word<'a>>, text: &'a str, start: Option<usize>, end: usize) {
    if let Some(start) = start {
        let word = text.get(start..end).unwrap_or_default();
        words.push(Word { text: Cow::Borrowed(word), range: start..end });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        radgraph(text).into_iter().map(|word| word.text.into_owned()).collect()
    }

    #[test]
    fn punctuation_of_the_class_stands_alone() {
        assert_eq!(
            words("1.2-cm x/y (no;change)..."),
            ["1", ".", "2-cm", "x", "/", "y", "(", "no;change", ")", ".", ".", "."]
        );
        assert_eq!(words(" \n"), [""; 0]);
        assert_eq!(words("a\u{a0}b"), ["a", "b"]);
    }

    #[test]
    fn ranges_are_the_words() {
        let text = "Größe: 1.5 cm.";
        for word in radgraph(text) {
            assert_eq!(&text[word.range], word.text);
        }
    }
}
