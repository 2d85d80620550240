//! Which studies of a run are shown.

use std::collections::BTreeSet;

use rrgscore_data::{Code, Finding};
use rrgscore_metrics::chexbert_labels::{Labels, Mention};
use rrgscore_scoring::Run;
use rrgscore_scoring::run::Cell;
use serde::{Deserialize, Serialize};

/// What a study must be to be shown; the default shows all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StudyFilter {
    /// Its id contains this, in any case.
    pub id: String,
    /// Its reference or its candidate has a word, or words, that begin with this, in any case.
    pub word: String,
    /// A metric's score lies in a range.
    pub range: Option<ScoreRange>,
    /// CheXbert's labels of its reports.
    pub label: Option<LabelFilter>,
    /// A model saw only the beginning of one of its reports.
    pub truncated: bool,
    /// The input doctor named it for this.
    pub flagged: Option<Code>,
}

/// A range of scores, both ends included; without an end it is open there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreRange {
    /// The metric, by its place among the metrics.
    pub metric: u32,
    /// The lowest score.
    pub low: Option<f64>,
    /// The highest score.
    pub high: Option<f64>,
}

/// What CheXbert found of an observation. Only a positive mention counts as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelFilter {
    /// The observation's place among CheXbert's.
    pub observation: u8,
    /// Where it was found.
    pub state: LabelState,
}

/// Where an observation was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelState {
    /// In the reference.
    #[default]
    InReference,
    /// In the candidate.
    InCandidate,
    /// In the reference and not in the candidate.
    Missed,
    /// In the candidate and not in the reference.
    Added,
}

impl LabelState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::InReference, Self::InCandidate, Self::Missed, Self::Added];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InReference => "in the reference",
            Self::InCandidate => "in the candidate",
            Self::Missed => "in the reference alone",
            Self::Added => "in the candidate alone",
        }
    }
}

impl StudyFilter {
    /// Whether all studies are shown.
    #[must_use]
    pub fn shows_all(&self) -> bool {
        let range = self.range.filter(|range| !range.is_open());
        Self { range, ..self.clone() } == Self::default()
    }

    /// The places of the studies that are shown, in input order. `findings` are the doctor's.
    #[must_use]
    pub fn places(&self, run: &Run, findings: &[Finding]) -> Vec<u32> {
        let id = self.id.to_lowercase();
        let word = Word::new(&self.word);
        let labels = self.label.map(|_| run.chexbert_labels()).unwrap_or_default();
        let flagged: Option<BTreeSet<&str>> = self.flagged.map(|code| {
            let found = findings.iter().filter(|finding| finding.code == code);
            found.flat_map(|finding| &finding.studies).map(String::as_str).collect()
        });
        let is_shown = |place: u32, study: &rrgscore_data::StudyPair| {
            (id.is_empty() || study.id.to_lowercase().contains(&id))
                && self.range.is_none_or(|range| range.holds(run, place))
                && self.label.is_none_or(|label| label.holds(labels.get(place as usize)))
                && (!self.truncated || is_truncated(run, place))
                && flagged.as_ref().is_none_or(|flagged| flagged.contains(study.id.as_str()))
                // The slowest last.
                && (word.is_in(&study.reference) || word.is_in(&study.candidate))
        };
        let shown = (0_u32..).zip(run.pairs()).filter(|(place, study)| is_shown(*place, study));
        shown.map(|(place, _)| place).collect()
    }
}

impl ScoreRange {
    fn is_open(self) -> bool {
        self.low.is_none() && self.high.is_none()
    }

    fn holds(self, run: &Run, place: u32) -> bool {
        if self.is_open() {
            return true;
        }
        let column = run.columns().get(self.metric as usize);
        let score = column.and_then(|column| column.cells.get(place as usize)?.value());
        score.is_some_and(|score| {
            self.low.is_none_or(|low| score >= low) && self.high.is_none_or(|high| score <= high)
        })
    }
}

impl LabelFilter {
    fn holds(self, labels: Option<&Option<[Labels; 2]>>) -> bool {
        let Some(Some(both)) = labels else { return false };
        let found = |labels: &Labels| {
            labels.0.get(usize::from(self.observation)).copied() == Some(Mention::Positive)
        };
        let [reference, candidate] = both.each_ref().map(found);
        match self.state {
            LabelState::InReference => reference,
            LabelState::InCandidate => candidate,
            LabelState::Missed => reference && !candidate,
            LabelState::Added => candidate && !reference,
        }
    }
}

fn is_truncated(run: &Run, place: u32) -> bool {
    let cells = run.columns().iter().filter_map(|column| column.cells.get(place as usize));
    cells.into_iter().any(|cell| matches!(cell, Cell::Scored(scored) if scored.truncated))
}

/// Words that are looked for.
struct Word {
    lower: String,
}

impl Word {
    fn new(word: &str) -> Self {
        Self { lower: word.trim().to_lowercase() }
    }

    fn is_in(&self, text: &str) -> bool {
        let Some(&first) = self.lower.as_bytes().first() else { return true };
        if !self.lower.is_ascii() || !text.is_ascii() {
            let text = text.to_lowercase();
            return text.match_indices(&self.lower).any(|(at, _)| {
                !text
                    .get(..at)
                    .and_then(|t| t.chars().next_back())
                    .is_some_and(char::is_alphanumeric)
            });
        }
        // Most texts are ASCII: no copy in lower case then.
        let (wanted, bytes) = (self.lower.as_bytes(), text.as_bytes());
        let mut previous = b' ';
        bytes.iter().enumerate().any(|(at, byte)| {
            let starts = !previous.is_ascii_alphanumeric() && byte.eq_ignore_ascii_case(&first);
            previous = *byte;
            let here = || bytes.get(at..at + wanted.len());
            starts && here().is_some_and(|here| here.eq_ignore_ascii_case(wanted))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_what_is_looked_for() {
        let text = "Small left PLEURAL effusion.\nNo pneumothorax.";
        for (word, found) in [
            ("", true),
            ("pleural eff", true),
            ("Effus", true),
            ("no", true),
            ("thorax", false),
            ("pleural  effusion", false),
            ("\u{e9}ffusion", false),
        ] {
            assert_eq!(Word::new(word).is_in(text), found, "{word}");
        }
        assert!(Word::new("\u{c9}panch").is_in("Petit \u{e9}panchement"));
        assert!(!Word::new("panch").is_in("Petit \u{e9}panchement"));
    }
}
