//! CRIMSON: a score out of a judge's lists of findings and errors.
//!
//! Sources: crimson-score 0.2.0 (`CRIMSON/generate_score.py`, `_calculate_crimson`;
//! `CRIMSON/utils.py`, `parse_json_response`); RadEval 2.2.1 `metrics/crimson`. Values are compared
//! as Python compares them; what ends the official code with an exception has no score.

mod json;
mod repair;
mod score;

use serde::{Deserialize, Serialize};

/// Whose code reads an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrimsonReader {
    /// crimson-score's: JSON alone, with a few mends.
    Official,
    /// RadEval's: also out of a code fence or prose, and cut off; all four parts must be there.
    Radeval,
}

/// Calls of the judge for one report, after which the official driver gives up.
pub const MAX_CALLS: usize = 3;

/// The kinds of attribute errors, in the order of [`Crimson::attribute_kinds`].
pub const ATTRIBUTE_KINDS: [&str; 8] = [
    "location",
    "severity",
    "descriptor",
    "measurement",
    "certainty",
    "unspecific",
    "overinterpretation",
    "temporal",
];

/// One finding as the judge lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CrimsonFinding {
    /// Its id in the answer, e.g. `R1`.
    pub id: String,
    /// The finding in words.
    pub finding: String,
    /// Its significance in the judge's words; empty where there is none.
    pub significance: String,
}

/// One error about an attribute of a matched finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttributeError {
    /// The reference finding's id.
    pub reference: String,
    /// The predicted finding's id.
    pub predicted: String,
    /// `significant`, `negligible`, or other words of the judge's.
    pub severity: String,
    /// Its kinds.
    pub kinds: Vec<String>,
    /// The judge's explanation.
    pub explanation: String,
}

/// CRIMSON of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Crimson {
    /// The score, above −1 and at most 1, rounded to four decimals.
    pub score: f64,
    /// Weight of the reference's findings.
    pub reference_weight: f64,
    /// Weight of what was found, less what attribute errors take from it.
    pub correct: f64,
    /// Weight of false findings.
    pub false_weight: f64,
    /// Weight of missing findings; it enters the score only through the reference's weight.
    pub missing_weight: f64,
    /// Weight of attribute errors.
    pub attribute_weight: f64,
    /// (correct − false) / reference's weight, before negative values are squeezed above −1.
    pub raw: f64,
    /// Number of false findings.
    pub false_count: u64,
    /// Number of missing findings.
    pub missing_count: u64,
    /// Number of attribute errors.
    pub attribute_count: u64,
    /// Number of attribute errors of each of [`ATTRIBUTE_KINDS`].
    pub attribute_kinds: [u64; 8],
    /// The reference's findings.
    pub reference_findings: Vec<CrimsonFinding>,
    /// The candidate's findings.
    pub predicted_findings: Vec<CrimsonFinding>,
    /// Ids of the pairs that match, the reference's first.
    pub matched: Vec<(String, String)>,
    /// Ids of false findings.
    pub false_findings: Vec<String>,
    /// Ids of missing findings.
    pub missing_findings: Vec<String>,
    /// The attribute errors.
    pub attribute_errors: Vec<AttributeError>,
}

impl Crimson {
    /// Errors of all three kinds.
    pub fn errors(&self) -> u64 {
        self.false_count + self.missing_count + self.attribute_count
    }
}

/// Why an answer has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CrimsonError {
    /// No JSON, and not to be mended.
    #[error("the answer is not JSON that can be read")]
    NotJson,
    /// RadEval wants all four parts.
    #[error("the answer lacks one of the four parts, or its errors are no object")]
    MissingPart,
    /// A part is of a kind that ends the official code with an exception.
    #[error("{} in the answer is not as it should be", .0.name())]
    BadPart(CrimsonPart),
}

/// The parts of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CrimsonPart {
    /// The whole.
    Answer,
    /// `reference_findings`.
    ReferenceFindings,
    /// `predicted_findings`.
    PredictedFindings,
    /// `matched_findings`.
    MatchedFindings,
    /// `errors`.
    Errors,
    /// `errors.false_findings`.
    FalseFindings,
    /// `errors.missing_findings`.
    MissingFindings,
    /// `errors.attribute_errors`.
    AttributeErrors,
}

impl CrimsonPart {
    /// Its name in the answer; `answer` for the whole.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::ReferenceFindings => "reference_findings",
            Self::PredictedFindings => "predicted_findings",
            Self::MatchedFindings => "matched_findings",
            Self::Errors => "errors",
            Self::FalseFindings => "false_findings",
            Self::MissingFindings => "missing_findings",
            Self::AttributeErrors => "attribute_errors",
        }
    }
}

/// Reads a judge's answer.
///
/// # Errors
///
/// [`CrimsonError`] where the official code raises an exception: the study has no score.
pub fn parse(reader: CrimsonReader, answer: &str) -> Result<Crimson, CrimsonError> {
    let characters: Vec<char> = answer.chars().collect();
    let read = match reader {
        CrimsonReader::Official => repair::official(&characters),
        CrimsonReader::Radeval => repair::radeval(&characters),
    };
    score::score(reader, &read.ok_or(CrimsonError::NotJson)?)
}
