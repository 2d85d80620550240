//! A small server that speaks as much of the OpenAI interface as a judge needs, by a script.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses a part; a test fails by panicking"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rrgscore_judge::{JudgeMetric, JudgedPair, Prepared, Template, prepare};
use serde_json::{Value, json};

/// What the server does with a question.
#[derive(Debug, Clone)]
pub enum Reaction {
    /// Answers with this text, after a while.
    Answer(String, Duration),
    /// Answers with a status and a `Retry-After` header, if any.
    Status(u16, Option<u64>),
    /// Points to another place.
    Redirect(String),
    /// Closes the connection without a word.
    Hang,
    /// Says 200 and breaks off in the middle of the body.
    Break,
    /// Says 200 with this body.
    Body(String),
}

impl Reaction {
    pub fn answer(text: &str) -> Self {
        Self::Answer(text.to_owned(), Duration::ZERO)
    }
}

/// What the server was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Asked {
    /// The raw prompt, or the last message.
    pub fn prompt(&self) -> String {
        if let Some(prompt) = self.body["prompt"].as_str() {
            return prompt.to_owned();
        }
        let messages = self.body["messages"].as_array().unwrap();
        messages.last().unwrap()["content"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Starts a server that reacts by the question's number (from 0) and what is asked.
    pub fn start(react: impl Fn(usize, &Asked) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, react) = (Arc::clone(&asked), Arc::new(react));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, react) = (Arc::clone(&log), Arc::clone(&react));
                std::thread::spawn(move || while serve(&stream, &log, &*react).is_some() {});
            }
        });
        Self { address, asked }
    }

    /// The URL as a user gives it.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// All questions until now.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// Serves one request of a connection; `None` when it is over.
fn serve(
    mut stream: &TcpStream,
    log: &Mutex<Vec<Asked>>,
    react: &dyn Fn(usize, &Asked) -> Reaction,
) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&bytes| bytes > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let asked = Asked { path, headers, body: serde_json::from_slice(&body).ok()? };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.len() - 1
    };
    let head = |status: u16, more: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}\
             Content-Length: {length}\r\n\r\n"
        )
    };
    let text = match react(number, &asked) {
        Reaction::Answer(text, delay) => {
            std::thread::sleep(delay);
            let mut choice = json!({"index": 0, "finish_reason": "stop"});
            match asked.path.ends_with("/chat/completions") {
                true => choice["message"] = json!({"role": "assistant", "content": text}),
                false => choice["text"] = json!(text),
            }
            let choices = json!([choice]);
            let body = json!({"model": "mock-1", "choices": choices}).to_string();
            head(200, "", body.len()) + &body
        }
        Reaction::Status(status, after) => {
            let after = after.map_or(String::new(), |after| format!("Retry-After: {after}\r\n"));
            // A server may well repeat what it was asked in its error.
            let body = asked.body.to_string();
            head(status, &after, body.len()) + &body
        }
        Reaction::Redirect(to) => head(307, &format!("Location: {to}\r\n"), 0),
        Reaction::Hang => return None,
        Reaction::Break => {
            let _ = stream.write_all((head(200, "", 500) + "{\"choices\":").as_bytes());
            return None;
        }
        Reaction::Body(body) => head(200, "", body.len()) + &body,
    };
    stream.write_all(text.as_bytes()).ok()
}

/// Requests for as many invented pairs.
pub fn prepared(metric: JudgeMetric, count: usize) -> Prepared {
    let template = match metric {
        JudgeMetric::Green => Template::parse(metric, "{reference} / {candidate}").unwrap(),
        JudgeMetric::Fineradscore | JudgeMetric::Crimson => Template::built_in(metric),
    };
    let texts: Vec<(String, String)> =
        (0..count).map(|i| (format!("s{i}"), format!("SECRET nodule number {i}."))).collect();
    let pairs: Vec<JudgedPair<'_>> = texts
        .iter()
        .map(|(study, text)| JudgedPair {
            study,
            reference: text,
            candidate: "Clear lungs.",
            context: [None; 2],
        })
        .collect();
    prepare(&template, &pairs, None)
}
