//! A judge's answers that the user brings to `score` and `verify`.

use std::fs;
use std::path::PathBuf;

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_judge::Metric;
use rrgscore_scoring::judged::{self, AnswerFiles, Judged};

use crate::args::Inputs;
use crate::error::CliError;

/// The option that takes a metric's answers, and what it was given.
fn given(inputs: &Inputs, metric: Metric) -> (&'static str, &[PathBuf]) {
    match metric {
        Metric::Green => ("--green-responses", &inputs.green_responses),
        Metric::Fineradscore => ("--fineradscore-responses", &inputs.fineradscore_responses),
    }
}

/// Whether answers for a metric were given.
pub(crate) fn are_given(inputs: &Inputs, metric: Metric) -> bool {
    !given(inputs, metric).1.is_empty()
}

/// Reads all answers that were given, for the studies of a run.
pub(crate) fn read(
    inputs: &Inputs,
    pairs: &[StudyPair],
    missing: MissingPolicy,
) -> Result<Vec<Judged>, CliError> {
    let mut all = Vec::new();
    for metric in Metric::ALL {
        let (option, paths) = given(inputs, metric);
        let bytes = paths
            .iter()
            .map(|path| {
                fs::read(path).map_err(|source| CliError::File { path: path.clone(), source })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let files = match bytes.as_slice() {
            [] => continue,
            [answers] => AnswerFiles { answers, studies: None },
            [answers, studies] => AnswerFiles { answers, studies: Some(studies) },
            _ => return Err(CliError::TooManyAnswerFiles { option }),
        };
        all.push(
            judged::read(metric, files, pairs, missing)
                .map_err(|source| CliError::Answers { option, source })?,
        );
    }
    Ok(all)
}
