//! Files of answers.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::JudgeMetric;
use crate::answer_table::{AnswerTable, AnsweredStudy, reports_key};
use crate::clean_answer::clean_answer;
use crate::request::{JudgedPair, Studies};
use crate::template::sha256;

/// What a judge has answered for one study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answers in the order of the calls, of which the last counts. Never empty.
    pub responses: Vec<String>,
    /// Whether the last answer ended at its longest allowed length.
    pub cut_off: bool,
    /// Whether it is known that the judge was asked no further, however often it was asked.
    pub was_last_call: bool,
}

/// Answers by study, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    by_study: IndexMap<String, Answer>,
    /// Answers that name no study, by its two reports.
    by_reports: IndexMap<[String; 2], Answer>,
    /// The two reports beside an answer that names its study, and the line.
    beside: IndexMap<String, ([String; 2], usize)>,
    is_table: bool,
    failed: usize,
    models: BTreeSet<String>,
    templates: BTreeSet<String>,
    metrics: BTreeSet<JudgeMetric>,
    sha256: String,
}

/// Why a file of answers cannot be used. Messages hold no text of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerFileError {
    /// A line is no JSON object.
    #[error("line {line} is not a JSON object")]
    NotJson {
        /// Counted from 1.
        line: usize,
    },
    /// A line has neither an id nor a custom_id.
    #[error("line {line} has neither `id`, a study's id, nor `custom_id`, a request's")]
    NoId {
        /// Counted from 1.
        line: usize,
    },
    /// A line holds no answer in a known form.
    #[error(
        "line {line} has no answer: `response` must be a text, or a chat completion as a batch or \
         `judge run` writes it"
    )]
    NoResponse {
        /// Counted from 1.
        line: usize,
    },
    /// A request's answer, and no word on whose it is.
    #[error("line {line} answers a request, but no file says for which studies it was made")]
    NoStudies {
        /// Counted from 1.
        line: usize,
    },
    /// A table that does not say for which studies its answers are.
    #[error(
        "the table has a column of answers and none that says for which studies they are: it needs \
         `study_id`, or the two reports (`reference` and `predictions`)"
    )]
    NoStudyColumn,
    /// A row of a table cannot be read.
    #[error("line {line}: the row has not as many cells as the header, or is not UTF-8")]
    BadTable {
        /// Counted from 1.
        line: usize,
    },
    /// An id whose study has other reports than those beside the answer.
    #[error(
        "line {line} answers for study {study} about other reports than the study has: its ids are \
         not the studies'; without the columns of reports they are taken as they are"
    )]
    OtherReports {
        /// Counted from 1.
        line: usize,
        /// The study.
        study: String,
    },
    /// Two different answers for the same two reports.
    #[error("line {line} answers for the same two reports as line {first}, and differently")]
    ReportsTwice {
        /// Counted from 1.
        line: usize,
        /// The earlier line.
        first: usize,
    },
    /// Two different answers for one study.
    #[error("line {line} answers for study {study}, which line {first} has answered differently")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// The earlier line.
        first: usize,
        /// The study.
        study: String,
    },
}

/// One line of what `rrgscore judge run` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// The request.
    pub custom_id: String,
    /// The studies that wait for it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub studies: Option<Vec<String>>,
    /// The answers in the order of the calls.
    pub responses: Vec<String>,
    /// Whether the last answer ended at its longest allowed length.
    #[serde(default)]
    pub cut_off: bool,
    /// The model's name, as the server gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The template's signature, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// One line, in any of the forms.
#[derive(Deserialize)]
struct Line {
    id: Option<Value>,
    custom_id: Option<String>,
    studies: Option<Vec<String>>,
    response: Option<Value>,
    responses: Option<Vec<String>>,
    #[serde(default)]
    cut_off: bool,
    model: Option<String>,
    template: Option<String>,
    error: Option<Value>,
}

