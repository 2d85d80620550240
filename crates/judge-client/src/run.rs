//! All questions, several at a time.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rrgscore_judge::{AnswerLine, Conversation, JudgeMetric, Request, Studies};

use crate::backoff;
use crate::client::{Client, Failure, Reply};
use crate::journal::Journal;

/// How to ask.
#[derive(Debug, Clone)]
pub struct Options {
    /// Questions under way at a time.
    pub concurrency: usize,
    /// Tries per question before it is given up for this run.
    pub tries: u32,
    /// Wait before the second try; it doubles from try to try.
    pub first_wait: Duration,
    /// The model's name at the server, in place of the requests' own.
    pub model: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { concurrency: 4, tries: 8, first_wait: Duration::from_millis(500), model: None }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgeProgress {
    /// Requests in all.
    pub total: usize,
    /// Requests that an earlier run has got an answer for.
    pub before: usize,
    /// Requests answered in this run.
    pub answered: usize,
    /// Requests given up.
    pub failed: usize,
    /// Times that a question was put again after a failure.
    pub retries: usize,
    /// Time since the run began.
    pub elapsed: Duration,
}

impl JudgeProgress {
    /// Of a run that begins, where some requests of all have an answer already.
    pub fn new(total: usize, before: usize) -> Self {
        Self { total, before, answered: 0, failed: 0, retries: 0, elapsed: Duration::ZERO }
    }

    /// Requests without an answer that have not been given up.
    pub fn left(&self) -> usize {
        self.total.saturating_sub(self.before + self.answered + self.failed)
    }

    /// Answers per second in this run; `None` before the first.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.elapsed.as_secs_f64();
        (self.answered > 0 && seconds > 0.0).then(|| self.answered as f64 / seconds)
    }

    /// Seconds until the end at that rate.
    pub fn seconds_left(&self) -> Option<f64> {
        self.rate().map(|rate| self.left() as f64 / rate)
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeOutcome {
    /// At its end.
    pub progress: JudgeProgress,
    /// Requests that were given up, and why; another run asks them again.
    pub failed: Vec<(String, String)>,
    /// Whether all requests have an answer.
    pub complete: bool,
}

/// Why a run ended early. What was answered until then is in the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// An answer cannot be written.
    #[error("the answers cannot be written: {0}")]
    Write(#[from] io::Error),
    /// The server refuses everything.
    #[error("the judge's server refuses to answer (status {status}){}", hint(*status))]
    Hopeless {
        /// The HTTP status.
        status: u16,
    },
    /// The server has gone.
    #[error("the judge's server is not to be reached any more: {reason}")]
    Gone {
        /// What the last try came to.
        reason: String,
    },
}

fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 => "; does it want a key? Give --key-file FILE",
        404 => "; is the path of --endpoint right (it often ends in /v1), and the name of --model?",
        300..=399 => "; it redirects, which is not followed: give the address it redirects to",
        _ => "",
    }
}

/// What a worker tells.
enum Event {
    Retry,
    Answered(AnswerLine),
    Failed(String, String),
    Fatal(RunError),
}

