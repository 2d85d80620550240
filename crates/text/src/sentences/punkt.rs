//! NLTK's Punkt: sentences by what was learnt of a language's abbreviations, by the second pass of
//! Kiss and Strunk 2006.
//!
//! Source: nltk 3.10.4, `tokenize/punkt.py` (`PunktSentenceTokenizer`), read; the same for every
//! text, since each of its regular expressions is followed here character by character.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::python::{self, is_decimal};

/// What Punkt learnt of a language.
#[derive(Debug, Clone, Default)]
pub struct Punkt {
    abbreviations: BTreeSet<String>,
    collocations: BTreeSet<(String, String)>,
    starters: BTreeSet<String>,
    /// How a word was seen: bits by place and case.
    contexts: BTreeMap<String, u8>,
}

/// A line that is none of a file of what Punkt learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no abbreviation, collocation, starter or context")]
pub struct PunktError {
    /// Counted from 1.
    pub line: usize,
}

// A word with an upper-case initial at the beginning of a sentence, within one, at an unknown
// place; and with a lower-case one.
const UPPER_WITHIN: u8 = 1 << 2;
const UPPER: u8 = 1 << 1 | UPPER_WITHIN | 1 << 3;
const LOWER_AT_BEGIN: u8 = 1 << 4;
const LOWER: u8 = LOWER_AT_BEGIN | 1 << 5 | 1 << 6;

/// The type of a token that is a number.
const NUMBER: &str = "##number##";

/// A word with its punctuation.
#[derive(Debug)]
struct Token {
    text: Vec<char>,
    kind: String,
    breaks: bool,
    abbreviation: bool,
    ellipsis: bool,
}

/// A place where a sentence may end, and the text by which it is decided.
struct Candidate {
    /// Where the mark stands.
    mark: usize,
    /// Where the next sentence begins, if this one ends.
    next: usize,
    /// The word before, the mark and what follows it.
    context: Range<usize>,
}

impl Punkt {
    /// Reads lines of a kind and its fields: `abbreviation`, `collocation` (two words), `starter`,
    /// `context` (a word and the bits of how it was seen), as in the files of `punkt_tab`.
    ///
    /// # Errors
    /// [`PunktError`] names the line.
    pub fn parse(lines: &str) -> Result<Self, PunktError> {
        let mut punkt = Self::default();
        for (line, text) in (1..).zip(lines.lines()) {
            let mut fields = text.split('\t');
            let fields: [Option<&str>; 4] = std::array::from_fn(|_| fields.next());
            match fields {
                [Some("abbreviation"), Some(word), None, _] => {
                    punkt.abbreviations.insert(word.to_owned());
                }
                [Some("starter"), Some(word), None, _] => {
                    punkt.starters.insert(word.to_owned());
                }
                [Some("collocation"), Some(one), Some(two), None] => {
                    punkt.collocations.insert((one.to_owned(), two.to_owned()));
                }
                [Some("context"), Some(word), Some(bits), None] => {
                    let bits = bits.parse().map_err(|_| PunktError { line })?;
                    punkt.contexts.insert(word.to_owned(), bits);
                }
                _ => return Err(PunktError { line }),
            }
        }
        Ok(punkt)
    }

    /// The sentences of a text in order.
    pub fn split(&self, text: &str) -> Vec<String> {
        let text: Vec<char> = text.chars().collect();
        let spans = realigned(&text, &self.spans(&text));
        spans.into_iter().filter_map(|span| Some(text.get(span)?.iter().collect())).collect()
    }

