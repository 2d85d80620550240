//! GREEN: score and error counts out of a judge's answer.
//!
//! Sources: Ostmeier et al. 2024 (GREEN); the green-score package 0.0.12 (`green.py`,
//! `parse_error_counts`, `compute_green`; `utils.py`, `clean_responses`). The official rules are
//! kept to the letter, odd ones included; [`Green::notes`] says where they probably misread the
//! answer, so that a 0 for an unreadable answer can be told from a 0 for a bad report.

mod conversation;
mod notes;
mod sections;

pub use conversation::{ASSISTANT, conversation};
pub use notes::GreenNote;

use serde::{Deserialize, Serialize};

use crate::python_text::{decimal, is_space};
use sections::{Section, section};

/// What the judge counts, in the order of the letters (a) to (f).
pub const ERROR_CATEGORIES: [&str; 6] = [
    "False report of a finding in the candidate",
    "Missing a finding present in the reference",
    "Misidentification of a finding's anatomic location/position",
    "Misassessment of the severity of a finding",
    "Mentioning a comparison that isn't in the reference",
    "Omitting a comparison detailing a change from a prior study",
];

/// The parts of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GreenPart {
    /// `[Clinically Significant Errors]`.
    SignificantErrors,
    /// `[Clinically Insignificant Errors]`.
    InsignificantErrors,
    /// `[Matched Findings]`.
    MatchedFindings,
}

impl GreenPart {
    /// All parts in the order that the prompt asks for.
    pub const ALL: [Self; 3] =
        [Self::SignificantErrors, Self::InsignificantErrors, Self::MatchedFindings];

    /// The header that starts the part.
    pub fn header(self) -> &'static str {
        match self {
            Self::SignificantErrors => "[Clinically Significant Errors]:",
            Self::InsignificantErrors => "[Clinically Insignificant Errors]:",
            Self::MatchedFindings => "[Matched Findings]:",
        }
    }
}

/// GREEN of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Green {
    /// matched / (matched + significant errors), from 0 to 1; 0 when nothing matched.
    pub score: f64,
    /// Number of matched findings.
    pub matched: u64,
    /// Clinically significant errors in the order of [`ERROR_CATEGORIES`].
    pub significant: [u64; 6],
    /// Clinically insignificant errors; they do not enter the score.
    pub insignificant: [u64; 6],
    /// What in the answer probably did not parse as the judge meant it.
    pub notes: Vec<GreenNote>,
}

/// Most words of a report that the prompt takes.
const SLOT_WORDS: usize = 300;

/// What stands for a report in the prompt: its first 300 words, divided by single spaces.
///
/// Source: green-score `utils.py`, `make_prompt`.
pub fn prompt_slot(report: &str) -> String {
    let words = report.split(is_space).filter(|word| !word.is_empty());
    words.take(SLOT_WORDS).collect::<Vec<_>>().join(" ")
}

/// Strips what surrounds the answer: the chat markers, and all up to `[Explanation]:`.
///
/// An answer that holds the prompt's unfilled template is cut behind the first
/// `[Explanation]:` of two, any other behind the last.
///
/// Source: green-score `utils.py`, `clean_responses`.
pub fn clean(answer: &str) -> String {
    const START: &str = "[Explanation]:";
    const ASSISTANT: &str = "<|assistant|>";
    let behind_last = |text: &str, mark: &str| -> String {
        text.rsplit_once(mark).map_or(text, |(_, behind)| behind).to_owned()
    };
    let mut text = answer.to_owned();
    if text.contains(START) {
        text = behind_last(&text, ASSISTANT);
        text = if text.contains("[Explanation]:\n    <Explanation>\n") {
            text.split(START).nth(1).unwrap_or_default().to_owned()
        } else {
            behind_last(&text, START)
        };
    }
    behind_last(&text, ASSISTANT).replace("</s>", "").replace("<unk>", "")
}

/// Whose code reads an answer. They differ in where the number of matched findings is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GreenReader {
    /// green-score's: at the very start of the part.
    Stanford,
    /// RadEval 2.2.1's (`metrics/green_score/green.py`): at the start of any of the part's lines.
    Radeval,
}

impl GreenReader {
    /// The text of which the number of matched findings is the start; `None` where the part has no
    /// count.
    fn counted(self, text: &str) -> Option<&str> {
        let mut lines = text.match_indices('\n').map(|(at, _)| &text[at + 1..]);
        let has_count = |text: &&str| count_at_start(text).is_some();
        match self {
            Self::Stanford => Some(text).filter(has_count),
            Self::Radeval => Some(text).filter(has_count).or_else(|| lines.find(has_count)),
        }
    }
}

/// Reads a judge's answer, cleaned by [`clean`], as green-score does.
pub fn parse(cleaned: &str) -> Green {
    parse_by(GreenReader::Stanford, cleaned)
}

