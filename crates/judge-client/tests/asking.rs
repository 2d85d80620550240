//! Runs against a scripted server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{Asked, Reaction, Server, prepared};
use rrgscore_judge::{
    AnswerLine, Answers, GreenTokenizer, JudgeMetric, JudgedPair, Prepared, RequestPrompt,
    Template, prepare,
};
use rrgscore_judge_client::{
    Client, Endpoint, EndpointError, Journal, JournalError, JudgeOutcome, JudgeProgress, Options,
    RunError, run,
};

fn file(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("rrgscore-{name}-{}.jsonl", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

fn client(server: &Server, timeout: Duration) -> Client {
    let endpoint = Endpoint::resolve(&server.url(), None).unwrap();
    Client::new(&endpoint, timeout, None).unwrap()
}

fn options() -> Options {
    Options { first_wait: Duration::from_millis(2), ..Options::default() }
}

fn ask(
    server: &Server,
    prepared: &Prepared,
    path: &Path,
    options: &Options,
) -> Result<JudgeOutcome, RunError> {
    let client = client(server, Duration::from_secs(5));
    let mut journal = Journal::open(path).unwrap();
    let stop = AtomicBool::new(false);
    let studies = Some(&prepared.studies);
    run(&client, &prepared.requests, studies, options, &mut journal, &stop, &mut |_| {})
}

fn lines(path: &Path) -> Vec<AnswerLine> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_question_gets_its_own_answer() {
    let server = Server::start(|_, asked| Reaction::answer(&format!("on {}", asked.prompt())));
    let (prepared, path) = (prepared(JudgeMetric::Green, 30), file("all"));
    let options = Options { model: Some("judge".into()), ..options() };
    let outcome = ask(&server, &prepared, &path, &options).unwrap();
    assert!(outcome.complete && outcome.failed.is_empty());
    assert_eq!((outcome.progress.answered, outcome.progress.retries), (30, 0));
    let lines = lines(&path);
    assert_eq!(lines.len(), 30);
    for request in &prepared.requests {
        let line = lines.iter().find(|line| line.custom_id == request.custom_id).unwrap();
        let RequestPrompt::Chat { messages } = &request.body.prompt else { panic!("not a chat") };
        let prompt = &messages[0].content;
        assert_eq!(line.responses, [format!("on {prompt}")]);
        assert_eq!(line.model.as_deref(), Some("mock-1"));
    }
    for asked in server.asked() {
        assert_eq!(asked.path, "/v1/chat/completions");
        let hosts: Vec<_> = asked.headers.iter().filter(|(name, _)| name == "host").collect();
        assert_eq!(hosts, [&("host".to_owned(), server.address.to_string())]);
        assert_eq!(asked.body["model"], "judge");
        assert_eq!(asked.body["temperature"], 0.0);
        assert_eq!(asked.header("authorization"), None);
    }
    // The file is what `score` reads, without the file of studies.
    let answers = Answers::read(&fs::read_to_string(&path).unwrap(), None).unwrap();
    assert_eq!(answers.iter().count(), 30);
    assert_eq!(answers.templates().collect::<Vec<_>>(), [prepared.studies.template.as_str()]);
    // A second run has nothing to ask.
    let again = ask(&server, &prepared, &path, &options).unwrap();
    assert!(again.complete && again.progress.before == 30 && server.asked().len() == 30);
}

#[test]
fn raw_prompts_go_to_completions() {
    let server = Server::start(|_, asked| Reaction::answer(&format!("on {}", asked.prompt())));
    let template = Template::parse(JudgeMetric::Green, "{reference} / {candidate}").unwrap();
    let template = template.raw(GreenTokenizer::Llama).unwrap();
    let pair = JudgedPair { study: "s", reference: "One.", candidate: "Two.", context: [None; 2] };
    let (prepared, path) = (prepare(&template, &[pair], None), file("raw"));
    assert!(ask(&server, &prepared, &path, &options()).unwrap().complete);
    let asked = server.asked().remove(0);
    assert_eq!(asked.path, "/v1/completions");
    let RequestPrompt::Raw { prompt } = &prepared.requests[0].body.prompt else { panic!("a chat") };
    assert_eq!(asked.body["prompt"], prompt.as_str());
    assert!(asked.body.get("messages").is_none());
    assert_eq!(lines(&path)[0].responses, [format!("on {prompt}")]);
}

#[test]
fn failures_are_tried_again() {
    let server = Server::start(|number, asked| match number % 7 {
        0 => Reaction::Status(429, Some(0)),
        1 => Reaction::Hang,
        2 => Reaction::Status(503, None),
        3 => Reaction::Break,
        4 => Reaction::Body("{\"choices\": []}".into()),
        _ => Reaction::answer(&asked.prompt()),
    });
    let (prepared, path) = (prepared(JudgeMetric::Green, 12), file("failures"));
    let options = Options { tries: 60, ..options() };
    let outcome = ask(&server, &prepared, &path, &options).unwrap();
    assert!(outcome.complete);
    assert!(outcome.progress.retries >= 12, "{}", outcome.progress.retries);
    let ids: BTreeSet<String> = lines(&path).into_iter().map(|line| line.custom_id).collect();
    assert_eq!((ids.len(), lines(&path).len()), (12, 12));
}

#[test]
fn a_slow_answer_is_given_up_and_asked_again() {
    let server = Server::start(|number, _| match number {
        0 => Reaction::Answer("late".into(), Duration::from_secs(3)),
        _ => Reaction::answer("in time"),
    });
    let (prepared, path) = (prepared(JudgeMetric::Green, 1), file("slow"));
    let client = client(&server, Duration::from_millis(300));
    let mut journal = Journal::open(&path).unwrap();
    let stop = AtomicBool::new(false);
    let outcome =
        run(&client, &prepared.requests, None, &options(), &mut journal, &stop, &mut |_| {});
    assert!(outcome.unwrap().complete);
    assert_eq!(lines(&path)[0].responses, ["in time"]);
}

#[test]
fn a_request_that_is_refused_does_not_stop_the_others() {
    let refused = |asked: &Asked| asked.prompt().contains("number 3.");
    let server = Server::start(move |_, asked| match refused(asked) {
        true => Reaction::Status(400, None),
        false => Reaction::answer("fine"),
    });
    let (prepared, path) = (prepared(JudgeMetric::Green, 6), file("refused"));
    let outcome = ask(&server, &prepared, &path, &options()).unwrap();
    assert!(!outcome.complete);
    let reason = "the server refuses it (status 400)".to_owned();
    assert_eq!(outcome.failed, [(prepared.requests[3].custom_id.clone(), reason)]);
    assert_eq!(lines(&path).len(), 5);
}

#[test]
fn nothing_of_a_report_is_in_an_error() {
    for status in [301, 401, 404] {
        let server = Server::start(move |_, _| Reaction::Status(status, None));
        let (prepared, path) =
            (prepared(JudgeMetric::Green, 6), file(&format!("hopeless-{status}")));
        let error = ask(&server, &prepared, &path, &options()).unwrap_err();
        assert!(error.to_string().contains(&format!("status {status}")));
        assert!(!format!("{error} {error:?}").contains("SECRET"));
        assert!(lines(&path).is_empty());
    }
    let server = Server::start(|_, _| Reaction::Status(500, None));
    let options = Options { tries: 2, ..options() };
    let outcome = ask(&server, &prepared(JudgeMetric::Green, 3), &file("500"), &options).unwrap();
    assert_eq!(outcome.failed.len(), 3);
    assert!(!format!("{outcome:?}").contains("SECRET"));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_, _| Reaction::answer("caught"));
    let to = format!("{}/chat/completions", elsewhere.url());
    let server = Server::start(move |_, _| Reaction::Redirect(to.clone()));
    let path = file("redirect");
    let error = ask(&server, &prepared(JudgeMetric::Green, 1), &path, &options()).unwrap_err();
    assert!(error.to_string().contains("it redirects, which is not followed"));
    assert_eq!((elsewhere.asked().len(), server.asked().len()), (0, 1));
}

#[test]
fn fineradscore_asks_up_to_six_times() {
    let server = Server::start(|number, _| match number {
        0 => Reaction::answer("Here is the JSON: {}"),
        1 => Reaction::answer("```json\n{}\n```"),
        _ => Reaction::answer("{}"),
    });
    let (one, path) = (prepared(JudgeMetric::Fineradscore, 1), file("fine"));
    assert!(ask(&server, &one, &path, &options()).unwrap().complete);
    assert_eq!(lines(&path)[0].responses.len(), 3);
    // All calls ask the same.
    let bodies: BTreeSet<String> =
        server.asked().iter().map(|asked| asked.body.to_string()).collect();
    assert_eq!(bodies.len(), 1);

    let server = Server::start(|number, _| Reaction::answer(&format!("never {number}")));
    let path = file("fine-never");
    assert!(ask(&server, &one, &path, &options()).unwrap().complete);
    assert_eq!(lines(&path)[0].responses.len(), 6);

    let server = Server::start(|_, _| Reaction::answer("always the same"));
    let path = file("fine-same");
    assert!(ask(&server, &one, &path, &options()).unwrap().complete);
    assert_eq!(lines(&path)[0].responses.len(), 2);
}

#[test]
fn a_stop_waits_for_what_is_under_way() {
    let server = Server::start(|_, _| Reaction::Answer("x".into(), Duration::from_millis(40)));
    let (prepared, path) = (prepared(JudgeMetric::Green, 40), file("stop"));
    let client = client(&server, Duration::from_secs(5));
    let mut journal = Journal::open(&path).unwrap();
    let stop = AtomicBool::new(false);
    let mut seen: Vec<JudgeProgress> = Vec::new();
    let mut watch = |progress: &JudgeProgress| {
        seen.push(*progress);
        stop.store(progress.answered >= 6, Ordering::Relaxed);
    };
    let options = options();
    let requests = &prepared.requests;
    let outcome = run(&client, requests, None, &options, &mut journal, &stop, &mut watch).unwrap();
    assert!(!outcome.complete && outcome.failed.is_empty());
    assert!((6..=6 + 2 * options.concurrency).contains(&outcome.progress.answered));
    assert_eq!(lines(&path).len(), server.asked().len());
    let last = seen.last().unwrap();
    assert!(last.rate().unwrap() > 0.0 && last.seconds_left().unwrap() > 0.0);
    assert_eq!(last.left(), 40 - last.answered);
}

#[test]
fn a_server_that_is_not_there_is_said_at_once() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let endpoint = Endpoint::resolve(&format!("http://{address}/v1"), None).unwrap();
    let error = Client::new(&endpoint, Duration::from_secs(1), None).unwrap_err();
    assert_eq!(error, EndpointError::Silent { authority: address.to_string() });
}

