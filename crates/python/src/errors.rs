//! Errors as Python's exceptions, with hints in the words of the Python package.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::import_exception;
use pyo3::prelude::*;
use rrgscore_data::{Finding, Hint, ReadError, Side};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_native::NativeError;
use rrgscore_scoring::metric::SelectionError;
use rrgscore_session::{CheckError, CheckFailed, StartError};

import_exception!(rrgscore.errors, InputError);

/// An `InputError` with these words.
pub(crate) fn refused(message: impl std::fmt::Display) -> PyErr {
    InputError::new_err(message.to_string())
}

/// One with a hint, and with what the doctor found.
fn with_hint(message: String, hint: String, findings: &[Finding]) -> PyErr {
    let hint = (!hint.is_empty()).then_some(hint);
    match json(&findings) {
        Ok(findings) => InputError::new_err((message, hint, findings)),
        Err(error) => error,
    }
}

/// A value as JSON, which the Python half reads.
pub(crate) fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(refused)
}

/// Of a file or pack on this machine.
pub(crate) fn native(error: NativeError) -> PyErr {
    match error {
        NativeError::File { path, source } => match source.raw_os_error() {
            // Python makes a FileNotFoundError and its like of the number.
            Some(number) => PyOSError::new_err((number, source.to_string(), path)),
            None => PyOSError::new_err(format!("{}: {source}", path.display())),
        },
        NativeError::Read { ref source, .. } => read(source, &error),
        error => refused(error),
    }
}

/// Of a file that cannot be read as reports.
pub(crate) fn read(source: &ReadError, said: &impl std::fmt::Display) -> PyErr {
    with_hint(said.to_string(), worded(source.hint(), source.control()), &[])
}

/// Of a check that found what stands in the way.
pub(crate) fn check(failed: &CheckFailed) -> PyErr {
    let hint = match &failed.error {
        CheckError::Align(error) => worded(&error.hint(), error.control()),
        CheckError::NoPredictions => String::new(),
    };
    with_hint(failed.to_string(), hint, &failed.findings)
}

/// Of a run that cannot start.
pub(crate) fn start(error: &StartError) -> PyErr {
    let hint = match error {
        StartError::Check(failed) => return check(failed),
        StartError::Metrics(SelectionError::PacksMissing { .. }) => {
            "build them with rrgscore.build_pack, or name the folder that holds them by packs="
                .to_owned()
        }
        StartError::Metrics(SelectionError::NoAnswers { .. }) => {
            format!("give the answers by {}_responses=", Judge::ids("_responses=, "))
        }
        _ => String::new(),
    };
    with_hint(error.to_string(), hint, &[])
}

/// A hint with the argument that does it, if one does.
pub(crate) fn worded(hint: &str, control: Option<Hint>) -> String {
    let Some(argument) = control.and_then(argument) else { return hint.to_owned() };
    if hint.is_empty() { argument } else { format!("{hint} (argument: {argument})") }
}

fn argument(control: Hint) -> Option<String> {
    let reading = |side: Option<Side>| match side {
        Some(Side::References) => "reference_reading",
        Some(Side::Predictions) | None => "reading",
    };
    Some(match control {
        Hint::ChooseColumn { side, role } => {
            format!("{}={{\"columns\": {{\"{}\": \"NAME\"}}}}", reading(side), role.as_str())
        }
        Hint::ChooseFormat => "reading={\"format\": \"csv\"}".to_owned(),
        Hint::ChooseEncoding => "reading={\"encoding\": \"windows-1252\"}".to_owned(),
        Hint::ChooseDelimiter => "reading={\"delimiter\": \";\"}".to_owned(),
        Hint::SayNoHeader => "reading={\"header\": False}".to_owned(),
        Hint::JoinLoosely => "join_ids=\"loose\"".to_owned(),
        Hint::ChooseMissing => "missing=\"empty\", or missing=\"exclude\"".to_owned(),
        Hint::ChooseTask => "task=".to_owned(),
        Hint::ChooseRepeated => "repeated_ids=\"first\", or repeated_ids=\"drop\"".to_owned(),
        Hint::GiveReferences => "references=".to_owned(),
        Hint::LeaveReferencesOut | Hint::ExchangeFiles => return None,
    })
}

/// Does what may break by a fault of this program: the exception names no text.
pub(crate) fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(PyRuntimeError::new_err("internal error of rrgscore; please report how it came about"))
    })
}
