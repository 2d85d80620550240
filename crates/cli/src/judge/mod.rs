//! `rrgscore judge`: GREEN, FineRadScore and CRIMSON by a judge on the user's own machine.

mod args;
mod ask;
mod error;
mod here;
mod pack;
mod prepare;
mod progress;
mod run;
mod selftest;

use std::path::{Path, PathBuf};

use rrgscore_judge::{JudgeMetric, Template};
use rrgscore_native::read_text;

pub(crate) use args::Judge;
use args::JudgeCommand;
pub(crate) use error::JudgeError;

use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Does what the arguments say.
pub(crate) fn run(args: &Judge) -> Result<ExitCode, CliError> {
    match &args.command {
        JudgeCommand::Prepare(args) => prepare::run(args),
        JudgeCommand::Pack(args) => pack::run(args),
        JudgeCommand::Run(args) => run::run(args),
        JudgeCommand::Selftest(args) => selftest::run(args),
    }
}

/// The user's prompt, or our own.
fn template(metric: JudgeMetric, prompt: &args::Prompt) -> Result<Template, CliError> {
    let template = match &prompt.template {
        None => Template::built_in(metric),
        Some(path) => Template::parse(metric, &read_text(path)?)
            .map_err(|source| JudgeError::Template { path: path.clone(), source })?,
    };
    let Some(tokenizer) = prompt.raw_prompt else { return Ok(template) };
    Ok(template.raw(tokenizer).map_err(JudgeError::RawPrompt)?)
}

/// The file of studies beside a file of requests.
fn studies_path(requests: &Path) -> PathBuf {
    let mut name = requests.as_os_str().to_owned();
    name.push(".studies.json");
    name.into()
}
