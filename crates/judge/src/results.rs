//! Answers read: per study the metric's value, its reasons, and notes; counts for the summary.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rrgscore_metrics::crimson::{self as findings, Crimson, CrimsonReader};
use rrgscore_metrics::fineradscore::{self as fine, CorrectionSeverity, FineRadScore};
use rrgscore_metrics::green::{self as formulas, Green, GreenReader};
use serde::{Deserialize, Serialize};

use crate::JudgeMetric;
use crate::answers::{Answer, Answers};
use crate::note::AnswerNote;

/// By whose rules answers are read, where the packages differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnswerReading {
    /// The metric's own package.
    #[default]
    Official,
    /// RadEval 2.2.1's copy of it.
    Radeval,
}

/// GREEN of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GreenResult {
    /// Score and counts by the official rules. An answer that they cannot read scores 0; the notes
    /// say so.
    pub green: Green,
    /// The judge's explanation.
    pub explanation: Option<String>,
    /// The significant errors in words, by category.
    pub significant_errors: [Vec<String>; 6],
    /// The matched findings in words.
    pub matched_findings: Vec<String>,
    /// What did not parse as intended; `green.notes` among them.
    pub notes: Vec<AnswerNote>,
}

/// FineRadScore of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FineRadScoreResult {
    /// The edits; `None` if the official rules refuse the last answer.
    pub edits: Option<FineRadScore>,
    /// Severity of the worst edit.
    pub worst: Option<CorrectionSeverity>,
    /// What did not parse as intended.
    pub notes: Vec<AnswerNote>,
}

impl FineRadScoreResult {
    /// Whether the judge found nothing to correct. No official code says what that scores.
    pub fn is_without_edits(&self) -> bool {
        self.edits.as_ref().is_some_and(|score| score.edits.is_empty())
    }
}

/// CRIMSON of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CrimsonResult {
    /// Score, weights and findings; `None` if the rules refuse the last answer.
    pub crimson: Option<Crimson>,
    /// What did not parse as intended.
    pub notes: Vec<AnswerNote>,
}

/// Reads one study's answer for CRIMSON.
pub fn crimson(answer: &Answer, reading: AnswerReading) -> CrimsonResult {
    let mut notes = common_notes(answer);
    if answer.responses.len() > 1 {
        notes.push(AnswerNote::AskedAgain { calls: answer.responses.len() });
    }
    let reader = match reading {
        AnswerReading::Official => CrimsonReader::Official,
        AnswerReading::Radeval => CrimsonReader::Radeval,
    };
    let read = findings::parse(reader, last(answer));
    notes.extend(read.as_ref().err().copied().map(AnswerNote::NoCrimson));
    CrimsonResult { crimson: read.ok(), notes }
}

/// Reads one study's answer for GREEN.
pub fn green(answer: &Answer, reading: AnswerReading) -> GreenResult {
    let raw = last(answer);
    let cleaned = formulas::clean(raw);
    let reader = match reading {
        AnswerReading::Official => GreenReader::Stanford,
        AnswerReading::Radeval => GreenReader::Radeval,
    };
    let green = formulas::parse_by(reader, &cleaned);
    let mut notes = common_notes(answer);
    notes.extend(green.notes.iter().copied().map(AnswerNote::Green));
    GreenResult {
        explanation: formulas::explanation(&cleaned).map(str::to_owned),
        significant_errors: formulas::significant_sentences(&cleaned),
        matched_findings: formulas::matched_sentences(reader, &cleaned),
        green,
        notes,
    }
}

/// Reads one study's answer for FineRadScore.
pub fn fineradscore(answer: &Answer) -> FineRadScoreResult {
    let mut notes = common_notes(answer);
    if answer.responses.len() > 1 {
        notes.push(AnswerNote::AskedAgain { calls: answer.responses.len() });
    }
    let was_last_call = answer.was_last_call || answer.responses.len() >= fine::MAX_CALLS;
    let read = match fine::parse(last(answer)) {
        // After its last call the official code keeps what it has.
        Err(error) if error.is_of_keys() && was_last_call => {
            let kept = fine::kept(last(answer));
            if kept.is_ok() {
                notes.push(AnswerNote::KeptMalformed(error));
            }
            kept
        }
        read => read,
    };
    match read {
        Ok(score) => {
            let worst = score.worst();
            let edits = score.unknown_severities();
            if edits > 0 {
                notes.push(AnswerNote::UnknownSeverity { edits });
            }
            if worst.is_none() && !score.edits.is_empty() {
                notes.push(AnswerNote::NoKnownSeverity);
            }
            FineRadScoreResult { edits: Some(score), worst, notes }
        }
        Err(error) => {
            notes.push(AnswerNote::Refused(error));
            FineRadScoreResult { edits: None, worst: None, notes }
        }
    }
}

