//! Begins and ends put together into sentences.
//!
//! Source: PyRuSH 1.0.13 `RuSH.py` (`segToSentenceSpans`, `fix_gap`, `trim_gap`).

use std::ops::Range;

use crate::python::{is_alnum, is_space};

/// A stretch without begin or end becomes a sentence when it is longer than this; a shorter one
/// goes to the sentence before.
const SHORT_GAP: usize = 5;

/// Sentences of a text, from where they begin and end; all in characters.
pub(super) fn sentences(
    text: &[char],
    begins: &[Range<usize>],
    ends: &[Range<usize>],
) -> Vec<Range<usize>> {
    let mut output = walk(text, begins, ends);
    match (output.first().cloned(), output.last().cloned()) {
        (Some(first), Some(last)) => {
            if let Some(gap) = trim(text, 0..first.start) {
                if ends.first().is_some_and(|end| first.start <= end.start) {
                    output[0].start = gap.start;
                } else {
                    output.insert(0, gap);
                }
            }
            if let Some(gap) = trim(text, last.end..text.len()) {
                append(&mut output, gap);
            }
        }
        _ => output.extend(trim(text, 0..text.len()).filter(|all| all.len() > SHORT_GAP)),
    }
    output
}

fn walk(text: &[char], begins: &[Range<usize>], ends: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut output: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut started = false;
    let mut end = 0;
    let mut first_end = 0;
    for (i, begin) in begins.iter().enumerate() {
        let next = begins.get(i + 1).map(|next| next.start);
        if !started {
            start = begin.start;
            if start < end {
                continue;
            }
            started = true;
        } else if begin.start < end {
            continue;
        }
        let before = output.last().map_or(0, |last| last.end);
        if start > before
            && let Some(gap) = trim(text, before..start)
        {
            append(&mut output, gap);
        }
        let from = first_end;
        for k in from..ends.len() {
            if k + 1 < ends.len() && next.is_some_and(|next| next < ends[k].start + 1) {
                break;
            }
            first_end = k;
            end = without_space(text, ends[k].start + 1);
            if end < start {
                continue;
            }
            if started {
                output.push(start..end);
                started = false;
                let follows = ends.get(k + 1).is_some_and(|e| next.is_some_and(|n| n > e.end));
                if next.is_some() && !follows {
                    break;
                }
            } else if let Some(last) = output.last_mut() {
                *last = start..end;
            }
        }
    }
    output
}

/// A position, moved before the white space that precedes it.
fn without_space(text: &[char], position: usize) -> usize {
    let before = &text[..position.min(text.len())];
    before.iter().rposition(|&c| !is_space(c)).map_or(0, |last| last + 1)
}

/// Adds a stretch to the sentences, or to the last of them when it is short.
fn append(output: &mut Vec<Range<usize>>, gap: Range<usize>) {
    if gap.len() > SHORT_GAP {
        output.push(gap);
    } else if let Some(last) = output.last_mut() {
        last.end = gap.end;
    }
}

/// A stretch from its first character that is not white space to its last letter, digit or
/// closing mark; `None` unless there are two.
fn trim(text: &[char], range: Range<usize>) -> Option<Range<usize>> {
    let chars = text.get(range.clone())?;
    let is_last = |&c: &char| is_alnum(c) || matches!(c, '.' | '!' | '?' | ')' | ']' | '"');
    let first = chars.iter().position(|&c| !is_space(c))?;
    let last = chars.iter().rposition(is_last)?;
    (last > first).then(|| range.start + first..range.start + last + 1)
}
