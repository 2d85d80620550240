//! A run that is killed at random moments loses nothing and asks nothing twice.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use common::{Reaction, Server, prepared};
use rrgscore_judge::{AnswerLine, JudgeMetric};
use rrgscore_judge_client::{Client, Endpoint, Journal, Options, run};

const COUNT: usize = 120;
const CONCURRENCY: usize = 4;

/// The program that is killed: this test binary with `JUDGE_URL` and `JUDGE_OUT` set.
#[test]
fn child() {
    let (Ok(url), Ok(out)) = (std::env::var("JUDGE_URL"), std::env::var("JUDGE_OUT")) else {
        return;
    };
    let prepared = prepared(JudgeMetric::Green, COUNT);
    let endpoint = Endpoint::resolve(&url, None).unwrap();
    let client = Client::new(&endpoint, Duration::from_secs(5), None).unwrap();
    let options = Options {
        concurrency: CONCURRENCY,
        first_wait: Duration::from_millis(2),
        ..Options::default()
    };
    let mut journal = Journal::open(Path::new(&out)).unwrap();
    let (stop, studies) = (AtomicBool::new(false), Some(&prepared.studies));
    let outcome =
        run(&client, &prepared.requests, studies, &options, &mut journal, &stop, &mut |_| {});
    assert!(outcome.unwrap().complete);
}

fn start(url: &str, out: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child"])
        .env("JUDGE_URL", url)
        .env("JUDGE_OUT", out)
        // Proxies are not used: nothing listens at this one.
        .envs(["http_proxy", "HTTP_PROXY", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:9")))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn lines(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    let lines: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), text.lines().count(), "a line is there twice");
    lines
}

#[test]
fn nothing_is_lost_or_repeated() {
    if std::env::var("JUDGE_URL").is_ok() {
        return;
    }
    let react = |_: usize, asked: &common::Asked| {
        Reaction::Answer(format!("on {}", asked.prompt()), Duration::from_millis(15))
    };
    let folder = std::env::temp_dir().join(format!("rrgscore-killed-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (quiet, killed): (PathBuf, PathBuf) = (folder.join("quiet"), folder.join("killed"));

    let server = Server::start(react);
    assert!(start(&server.url(), &quiet).wait().unwrap().success());
    assert_eq!(server.asked().len(), COUNT);
    assert_eq!(lines(&quiet).len(), COUNT);

    let server = Server::start(react);
    let mut kills = 0;
    loop {
        let mut child = start(&server.url(), &killed);
        // Some milliseconds later each time, so that it strikes before, in and after writing.
        let until = server.asked().len() + 3 + kills * 5;
        let began = Instant::now();
        while server.asked().len() < until && child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "the run hangs");
            std::thread::sleep(Duration::from_millis(1 + kills as u64 % 3));
        }
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        // On Unix this is signal 9: no handler runs.
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 50);
    }
    assert!(kills >= 3, "the run was killed {kills} times only");
    assert_eq!(lines(&killed), lines(&quiet));
    let answered: BTreeSet<String> = lines(&killed)
        .iter()
        .map(|line| serde_json::from_str::<AnswerLine>(line).unwrap().custom_id)
        .collect();
    assert_eq!(answered.len(), COUNT);
    // What was written is not asked again: of the questions put more than once, each kill cuts
    // off no more than were under way or not yet on the disk.
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for asked in server.asked() {
        *times.entry(asked.prompt()).or_default() += 1;
    }
    let repeated: usize = times.values().map(|times| times - 1).sum();
    assert!(repeated <= kills * 2 * CONCURRENCY, "{repeated} repetitions in {kills} kills");
    fs::remove_dir_all(folder).unwrap();
}
