//! What in an answer did not parse as the judge meant it.

use std::fmt;

use rrgscore_metrics::crimson::CrimsonError;
use rrgscore_metrics::fineradscore::AnswerError;
use rrgscore_metrics::green::{self, GreenPart};
use serde::{Deserialize, Serialize};

/// A reason to look at an answer before trusting its score. Prints as a sentence without any of
/// the answer's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerNote {
    /// The answer has no text.
    Empty,
    /// The answer ended at its longest allowed length.
    CutOff,
    /// GREEN's official rules probably misread the answer.
    Green(green::GreenNote),
    /// FineRadScore's official rules refuse the answer, so that the study has no score.
    Refused(AnswerError),
    /// CRIMSON's rules refuse the answer, so that the study has no score.
    NoCrimson(CrimsonError),
    /// FineRadScore's official rules refuse the answer, but keep it as the last of six.
    KeptMalformed(AnswerError),
    /// Edits whose severity is none of the four; they do not count.
    UnknownSeverity {
        /// How many.
        edits: usize,
    },
    /// All edits have an unknown severity, so that the study has no score.
    NoKnownSeverity,
    /// The judge was asked more than once.
    AskedAgain {
        /// How often in all.
        calls: usize,
    },
}

impl AnswerNote {
    /// Whether the answer has no score for this reason.
    pub fn takes_the_score(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::NoCrimson(_) | Self::NoKnownSeverity)
    }

    /// Short name of the kind, for counts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::CutOff => "cut-off",
            Self::Green(note) => match note {
                green::GreenNote::MissingPart(_) => "missing-part",
                green::GreenNote::EmptyPart(_) => "empty-part",
                green::GreenNote::TakenForNothing(_) => "taken-for-nothing",
                green::GreenNote::MergedParts(_) => "merged-parts",
                green::GreenNote::NoMatchedCount => "no-matched-count",
                green::GreenNote::NoErrorLines(_) => "no-error-lines",
                green::GreenNote::NoErrorCount(..) => "no-error-count",
                green::GreenNote::RepeatedCategory(..) => "repeated-category",
                green::GreenNote::SharedLine(..) => "shared-line",
                green::GreenNote::CountIsDecimal(_) => "count-is-decimal",
                green::GreenNote::LinesBehindBlankLine(_) => "lines-behind-blank-line",
            },
            Self::Refused(AnswerError::NotJson) | Self::NoCrimson(CrimsonError::NotJson) => {
                "not-json"
            }
            Self::NoCrimson(CrimsonError::MissingPart) => "missing-part",
            Self::NoCrimson(CrimsonError::BadPart(_)) => "bad-part",
            Self::Refused(AnswerError::BadLine { .. }) => "bad-line",
            Self::Refused(AnswerError::MissingField { .. }) => "missing-field",
            Self::Refused(AnswerError::NotEdits) => "not-edits",
            Self::KeptMalformed(_) => "kept-malformed",
            Self::UnknownSeverity { .. } => "unknown-severity",
            Self::NoKnownSeverity => "no-known-severity",
            Self::AskedAgain { .. } => "asked-again",
        }
    }
}

impl fmt::Display for AnswerNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the answer is empty"),
            Self::CutOff => write!(f, "the answer was cut off at its longest allowed length"),
            Self::Green(note) => green(*note, f),
            Self::Refused(error) => write!(f, "no score: {error}"),
            Self::NoCrimson(error) => write!(f, "no score: {error}"),
            Self::KeptMalformed(error) => {
                write!(f, "kept as the last of six answers, though {error}")
            }
            Self::UnknownSeverity { edits } => {
                write!(f, "edits with a severity that is none of the four, not counted: {edits}")
            }
            Self::NoKnownSeverity => write!(f, "no score: no edit has a known severity"),
            Self::AskedAgain { calls } => write!(f, "the judge was asked {calls} times"),
        }
    }
}

fn green(note: green::GreenNote, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use green::GreenNote as N;
    let name = |part: GreenPart| part.header().trim_end_matches(':');
    let letter = |category: usize| char::from(b'a'.saturating_add(category.min(5) as u8));
    match note {
        N::MissingPart(part) => write!(f, "{} is missing; it counts as 0", name(part)),
        N::EmptyPart(part) => write!(f, "{} is empty; it counts as 0", name(part)),
        N::TakenForNothing(part) => {
            write!(f, "{} begins with \"No\", which counts as nothing found", name(part))
        }
        N::MergedParts(part) => {
            write!(f, "{} runs on into the next part, whose counts are read as its own", name(part))
        }
        N::NoMatchedCount => {
            write!(f, "[Matched Findings] begins with no number and full stop; it counts as 0")
        }
        N::NoErrorLines(part) => write!(f, "{} has no line (a) to (f)", name(part)),
        N::NoErrorCount(part, category) => {
            write!(
                f,
                "{} ({}) has no number between colon and full stop",
                name(part),
                letter(category)
            )
        }
        N::RepeatedCategory(part, category) => {
            write!(
                f,
                "{} has several lines ({}), of which one counts",
                name(part),
                letter(category)
            )
        }
        N::SharedLine(part, category) => {
            write!(f, "{}: behind ({}) other marks share its line", name(part), letter(category))
        }
        N::CountIsDecimal(part) => {
            write!(f, "{}: a measurement was read as a count", name(part))
        }
        N::LinesBehindBlankLine(part) => {
            write!(f, "{}: lines behind a blank line are not read", name(part))
        }
    }
}
