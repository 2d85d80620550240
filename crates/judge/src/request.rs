//! Requests to a judge, one per distinct pair, as lines of an OpenAI batch file.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::JudgeMetric;
use crate::template::{Template, sha256};

/// A study's two reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedPair<'a> {
    /// The study's id.
    pub study: &'a str,
    /// The reference report.
    pub reference: &'a str,
    /// The candidate report.
    pub candidate: &'a str,
    /// The patient's age and the study's indication, as far as they are known.
    pub context: [Option<&'a str>; 2],
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    /// Instructions that hold for the whole conversation.
    System,
    /// The one who asks.
    User,
    /// The judge; in a request these are worked examples.
    Assistant,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: MessageRole,
    /// What is said.
    pub content: String,
}

/// One line of a batch file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The metric's name and a hash of all that is asked; the same question has the same id.
    pub custom_id: String,
    /// `POST`.
    pub method: String,
    /// `/v1/chat/completions`, or `/v1/completions` for a raw prompt.
    pub url: String,
    /// What is posted.
    pub body: Body,
}

/// In what form a judge is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RequestPrompt {
    /// A conversation, which the server writes out by the model's chat template.
    Chat {
        /// Its turns.
        messages: Vec<Message>,
    },
    /// The very text that the model goes on with; the server writes nothing around it but the
    /// token that begins a sequence, if the model has one.
    Raw {
        /// The text, with the end-of-sequence token written out.
        prompt: String,
    },
}

impl RequestPrompt {
    /// Where it is posted, below the server's `/v1`.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self {
            Self::Chat { .. } => "/chat/completions",
            Self::Raw { .. } => "/completions",
        }
    }
}

/// The body of a completion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The model's name at the server, where it is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What is asked.
    #[serde(flatten)]
    pub prompt: RequestPrompt,
    /// 0: always the likeliest word.
    pub temperature: f64,
    /// 0, for servers that draw all the same.
    pub seed: u64,
    /// Longest answer, in the judge's tokens.
    pub max_tokens: u64,
}

/// Why a line is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The line is not what [`prepare`] writes.
    #[error("line {line} is not a request as `judge prepare` writes it")]
    NotARequest {
        /// Counted from 1.
        line: usize,
    },
    /// The id does not begin with a metric's name.
    #[error("line {line}: the custom_id is not one that `judge prepare` gives")]
    UnknownMetric {
        /// Counted from 1.
        line: usize,
    },
    /// There is no line.
    #[error("there is no request in it")]
    Empty,
}

impl Request {
    /// The metric that the request is for.
    pub fn metric(&self) -> Option<JudgeMetric> {
        JudgeMetric::of_request(&self.custom_id)
    }

    /// Reads the lines of a request file; empty lines are passed over.
    ///
    /// # Errors
    ///
    /// [`RequestError`] names the line.
    pub fn read_all(text: &str) -> Result<Vec<Self>, RequestError> {
        let lines = text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
        let requests: Vec<Self> = lines
            .map(|(i, line)| {
                let line_number = i + 1;
                let request: Self = serde_json::from_str(line)
                    .map_err(|_| RequestError::NotARequest { line: line_number })?;
                match request.metric() {
                    Some(_) => Ok(request),
                    None => Err(RequestError::UnknownMetric { line: line_number }),
                }
            })
            .collect::<Result<_, _>>()?;
        if requests.is_empty() { Err(RequestError::Empty) } else { Ok(requests) }
    }
}

/// Which studies wait for which request. It stays on the user's machine, so that a batch that is
/// sent away names no study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Studies {
    /// The metric.
    pub metric: JudgeMetric,
    /// The template, as results name it.
    pub template: String,
    /// Study ids by `custom_id`, in the order of the requests.
    pub requests: IndexMap<String, Vec<String>>,
}

/// What is to be asked, and for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// One request per distinct pair, in the order of the pairs.
    pub requests: Vec<Request>,
    /// The studies that share each.
    pub studies: Studies,
    /// Of how many studies the judge is told the patient's age and the indication.
    pub told: [usize; 2],
}

/// Writes the requests for some pairs. Pairs whose prompts are equal share one.
pub fn prepare(template: &Template, pairs: &[JudgedPair<'_>], model: Option<&str>) -> Prepared {
    let metric = template.metric();
    let mut requests = Vec::new();
    let mut studies: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut told = [0; 2];
    for pair in pairs {
        if template.tells_context() {
            for (told, fact) in told.iter_mut().zip(pair.context) {
                *told += usize::from(fact.is_some());
            }
        }
        let prompt = template.ask(pair);
        let max_tokens = metric.spec().max_tokens;
        let custom_id = id(metric, &prompt, max_tokens);
        let waiting = studies.entry(custom_id.clone()).or_default();
        waiting.push(pair.study.to_owned());
        if waiting.len() == 1 {
            let model = model.map(str::to_owned);
            requests.push(Request {
                custom_id,
                method: "POST".to_owned(),
                url: format!("/v1{}", prompt.path()),
                body: Body { model, prompt, temperature: 0.0, seed: 0, max_tokens },
            });
        }
    }
    let template = template.signature();
    Prepared { requests, studies: Studies { metric, template, requests: studies }, told }
}

/// A hash over lengths and contents, so that no two questions read the same.
fn id(metric: JudgeMetric, prompt: &RequestPrompt, max_tokens: u64) -> String {
    let mut all = format!("{max_tokens}\n");
    let mut add = |kind: String, text: &str| all += &format!("{kind} {}\n{text}\n", text.len());
    match prompt {
        RequestPrompt::Chat { messages } => {
            messages.iter().for_each(|turn| add(format!("{:?}", turn.role), &turn.content));
        }
        RequestPrompt::Raw { prompt } => add("Raw".to_owned(), prompt),
    }
    let hash = sha256(&all);
    format!("{}-{}", metric.id(), hash.get(..32).unwrap_or_default())
}