/// Reads a judge's answer, cleaned by [`clean`].
pub fn parse_by(reader: GreenReader, cleaned: &str) -> Green {
    let [significant, insignificant] =
        [GreenPart::SignificantErrors, GreenPart::InsignificantErrors]
            .map(|part| section(cleaned, part).map_or([0; 6], |section| errors(&section)));
    let matched =
        section(cleaned, GreenPart::MatchedFindings).map_or(0, |section| matched(reader, &section));
    let wrong = significant.iter().fold(0u64, |sum, &count| sum.saturating_add(count));
    let score = match matched {
        0 => 0.0,
        _ => matched as f64 / matched.saturating_add(wrong) as f64,
    };
    let notes = notes::notes(reader, cleaned);
    Green { score, matched, significant, insignificant, notes }
}

/// The explanation that precedes the counts, trimmed; `None` when the answer has none.
pub fn explanation(cleaned: &str) -> Option<&str> {
    let end = GreenPart::ALL.iter().filter_map(|part| cleaned.find(part.header())).min();
    let text = cleaned[..end.unwrap_or(cleaned.len())].trim();
    (!text.is_empty()).then_some(text)
}

/// The significant errors in words, by category.
///
/// A line is only read if it repeats the category's official name to the letter. Without any
/// lettered line the numbered ones (`(1)`…) are read.
///
/// Source: green-score `green.py`, `parse_error_sentences`.
pub fn significant_sentences(cleaned: &str) -> [Vec<String>; 6] {
    let mut sentences = [const { Vec::new() }; 6];
    let Some(section) = section(cleaned, GreenPart::SignificantErrors).filter(|s| !s.is_nothing())
    else {
        return sentences;
    };
    let (lines, lettered) = section.error_lines();
    for (i, sentences) in sentences.iter_mut().enumerate() {
        let prefix = match lettered {
            true => format!("({}) {}", LETTERS[i], ERROR_CATEGORIES[i]),
            false => format!("({}) ", i + 1),
        };
        if let Some(line) = lines.iter().rfind(|line| line.starts_with(&prefix)) {
            let list = line.rsplit_once(':').map_or(*line, |(_, list)| list);
            let list = list.split_once('.').map_or(list, |(_, list)| list);
            *sentences = list.split(';').map(str::to_owned).collect();
        }
    }
    sentences
}

/// The matched findings in words, to be shown: what follows the count and its full stop, divided
/// at semicolons; the number is [`Green::matched`], whatever is listed. Empty where the part is
/// missing, says that there is nothing, or has no count.
pub fn matched_sentences(reader: GreenReader, cleaned: &str) -> Vec<String> {
    let section =
        section(cleaned, GreenPart::MatchedFindings).filter(|section| !section.is_nothing());
    let Some(text) = section.and_then(|section| reader.counted(section.text)) else {
        return Vec::new();
    };
    let list = text.split_once('.').map_or("", |(_, list)| list);
    let findings = list.split(';').map(|finding| finding.trim_matches(is_space));
    findings.filter(|finding| !finding.is_empty()).map(str::to_owned).collect()
}

const LETTERS: [char; 6] = ['a', 'b', 'c', 'd', 'e', 'f'];

/// The number of matched findings.
fn matched(reader: GreenReader, section: &Section<'_>) -> u64 {
    let counted = Some(section).filter(|s| !s.is_nothing()).and_then(|s| reader.counted(s.text));
    counted.and_then(count_at_start).unwrap_or(0)
}

/// For each category the count of its last line, in sorted order, that has one.
fn errors(section: &Section<'_>) -> [u64; 6] {
    let mut counts = [0; 6];
    if section.is_nothing() {
        return counts;
    }
    let (lines, lettered) = section.error_lines();
    for line in lines {
        let mark = line.chars().nth(1);
        let category = match lettered {
            true => LETTERS.iter().position(|&letter| Some(letter) == mark),
            false => mark.and_then(|digit| digit.to_digit(10)).map(|digit| digit as usize - 1),
        };
        if let (Some(category), Some(count)) = (category, count_in_line(line)) {
            counts[category] = count;
        }
    }
    counts
}

/// The first number between `": "` and a full stop.
fn count_in_line(line: &str) -> Option<u64> {
    line.match_indices(": ").find_map(|(at, colon)| count_at_start(&line[at + colon.len()..]))
}

/// A run of decimal digits of any script, directly followed by a full stop. Numbers beyond u64
/// count as its maximum.
fn count_at_start(text: &str) -> Option<u64> {
    let behind = text.trim_start_matches(|c| decimal(c).is_some());
    let digits = &text[..text.len() - behind.len()];
    if digits.is_empty() || !behind.starts_with('.') {
        return None;
    }
    let append = |number: u64, digit| number.saturating_mul(10).saturating_add(digit);
    Some(digits.chars().filter_map(decimal).map(u64::from).fold(0, append))
}
