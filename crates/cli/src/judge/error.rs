//! What ends `rrgscore judge` with exit code 2.

use std::path::PathBuf;

use rrgscore_judge::{AnswerFileError, RequestError, TemplateError};
use rrgscore_judge_client::{EndpointError, JournalError, RunError};

/// Why a judge was not asked, or not to the end. No message holds report text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JudgeError {
    /// The user's prompt.
    #[error("{path}: {source}")]
    Template { path: PathBuf, source: TemplateError },
    /// The prompt cannot be raw.
    #[error("--raw-prompt: {0}")]
    RawPrompt(TemplateError),
    /// The file of requests.
    #[error("{path}: {source}")]
    Requests { path: PathBuf, source: RequestError },
    /// The file of studies.
    #[error("{path}: it is not the file of studies that `judge prepare` writes")]
    Studies { path: PathBuf },
    /// The file of answers, before the run.
    #[error("{path}: {source}")]
    Journal { path: PathBuf, source: JournalError },
    /// The file of answers, after the run.
    #[error("{path}: {source}")]
    Answers { path: PathBuf, source: AnswerFileError },
    /// The server's address.
    #[error("{0}")]
    Endpoint(#[from] EndpointError),
    /// The server, or the disk.
    #[error("{0}")]
    Run(#[from] RunError),
    /// An answer cannot be written.
    #[error("the answers cannot be written: {0}")]
    Write(std::io::Error),
    /// Nobody is named who could judge.
    #[error("name a judge: --pack DIR, or --endpoint URL")]
    NoJudge,
    /// A request for another metric than the pack's.
    #[error("--pack: a judge on this machine judges for GREEN; other metrics need --endpoint")]
    NotGreen,
    /// A prompt in several turns.
    #[error(
        "--pack: GREEN's model is asked in one turn; prepare the requests with a template without \
         lines <<…>>"
    )]
    NotOneTurn,
    /// A prompt that already has the conversation around it.
    #[error(
        "--pack: the requests were prepared with --raw-prompt, which is for servers; prepare them \
         without it: the pack puts the official conversation around the prompt itself"
    )]
    RawForPack,
    /// A conversation where raw prompts were meant.
    #[error(
        "{path}: --completions: these requests are conversations; prepare them for GREEN with \
         --raw-prompt"
    )]
    NotRaw { path: PathBuf },
    /// The key is empty or no header.
    #[error("{path}: it must hold the key alone, in one line of ASCII")]
    Key { path: PathBuf },
}
