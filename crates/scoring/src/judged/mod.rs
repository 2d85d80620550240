//! GREEN, FineRadScore and CRIMSON from a judge's answers that the user provides.

mod error;
mod summary;

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_judge::{
    AnswerNote, Answers, CrimsonResult, FineRadScoreResult, GreenResult, JudgeMetric as Judge,
    JudgeResults, JudgedPair, Studies,
};

pub use error::JudgedError;
pub use summary::JudgeSummary;

use crate::job::{Failure, FailureKind, Flag, Reasons, Scored};
use crate::metric::{Formula, Metric};
use crate::provenance::InputRef;

/// A metric's answers as bytes of the user's files.
#[derive(Clone, Copy, Debug)]
pub struct AnswerFiles<'a> {
    /// A file of answers in any form that [`Answers::read`] knows.
    pub answers: &'a [u8],
    /// What `judge prepare` has written beside the requests: needed for the output of a batch,
    /// which names requests and not studies.
    pub studies: Option<&'a [u8]>,
    /// Whether answers are cleaned before they are read, which no official code does.
    pub cleaned: bool,
}

/// A judge's answers for the studies of a run, read by the official rules.
#[derive(Clone, Debug)]
pub struct Judged {
    pub(crate) metric: Metric,
    /// One per study, in the run's order.
    pub(crate) results: Vec<Result<Scored, Failure>>,
    pub(crate) summary: JudgeSummary,
    inputs: Vec<InputRef>,
}

impl Judged {
    /// The column that the answers fill.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// What the answers are like.
    pub fn summary(&self) -> &JudgeSummary {
        &self.summary
    }

    /// The files, by their content.
    pub fn inputs(&self) -> &[InputRef] {
        &self.inputs
    }
}

/// The column of a judge's metric by its own package's reading.
pub fn column_of(judge: Judge) -> Option<Metric> {
    Metric::all().find(|metric| metric.judge() == Some(judge))
}

/// Reads a file of answers and scores each study by its answer, for one of the columns that are
/// scored from a judge's answers.
///
/// GREEN is what the official parser makes of the answer, 0 for one that it cannot read;
/// FineRadScore is the severity of the worst correction, 1 to 4, and 0 without any (the reading
/// of this project: no official code says); CRIMSON is what the weights of the answer's findings
/// come to, and no score where the rules refuse the answer. An answer that did not parse as intended is listed
/// in the summary, study by study. A study without an answer is refused or has no score in this
/// column, as the missing policy says: an answer that was never given is not scored as an empty
/// one.
///
/// # Errors
/// When the column is no judge's, when a file is not of a known form or was made for another metric, when no study of the run
/// is in it, and, under [`MissingPolicy::Refuse`], when a study has no answer.
pub fn read(
    column: Metric,
    files: AnswerFiles<'_>,
    pairs: &[StudyPair],
    missing: MissingPolicy,
) -> Result<Judged, JudgedError> {
    let Formula::Judge { judge: metric, reading } = column.spec().formula else {
        return Err(JudgedError::NoColumn { title: column.label() });
    };
    let title = metric.title();
    let studies = files.studies.map(|bytes| studies(metric, bytes)).transpose()?;
    let text = text(files.answers).ok_or(JudgedError::NotText { title })?;
    let answers = Answers::read(text, studies.as_ref())
        .and_then(|answers| {
            answers.for_pairs(pairs.iter().map(|StudyPair { id, reference, candidate }| {
                JudgedPair { study: id, reference, candidate, context: [None; 2] }
            }))
        })
        .map_err(|source| JudgedError::Answers { title, source })?;
    if let Some(other) = answers.metrics().find(|&other| other != metric) {
        return Err(JudgedError::OtherMetric { title, other: other.title() });
    }
    let (answers, changed) = match files.cleaned {
        true => answers.cleaned(),
        false => (answers, 0),
    };
    let ids = pairs.iter().map(|pair| pair.id.as_str());
    let (results, mut summary) = match metric {
        Judge::Green => {
            let results = JudgeResults::green(ids, &answers, reading);
            let summary = JudgeSummary::of(&results, &answers, |result| &result.notes);
            (by_study(pairs, &results, green), summary)
        }
        Judge::Fineradscore => {
            let results = JudgeResults::fineradscore(ids, &answers);
            let summary = JudgeSummary::of(&results, &answers, |result| &result.notes);
            (by_study(pairs, &results, fineradscore), summary)
        }
        Judge::Crimson => {
            let results = JudgeResults::crimson(ids, &answers, reading);
            let summary = JudgeSummary::of(&results, &answers, |result| &result.notes);
            (by_study(pairs, &results, crimson), summary)
        }
    };
    summary.cleaned = files.cleaned.then_some(changed as u32);
    if summary.answered == 0 && !pairs.is_empty() {
        return Err(JudgedError::NoStudy { title, found: summary.unknown as usize });
    }
    if missing == MissingPolicy::Refuse && !summary.unanswered.is_empty() {
        return Err(JudgedError::Unanswered {
            title,
            of: pairs.len(),
            studies: summary.unanswered,
        });
    }
    Ok(Judged { metric: column, results, summary, inputs: inputs(metric, &answers) })
}