#[test]
fn a_key_is_sent_and_an_unfinished_line_is_dropped() {
    let server = Server::start(|_, _| Reaction::answer("x"));
    let (prepared, path) = (prepared(JudgeMetric::Green, 3), file("torn"));
    ask(&server, &prepared, &path, &options()).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    for cut in [1, 20, whole.lines().last().unwrap().len()] {
        fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert!(journal.has_dropped_a_line());
        let endpoint = Endpoint::resolve(&server.url(), None).unwrap();
        let client = Client::new(&endpoint, Duration::from_secs(5), Some("k e y".into())).unwrap();
        let stop = AtomicBool::new(false);
        let studies = Some(&prepared.studies);
        let requests = &prepared.requests;
        run(&client, requests, studies, &options(), &mut journal, &stop, &mut |_| {}).unwrap();
        let sorted = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(sorted(&fs::read_to_string(&path).unwrap()), sorted(&whole));
        assert_eq!(server.asked().last().unwrap().header("authorization"), Some("Bearer k e y"));
    }
}

#[test]
fn other_files_are_left_alone() {
    let path = file("other");
    for text in ["a letter", "{\"x\": 1}\n", "[1]\n{", "\u{feff}{}\n"] {
        fs::write(&path, text).unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert!(matches!(error, JournalError::NotAnAnswer { line: 1 }), "{text}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::remove_file(&path).unwrap();
    let _first = Journal::open(&path).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::InUse)));
}