impl Answers {
    /// Reads a file of answers: a table (below) or lines of JSON, each of one of three forms:
    ///
    /// - `{"id": study, "response": text}`;
    /// - what `rrgscore judge run` writes: `{"custom_id", "studies", "responses", "cut_off"}`;
    /// - the output of a batch: `{"custom_id", "response": {"body": {"choices": …}}}`, with the
    ///   file of studies that was written beside the requests.
    ///
    /// Lines of a batch that report an error are counted ([`failed`](Self::failed)), not read.
    ///
    /// A table is what green-score's `GREEN` returns, written as CSV (`green_analysis`), what
    /// FineRadScore's driver writes (`claude3_raw_response`), or has columns `study_id` and
    /// `response`. The first two name no study: their answers are found by the two reports beside
    /// them, once [`for_pairs`](Self::for_pairs) says which study has which.
    ///
    /// # Errors
    ///
    /// [`AnswerFileError`] names the line.
    pub fn read(text: &str, studies: Option<&Studies>) -> Result<Self, AnswerFileError> {
        let mut answers = Self { sha256: sha256(text), ..Self::default() };
        if let Some(table) = AnswerTable::read(text)? {
            answers.take_table(table)?;
            return Ok(answers);
        }
        let mut lines: IndexMap<String, usize> = IndexMap::new();
        for (i, text) in text.split('\n').enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let line = i + 1;
            let read: Line =
                serde_json::from_str(text).map_err(|_| AnswerFileError::NotJson { line })?;
            let whose = whose(&read, studies, line)?;
            answers.models.extend(model(&read));
            answers.metrics.extend(read.custom_id.as_deref().and_then(JudgeMetric::of_request));
            let template = studies.filter(|_| read.custom_id.is_some()).map(|s| &s.template);
            answers.templates.extend(template.or(read.template.as_ref()).cloned());
            let Some(answer) = answer(read, line)? else {
                answers.failed += 1;
                continue;
            };
            for study in whose {
                answers.add(&mut lines, line, study, answer.clone())?;
            }
        }
        Ok(answers)
    }

    fn add(
        &mut self,
        lines: &mut IndexMap<String, usize>,
        line: usize,
        study: String,
        answer: Answer,
    ) -> Result<(), AnswerFileError> {
        let first = *lines.entry(study.clone()).or_insert(line);
        if self.by_study.get(&study).is_some_and(|earlier| *earlier != answer) {
            return Err(AnswerFileError::Twice { line, first, study });
        }
        self.by_study.insert(study, answer);
        Ok(())
    }

    fn take_table(&mut self, table: AnswerTable) -> Result<(), AnswerFileError> {
        self.is_table = true;
        self.metrics.extend(table.metric);
        let (mut studies, mut reports) = (IndexMap::new(), IndexMap::new());
        for row in table.rows {
            let Some(answer) = row.answer else {
                self.failed += 1;
                continue;
            };
            match row.of {
                AnsweredStudy::Id(study) => {
                    if let Some(reports) = row.reports {
                        self.beside.insert(study.clone(), (reports, row.line));
                    }
                    self.add(&mut studies, row.line, study, answer)?;
                }
                AnsweredStudy::Reports(key) => {
                    let first = *reports.entry(key.clone()).or_insert(row.line);
                    if self.by_reports.get(&key).is_some_and(|earlier| *earlier != answer) {
                        return Err(AnswerFileError::ReportsTwice { line: row.line, first });
                    }
                    self.by_reports.insert(key, answer);
                }
            }
        }
        Ok(())
    }

    /// Gives each of these studies the answer that stands beside its two reports, where the file
    /// has answers by reports; white space does not count.
    ///
    /// # Errors
    ///
    /// [`AnswerFileError::OtherReports`] where an answer names a study and stands beside other
    /// reports than the study has, as it does when ids are running numbers that nobody chose.
    pub fn for_pairs<'a>(
        mut self,
        pairs: impl IntoIterator<Item = JudgedPair<'a>>,
    ) -> Result<Self, AnswerFileError> {
        if self.by_reports.is_empty() && self.beside.is_empty() {
            return Ok(self);
        }
        let mut unused: BTreeSet<[String; 2]> = self.by_reports.keys().cloned().collect();
        for pair in pairs {
            let key = reports_key(pair.reference, pair.candidate);
            if let Some(&(_, line)) = self.beside.get(pair.study).filter(|(of, _)| *of != key) {
                let study = pair.study.to_owned();
                return Err(AnswerFileError::OtherReports { line, study });
            }
            if let Some(answer) = self.by_reports.get(&key) {
                self.by_study.insert(pair.study.to_owned(), answer.clone());
                unused.remove(&key);
            }
        }
        self.by_reports.retain(|key, _| unused.contains(key));
        Ok(self)
    }

    /// The same with every answer cleaned ([`clean_answer`]), and how many are other ones now.
    pub fn cleaned(mut self) -> (Self, usize) {
        let mut changed = 0;
        let all = self.by_study.values_mut().chain(self.by_reports.values_mut());
        for response in all.flat_map(|answer| &mut answer.responses) {
            let left = clean_answer(response);
            if left.len() < response.trim().len() {
                changed += 1;
            }
            *response = left.to_owned();
        }
        (self, changed)
    }

    /// Answers beside reports that no study of [`for_pairs`](Self::for_pairs) has.
    pub fn of_other_reports(&self) -> usize {
        self.by_reports.len()
    }

    /// Whether the file is a table, and not lines of JSON.
    pub fn is_table(&self) -> bool {
        self.is_table
    }

    /// The answer for a study.
    pub fn get(&self, study: &str) -> Option<&Answer> {
        self.by_study.get(study)
    }

    /// Studies and their answers in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.by_study.iter().map(|(study, answer)| (study.as_str(), answer))
    }

    /// The judges' names, as far as the file tells them. More than one makes the numbers of no
    /// single judge.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(String::as_str)
    }

    /// The signatures of the templates that were asked with, as far as they are known.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().map(String::as_str)
    }

    /// The metrics that the requests were made for, as far as their ids tell.
    pub fn metrics(&self) -> impl Iterator<Item = JudgeMetric> {
        self.metrics.iter().copied()
    }

    /// sha256 of the text that was read, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Requests of a batch that came back with an error instead of an answer.
    pub fn failed(&self) -> usize {
        self.failed
    }
}

