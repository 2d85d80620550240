//! What a judge is told: the messages of a prompt with slots for the two reports.

use rrgscore_metrics::green;
use sha2::{Digest, Sha256};

use crate::JudgeMetric;
use crate::request::{JudgedPair, Message, MessageRole, RequestPrompt};

/// The messages of a prompt.
///
/// Its text is one message of the user's, or, divided by lines `<<system>>`, `<<user>>` and
/// `<<assistant>>`, a conversation that ends with one. `{reference}` and `{candidate}` stand for
/// the reports as the metric's official code enters them: for GREEN the first 300 words of each,
/// for FineRadScore the reference as it is and the candidate in numbered lines, for CRIMSON both as
/// they are.
///
/// CRIMSON's official code tells a judge of the patient where something is known, with further
/// parts of the prompt. So behind a line `<<with context>>` of its template may stand the prompt
/// for such a study, with the slots `{age}` and `{indication}`; a line of it whose slot there is no
/// value for is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    metric: JudgeMetric,
    name: &'static str,
    sha256: String,
    messages: Vec<Message>,
    /// The prompt for a study of whose patient something is known, if it is another one.
    with_context: Option<Vec<Message>>,
    raw: Option<GreenTokenizer>,
}

/// The tokenizer of a GREEN checkpoint, as far as its official input depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GreenTokenizer {
    /// Sentencepiece, of GREEN-RadLlama2-7b and other Llama and Mistral checkpoints: ends a sequence
    /// with `</s>`, which officially also ends the whole input.
    Llama,
    /// Byte-level, of GREEN-RadPhi2: ends a turn with `<|endoftext|>`, and the input with nothing.
    Phi,
}

impl GreenTokenizer {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Llama, Self::Phi];

    /// Its name in arguments and signatures: `llama` or `phi`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Phi => "phi",
        }
    }

    /// The tokenizer of that name.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tokenizer| tokenizer.id() == id)
    }

    /// The token that ends a sequence, as text.
    #[must_use]
    pub fn end_of_sequence(self) -> &'static str {
        match self {
            Self::Llama => "</s>",
            Self::Phi => "<|endoftext|>",
        }
    }

    /// All that the model sees behind the token that begins a sequence, special tokens as text.
    ///
    /// Source: green-score 0.0.12, `green.py`; the tokenizer is made with `add_eos_token`, which
    /// byte-level ones ignore.
    fn input(self, prompt: &str) -> String {
        let mut input = green::conversation(prompt, self.end_of_sequence());
        if self == Self::Llama {
            input.push_str(self.end_of_sequence());
        }
        input
    }
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A slot is missing.
    #[error("the template has no slot {0}")]
    NoSlot(&'static str),
    /// There is text before the first `<<…>>` line.
    #[error("the template has text before its first line <<system>>, <<user>> or <<assistant>>")]
    TextBeforeRole,
    /// Age and indication for another judge than CRIMSON's.
    #[error("only CRIMSON's judge is told of the patient (<<with context>>)")]
    ContextIsCrimsons,
    /// A slot for what there may be nothing of.
    #[error(
        "{{age}} and {{indication}} stand below a line <<with context>> alone: what is above it \
         is asked where neither is known"
    )]
    NoContextThere,
    /// The last message is not the user's.
    #[error("the template's last message must be the user's (<<user>>), so that the judge answers")]
    LastNotUser,
    /// A raw prompt for a metric whose official code has none.
    #[error("only GREEN is asked with a raw prompt")]
    RawIsGreens,
    /// A raw prompt out of a conversation.
    #[error("a raw prompt is made of a template of one message, without lines <<…>>")]
    RawOfTurns,
}

const REFERENCE: &str = "{reference}";
const CANDIDATE: &str = "{candidate}";
/// Of the patient, in the order of [`JudgedPair::context`].
const CONTEXT: [&str; 2] = ["{age}", "{indication}"];
/// What divides a template.
const WITH_CONTEXT: &str = "<<with context>>";
/// The name of templates that the user gives.
const GIVEN: &str = "given";

impl Template {
    /// This project's own wording, in the official order of parts and with the official slots,
    /// categories and form of answer. Numbers made with it are not those of the official wording,
    /// which is not this project's to give away.
    pub fn built_in(metric: JudgeMetric) -> Self {
        let (name, text) = metric.spec().template;
        let (messages, with_context) = split_context(text).unwrap_or_default();
        Self { metric, name, sha256: sha256(text), messages, with_context, raw: None }
    }

    /// The user's template.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when a slot is missing or the messages are out of order.
    pub fn parse(metric: JudgeMetric, text: &str) -> Result<Self, TemplateError> {
        let (messages, with_context) = split_context(text)?;
        for messages in [Some(&messages), with_context.as_ref()].into_iter().flatten() {
            for slot in [REFERENCE, CANDIDATE] {
                if !holds(messages, slot) {
                    return Err(TemplateError::NoSlot(slot));
                }
            }
            if messages.last().is_none_or(|message| message.role != MessageRole::User) {
                return Err(TemplateError::LastNotUser);
            }
        }
        let tells = |messages: &Vec<Message>| CONTEXT.iter().any(|slot| holds(messages, slot));
        match (metric.spec().tells_context, &with_context) {
            (true, _) if tells(&messages) => Err(TemplateError::NoContextThere),
            (true, Some(told)) if !tells(told) => {
                Err(TemplateError::NoSlot("{age} or {indication} below <<with context>>"))
            }
            (false, Some(_)) => Err(TemplateError::ContextIsCrimsons),
            _ => {
                let sha256 = sha256(text);
                Ok(Self { metric, name: GIVEN, sha256, messages, with_context, raw: None })
            }
        }
    }

