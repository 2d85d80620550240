//! Files and the doctor.

use std::io::Read;

use rrgscore_data::{
    Dataset, JoinOptions, MissingPolicy, ReadError, ReadOptions, Side, Task, read,
};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_session::Session;

use super::{Attachment, Coordinator, Out, Output, failed, page};
use crate::control_names;
use crate::protocol::coordinator::{CoordinatorResponse, UnusableAnswers};
use crate::protocol::reader::ReaderResponse;

/// Progress of reading is reported after each further part of this size.
const READING_STEP: u64 = 4 << 20;

const NO_FILE: &str = "no file came with the request to open one";

impl Coordinator {
    pub(super) fn open(
        &mut self,
        side: Side,
        options: &ReadOptions,
        attachment: Attachment<'_>,
        out: Out<'_>,
    ) {
        let Some((file, of)) = attachment.file else { return failed(NO_FILE, out) };
        let mut reported = 0;
        let result = read(file, &with_fields(options.clone()), &mut |bytes| {
            if bytes >= reported + READING_STEP {
                reported = bytes;
                out(Output::Page(CoordinatorResponse::Reading { side, bytes, of }));
            }
        });
        match result {
            Err(ReadError::NotBuiltIn { .. }) => {
                page(CoordinatorResponse::ReaderNeeded { side }, out);
            }
            result => self.opened(side, None, result, out),
        }
    }

    /// Takes in what a reader says of a side's file; `bytes` came beside the message.
    pub fn reader_said(
        &mut self,
        side: Side,
        response: ReaderResponse,
        bytes: Option<Vec<u8>>,
        out: Out<'_>,
    ) {
        match response {
            ReaderResponse::Reading { bytes, of } => {
                page(CoordinatorResponse::Reading { side, bytes, of }, out);
            }
            ReaderResponse::Read => {
                let parsed = serde_json::from_slice(&bytes.unwrap_or_default());
                let result = parsed.unwrap_or_else(|_| {
                    let message = "the reader's answer is damaged; reload the page".to_owned();
                    Err(ReadError::Source { message })
                });
                self.opened(side, None, result, out);
            }
        }
    }

    pub(super) fn open_sample(&mut self, side: Side, name: String, out: Out<'_>) {
        let embedded = Session::sample(&name).map(|sample| sample.text.as_bytes());
        let Some(bytes) = embedded.or(self.added.get(&name).map(Vec::as_slice)) else {
            return failed("there is no sample of that name", out);
        };
        let result = read(bytes, &with_fields(ReadOptions::default()), &mut |_| {});
        self.opened(side, Some(name), result, out);
    }

    pub(super) fn use_split(&mut self, name: String, out: Out<'_>) {
        let Some(bytes) = self.added.get(&name) else {
            return failed("that split is not part of this site", out);
        };
        let options = with_fields(ReadOptions::default());
        let result = read(bytes.as_slice(), &options, &mut |_| {});
        self.opened(Side::References, Some(name), result, out);
    }

    fn opened(
        &mut self,
        side: Side,
        name: Option<String>,
        result: Result<Dataset, ReadError>,
        out: Out<'_>,
    ) {
        let response = match result {
            Ok(data) => {
                let response = CoordinatorResponse::Opened {
                    side,
                    studies: data.records.len() as u32,
                    shape: data.shape.clone(),
                    brings_references: data.shape.kind.has_references_inside(),
                    name,
                };
                self.session.set(side, data);
                response
            }
            Err(error) => {
                let message = in_words(&error, side);
                CoordinatorResponse::OpenFailed { side, message }
            }
        };
        page(response, out);
    }

    pub(super) fn check(
        &mut self,
        task: Task,
        missing: MissingPolicy,
        join: JoinOptions,
        out: Out<'_>,
    ) {
        match self.session.check(task, missing, join) {
            Ok(checked) => {
                let studies = checked.pairs().len() as u32;
                let alignment = Box::new(checked.alignment.clone());
                page(CoordinatorResponse::Checked { alignment, studies }, out);
                Judge::ALL.into_iter().for_each(|judge| self.report_answers(judge, out));
            }
            Err(failed) => {
                let (message, findings) = (failed.error.to_string(), failed.findings);
                page(CoordinatorResponse::CheckFailed { message, findings }, out);
            }
        }
    }

    pub(super) fn open_answers(&mut self, judge: Judge, attachment: Attachment<'_>, out: Out<'_>) {
        match read_all(attachment) {
            Ok(bytes) => {
                self.session.set_answers(judge, bytes);
                self.report_answers(judge, out);
            }
            Err(message) => {
                let found = Err(UnusableAnswers { message, by_policy: false });
                page(CoordinatorResponse::Answers { judge, found }, out);
            }
        }
    }

    /// Tells what a judge's answers are like for the studies that are open; nothing without any.
    fn report_answers(&self, judge: Judge, out: Out<'_>) {
        let Some(found) = self.session.answers(judge) else { return };
        let found = found.map(Box::new).map_err(|problem| UnusableAnswers {
            message: problem.to_string(),
            by_policy: problem.is_by_policy(),
        });
        page(CoordinatorResponse::Answers { judge, found }, out);
    }

    pub(super) fn open_graphs(&mut self, side: Side, attachment: Attachment<'_>, out: Out<'_>) {
        let found = read_all(attachment).and_then(|bytes| {
            let studies = self.session.set_graphs(side, bytes);
            studies.map(|studies| studies as u32).map_err(|error| error.to_string())
        });
        page(CoordinatorResponse::Graphs { side, found }, out);
    }
}

/// What else a file says of its studies makes groups of them after the run.
fn with_fields(options: ReadOptions) -> ReadOptions {
    ReadOptions { fields: true, ..options }
}

fn read_all(attachment: Attachment<'_>) -> Result<Vec<u8>, String> {
    let (mut file, _) = attachment.file.ok_or(NO_FILE)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Why a file cannot be read, what can be done, and which control does it.
fn in_words(error: &ReadError, side: Side) -> String {
    let mut words = error.to_string();
    if !error.hint().is_empty() {
        words = format!("{words}. {}", error.hint());
    }
    match error.control().and_then(|control| control_names::named(control, Some(side))) {
        Some(control) => format!("{words} See: {control}."),
        None => words,
    }
}
