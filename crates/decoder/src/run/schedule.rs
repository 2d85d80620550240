//! Which rows go through the model next.

use super::draft::draft;
use super::pass::{Candidate, Pass, PassRows, SequenceCommand, SequenceId, Span};
use super::prefix::PrefixTree;
use crate::DecoderError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// How studies are decoded. No setting but `limit` changes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecodeSettings {
    /// Studies that share a pass: the weights are read once for all of them.
    pub batch: usize,
    /// Passes under way at a time: as many as there are stages, so that all are busy.
    pub groups: usize,
    /// Most rows of a pass, which bounds the memory for the states within a layer.
    pub rows: usize,
    /// Most tokens that are guessed at a time; 0 guesses none.
    pub drafts: usize,
    /// Most tokens of prompt and answer together: 2,048 for GREEN.
    pub limit: usize,
}

impl Default for DecodeSettings {
    fn default() -> Self {
        DecodeSettings { batch: 4, groups: 1, rows: 256, drafts: 0, limit: 2048 }
    }
}

/// A study's prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The study's id, or any name of the question.
    pub study: String,
    /// Token ids of the prompt.
    pub ids: Vec<u32>,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// The model said so.
    Eos,
    /// Prompt and answer reached their longest length.
    Length,
}

/// A study's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecodedAnswer {
    /// The question's study.
    pub study: String,
    /// Token ids of prompt and answer; the end-of-sequence token is kept.
    pub ids: Vec<u32>,
    /// How many of them are the prompt.
    pub prompt: usize,
    /// Why it ended.
    pub stop: Stop,
    /// The least margin of a token over the second likeliest.
    pub least_margin: f32,
}

/// How far a run is. No clock: who calls adds time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DecodingProgress {
    /// Studies whose answers have ended.
    pub studies_done: usize,
    /// All studies.
    pub studies: usize,
    /// Prompt tokens that went through the model, shared ones once.
    pub prompt_tokens: u64,
    /// DecodedAnswer tokens so far.
    pub answer_tokens: u64,
    /// Rows that went through the model: the work that is done, guesses included.
    pub rows: u64,
    /// Passes that came back.
    pub passes: u64,
}

/// Greedy decoding of many studies as a state machine: [`next_pass`](Decoding::next_pass) gives rows
/// for the first stage, [`accept`](Decoding::accept) takes what the last one made of them. To cancel is
/// to stop asking; to resume is to begin with the questions that have no answer yet.
#[derive(Debug)]
pub struct Decoding {
    settings: DecodeSettings,
    eos: u32,
    questions: Vec<Question>,
    tree: PrefixTree,
    /// Sequences of the prefixes that were sent.
    prefixes: Vec<Option<SequenceId>>,
    waiting: VecDeque<usize>,
    groups: Vec<Group>,
    /// Prefixes that are to be sent before anything else.
    prefix_spans: VecDeque<PrefixSpan>,
    /// Sequences that the stages may forget.
    drops: Vec<SequenceId>,
    /// Passes under way by number, and whose they are.
    under_way: BTreeMap<u64, Sent>,
    next_sequence: SequenceId,
    next_number: u64,
    hint: Vec<u32>,
    progress: DecodingProgress,
}

#[derive(Debug, Default)]
struct Group {
    running: Vec<Running>,
    busy: bool,
}

#[derive(Debug)]
struct Running {
    question: usize,
    sequence: SequenceId,
    /// Prompt and answer so far.
    ids: Vec<u32>,
    prompt: usize,
    /// How many of them the model has seen.
    fed: usize,
    /// The prefix that the sequence begins with, until it has begun.
    fork: Option<SequenceId>,
    drafts: Vec<u32>,
    least_margin: f32,
}

/// Rows of a prefix that are to be sent.
#[derive(Debug)]
struct PrefixSpan {
    sequence: SequenceId,
    /// What it begins with, unless that was sent already.
    fork: Option<SequenceId>,
    /// A question that begins so.
    prompt: usize,
    start: usize,
    end: usize,
}