fn last(answer: &Answer) -> &str {
    answer.responses.last().map_or("", String::as_str)
}

fn common_notes(answer: &Answer) -> Vec<AnswerNote> {
    let mut notes = Vec::new();
    if last(answer).trim().is_empty() {
        notes.push(AnswerNote::Empty);
    }
    if answer.cut_off {
        notes.push(AnswerNote::CutOff);
    }
    notes
}

/// JudgeResults by study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgeResults<T> {
    /// In the order of the studies asked for.
    pub by_study: IndexMap<String, T>,
    /// Studies without an answer.
    pub unanswered: Vec<String>,
    /// Answers for studies that were not asked for.
    pub unknown: usize,
    /// Studies whose answer did not parse as intended.
    pub noted: usize,
    /// By [`AnswerNote::code`], the studies that have such a note.
    pub by_note: BTreeMap<String, usize>,
}

impl JudgeResults<GreenResult> {
    /// Reads GREEN's answers for some studies.
    pub fn green<'a>(
        studies: impl IntoIterator<Item = &'a str>,
        answers: &Answers,
        reading: AnswerReading,
    ) -> Self {
        Self::read(studies, answers, |answer| green(answer, reading), |result| &result.notes)
    }
}

impl JudgeResults<CrimsonResult> {
    /// Reads CRIMSON's answers for some studies.
    pub fn crimson<'a>(
        studies: impl IntoIterator<Item = &'a str>,
        answers: &Answers,
        reading: AnswerReading,
    ) -> Self {
        Self::read(studies, answers, |answer| crimson(answer, reading), |result| &result.notes)
    }
}

impl JudgeResults<FineRadScoreResult> {
    /// Reads FineRadScore's answers for some studies.
    pub fn fineradscore<'a>(studies: impl IntoIterator<Item = &'a str>, answers: &Answers) -> Self {
        Self::read(studies, answers, fineradscore, |result| &result.notes)
    }
}

impl JudgeResults<Vec<AnswerNote>> {
    /// What did not parse as intended in a judge's answers, as the metric's own package reads them.
    pub fn notes<'a>(
        metric: JudgeMetric,
        studies: impl IntoIterator<Item = &'a str>,
        answers: &Answers,
    ) -> Self {
        let read = |answer: &Answer| match metric {
            JudgeMetric::Green => green(answer, AnswerReading::Official).notes,
            JudgeMetric::Fineradscore => fineradscore(answer).notes,
            JudgeMetric::Crimson => crimson(answer, AnswerReading::Official).notes,
        };
        Self::read(studies, answers, read, |notes| notes)
    }
}

impl<T> JudgeResults<T> {
    fn read<'a>(
        studies: impl IntoIterator<Item = &'a str>,
        answers: &Answers,
        read: impl Fn(&Answer) -> T,
        notes: impl Fn(&T) -> &Vec<AnswerNote>,
    ) -> Self {
        let mut results = Self {
            by_study: IndexMap::new(),
            unanswered: Vec::new(),
            unknown: 0,
            noted: 0,
            by_note: BTreeMap::new(),
        };
        for study in studies {
            let Some(answer) = answers.get(study) else {
                results.unanswered.push(study.to_owned());
                continue;
            };
            let result = read(answer);
            let mut codes: Vec<_> = notes(&result).iter().map(|note| note.code()).collect();
            codes.sort_unstable();
            codes.dedup();
            results.noted += usize::from(!codes.is_empty());
            for code in codes {
                *results.by_note.entry(code.to_owned()).or_default() += 1;
            }
            results.by_study.insert(study.to_owned(), result);
        }
        let asked_for = |study: &str| results.by_study.contains_key(study);
        results.unknown = answers.iter().filter(|(study, _)| !asked_for(study)).count();
        results.unknown += answers.of_other_reports();
        results
    }
}
