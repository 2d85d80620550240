//! `rrgscore judge run`.

use rrgscore_judge::{Answers, JudgeResults, Request, RequestPrompt, Studies};
use rrgscore_native::read_text;

use super::JudgeError;
use super::args::Run;
use super::ask::ask;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::score::stop_on_interrupt;

/// Asks all requests and says how many answers did not parse as intended.
pub(super) fn run(args: &Run) -> Result<ExitCode, CliError> {
    let path = &args.requests;
    let requests = Request::read_all(&read_text(path)?)
        .map_err(|source| JudgeError::Requests { path: path.clone(), source })?;
    let is_chat = |request: &Request| matches!(request.body.prompt, RequestPrompt::Chat { .. });
    if args.completions && requests.iter().any(is_chat) {
        return Err(JudgeError::NotRaw { path: path.clone() }.into());
    }
    let studies = studies(args)?;
    if studies.is_none() {
        eprintln!(
            "note: {} is not here: the answers will not say for which studies they are",
            super::studies_path(path).display()
        );
    }
    let stop = stop_on_interrupt()?;
    let outcome = ask((&args.here, &args.server), &requests, studies.as_ref(), &args.out, &stop)?;
    if let Some(studies) = &studies {
        summarise(args, studies)?;
    }
    if !outcome.complete {
        eprintln!("not all requests have an answer; the same command goes on with the rest");
        return Ok(ExitCode::from(1));
    }
    println!("all {} answers are in {}", outcome.progress.total, args.out.display());
    Ok(ExitCode::SUCCESS)
}

fn studies(args: &Run) -> Result<Option<Studies>, CliError> {
    let path = super::studies_path(&args.requests);
    if !path.exists() {
        return Ok(None);
    }
    let studies = serde_json::from_str(&read_text(&path)?);
    Ok(Some(studies.map_err(|_| JudgeError::Studies { path })?))
}

/// Prints how many answers are in order, and what is wrong with the others.
fn summarise(args: &Run, studies: &Studies) -> Result<(), CliError> {
    let answers = Answers::read(&read_text(&args.out)?, Some(studies))
        .map_err(|source| JudgeError::Answers { path: args.out.clone(), source })?;
    let ids = studies.requests.values().flatten().map(String::as_str);
    let results = JudgeResults::notes(studies.metric, ids, &answers);
    let (answered, noted) = (results.by_study.len(), results.noted);
    if answered == 0 {
        return Ok(());
    }
    println!("{noted} of {answered} answered studies did not parse as intended");
    for (note, studies) in results.by_note {
        println!("  {note}: {studies}");
    }
    Ok(())
}
