//! Asks a judge all requests, with progress and Ctrl-C: a server, or a pack on this machine.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rrgscore_judge::{Request, Studies};
use rrgscore_judge_client::{Client, Endpoint, Journal, JudgeOutcome, JudgeProgress, Options};
use rrgscore_native::judge::LocalJudge;
use rrgscore_native::read_text;

use super::args::{Here, Server};
use super::progress::describe;
use super::{JudgeError, here};
use crate::error::CliError;
use crate::progress::ProgressLine;

/// Asks what has no answer in the file yet.
pub(super) fn ask(
    (here, server): (&Here, &Server),
    requests: &[Request],
    studies: Option<&Studies>,
    out: &Path,
    stop: &AtomicBool,
) -> Result<JudgeOutcome, CliError> {
    let mut line = ProgressLine::new();
    let mut watch = |progress: &JudgeProgress, more: &str| {
        let done = progress.before + progress.answered + progress.failed;
        let words = describe(progress, stop.load(Ordering::Relaxed));
        line.show(done as u64, progress.total as u64, &format!("{words}{more}"));
    };
    let journal = || {
        let journal = Journal::open(out)
            .map_err(|source| JudgeError::Journal { path: out.to_owned(), source })?;
        if journal.has_dropped_a_line() {
            eprintln!("note: {}: a half-written last line was dropped", out.display());
        }
        Ok::<_, CliError>(journal)
    };
    let outcome = match (&here.pack, &server.endpoint) {
        (Some(pack), _) => {
            let judge = LocalJudge::open(pack)?;
            here::ask(&judge, here.threads, (requests, studies), journal, stop, &mut watch)
        }
        (None, Some(endpoint)) => {
            let client = client(endpoint, server)?;
            let options = Options {
                concurrency: server.concurrency,
                tries: server.tries,
                model: server.model.clone(),
                ..Options::default()
            };
            let mut watch = |progress: &JudgeProgress| watch(progress, "");
            let journal = &mut journal()?;
            let asked = rrgscore_judge_client::run(
                &client, requests, studies, &options, journal, stop, &mut watch,
            );
            asked.map_err(|error| JudgeError::from(error).into())
        }
        (None, None) => Err(JudgeError::NoJudge.into()),
    };
    line.finish();
    let outcome = outcome?;
    for (request, reason) in &outcome.failed {
        eprintln!("no answer to {request}: {reason}");
    }
    Ok(outcome)
}

fn client(endpoint: &str, server: &Server) -> Result<Client, CliError> {
    let named = server.i_may_send_reports_to.as_deref();
    let endpoint = Endpoint::resolve(endpoint, named).map_err(JudgeError::from)?;
    let key = key(server)?;
    if !endpoint.is_private() {
        let host = endpoint.authority();
        eprintln!("warning: reports leave this network for {host}, unencrypted (http)");
    }
    let timeout = Duration::from_secs(server.timeout);
    Ok(Client::new(&endpoint, timeout, key).map_err(JudgeError::from)?)
}

fn key(server: &Server) -> Result<Option<String>, CliError> {
    let Some(path) = &server.key_file else { return Ok(None) };
    let key = read_text(path)?.trim().to_owned();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(JudgeError::Key { path: path.clone() }.into());
    }
    Ok(Some(key))
}