#[derive(Debug)]
struct Sent {
    /// The group; none for a prefix.
    group: Option<usize>,
    spans: Vec<Span>,
}

impl Decoding {
    /// Plans the decoding of some questions; `eos` is the token that ends an answer.
    ///
    /// # Errors
    /// [`DecoderError::PromptTooLong`] for a prompt that leaves no token for an answer, and an error for
    /// an empty one.
    pub fn new(
        questions: Vec<Question>,
        settings: DecodeSettings,
        eos: u32,
    ) -> Result<Decoding, DecoderError> {
        for question in &questions {
            let (tokens, limit) = (question.ids.len(), settings.limit);
            if tokens >= limit {
                let study = question.study.clone();
                return Err(DecoderError::PromptTooLong { study, tokens, limit });
            }
            if tokens == 0 {
                return Err(DecoderError::out_of_order("an empty prompt"));
            }
        }
        let prompts: Vec<Vec<u32>> =
            questions.iter().map(|question| question.ids.clone()).collect();
        let tree = PrefixTree::of(&prompts);
        let groups = settings.groups.max(1);
        Ok(Decoding {
            progress: DecodingProgress { studies: questions.len(), ..Default::default() },
            prefixes: vec![None; tree.prefixes.len()],
            waiting: tree.order.iter().copied().collect(),
            groups: (0..groups).map(|_| Group::default()).collect(),
            prefix_spans: VecDeque::new(),
            drops: Vec::new(),
            under_way: BTreeMap::new(),
            next_sequence: 0,
            next_number: 0,
            hint: Vec::new(),
            settings,
            eos,
            questions,
            tree,
        })
    }

    /// How far it is.
    pub fn progress(&self) -> DecodingProgress {
        self.progress
    }

    /// Prompt tokens that must go through the model, shared ones once: what is computed before the
    /// answers, whose lengths nobody knows.
    pub fn prompt_tokens(&self) -> u64 {
        let own = |(question, prefix): (&Question, &Option<usize>)| {
            let shared = prefix.and_then(|at| self.tree.prefixes.get(at)).map_or(0, |p| p.end);
            question.ids.len() - shared
        };
        let of_prefix = |prefix: &super::prefix::Prefix| {
            let parent = prefix.parent.and_then(|at| self.tree.prefixes.get(at));
            prefix.end - parent.map_or(0, |parent| parent.end)
        };
        let own: usize = self.questions.iter().zip(&self.tree.of_prompt).map(own).sum();
        (own + self.tree.prefixes.iter().map(of_prefix).sum::<usize>()) as u64
    }

    /// Whether every study has its answer.
    pub fn is_done(&self) -> bool {
        self.progress.studies_done == self.progress.studies
    }

    /// The next rows for the first stage; none while all groups are under way, or when all is done.
    pub fn next_pass(&mut self) -> Option<Pass> {
        if let Some(pass) = self.prefix_pass() {
            return Some(pass);
        }
        for at in 0..self.groups.len() {
            if self.groups.get(at).is_none_or(|group| group.busy) {
                continue;
            }
            self.fill(at);
            // What the new studies begin with goes first; stages see passes in their order.
            if let Some(pass) = self.prefix_pass() {
                return Some(pass);
            }
            if let Some(pass) = self.group_pass(at) {
                return Some(pass);
            }
        }
        None
    }

    fn prefix_pass(&mut self) -> Option<Pass> {
        let PrefixSpan { sequence, fork, prompt, start, end } = self.prefix_spans.pop_front()?;
        let stop = end.min(start + self.settings.rows.max(1));
        let tokens = self.questions.get(prompt)?.ids.get(start..stop)?.to_vec();
        if stop < end {
            let rest = PrefixSpan { sequence, fork: None, prompt, start: stop, end };
            self.prefix_spans.push_front(rest);
        }
        let span = Span { sequence, start: start as u32, rows: (stop - start) as u32, wanted: 0 };
        self.progress.prompt_tokens += (stop - start) as u64;
        let forks = fork.map(|from| SequenceCommand::Fork { from, to: sequence });
        Some(self.send(None, forks.into_iter().collect(), vec![span], tokens))
    }