/// A file's text, without the mark that some editors put before it.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}'))
}

fn studies(metric: Judge, bytes: &[u8]) -> Result<Studies, JudgedError> {
    let title = metric.title();
    let studies: Studies =
        serde_json::from_slice(bytes).map_err(|_| JudgedError::BadStudies { title })?;
    if studies.metric != metric {
        return Err(JudgedError::OtherMetric { title, other: studies.metric.title() });
    }
    Ok(studies)
}

fn by_study<T>(
    pairs: &[StudyPair],
    results: &JudgeResults<T>,
    score: impl Fn(&T) -> Result<Scored, Failure>,
) -> Vec<Result<Scored, Failure>> {
    let none =
        || Failure::new(FailureKind::NoAnswer, "the judge's answers hold none for this study");
    let of_pair = |pair: &StudyPair| results.by_study.get(&pair.id).map_or(Err(none()), &score);
    pairs.iter().map(of_pair).collect()
}

fn green(result: &GreenResult) -> Result<Scored, Failure> {
    Ok(Scored {
        value: result.green.score,
        truncated: false,
        flags: noted(&result.notes),
        reasons: Reasons::Green(Box::new(result.clone())),
    })
}

fn fineradscore(result: &FineRadScoreResult) -> Result<Scored, Failure> {
    let mut flags = noted(&result.notes);
    let value = match result.worst {
        Some(severity) => f64::from(severity.value()),
        None if result.is_without_edits() => {
            flags.push(Flag::NoEdits);
            0.0
        }
        None => return Err(no_score(&result.notes)),
    };
    let reasons = Reasons::FineRadScore(Box::new(result.clone()));
    Ok(Scored { value, truncated: false, flags, reasons })
}

fn crimson(result: &CrimsonResult) -> Result<Scored, Failure> {
    let Some(crimson) = &result.crimson else { return Err(no_score(&result.notes)) };
    Ok(Scored {
        value: crimson.score,
        truncated: false,
        flags: noted(&result.notes),
        reasons: Reasons::Crimson(Box::new(result.clone())),
    })
}

/// Why an answer has no score.
fn no_score(notes: &[AnswerNote]) -> Failure {
    let why = notes.iter().find(|note| note.takes_the_score());
    let message = why.map_or_else(|| "no score".to_owned(), AnswerNote::to_string);
    Failure::new(FailureKind::NoAnswer, message)
}

fn noted(notes: &[AnswerNote]) -> Vec<Flag> {
    if notes.is_empty() { Vec::new() } else { vec![Flag::NotAsIntended] }
}

fn inputs(metric: Judge, answers: &Answers) -> Vec<InputRef> {
    vec![InputRef {
        role: format!("{} answers", metric.id()),
        format: if answers.is_table() { "CSV" } else { "JSONL" }.to_owned(),
        sha256: answers.sha256().to_owned(),
    }]
}
