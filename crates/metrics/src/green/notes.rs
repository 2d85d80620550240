//! Where the official rules probably misread an answer.

use serde::{Deserialize, Serialize};

use super::sections::{Section, section};
use super::{LETTERS, Part, Reader, count_at_start, count_in_line};
use crate::python_text::decimal;

/// A reason to look at an answer before trusting its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Note {
    /// A part's header is missing, so that its counts are 0.
    MissingPart(Part),
    /// A part has a header but no text.
    EmptyPart(Part),
    /// A part begins with "No" but does not say that there is nothing ("Nodule…", "Normal…").
    TakenForNothing(Part),
    /// A part runs on into the next header, because no blank line divides them: the next part's
    /// counts are read here too.
    MergedParts(Part),
    /// The matched findings (in RadEval's reading also each of their lines) do not begin with a
    /// number and a full stop.
    NoMatchedCount,
    /// An error part has text but no line that begins with a letter or number in parentheses.
    NoErrorLines(Part),
    /// The line of this category (counted from 0) has no number between a colon and a full stop.
    NoErrorCount(Part, usize),
    /// Several lines carry this category's mark (counted from 0); only one is counted.
    RepeatedCategory(Part, usize),
    /// Behind this category's line (counted from 0) other marks follow without a line break; they
    /// are not counted.
    SharedLine(Part, usize),
    /// The number that was read goes on behind its full stop, as measurements do ("1.2 cm").
    CountIsDecimal(Part),
    /// A blank line inside a part hides error lines behind it.
    LinesBehindBlankLine(Part),
}

pub(super) fn notes(reader: Reader, answer: &str) -> Vec<Note> {
    Part::ALL.into_iter().flat_map(|part| of_part(reader, answer, part)).collect()
}

fn of_part(reader: Reader, answer: &str, part: Part) -> Vec<Note> {
    let Some(section) = section(answer, part) else {
        return vec![Note::MissingPart(part)];
    };
    if section.text.is_empty() {
        return vec![Note::EmptyPart(part)];
    }
    let mut notes = Vec::new();
    if Part::ALL.iter().any(|other| section.text.contains(other.header())) {
        notes.push(Note::MergedParts(part));
    }
    if section.is_nothing() {
        if !says_nothing(section.text) {
            notes.push(Note::TakenForNothing(part));
        }
        return notes;
    }
    match part {
        Part::MatchedFindings => match reader.counted(section.text) {
            None => notes.push(Note::NoMatchedCount),
            Some(text) if is_decimal(text) => notes.push(Note::CountIsDecimal(part)),
            Some(_) => {}
        },
        _ => of_errors(&section, part, &mut notes),
    }
    if part != Part::MatchedFindings && section.hides_lines() {
        notes.push(Note::LinesBehindBlankLine(part));
    }
    notes
}

fn of_errors(section: &Section<'_>, part: Part, notes: &mut Vec<Note>) {
    let (lines, lettered) = section.error_lines();
    if lines.is_empty() {
        notes.push(Note::NoErrorLines(part));
    }
    for category in 0..LETTERS.len() {
        let mark = |category| match lettered {
            true => format!("({}) ", LETTERS[category]),
            false => format!("({}) ", category + 1),
        };
        let own: Vec<_> = lines.iter().filter(|line| line.starts_with(&mark(category))).collect();
        if own.iter().any(|line| count_in_line(line).is_none()) {
            notes.push(Note::NoErrorCount(part, category));
        }
        if own.len() > 1 {
            notes.push(Note::RepeatedCategory(part, category));
        }
        let others = (0..LETTERS.len()).filter(|&other| other != category).map(mark);
        if others.into_iter().any(|other| own.iter().any(|line| line.contains(&other))) {
            notes.push(Note::SharedLine(part, category));
        }
    }
    let decimal_count = |line: &&str| {
        let first = line.match_indices(": ").map(|(at, colon)| &line[at + colon.len()..]);
        first.into_iter().find(|text| count_at_start(text).is_some()).is_some_and(is_decimal)
    };
    if lines.iter().any(decimal_count) {
        notes.push(Note::CountIsDecimal(part));
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