    /// Takes studies into a group's free places.
    fn fill(&mut self, at: usize) {
        while self
            .groups
            .get(at)
            .is_some_and(|group| group.running.len() < self.settings.batch.max(1))
        {
            let Some(question) = self.waiting.pop_front() else { return };
            let prefix = self.tree.of_prompt.get(question).copied().flatten();
            let sequence = self.new_sequence();
            let shared = prefix.map(|prefix| self.prefix_sequence(prefix));
            let fed = prefix.and_then(|at| self.tree.prefixes.get(at)).map_or(0, |p| p.end);
            let Some(ids) = self.questions.get(question).map(|question| question.ids.clone())
            else {
                return;
            };
            let running = Running {
                question,
                sequence,
                prompt: ids.len(),
                ids,
                fed,
                fork: shared,
                drafts: Vec::new(),
                least_margin: f32::INFINITY,
            };
            if let Some(group) = self.groups.get_mut(at) {
                group.running.push(running);
            }
        }
    }

    /// The sequence of a prefix, which is queued for the model if it was not yet.
    fn prefix_sequence(&mut self, at: usize) -> SequenceId {
        if let Some(sequence) = self.prefixes.get(at).copied().flatten() {
            return sequence;
        }
        let Some(&super::prefix::Prefix { parent, end, prompt, .. }) = self.tree.prefixes.get(at)
        else {
            return self.new_sequence();
        };
        let from = parent.map(|parent| self.prefix_sequence(parent));
        let start = parent.and_then(|at| self.tree.prefixes.get(at)).map_or(0, |p| p.end);
        let sequence = self.new_sequence();
        if let Some(place) = self.prefixes.get_mut(at) {
            *place = Some(sequence);
        }
        self.prefix_spans.push_back(PrefixSpan { sequence, fork: from, prompt, start, end });
        sequence
    }

    fn new_sequence(&mut self) -> SequenceId {
        self.next_sequence += 1;
        self.next_sequence - 1
    }

