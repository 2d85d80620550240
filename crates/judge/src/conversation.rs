//! How often a judge is asked for one report.

use crate::JudgeMetric;

/// The calls for one request. The skin that asks the judge drives it: while
/// [`is_open`](Self::is_open), ask again the same and [`answer`](Self::answer).
///
/// GREEN takes the first answer as it is. FineRadScore asks again for what it cannot read, up to 6
/// calls in all, and then keeps the last answer; CRIMSON up to 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    metric: JudgeMetric,
    responses: Vec<String>,
    done: bool,
}

impl Conversation {
    /// Nothing asked yet.
    pub fn new(metric: JudgeMetric) -> Self {
        Self { metric, responses: Vec::new(), done: false }
    }

    /// Whether the judge has to be asked (again).
    pub fn is_open(&self) -> bool {
        !self.done
    }

    /// Takes an answer.
    pub fn answer(&mut self, text: String) {
        let spec = self.metric.spec();
        let asks_again = (spec.asks_again)(&text);
        self.responses.push(text);
        self.done = !asks_again || self.responses.len() >= spec.max_calls;
    }

    /// Whether the last two answers are the same to the letter: a judge that always takes the
    /// likeliest word will not say anything else, however often it is asked.
    pub fn repeats(&self) -> bool {
        matches!(self.responses.as_slice(), [.., before, last] if before == last)
    }

    /// The answers, the last of which counts.
    pub fn responses(&self) -> &[String] {
        &self.responses
    }
}
