use super::Word;
use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// Words and runs of punctuation: NLTK's `wordpunct_tokenize`, `\w+|[^\w\s]+`, with Python's
/// `\w` (letters, numbers, underscore: no marks) and `\s`.
static WORD_PUNCT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s\x1c-\x1f]+").ok());

/// The words of RadGraph-XL (radgraph 0.1.18, `utils.py`): words and runs of punctuation, of
/// which `).`, `%.`, `.'`, `%,` and `%)` are cut in two. Escapes that stand literally in the
/// text (`\n`, `\f`, `\u2122`) count as spaces, and `\"` becomes two backticks.
///
/// Hyphens split: `1.2-cm` is `1`, `.`, `2`, `-`, `cm`; `...` stays one word.
pub fn radgraph_xl(text: &str) -> Vec<Word<'_>> {
    // Every replacement keeps the length, so ranges are those of the original text.
    let replaced = text
        .replace("\\n", "  ")
        .replace("\\f", "  ")
        .replace("\\u2122", "      ")
        .replace('\n', " ")
        .replace("\\\"", "``");
    let Some(word_punct) = WORD_PUNCT.as_ref() else { return Vec::new() };
    let mut words = Vec::new();
    for found in word_punct.find_iter(&replaced) {
        let mut start = found.start();
        for cut in cuts(found.as_str()) {
            let end = found.start() + cut;
            words.extend(word(text, &replaced, start..end));
            start = end;
        }
        words.extend(word(text, &replaced, start..found.end()));
    }
    words
}

/// Where a run of punctuation is cut. The official code replaces one pair after the other in
/// the whole text; no replacement makes or breaks another pair, so the order does not matter.
fn cuts(run: &str) -> impl Iterator<Item = usize> + '_ {
    let pairs = run.as_bytes().windows(2).enumerate();
    pairs
        .filter(|(_, pair)| {
            matches!(**pair, [b')', b'.'] | [b'%', b'.' | b',' | b')'] | [b'.', b'\''])
        })
        .map(|(at, _)| at + 1)
}

fn word<'a>(text: &'a str, replaced: &str, range: Range<usize>) -> Option<Word<'a>> {
    let seen = replaced.get(range.clone())?;
    let text = match text.get(range.clone()) {
        Some(original) if original == seen => Cow::Borrowed(original),
        _ => Cow::Owned(seen.to_owned()),
    };
    Some(Word { text, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        radgraph_xl(text).into_iter().map(|word| word.text.into_owned()).collect()
    }

    #[test]
    fn the_rules() {
        assert_eq!(
            words("1.2-cm (50%)... a_b"),
            ["1", ".", "2", "-", "cm", "(", "50", "%", ")", "...", "a_b"]
        );
        assert_eq!(words("x\\ny\\u2122z \\\"q\\\""), ["x", "y", "z", "``", "q", "``"]);
        assert_eq!(
            words("so-called.' 5%, 6%."),
            ["so", "-", "called", ".", "'", "5", "%", ",", "6", "%", "."]
        );
    }

    #[test]
    fn ranges_are_of_the_original() {
        let text = "Größe\\n1.5 cm (30%).";
        for word in radgraph_xl(text) {
            assert_eq!(&text[word.range], word.text);
        }
    }
}
