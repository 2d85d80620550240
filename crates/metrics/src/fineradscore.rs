//! FineRadScore: line-by-line corrections by a judge, and the severity of the worst.
//!
//! Sources: Huang et al. 2024 (FineRadScore); rajpurkarlab/FineRadScore
//! `run_rexval_experiments.py`. The repository holds no aggregation: the maximum per report is
//! ReXrank's (in its paper), and the reading of severities here is this project's.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::python_text::{decimal, is_digits, is_space};

/// Numbers the lines of a candidate for the judge: `[0] first. [1] second.`
///
/// A line ends at a full stop and a space, unless a digit stands before it. Double quotes are
/// dropped.
///
/// Source: `run_rexval_experiments.py`, before the first call.
pub fn number_lines(candidate: &str) -> String {
    let lines = lines(candidate);
    let numbered = lines.iter().enumerate().map(|(i, line)| format!("[{i}] {line}"));
    numbered.collect::<Vec<_>>().join(" ").trim_matches(is_space).to_owned()
}

/// The lines of a candidate as [`number_lines`] counts them, from 0, each with its full stop.
pub fn lines(candidate: &str) -> Vec<String> {
    let mut lines = split_lines(candidate);
    for unwanted in ["", " "] {
        if let Some(at) = lines.iter().position(|&line| line == unwanted) {
            lines.remove(at);
        }
    }
    let line =
        |line: &&str| (line.trim_matches(is_space).replace('"', "") + ".").replace("..", ".");
    lines.iter().map(line).collect()
}

/// Splits at the pattern `(?<!\d)\.(?!\d|$) `.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(". ") {
        let before = text[..at].chars().next_back();
        if before.is_none_or(|c| decimal(c).is_none()) {
            lines.push(&text[start..at]);
            start = at + mark.len();
        }
    }
    lines.push(&text[start..]);
    lines
}

/// How much an error matters, in the words of the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CorrectionSeverity {
    /// "Not actionable", 1.
    NotActionable,
    /// "Actionable nonurgent error", 2.
    ActionableNonurgent,
    /// "Urgent error", 3.
    Urgent,
    /// "Emergent error", 4.
    Emergent,
}

impl CorrectionSeverity {
    /// The number that is averaged over studies, from 1 to 4.
    pub fn value(self) -> u8 {
        match self {
            Self::NotActionable => 1,
            Self::ActionableNonurgent => 2,
            Self::Urgent => 3,
            Self::Emergent => 4,
        }
    }

    /// The words of the prompt.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotActionable => "Not actionable",
            Self::ActionableNonurgent => "Actionable nonurgent error",
            Self::Urgent => "Urgent error",
            Self::Emergent => "Emergent error",
        }
    }

    /// Reads the judge's words, in any case and with white space around; `None` for others.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim_matches(is_space).to_lowercase().as_str() {
            "not actionable" => Some(Self::NotActionable),
            "actionable nonurgent error" => Some(Self::ActionableNonurgent),
            "urgent error" => Some(Self::Urgent),
            "emergent error" => Some(Self::Emergent),
            _ => None,
        }
    }
}

/// One correction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The line as the judge named it: digits, or "None" for text to be inserted.
    pub line: String,
    /// The corrected line, or `[delete]`.
    pub correction: Option<String>,
    /// The severity; `None` when the judge's words are none of the four.
    pub severity: Option<CorrectionSeverity>,
    /// The judge's categories.
    pub categories: Vec<String>,
    /// The judge's comment.
    pub comment: Option<String>,
}

/// Why an answer has no official score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnswerError {
    /// The answer is not JSON alone; code fences and prose around it count as that.
    #[error("the answer is not a JSON text and nothing else")]
    NotJson,
    /// A key is neither a line's number nor "None". Officially asked again.
    #[error("edit {edit} (counted from 1) is not filed under a line's number or None")]
    BadLine {
        /// Position of the edit, counted from 1.
        edit: usize,
    },
    /// An edit lacks one of its four fields. Officially asked again.
    #[error("edit {edit} (counted from 1) lacks one of its four fields")]
    MissingField {
        /// Position of the edit, counted from 1.
        edit: usize,
    },
    /// The JSON is of a kind that ends the official program with a TypeError or AttributeError.
    #[error("the answer is JSON, but not an object of edits")]
    NotEdits,
}

impl AnswerError {
    /// Whether the answer is JSON with keys or fields that are not as they should be.
    pub fn is_of_keys(self) -> bool {
        matches!(self, Self::BadLine { .. } | Self::MissingField { .. })
    }

    /// Whether the official code asks the judge again, up to [`MAX_CALLS`] calls in all.
    pub fn is_asked_again(self) -> bool {
        self != Self::NotEdits
    }
}

/// Calls of the judge for one report, after which the official code gives up.
pub const MAX_CALLS: usize = 6;

