//! GREEN's judge: prompts in, answers out.

use crate::run::{DecodeSettings, DecodedAnswer, Decoding, DecodingProgress, Pass, Question, Stop};
use crate::{DecoderConfig, DecoderError, JudgeTokenizer, clean_up};
use rrgscore_metrics::green;

/// A study's prompt, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgePrompt {
    /// The study's id, or the request's.
    pub study: String,
    /// The text of the user's turn.
    pub prompt: String,
}

/// A judge's answer for a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The study's id, or the request's.
    pub study: String,
    /// What the judge answered, decoded and cleaned up as the official code does, from the last header
    /// of a judge's turn on: what GREEN's counts are read from.
    pub text: String,
    /// Whether the answer ended at the longest length.
    pub cut_off: bool,
    /// Tokens of the answer.
    pub tokens: usize,
    /// The least margin of a token over the second likeliest: where it is small, a judge of other
    /// precision may have gone on otherwise.
    pub least_margin: f32,
}

/// A study that cannot be judged, nor can it by the official code.
#[derive(Debug)]
pub struct Refusal {
    /// The study's id, or the request's.
    pub study: String,
    /// Why.
    pub reason: DecoderError,
}

/// The judging of some studies, wherever the model's layers are: see [`Decoding`].
#[derive(Debug)]
pub struct JudgeRun {
    tokenizer: JudgeTokenizer,
    decoding: Decoding,
    refusals: Vec<Refusal>,
}

impl JudgeRun {
    /// Plans the judging of some studies. Those that have no official value, because their prompt fills
    /// the context or has a token that the model has no row for, are [`refusals`](JudgeRun::refusals).
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn new(
        tokenizer: JudgeTokenizer,
        config: &DecoderConfig,
        prompts: &[JudgePrompt],
        mut settings: DecodeSettings,
    ) -> Result<JudgeRun, DecoderError> {
        settings.limit = settings.limit.min(config.max_positions);
        let (limit, vocabulary) = (settings.limit, config.vocabulary);
        let (mut questions, mut refusals) = (Vec::new(), Vec::new());
        for JudgePrompt { study, prompt } in prompts {
            let ids = tokenizer.encode(&green::conversation(prompt, tokenizer.eos()))?;
            let study = study.clone();
            let tokens = ids.len();
            if let Some(&id) = ids.iter().find(|&&id| id as usize >= vocabulary) {
                let reason = DecoderError::UnknownToken { id, vocabulary };
                refusals.push(Refusal { study, reason });
            } else if tokens >= limit {
                let named = study.clone();
                let reason = DecoderError::PromptTooLong { study: named, tokens, limit };
                refusals.push(Refusal { study, reason });
            } else {
                questions.push(Question { study, ids });
            }
        }
        let decoding = Decoding::new(questions, settings, config.eos)?;
        Ok(JudgeRun { tokenizer, decoding, refusals })
    }

    /// The studies that cannot be judged.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// The studies that could not be judged, once the run is over.
    pub fn into_refusals(self) -> Vec<Refusal> {
        self.refusals
    }

    /// The next rows for the first stage; none while all groups are under way, or when all is done.
    pub fn next_pass(&mut self) -> Option<Pass> {
        self.decoding.next_pass()
    }

    /// Takes a pass that went through all stages; returns the answers that ended with it.
    ///
    /// # Errors
    /// As [`Decoding::accept`].
    pub fn accept(&mut self, pass: Pass) -> Result<Vec<Judgement>, DecoderError> {
        let answers = self.decoding.accept(pass)?;
        answers.into_iter().map(|answer| self.judgement(answer)).collect()
    }

    fn judgement(&self, answer: DecodedAnswer) -> Result<Judgement, DecoderError> {
        // Prompt and answer together, as the official code does it: where one text ends is no matter of
        // the tokens alone.
        let text = clean_up(&self.tokenizer.decode(&answer.ids, true)?);
        let text = text.rsplit_once(green::ASSISTANT).map_or(text.as_str(), |(_, answer)| answer);
        Ok(Judgement {
            study: answer.study,
            text: text.to_owned(),
            cut_off: answer.stop == Stop::Length,
            tokens: answer.ids.len() - answer.prompt,
            least_margin: answer.least_margin,
        })
    }

    /// How far it is.
    pub fn progress(&self) -> DecodingProgress {
        self.decoding.progress()
    }

    /// Prompt tokens that must go through the model, shared ones once.
    pub fn prompt_tokens(&self) -> u64 {
        self.decoding.prompt_tokens()
    }

    /// Whether every study has its answer.
    pub fn is_done(&self) -> bool {
        self.decoding.is_done()
    }
}
