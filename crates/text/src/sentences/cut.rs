//! Where spaCy cuts a text whose sentences PyRuSH has found.
//!
//! spaCy starts a sentence at a token only. Its tokenizer is not copied here: what it surely keeps
//! together ([`is_inside_token`]) is not cut, and any other place counts as a token's start.
//!
//! Source: PyRuSH 1.0.13 `StaticSentencizerFun.pyx`, `cpredict_split_gaps`.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::python::{is_alnum, is_space};

/// The characters before which a sentence starts, ascending.
pub(super) fn cuts(text: &[char], spans: &[Range<usize>]) -> Vec<usize> {
    let mut cuts = BTreeSet::new();
    let mut before = 0;
    for (i, span) in spans.iter().enumerate() {
        if span.start >= before && starts_token(text, span.start) {
            cuts.insert(span.start);
        }
        before = before.max(span.end);
        // The token after the sentence's last starts one.
        cuts.extend((before..text.len()).find(|&at| starts_token(text, at)));
        if let Some(next) = spans.get(i + 1) {
            // Between sentences the first token of white space starts one.
            cuts.extend(white_tokens(text, before..next.start).next());
        }
    }
    // Behind all sentences every token of white space does.
    cuts.extend(white_tokens(text, before..text.len()));
    cuts.into_iter().collect()
}

fn starts_token(text: &[char], at: usize) -> bool {
    match text.get(at) {
        Some(&c) if is_space(c) => starts_white_token(text, at),
        _ => !is_inside_token(text, at),
    }
}

/// Whether spaCy's English tokenizer does not divide the text before a character: between letters
/// and digits, and before `+`, `-` and `\` behind them.
fn is_inside_token(text: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.get(at));
    match (before, text.get(at)) {
        (Some(&before), Some(&c)) => {
            is_alnum(before) && (is_alnum(c) || matches!(c, '+' | '-' | '\\'))
        }
        _ => false,
    }
}

/// Where spaCy makes tokens of white space.
fn white_tokens(text: &[char], range: Range<usize>) -> impl Iterator<Item = usize> {
    range.filter(move |&at| starts_white_token(text, at))
}

/// Whether a token of white space starts here: a run of it, less one blank at its front, which
/// belongs to the token before.
fn starts_white_token(text: &[char], at: usize) -> bool {
    let white = |at: usize| text.get(at).is_some_and(|&c| is_space(c));
    let starts_run = |at: usize| white(at) && (at == 0 || !white(at - 1));
    let is_blank = |at: usize| at > 0 && starts_run(at) && text[at] == ' ';
    (starts_run(at) && !is_blank(at)) || (white(at) && at > 0 && is_blank(at - 1))
}