/// Asks all requests that have no answer in the journal, and files the answers there.
///
/// `stop` hands out no more questions; those under way are waited for. `watch` is called with
/// every change and about five times a second.
///
/// # Errors
///
/// [`RunError`] when nothing can be written, or no further question can succeed.
pub fn run(
    client: &Client,
    requests: &[Request],
    studies: Option<&Studies>,
    options: &Options,
    journal: &mut Journal,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(&JudgeProgress),
) -> Result<JudgeOutcome, RunError> {
    const TICK: Duration = Duration::from_millis(200);
    let open: Vec<&Request> = requests.iter().filter(|r| !journal.has(&r.custom_id)).collect();
    let began = Instant::now();
    let mut progress = JudgeProgress::new(requests.len(), requests.len() - open.len());
    let mut failed = Vec::new();
    let mut fatal = None;
    let (next, broken) = (AtomicUsize::new(0), AtomicBool::new(false));
    let shared =
        Shared { client, open: &open, studies, options, next: &next, stop, broken: &broken };
    std::thread::scope(|scope| {
        let (events, inbox) = mpsc::channel();
        for _ in 0..options.concurrency.clamp(1, open.len().max(1)) {
            let (shared, events) = (&shared, events.clone());
            scope.spawn(move || shared.work(&events));
        }
        drop(events);
        loop {
            let event = inbox.recv_timeout(TICK);
            progress.elapsed = began.elapsed();
            match event {
                Ok(Event::Retry) => progress.retries += 1,
                Ok(Event::Answered(answer)) => match journal.append(answer) {
                    Ok(()) => progress.answered += 1,
                    Err(error) => {
                        broken.store(true, Ordering::Relaxed);
                        fatal = Some(RunError::Write(error));
                    }
                },
                Ok(Event::Failed(id, reason)) => {
                    progress.failed += 1;
                    failed.push((id, reason));
                }
                Ok(Event::Fatal(error)) => {
                    broken.store(true, Ordering::Relaxed);
                    fatal.get_or_insert(error);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            watch(&progress);
        }
    });
    match fatal {
        Some(error) => Err(error),
        None => {
            let complete = progress.before + progress.answered == progress.total;
            Ok(JudgeOutcome { progress, failed, complete })
        }
    }
}

struct Shared<'a> {
    client: &'a Client,
    open: &'a [&'a Request],
    studies: Option<&'a Studies>,
    options: &'a Options,
    next: &'a AtomicUsize,
    /// The user wants it to end.
    stop: &'a AtomicBool,
    /// It has no sense to go on.
    broken: &'a AtomicBool,
}

/// Why a request has no answer.
enum End {
    Stopped,
    Failed(String),
    Fatal(RunError),
}

impl Shared<'_> {
    fn work(&self, events: &Sender<Event>) {
        while !self.stop.load(Ordering::Relaxed) && !self.broken.load(Ordering::Relaxed) {
            let Some(request) = self.open.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let event = match self.converse(request, events) {
                Ok(answer) => Event::Answered(answer),
                Err(End::Stopped) => return,
                Err(End::Failed(reason)) => Event::Failed(request.custom_id.clone(), reason),
                Err(End::Fatal(error)) => Event::Fatal(error),
            };
            if events.send(event).is_err() {
                return;
            }
        }
    }

    fn converse(&self, request: &Request, events: &Sender<Event>) -> Result<AnswerLine, End> {
        let mut body = request.body.clone();
        if let Some(model) = &self.options.model {
            body.model = Some(model.clone());
        }
        let path = body.prompt.path();
        let unwritable = |_| End::Failed("the request cannot be written as JSON".to_owned());
        let body = serde_json::to_vec(&body).map_err(unwritable)?;
        let mut conversation = Conversation::new(request.metric().unwrap_or(JudgeMetric::Green));
        let mut last = None;
        while conversation.is_open() && !conversation.repeats() {
            let reply = self.ask(path, &body, events)?;
            conversation.answer(reply.text.clone());
            last = Some(reply);
        }
        let id = &request.custom_id;
        Ok(AnswerLine {
            custom_id: id.clone(),
            studies: self.studies.and_then(|studies| studies.requests.get(id)).cloned(),
            responses: conversation.responses().to_vec(),
            cut_off: last.as_ref().is_some_and(|reply| reply.cut_off),
            model: last.and_then(|reply| reply.model),
            template: self.studies.map(|studies| studies.template.clone()),
        })
    }

    fn ask(&self, path: &str, body: &[u8], events: &Sender<Event>) -> Result<Reply, End> {
        let mut tries = 0;
        loop {
            let (reason, asked, unreachable) = match self.client.ask(path, body) {
                Ok(reply) => return Ok(reply),
                Err(Failure::Refused { status }) => {
                    return Err(End::Failed(format!("the server refuses it (status {status})")));
                }
                Err(Failure::Hopeless { status }) => {
                    return Err(End::Fatal(RunError::Hopeless { status }));
                }
                Err(Failure::Later { reason, asked, unreachable }) => (reason, asked, unreachable),
            };
            tries += 1;
            if self.broken.load(Ordering::Relaxed) {
                return Err(End::Stopped);
            }
            if tries >= self.options.tries {
                return Err(match unreachable {
                    true => End::Fatal(RunError::Gone { reason }),
                    false => End::Failed(reason),
                });
            }
            let _ = events.send(Event::Retry);
            if !backoff::wait(backoff::delay(self.options.first_wait, tries, asked), self.stop) {
                return Err(End::Stopped);
            }
        }
    }
}
