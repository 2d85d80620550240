//! Asks GREEN's judge on this machine.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rrgscore_decoder::{DecodingProgress, JudgePrompt, Judgement, TokenizerKind};
use rrgscore_judge::{
    AnswerLine, GreenTokenizer, JudgeMetric, MessageRole, Request, RequestPrompt, Studies,
};
use rrgscore_judge_client::{Journal, JudgeOutcome, JudgeProgress};
use rrgscore_native::judge::{JudgedSoFar, LocalJudge};

use super::JudgeError;
use crate::error::CliError;
use crate::score;

/// Judges what has no answer in the journal yet, on so many threads, and files the answers as they
/// end. `watch` is told how far it is, and in words how fast.
pub(super) fn ask(
    judge: &LocalJudge,
    threads: Option<usize>,
    (requests, studies): (&[Request], Option<&Studies>),
    journal: impl FnOnce() -> Result<Journal, CliError>,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(&JudgeProgress, &str),
) -> Result<JudgeOutcome, CliError> {
    let prompts: Vec<JudgePrompt> = requests.iter().map(prompt).collect::<Result<_, _>>()?;
    let mut journal = journal()?;
    let open: Vec<JudgePrompt> =
        prompts.into_iter().filter(|prompt| !journal.has(&prompt.study)).collect();
    let began = Instant::now();
    let mut progress = JudgeProgress::new(requests.len(), requests.len() - open.len());
    let mut failed = BTreeMap::new();
    if !open.is_empty() {
        let names = Names::new(judge, studies)?;
        let threads = score::threads(threads);
        eprintln!(
            "{} judges on {threads} threads ({:.1} GB of weights); Ctrl-C stops, and the same \
             command goes on",
            names.model,
            judge.manifest().total_bytes() as f64 / 1e9
        );
        let stopped = || stop.load(Ordering::Relaxed);
        let mut on_answers = |mut so_far: JudgedSoFar| {
            for judgement in so_far.answers.drain(..) {
                journal.append(names.line(studies, judgement)).map_err(JudgeError::Write)?;
                progress.answered += 1;
            }
            progress.elapsed = began.elapsed();
            watch(&progress, &speed(&so_far, progress.elapsed.as_secs_f64()));
            Ok::<(), CliError>(())
        };
        for refusal in judge.judge(&open, threads, &stopped, &mut on_answers)? {
            failed.insert(refusal.study, refusal.reason.to_string());
        }
    }
    progress.failed = failed.len();
    let complete = progress.before + progress.answered == progress.total;
    Ok(JudgeOutcome { progress, failed: failed.into_iter().collect(), complete })
}

/// How fast it goes, and how much of the prompts is read, without which there is no answer.
fn speed(so_far: &JudgedSoFar, seconds: f64) -> String {
    let DecodingProgress { prompt_tokens, answer_tokens, .. } = so_far.progress;
    let read = 100 * prompt_tokens / so_far.prompt_tokens.max(1);
    let rate = answer_tokens as f64 / seconds.max(f64::MIN_POSITIVE);
    format!(", {read} % of the prompts read, {rate:.1} tokens of answers per second")
}

/// The user's turn of a request: the judge writes the official conversation around it itself.
fn prompt(request: &Request) -> Result<JudgePrompt, JudgeError> {
    if request.metric() != Some(JudgeMetric::Green) {
        return Err(JudgeError::NotGreen);
    }
    match &request.body.prompt {
        RequestPrompt::Chat { messages } => match messages.as_slice() {
            [turn] if turn.role == MessageRole::User => {
                Ok(JudgePrompt { study: request.custom_id.clone(), prompt: turn.content.clone() })
            }
            _ => Err(JudgeError::NotOneTurn),
        },
        RequestPrompt::Raw { .. } => Err(JudgeError::RawForPack),
    }
}

/// Who answers, as results name it.
struct Names {
    model: String,
    /// The prompt's signature: the template's, and that it was given as the official code does.
    template: Option<String>,
}

impl Names {
    fn new(judge: &LocalJudge, studies: Option<&Studies>) -> Result<Names, CliError> {
        let tokenizer = match judge.tokenizer()? {
            TokenizerKind::Sentencepiece | TokenizerKind::SentencepieceLegacy => {
                GreenTokenizer::Llama
            }
            TokenizerKind::ByteLevel => GreenTokenizer::Phi,
        };
        let template =
            studies.map(|studies| format!("{}:raw-{}", studies.template, tokenizer.id()));
        Ok(Names { model: judge.name(), template })
    }

    fn line(&self, studies: Option<&Studies>, judgement: Judgement) -> AnswerLine {
        let Judgement { study: request, text, cut_off, .. } = judgement;
        AnswerLine {
            studies: studies.and_then(|studies| studies.requests.get(&request)).cloned(),
            custom_id: request,
            responses: vec![text],
            cut_off,
            model: Some(self.model.clone()),
            template: self.template.clone(),
        }
    }
}