    /// The same wording, asked as green-score asks its own model: not a conversation, but the very
    /// text that the official code makes of it.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when it is not GREEN's, or is of several messages.
    pub fn raw(self, tokenizer: GreenTokenizer) -> Result<Self, TemplateError> {
        if self.metric != JudgeMetric::Green {
            return Err(TemplateError::RawIsGreens);
        }
        if self.messages.len() != 1 {
            return Err(TemplateError::RawOfTurns);
        }
        Ok(Self { raw: Some(tokenizer), ..self })
    }

    /// Whether it has a prompt for studies of whose patient something is known.
    pub fn tells_context(&self) -> bool {
        self.with_context.is_some()
    }

    /// The metric.
    pub fn metric(&self) -> JudgeMetric {
        self.metric
    }

    /// What a result's signature says: the name (`given` for the user's own) and the first 12
    /// digits of the sha256 of the template's text, as in `rrgscore-green-1:0123456789ab`; behind
    /// them, for a raw prompt, for which tokenizer: `given:0123456789ab:raw-llama`.
    pub fn signature(&self) -> String {
        let raw = self.raw.map(|tokenizer| format!(":raw-{}", tokenizer.id())).unwrap_or_default();
        format!("{}:{}{raw}", self.name, self.sha256.get(..12).unwrap_or_default())
    }

    /// What is asked about one pair.
    pub fn ask(&self, pair: &JudgedPair<'_>) -> RequestPrompt {
        let messages = self.fill(pair);
        match (self.raw, messages.as_slice()) {
            (Some(tokenizer), [message]) => {
                RequestPrompt::Raw { prompt: tokenizer.input(&message.content) }
            }
            _ => RequestPrompt::Chat { messages },
        }
    }

    /// The messages for one pair.
    pub fn fill(&self, pair: &JudgedPair<'_>) -> Vec<Message> {
        let (reference, candidate) = (self.metric.spec().slots)(pair.reference, pair.candidate);
        let slots = [
            (REFERENCE, Some(reference.as_str())),
            (CANDIDATE, Some(candidate.as_str())),
            (CONTEXT[0], pair.context[0]),
            (CONTEXT[1], pair.context[1]),
        ];
        let (messages, slots) = match &self.with_context {
            Some(messages) if pair.context.iter().any(Option::is_some) => (messages, &slots[..]),
            _ => (&self.messages, &slots[..2]),
        };
        let fill = |message: &Message| Message {
            role: message.role,
            content: fill(&message.content, slots),
        };
        messages.iter().map(fill).collect()
    }
}

/// Replaces slots in one pass, so that a report that holds the name of a slot stays as it is. Lines
/// with a slot that there is no value for are left out.
fn fill(text: &str, slots: &[(&str, Option<&str>)]) -> String {
    let lacks =
        |line: &&str| slots.iter().any(|(slot, value)| value.is_none() && line.contains(slot));
    let text: String = text.split_inclusive('\n').filter(|line| !lacks(line)).collect();
    let mut filled = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('{') {
        let (before, slot) = rest.split_at(at);
        filled.push_str(before);
        let found = slots.iter().find(|(name, _)| slot.starts_with(name));
        let (name, value) = found.map_or(("{", "{"), |(name, value)| (name, value.unwrap_or("")));
        filled.push_str(value);
        rest = &slot[name.len()..];
    }
    filled + rest
}

fn holds(messages: &[Message], slot: &str) -> bool {
    messages.iter().any(|message| message.content.contains(slot))
}

/// The messages of a template, and those for a study of whose patient something is known.
fn split_context(text: &str) -> Result<(Vec<Message>, Option<Vec<Message>>), TemplateError> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if line.trim_end() == WITH_CONTEXT {
            let mut plain = split_roles(&text[..at])?;
            // The line break before the dividing line belongs to that line; before one of a role
            // it has been taken off.
            if let [message] = plain.as_mut_slice()
                && message.content.len() == at
            {
                message.content.pop();
            }
            return Ok((plain, Some(split_roles(&text[next..])?)));
        }
        at = next;
    }
    Ok((split_roles(text)?, None))
}

fn split_roles(text: &str) -> Result<Vec<Message>, TemplateError> {
    let mut messages: Vec<Message> = Vec::new();
    let mut before = false;
    for line in text.split_inclusive('\n') {
        let role = match line.trim_end() {
            "<<system>>" => Some(MessageRole::System),
            "<<user>>" => Some(MessageRole::User),
            "<<assistant>>" => Some(MessageRole::Assistant),
            _ => None,
        };
        match (role, messages.last_mut()) {
            (Some(role), _) => messages.push(Message { role, content: String::new() }),
            (None, Some(message)) => message.content.push_str(line),
            (None, None) => before |= !line.trim().is_empty(),
        }
    }
    match (messages.is_empty(), before) {
        (true, _) => Ok(vec![Message { role: MessageRole::User, content: text.to_owned() }]),
        (false, true) => Err(TemplateError::TextBeforeRole),
        (false, false) => {
            for message in &mut messages {
                // The line break before the next role belongs to that line.
                if message.content.ends_with('\n') {
                    message.content.pop();
                }
            }
            Ok(messages)
        }
    }
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