    /// Rows of the group's studies, those that are answered first.
    fn group_pass(&mut self, at: usize) -> Option<Pass> {
        let DecodeSettings { rows: most, drafts, limit, .. } = self.settings;
        let hint = std::mem::take(&mut self.hint);
        let group = self.groups.get_mut(at)?;
        let mut left = most.max(1);
        let (mut forks, mut spans, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
        // A place of its own for each study that is answered, before prompts take what is left.
        group.running.sort_by_key(|study| (study.fed < study.prompt, study.question));
        for study in &mut group.running {
            let rows = (study.ids.len() - study.fed).min(left);
            if rows == 0 {
                continue;
            }
            let to_the_end = study.fed + rows == study.ids.len();
            study.drafts.clear();
            if to_the_end && study.ids.len() > study.prompt && drafts > 0 {
                // As many as may still be added, and as there is room for.
                let room = (limit - study.ids.len() - 1).min(left - rows).min(drafts);
                study.drafts = draft(&study.ids, &hint, room);
            }
            let end = study.fed + rows;
            tokens.extend_from_slice(study.ids.get(study.fed..end)?);
            tokens.extend_from_slice(&study.drafts);
            let fork = study.fork.take();
            forks.extend(fork.map(|from| SequenceCommand::Fork { from, to: study.sequence }));
            spans.push(Span {
                sequence: study.sequence,
                start: study.fed as u32,
                rows: (rows + study.drafts.len()) as u32,
                wanted: if to_the_end { 1 + study.drafts.len() as u32 } else { 0 },
            });
            self.progress.prompt_tokens += study.prompt.min(end).saturating_sub(study.fed) as u64;
            left -= rows + study.drafts.len();
            if !to_the_end {
                study.fed = end;
            }
        }
        self.hint = hint;
        if spans.is_empty() {
            return None;
        }
        if let Some(group) = self.groups.get_mut(at) {
            group.busy = true;
        }
        Some(self.send(Some(at), forks, spans, tokens))
    }

    fn send(
        &mut self,
        group: Option<usize>,
        forks: Vec<SequenceCommand>,
        spans: Vec<Span>,
        tokens: Vec<u32>,
    ) -> Pass {
        let drops = self.drops.drain(..).map(SequenceCommand::Drop);
        let commands = forks.into_iter().chain(drops).collect();
        let number = self.next_number;
        self.next_number += 1;
        self.progress.rows += tokens.len() as u64;
        self.under_way.insert(number, Sent { group, spans: spans.clone() });
        Pass { number, commands, spans, rows: PassRows::Tokens(tokens) }
    }

    /// Takes a pass that went through all stages; returns the answers that ended with it.
    ///
    /// # Errors
    /// When it is none that is under way, or lacks tokens that were wanted.
    pub fn accept(&mut self, pass: Pass) -> Result<Vec<DecodedAnswer>, DecoderError> {
        let unknown = || DecoderError::out_of_order("a pass that was not sent came back");
        let sent = self.under_way.remove(&pass.number).ok_or_else(unknown)?;
        let PassRows::Next(candidates) = pass.rows else {
            return Err(DecoderError::out_of_order("it came back before the last stage"));
        };
        let wanted: usize = sent.spans.iter().map(|span| span.wanted as usize).sum();
        if candidates.len() != wanted {
            return Err(DecoderError::out_of_order("it lacks tokens that were wanted"));
        }
        self.progress.passes += 1;
        let Some(at) = sent.group else { return Ok(Vec::new()) };
        let mut candidates = candidates.as_slice();
        let mut answers = Vec::new();
        for span in &sent.spans {
            let (of_span, rest) = candidates.split_at(span.wanted as usize);
            candidates = rest;
            if let Some(stop) = self.extend(at, span.sequence, of_span)? {
                answers.extend(self.finish(at, span.sequence, stop));
            }
        }
        if let Some(group) = self.groups.get_mut(at) {
            group.busy = false;
        }
        Ok(answers)
    }

    /// Adds the tokens that the model gave, as far as its guesses were right.
    fn extend(
        &mut self,
        at: usize,
        sequence: SequenceId,
        candidates: &[Candidate],
    ) -> Result<Option<Stop>, DecoderError> {
        let study = self
            .groups
            .get_mut(at)
            .and_then(|group| group.running.iter_mut().find(|study| study.sequence == sequence))
            .ok_or_else(|| DecoderError::out_of_order("a study that is not running"))?;
        let drafts = std::mem::take(&mut study.drafts);
        for (index, candidate) in candidates.iter().enumerate() {
            study.fed = study.ids.len();
            study.ids.push(candidate.token);
            study.least_margin = study.least_margin.min(candidate.margin);
            self.progress.answer_tokens += 1;
            if candidate.token == self.eos {
                return Ok(Some(Stop::Eos));
            }
            if study.ids.len() >= self.settings.limit {
                return Ok(Some(Stop::Length));
            }
            // The next row was of the guess.
            if drafts.get(index) != Some(&candidate.token) {
                break;
            }
        }
        Ok(None)
    }

    fn finish(&mut self, at: usize, sequence: SequenceId, stop: Stop) -> Option<DecodedAnswer> {
        let group = self.groups.get_mut(at)?;
        let place = group.running.iter().position(|study| study.sequence == sequence)?;
        let study = group.running.remove(place);
        self.drops.push(sequence);
        self.progress.studies_done += 1;
        let mut prefix = self.tree.of_prompt.get(study.question).copied().flatten();
        while let Some(at) = prefix {
            let found = self.tree.prefixes.get_mut(at)?;
            found.users = found.users.saturating_sub(1);
            if found.users > 0 {
                break;
            }
            prefix = found.parent;
            self.drops.extend(self.prefixes.get(at).copied().flatten());
        }
        self.hint = study.ids.get(study.prompt..).unwrap_or_default().to_vec();
        let question = self.questions.get(study.question)?;
        Some(DecodedAnswer {
            study: question.study.clone(),
            ids: study.ids,
            prompt: study.prompt,
            stop,
            least_margin: study.least_margin,
        })
    }
}