    fn spans(&self, text: &[char]) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut begin = 0;
        for candidate in candidates(text) {
            if self.breaks(&text[candidate.context.clone()]) {
                spans.push(begin..candidate.mark + 1);
                begin = candidate.next;
            }
        }
        let end = text.iter().rposition(|&c| !python::is_space(c)).map_or(0, |last| last + 1);
        spans.push(begin..end.max(begin));
        spans
    }

    /// Whether a sentence ends in a text before its last token.
    fn breaks(&self, context: &[char]) -> bool {
        let mut tokens: Vec<Token> = context
            .split(|&c| c == '\n')
            .filter(|line| !is_blank(line))
            .flat_map(words)
            .map(|word| self.token(word))
            .collect();
        for first in 0..tokens.len().saturating_sub(1) {
            let (before, after) = tokens.split_at_mut(first + 1);
            if let (Some(token), Some(next)) = (before.last_mut(), after.first()) {
                self.decide(token, next);
                if token.breaks {
                    return true;
                }
            }
        }
        false
    }

    /// A token, judged by itself.
    fn token(&self, text: Vec<char>) -> Token {
        let lower = text.iter().collect::<String>().to_lowercase();
        let kind = if is_number(&lower) { NUMBER.to_owned() } else { lower.clone() };
        let mut token = Token { text, kind, breaks: false, abbreviation: false, ellipsis: false };
        let text = token.text.as_slice();
        if let [c] = text
            && matches!(c, '.' | '?' | '!')
        {
            token.breaks = true;
        } else if text.len() > 1 && text.iter().all(|&c| c == '.') {
            token.ellipsis = true;
        } else if token.ends_with_period() && !lower.ends_with("..") {
            let word = lower.strip_suffix('.').unwrap_or(&lower);
            let last = word.rsplit('-').next().unwrap_or(word);
            if self.abbreviations.contains(word) || self.abbreviations.contains(last) {
                token.abbreviation = true;
            } else {
                token.breaks = true;
            }
        }
        token
    }

    /// Judges a token again by the next one.
    fn decide(&self, token: &mut Token, next: &Token) {
        if !token.ends_with_period() {
            return;
        }
        let kind = token.kind_without_period().to_owned();
        let next_kind = next.kind_within();
        let initial = token.is_initial();
        if self.collocations.contains(&(kind.clone(), next_kind.to_owned())) {
            token.breaks = false;
            token.abbreviation = true;
            return;
        }
        if (token.abbreviation || token.ellipsis) && !initial {
            let starts = self.starts_sentence(next) == Some(true)
                || (next.is_upper() && self.starters.contains(next_kind));
            if starts {
                token.breaks = true;
                return;
            }
        }
        if initial || kind == NUMBER {
            let starts = self.starts_sentence(next);
            let never_lower = self.context(next_kind) & LOWER == 0;
            if starts == Some(false)
                || (starts.is_none() && initial && next.is_upper() && never_lower)
            {
                token.breaks = false;
                token.abbreviation = true;
            }
        }
    }

    /// Whether a token begins a sentence, by how its word was seen; none where that does not tell.
    fn starts_sentence(&self, token: &Token) -> Option<bool> {
        if let [c] = token.text.as_slice()
            && matches!(c, ';' | ':' | ',' | '.' | '!' | '?')
        {
            return Some(false);
        }
        let seen = self.context(token.kind_within());
        if token.is_upper() && seen & LOWER != 0 && seen & UPPER_WITHIN == 0 {
            return Some(true);
        }
        if token.is_lower() && (seen & UPPER != 0 || seen & LOWER_AT_BEGIN == 0) {
            return Some(false);
        }
        None
    }

    fn context(&self, word: &str) -> u8 {
        self.contexts.get(word).copied().unwrap_or(0)
    }
}

impl Token {
    fn ends_with_period(&self) -> bool {
        self.text.last() == Some(&'.')
    }

    fn is_upper(&self) -> bool {
        self.text.first().is_some_and(|c| c.is_uppercase())
    }

    fn is_lower(&self) -> bool {
        self.text.first().is_some_and(|c| c.is_lowercase())
    }

    /// One letter and a period.
    fn is_initial(&self) -> bool {
        matches!(self.text.as_slice(), [c, '.'] if is_letter(*c))
    }

    fn kind_without_period(&self) -> &str {
        match self.kind.strip_suffix('.') {
            Some(kind) if !kind.is_empty() => kind,
            _ => &self.kind,
        }
    }

    /// The kind without the period that ends a sentence.
    fn kind_within(&self) -> &str {
        if self.breaks { self.kind_without_period() } else { &self.kind }
    }
}

/// Whether a line holds nothing but what Python strips.
fn is_blank(line: &[char]) -> bool {
    line.iter().all(|&c| python::is_space(c))
}

/// Whether `[^\W\d]` of the library `regex` holds, which NLTK's expressions are compiled by; its `\w`
/// is that of UTS 18, as is that of the crate of this name, and its `\s` is Unicode's.
fn is_letter(c: char) -> bool {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\w$").ok());
    let is_word = |c: char| {
        let mut bytes = [0; 4];
        WORD.as_ref().is_some_and(|word| word.is_match(c.encode_utf8(&mut bytes)))
    };
    if c.is_ascii() { c.is_ascii_alphabetic() || c == '_' } else { !is_decimal(c) && is_word(c) }
}

/// Whether a word is a number: a sign, a point or comma, digits with points, commas and hyphens.
fn is_number(lower: &str) -> bool {
    let rest = lower.strip_prefix('-').unwrap_or(lower);
    let rest = rest.strip_prefix(['.', ',']).unwrap_or(rest);
    let mut rest = rest.chars();
    rest.next().is_some_and(is_decimal)
        && rest.all(|c| is_decimal(c) || matches!(c, ',' | '.' | '-'))
}

