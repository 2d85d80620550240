//! How SRR-BERT cuts a report into sentences.
//!
//! Source: RadEval 2.2.1, `metrics/SRRBert/srr_bert.py`, `srr_bert_parse_sentences`.

use super::punkt::Punkt;
use super::simple;
use crate::python::{is_decimal, is_space, is_word, strip};

/// The sentences of a report, whose numbers of items are taken out first.
///
/// The rules go by dots and digits alone and take more than items: "C7-T1." becomes "C7-T.".
/// Without Punkt sentences are cut by [`simple`], which is another metric's beginning.
pub fn split(report: &str, punkt: Option<&Punkt>) -> Vec<String> {
    let text = without_numbers(report);
    match punkt {
        Some(punkt) => punkt.split(&text),
        None => {
            let found = simple::split(&text).into_iter();
            let sentences: Vec<String> =
                found.filter_map(|range| text.get(range).map(str::to_owned)).collect();
            // As Punkt does, which finds a sentence in every text.
            if sentences.is_empty() { vec![text] } else { sentences }
        }
    }
}

/// Takes out numbers of items, one rule after the other, and ends the text with a mark.
fn without_numbers(report: &str) -> String {
    let mut text: Vec<char> = report.chars().collect();
    // "1. " where the text begins.
    let begin = spaces(&text, 0);
    if let Some(end) = item(&text, begin) {
        text.drain(..end);
    }
    // "word.2. "
    text = substitute(&text, |at| {
        let dotted = is_word(text[at]) && text.get(at + 1) == Some(&'.');
        Some((item(&text, dotted.then_some(at + 2)?)?, vec![text[at], '.', ' ']))
    });
    // "word2. "
    text = substitute(&text, |at| {
        Some((item(&text, is_word(text[at]).then_some(at + 1)?)?, vec![text[at], '.', ' ']))
    });
    // "word 2. "
    text = substitute(&text, |at| {
        let next = spaces(&text, at + 1);
        let apart = is_word(text[at]) && next > at + 1;
        Some((item(&text, apart.then_some(next)?)?, vec![text[at], '.', ' ']))
    });
    // ". 2. word"
    text = substitute(&text, |at| {
        let ends = matches!(text[at], '.' | '!' | '?');
        Some((item(&text, ends.then_some(spaces(&text, at + 1))?)?, vec![text[at], ' ']))
    });
    // "end.Begin"
    text = substitute(&text, |at| {
        let next = *text.get(at + 1)?;
        (text[at] == '.' && next.is_ascii_uppercase()).then(|| (at + 2, vec!['.', ' ', next]))
    });
    let text: String = text.into_iter().collect();
    let stripped = strip(&text);
    if stripped.ends_with(['.', '!', '?']) { text } else { format!("{stripped}.") }
}

/// The end of "2. " at a place: digits, a dot that no digit follows, and spaces.
fn item(text: &[char], at: usize) -> Option<usize> {
    let digits = text.get(at..)?.iter().take_while(|&&c| is_decimal(c)).count();
    let dot = at + digits;
    if digits == 0 || text.get(dot) != Some(&'.') {
        return None;
    }
    let decimal = text.get(dot + 1).is_some_and(|&c| is_decimal(c));
    (!decimal).then(|| spaces(text, dot + 1))
}

/// The end of the spaces at a place.
fn spaces(text: &[char], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take_while(|&&c| is_space(c)).count()
}

/// Puts what `replaced` gives (where it ends, and what stands there instead) in the place of what
/// begins at a character, from left to right.
fn substitute(text: &[char], replaced: impl Fn(usize) -> Option<(usize, Vec<char>)>) -> Vec<char> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match replaced(at) {
            Some((end, with)) => {
                out.extend(with);
                at = end;
            }
            None => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    out
}