/// The edits that a judge proposed for one report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FineRadScore {
    /// The edits in the order of the answer; of two for one line, the later one.
    pub edits: Vec<Edit>,
}

impl FineRadScore {
    /// The severity of the worst edit; edits with unknown words are left out. `None` when no
    /// severity is known, which for an answer without edits means a report without errors: the
    /// caller decides what that counts as, as no official code does.
    pub fn worst(&self) -> Option<CorrectionSeverity> {
        self.edits.iter().filter_map(|edit| edit.severity).max()
    }

    /// Edits whose severity is none of the four.
    pub fn unknown_severities(&self) -> usize {
        self.edits.iter().filter(|edit| edit.severity.is_none()).count()
    }
}

/// Reads the answer to the last of [`MAX_CALLS`] calls, which the official code keeps though its
/// keys or fields are not as they should be: every edit counts that is there, whatever it is
/// filed under.
///
/// # Errors
///
/// When there are no edits to keep: the answer is not JSON, or no object.
pub fn kept(answer: &str) -> Result<FineRadScore, AnswerError> {
    read(answer, false)
}

/// Reads a judge's answer by the official rules.
///
/// The text must be JSON as Python reads it, where `NaN` is a number (but half a surrogate pair and
/// a number beyond f64 are refused here). The fields need only be there, whatever their values; a
/// value that is a list or text passes if it names all four.
///
/// # Errors
///
/// [`AnswerError`] says what is wrong and whether the official code would ask again.
pub fn parse(answer: &str) -> Result<FineRadScore, AnswerError> {
    read(answer, true)
}

fn read(answer: &str, strict: bool) -> Result<FineRadScore, AnswerError> {
    let json = with_plain_numbers(answer);
    let value: Value = serde_json::from_str(&json).map_err(|_| AnswerError::NotJson)?;
    match value {
        // Read again for the order of the keys, which Value does not keep.
        Value::Object(_) => {
            let edits: IndexMap<String, Value> =
                serde_json::from_str(&json).map_err(|_| AnswerError::NotJson)?;
            let edits = edits.iter().enumerate().map(|(i, (line, value))| {
                if strict {
                    check(i + 1, line, value)?;
                }
                Ok(edit(line, value))
            });
            Ok(FineRadScore { edits: edits.collect::<Result<_, _>>()? })
        }
        // Python walks over a list's items or a text's characters; only none at all passes.
        Value::Array(items) => match items.first() {
            None => Ok(FineRadScore { edits: Vec::new() }),
            Some(Value::String(item)) => Err(not_an_object(item)),
            Some(_) => Err(AnswerError::NotEdits),
        },
        Value::String(text) => match text.chars().next() {
            None => Ok(FineRadScore { edits: Vec::new() }),
            Some(first) => Err(not_an_object(first.encode_utf8(&mut [0; 4]))),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Err(AnswerError::NotEdits),
    }
}

fn is_line(key: &str) -> bool {
    key == "None" || is_digits(key)
}

fn not_an_object(first_key: &str) -> AnswerError {
    if is_line(first_key) { AnswerError::NotEdits } else { AnswerError::BadLine { edit: 1 } }
}

const FIELDS: [&str; 4] = ["corrections", "clinical severity", "comments", "error category"];

/// Whether an edit is as the official code wants it.
fn check(position: usize, line: &str, value: &Value) -> Result<(), AnswerError> {
    if !is_line(line) {
        return Err(AnswerError::BadLine { edit: position });
    }
    let names_all = match value {
        Value::Object(fields) => FIELDS.iter().all(|&name| fields.contains_key(name)),
        Value::Array(items) => FIELDS.iter().all(|&name| items.iter().any(|item| item == name)),
        Value::String(text) => FIELDS.iter().all(|&name| text.contains(name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => return Err(AnswerError::NotEdits),
    };
    if names_all { Ok(()) } else { Err(AnswerError::MissingField { edit: position }) }
}

fn edit(line: &str, value: &Value) -> Edit {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let categories = match value.get("error category") {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    Edit {
        line: line.to_owned(),
        correction: text("corrections").map(str::to_owned),
        severity: text("clinical severity").and_then(CorrectionSeverity::read),
        categories: categories.into_iter().map(str::to_owned).collect(),
        comment: text("comments").map(str::to_owned),
    }
}

/// Replaces the numbers that only Python's JSON knows (`NaN`, `Infinity`, `-Infinity`) by 0; no
/// number's value is ever looked at.
fn with_plain_numbers(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    let mut rest = json;
    let mut in_text = false;
    while let Some(c) = rest.chars().next() {
        let names = ["NaN", "-Infinity", "Infinity"];
        if let Some(name) = names.iter().find(|&&name| !in_text && rest.starts_with(name)) {
            plain.push_str(" 0 ");
            rest = &rest[name.len()..];
            continue;
        }
        let taken = match c {
            '\\' if in_text => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => c.len_utf8(),
        };
        in_text ^= c == '"';
        plain.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    plain
}