/// Characters that end a word and are none of it.
fn cuts_word(c: char) -> bool {
    const CUTS: &str = ")\";}]*:@'({[?!\u{2018}\u{2019}\u{201c}\u{201d}\u{ab}\u{bb}";
    CUTS.contains(c)
}

/// The length of hyphens or dots, at least two, with or without spaces between dots (then at least
/// three), at the beginning of a text.
fn repeated_mark(text: &[char]) -> Option<usize> {
    let run = |mark: char| text.iter().take_while(|&&c| c == mark).count();
    if run('-') >= 2 {
        return Some(run('-'));
    }
    if run('.') >= 2 {
        return Some(run('.'));
    }
    let spaced =
        text.chunks_exact(2).take_while(|two| two[0] == '.' && char::is_whitespace(two[1])).count();
    let ends_in_dot = |pairs: usize| pairs >= 2 && text.get(2 * pairs) == Some(&'.');
    let pairs = if ends_in_dot(spaced) { spaced } else { spaced.saturating_sub(1) };
    ends_in_dot(pairs).then_some(2 * pairs + 1)
}

/// The words of a line, with their punctuation where that is a period or stands inside.
fn words(line: &[char]) -> Vec<Vec<char>> {
    let ends = |at: usize| {
        let Some(&c) = line.get(at) else { return true };
        char::is_whitespace(c) || cuts_word(c) || repeated_mark(&line[at..]).is_some()
    };
    let begins = |c: char| !"(\"`{[:;&#*@)}]-,".contains(c);
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&c) = line.get(at) {
        if char::is_whitespace(c) {
            at += 1;
            continue;
        }
        let length = match repeated_mark(&line[at..]) {
            Some(length) => length,
            None if !begins(c) => 1,
            None => {
                let mut end = at + 1;
                while !(ends(end) || (line[end] == ',' && ends(end + 1))) {
                    end += 1;
                }
                end - at
            }
        };
        words.push(line[at..at + length].to_vec());
        at += length;
    }
    words
}

/// The places where a sentence may end: marks behind which something follows that is not part of
/// the word. Of several whose words overlap, the last.
fn candidates(text: &[char]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut word = 0..0;
    let mut last: Option<Candidate> = None;
    for mark in 0..text.len() {
        if !matches!(text[mark], '.' | '?' | '!') {
            continue;
        }
        let Some((end, next)) = follows(text, mark + 1) else { continue };
        // The word before goes back to the last white space since the candidate before.
        let before = &text[word.end..mark];
        let space =
            before.iter().rposition(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}'));
        let begin = match space {
            // As in Python, where the first place and none are the same number.
            Some(space) if space > 0 => word.end + space + 1,
            _ => word.start,
        };
        let this = begin..mark;
        if let Some(last) = last.take()
            && word.end <= this.start
        {
            found.push(last);
        }
        last = Some(Candidate { mark, next, context: begin..end });
        word = this;
    }
    found.extend(last);
    found
}

/// What follows a mark: where it ends, and where a next sentence would begin.
fn follows(text: &[char], at: usize) -> Option<(usize, usize)> {
    let &c = text.get(at)?;
    if cuts_word(c) {
        return Some((at + 1, at));
    }
    let spaces = text[at..].iter().take_while(|&&c| char::is_whitespace(c)).count();
    let next = at + spaces;
    let word = text[next..].iter().take_while(|&&c| !char::is_whitespace(c)).count();
    (spaces > 0 && word > 0).then_some((next + word, next))
}

/// Puts closing quotes and brackets to the sentence that they close.
fn realigned(text: &[char], spans: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut moved = 0;
    for (index, span) in spans.iter().enumerate() {
        let begin = span.start + moved;
        moved = 0;
        let closing = spans.get(index + 1).and_then(|next| {
            let (inside, whole) = closing(&text[next.clone()])?;
            Some((next.start + inside, whole))
        });
        match closing {
            Some((end, whole)) => {
                out.push(begin..end);
                moved = whole;
            }
            None if begin < span.end => out.push(begin..span.end),
            None => {}
        }
    }
    out
}

/// How much of a sentence closes the one before: without and with the white space behind it.
fn closing(sentence: &[char]) -> Option<(usize, usize)> {
    const CLOSING: &str = "\"')]}\u{2018}\u{2019}\u{201c}\u{201d}\u{ab}\u{bb}";
    let most = sentence.iter().take_while(|&&c| CLOSING.contains(c)).count();
    (1..=most).find_map(|count| {
        let rest = &sentence[count..];
        let spaces = rest.iter().take_while(|&&c| char::is_whitespace(c)).count();
        let ends = spaces > 0 || rest.is_empty() || rest.starts_with(&['-', '-']);
        ends.then_some((count, count + spaces))
    })
}
