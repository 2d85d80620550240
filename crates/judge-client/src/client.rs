//! One question, one answer.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use crate::endpoint::{Endpoint, EndpointError};

/// Longest body of an answer.
const LONGEST_ANSWER: u64 = 16 * 1024 * 1024;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// Asks the judge at one checked address.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    /// The server's `/v1` at the checked address.
    base: String,
    /// The name by which the user called the server, which it may need to know.
    host: String,
    key: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) cut_off: bool,
    pub(crate) model: Option<String>,
}

/// Why there is no answer. No variant holds anything of what was sent or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may work later.
    Later { reason: String, asked: Option<Duration>, unreachable: bool },
    /// This request will never work.
    Refused { status: u16 },
    /// No request will.
    Hopeless { status: u16 },
}

impl Client {
    /// Connects to the endpoint once, to see that something listens, and keeps the address.
    ///
    /// `timeout` bounds one answer; `key` is sent as a bearer token.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Silent`].
    pub fn new(
        endpoint: &Endpoint,
        timeout: Duration,
        key: Option<String>,
    ) -> Result<Self, EndpointError> {
        let address = endpoint.listening(CONNECT)?;
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(timeout))
            .user_agent(concat!("rrgscore/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = Agent::new_with_config(config);
        let (base, host) = (endpoint.url(address), endpoint.authority().to_owned());
        Ok(Self { agent, base, host, key })
    }

    /// Posts a body to a path below the server's `/v1`.
    pub(crate) fn ask(&self, path: &str, body: &[u8]) -> Result<Reply, Failure> {
        let mut post = self.agent.post(format!("{}{path}", self.base)).header("Host", &self.host);
        post = post.header("Content-Type", "application/json");
        if let Some(key) = &self.key {
            post = post.header("Authorization", format!("Bearer {key}"));
        }
        let mut response = post.send(body).map_err(|error| unsent(&error))?;
        let status = response.status().as_u16();
        let asked = response.headers().get("retry-after");
        let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let asked = asked.map(Duration::from_secs);
        let later = |reason: String| Failure::Later { reason, asked, unreachable: false };
        match status {
            200 => {}
            408 | 425 | 429 | 500..=599 => return Err(later(format!("the server says {status}"))),
            // Too long for the judge, or otherwise not to its liking.
            400 | 413 | 422 => return Err(Failure::Refused { status }),
            _ => return Err(Failure::Hopeless { status }),
        }
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string();
        let body = body.map_err(|error| unsent(&error))?;
        reply(&body).ok_or_else(|| later("the answer is not a completion".to_owned()))
    }
}

fn unsent(error: &ureq::Error) -> Failure {
    use std::io::ErrorKind::ConnectionRefused;
    let (reason, unreachable) = match error {
        ureq::Error::Timeout(_) => ("no answer in time", false),
        ureq::Error::Io(error) if error.kind() == ConnectionRefused => {
            ("the connection was refused", true)
        }
        ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
            ("no connection came about", true)
        }
        ureq::Error::Io(_) => ("the connection broke", false),
        _ => ("the answer is not HTTP as it should be", false),
    };
    Failure::Later { reason: reason.to_owned(), asked: None, unreachable }
}

fn reply(body: &str) -> Option<Reply> {
    let completion: Value = serde_json::from_str(body).ok()?;
    let choice = completion.get("choices")?.get(0)?;
    let text = choice.get("message").and_then(|message| message.get("content"));
    let text = text.or_else(|| choice.get("text"))?.as_str()?.to_owned();
    let cut_off = choice.get("finish_reason").is_some_and(|reason| reason == "length");
    let model = completion.get("model").and_then(Value::as_str).map(str::to_owned);
    Some(Reply { text, cut_off, model })
}
