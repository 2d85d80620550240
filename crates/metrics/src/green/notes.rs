//! Where the official rules probably misread an answer.

use serde::{Deserialize, Serialize};

use super::sections::{Section, section};
use super::{GreenPart, GreenReader, LETTERS, count_at_start, count_in_line};
use crate::python_text::decimal;

/// A reason to look at an answer before trusting its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GreenNote {
    /// A part's header is missing, so that its counts are 0.
    MissingPart(GreenPart),
    /// A part has a header but no text.
    EmptyPart(GreenPart),
    /// A part begins with "No" but does not say that there is nothing ("Nodule…", "Normal…").
    TakenForNothing(GreenPart),
    /// A part runs on into the next header, because no blank line divides them: the next part's
    /// counts are read here too.
    MergedParts(GreenPart),
    /// The matched findings (in RadEval's reading also each of their lines) do not begin with a
    /// number and a full stop.
    NoMatchedCount,
    /// An error part has text but no line that begins with a letter or number in parentheses.
    NoErrorLines(GreenPart),
    /// The line of this category (counted from 0) has no number between a colon and a full stop.
    NoErrorCount(GreenPart, usize),
    /// Several lines carry this category's mark (counted from 0); only one is counted.
    RepeatedCategory(GreenPart, usize),
    /// Behind this category's line (counted from 0) other marks follow without a line break; they
    /// are not counted.
    SharedLine(GreenPart, usize),
    /// The number that was read goes on behind its full stop, as measurements do ("1.2 cm").
    CountIsDecimal(GreenPart),
    /// A blank line inside a part hides error lines behind it.
    LinesBehindBlankLine(GreenPart),
}

pub(super) fn notes(reader: GreenReader, answer: &str) -> Vec<GreenNote> {
    GreenPart::ALL.into_iter().flat_map(|part| of_part(reader, answer, part)).collect()
}

fn of_part(reader: GreenReader, answer: &str, part: GreenPart) -> Vec<GreenNote> {
    let Some(section) = section(answer, part) else {
        return vec![GreenNote::MissingPart(part)];
    };
    if section.text.is_empty() {
        return vec![GreenNote::EmptyPart(part)];
    }
    let mut notes = Vec::new();
    if GreenPart::ALL.iter().any(|other| section.text.contains(other.header())) {
        notes.push(GreenNote::MergedParts(part));
    }
    if section.is_nothing() {
        if !says_nothing(section.text) {
            notes.push(GreenNote::TakenForNothing(part));
        }
        return notes;
    }
    match part {
        GreenPart::MatchedFindings => match reader.counted(section.text) {
            None => notes.push(GreenNote::NoMatchedCount),
            Some(text) if is_decimal(text) => notes.push(GreenNote::CountIsDecimal(part)),
            Some(_) => {}
        },
        _ => of_errors(&section, part, &mut notes),
    }
    if part != GreenPart::MatchedFindings && section.hides_lines() {
        notes.push(GreenNote::LinesBehindBlankLine(part));
    }
    notes
}

fn of_errors(section: &Section<'_>, part: GreenPart, notes: &mut Vec<GreenNote>) {
    let (lines, lettered) = section.error_lines();
    if lines.is_empty() {
        notes.push(GreenNote::NoErrorLines(part));
    }
    for category in 0..LETTERS.len() {
        let mark = |category| match lettered {
            true => format!("({}) ", LETTERS[category]),
            false => format!("({}) ", category + 1),
        };
        let own: Vec<_> = lines.iter().filter(|line| line.starts_with(&mark(category))).collect();
        if own.iter().any(|line| count_in_line(line).is_none()) {
            notes.push(GreenNote::NoErrorCount(part, category));
        }
        if own.len() > 1 {
            notes.push(GreenNote::RepeatedCategory(part, category));
        }
        let others = (0..LETTERS.len()).filter(|&other| other != category).map(mark);
        if others.into_iter().any(|other| own.iter().any(|line| line.contains(&other))) {
            notes.push(GreenNote::SharedLine(part, category));
        }
    }
    let decimal_count = |line: &&str| {
        let first = line.match_indices(": ").map(|(at, colon)| &line[at + colon.len()..]);
        first.into_iter().find(|text| count_at_start(text).is_some()).is_some_and(is_decimal)
    };
    if lines.iter().any(decimal_count) {
        notes.push(GreenNote::CountIsDecimal(part));
    }
}

/// Whether a text that begins with "No" means that there is nothing: "No…" or "None…" as a word,
/// with no count in it.
fn says_nothing(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
    ["No", "None", "Not"].contains(&word.as_str()) && !text.chars().any(|c| decimal(c).is_some())
}

/// Whether the number at the start of a text has decimals.
fn is_decimal(text: &str) -> bool {
    let behind = text.trim_start_matches(|c| decimal(c).is_some());
    behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c| decimal(c).is_some()))
}