fn model(read: &Line) -> Option<String> {
    let body = |response: &Value| {
        let body = response.get("body").unwrap_or(response);
        body.get("model").and_then(Value::as_str).map(str::to_owned)
    };
    read.model.clone().or_else(|| body(read.response.as_ref()?))
}

fn whose(
    read: &Line,
    studies: Option<&Studies>,
    line: usize,
) -> Result<Vec<String>, AnswerFileError> {
    match (&read.id, &read.custom_id) {
        (_, Some(request)) => {
            let known = studies.and_then(|studies| studies.requests.get(request));
            known.or(read.studies.as_ref()).cloned().ok_or(AnswerFileError::NoStudies { line })
        }
        (Some(Value::String(id)), None) => Ok(vec![id.clone()]),
        (Some(Value::Number(id)), None) => Ok(vec![id.to_string()]),
        _ => Err(AnswerFileError::NoId { line }),
    }
}

/// The line's answer; `None` for an error that a batch reports.
fn answer(read: Line, line: usize) -> Result<Option<Answer>, AnswerFileError> {
    let none = AnswerFileError::NoResponse { line };
    let failed = read.error.is_some_and(|error| !error.is_null());
    match (read.responses, read.response) {
        (Some(responses), _) if !responses.is_empty() => {
            Ok(Some(Answer { responses, cut_off: read.cut_off, was_last_call: false }))
        }
        (_, Some(Value::String(text))) => {
            Ok(Some(Answer { responses: vec![text], cut_off: read.cut_off, was_last_call: false }))
        }
        (_, Some(Value::Object(response))) => match completion(&Value::Object(response)) {
            Some(answer) => Ok(Some(answer)),
            None if failed => Ok(None),
            None => Err(none),
        },
        _ if failed => Ok(None),
        _ => Err(none),
    }
}

/// The answer in a batch's response, or in a completion itself.
fn completion(response: &Value) -> Option<Answer> {
    if response.get("status_code").is_some_and(|status| status.as_u64() != Some(200)) {
        return None;
    }
    let body = response.get("body").unwrap_or(response);
    let choice = body.get("choices")?.get(0)?;
    // The answer to a conversation, or to a raw prompt.
    let text = choice.get("message").and_then(|message| message.get("content"));
    let text = text.or_else(|| choice.get("text"))?.as_str()?;
    let cut_off = choice.get("finish_reason").is_some_and(|reason| reason == "length");
    Some(Answer { responses: vec![text.to_owned()], cut_off, was_last_call: false })
}
