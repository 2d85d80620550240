//! `rrgscore judge` as a user runs it, against a scripted server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
#[path = "../../judge-client/tests/common/mod.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use common::{Folder, rrgscore, stderr, stdout};
use server::{Asked, Reaction, Server};

/// Four studies, two of them with the same reports.
const PAIRS: &str = concat!(
    "{\"id\":\"a\",\"prediction\":\"SECRET effusion.\",\"reference\":\"No effusion.\"}\n",
    "{\"id\":\"b\",\"prediction\":\"Clear lungs.\",\"reference\":\"Clear lungs.\"}\n",
    "{\"id\":\"c\",\"prediction\":\"SECRET effusion.\",\"reference\":\"No effusion.\"}\n",
    "{\"id\":\"d\",\"prediction\":\"Old scar.\",\"reference\":\"New scar.\"}\n",
);

const GREEN: &str = "[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(a) False: 1. y\n\n\
    [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n1. z";

fn prepare(folder: &Folder, metric: &str) -> Output {
    fs::write(folder.path("pairs.jsonl"), PAIRS).unwrap();
    let (pairs, out) = (folder.path("pairs.jsonl"), folder.path("requests.jsonl"));
    rrgscore(&["judge", "prepare", "--metric", metric, "--predictions", &pairs, "--out", &out])
}

fn run(folder: &Folder, endpoint: &str, more: &[&str]) -> Output {
    let (requests, out) = (folder.path("requests.jsonl"), folder.path("answers.jsonl"));
    let mut args = vec!["judge", "run", "--endpoint", endpoint, "--requests", &requests];
    args.extend(["--out", &out, "--model", "m"]);
    args.extend(more);
    rrgscore(&args)
}

#[test]
fn requests_are_prepared_asked_and_summarised() {
    let folder = Folder::new("all");
    let output = prepare(&folder, "green");
    let said = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        said.starts_with("3 requests for 4 studies (GREEN, template rrgscore-green-1:"),
        "{said}"
    );
    assert_eq!(folder.read("requests.jsonl").lines().count(), 3);
    assert!(folder.read("requests.jsonl.studies.json").contains("[\"a\",\"c\"]"));

    let odd = |asked: &Asked| asked.prompt().contains("Old scar");
    let server = Server::start(move |_, asked| match odd(asked) {
        true => Reaction::answer("They differ."),
        false => Reaction::answer(GREEN),
    });
    let output = run(&folder, &server.url(), &[]);
    let said = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(said.starts_with("1 of 4 answered studies did not parse as intended\n"), "{said}");
    assert!(
        said.contains("  missing-part: 1\n") && said.contains("all 3 answers are in "),
        "{said}"
    );
    assert!(!stderr(&output).contains("SECRET") && !said.contains("SECRET"));
    assert_eq!(folder.read("answers.jsonl").lines().count(), 3);
    assert_eq!(server.asked().len(), 3);
}

/// Ages and indications stand beside the references; ids decide whose they are.
#[test]
fn crimsons_judge_is_told_ages_and_indications() {
    let folder = Folder::new("context");
    let why = "SECRET: cough, ".repeat(60);
    let references = format!(
        "study_id,report,Patient Age,Indication,view\nd,New scar.,,,PA\nc,No effusion.,071Y,,AP\n\
         b,Clear lungs.,,\"{why}\",AP\na,No effusion.,5,SECRET pain,\n"
    );
    let predictions = "study_id,report\na,Effusion.\nb,Clear.\nc,Effusion.\nd,Old scar.\n";
    fs::write(folder.path("references.csv"), references).unwrap();
    fs::write(folder.path("predictions.csv"), predictions).unwrap();
    let files = ["references.csv", "predictions.csv", "requests.jsonl"].map(|f| folder.path(f));
    let [references, predictions, out] = files.each_ref().map(String::as_str);
    let ask = |metric| {
        let of = ["judge", "prepare", "--metric", metric, "--predictions", predictions];
        let output = rrgscore(&[&of[..], &["--references", references, "--out", out]].concat());
        let said = stdout(&output);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(!said.contains("SECRET") && !stderr(&output).contains("SECRET"));
        assert!(!folder.read("requests.jsonl.studies.json").contains("SECRET"));
        said
    };
    let said = ask("crimson");
    assert!(said.starts_with("4 requests for 4 studies (CRIMSON, template rrgscore-crimson-2:"));
    let told = "the judge is told the age of 2 studies (field Patient Age) and the indication of 2 \
                studies (field Indication)\n";
    assert!(said.contains(told), "{said}");
    let requests = folder.read("requests.jsonl");
    // In the order of the predictions.
    let parts = [
        (true, "age: 5\\n  indication: SECRET pain\\n"),
        (true, "The patient:\\n  indication: SECRET: cough, SECRET"),
        (true, "The patient:\\n  age: 071Y\\n\\n"),
        (false, "The patient:"),
    ];
    for (line, (there, part)) in requests.lines().zip(parts) {
        assert_eq!(line.contains(part), there, "{line}");
    }
    // GREEN is asked of the reports alone, and of equal ones once.
    let said = ask("green");
    assert!(said.starts_with("3 requests for 4 studies") && !said.contains("told"), "{said}");
    assert!(!folder.read("requests.jsonl").contains("SECRET"));
}

#[cfg(unix)]
#[test]
fn what_holds_reports_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("modes");
    assert!(prepare(&folder, "fineradscore").status.success());
    let server = Server::start(|_, _| Reaction::answer("{}"));
    assert!(run(&folder, &server.url(), &[]).status.success());
    for name in ["requests.jsonl", "requests.jsonl.studies.json", "answers.jsonl"] {
        let mode = Path::new(&folder.path(name)).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_public_address_is_refused_before_anything_is_sent() {
    let folder = Folder::new("public");
    assert!(prepare(&folder, "green").status.success());
    let output = run(&folder, "http://192.0.2.1/v1", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: --endpoint: 192.0.2.1 is at 192.0.2.1, which is neither this machine nor a \
         private network: nothing was sent. Reports may only leave with --i-may-send-reports-to \
         192.0.2.1\n"
    );
    let output = run(&folder, "http://192.0.2.1/v1", &["--i-may-send-reports-to", "example.org"]);
    assert!(stderr(&output).contains("names example.org, but --endpoint is at 192.0.2.1"));
    assert!(!Path::new(&folder.path("answers.jsonl")).exists());
}

#[test]
fn a_run_that_got_stuck_goes_on() {
    let folder = Folder::new("resume");
    assert!(prepare(&folder, "green").status.success());
    let server = Server::start(|_, asked| match asked.prompt().contains("Old scar") {
        true => Reaction::Status(400, None),
        false => Reaction::answer(GREEN),
    });
    let output = run(&folder, &server.url(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("the server refuses it (status 400)"), "{said}");
    assert!(said.contains("the same command goes on with the rest"), "{said}");
    assert!(!said.contains("scar"), "{said}");
    let server = Server::start(|_, _| Reaction::answer(GREEN));
    let output = run(&folder, &server.url(), &["--concurrency", "1"]);
    assert!(output.status.success());
    assert_eq!(server.asked().len(), 1);
    assert_eq!(folder.read("answers.jsonl").lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn an_interrupt_waits_for_what_is_under_way() {
    let folder = Folder::new("interrupt");
    assert!(prepare(&folder, "green").status.success());
    let server = Server::start(|_, _| Reaction::Answer(GREEN.into(), Duration::from_millis(800)));
    let (requests, out) = (folder.path("requests.jsonl"), folder.path("answers.jsonl"));
    let child = Command::new(env!("CARGO_BIN_EXE_rrgscore"))
        .args(["judge", "run", "--endpoint", &server.url(), "--requests", &requests])
        .args(["--out", &out, "--concurrency", "1"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while server.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(server.asked().len(), 1);
    assert_eq!(folder.read("answers.jsonl").lines().count(), 1);
}

#[test]
fn the_selftest_prints_what_the_judge_gets_right() {
    let blind = GREEN.replace("(a) False: 1. y", "None");
    let server = Server::start(move |_, _| Reaction::answer(&blind));
    let args = ["judge", "selftest", "--metric", "green", "--endpoint", &server.url()];
    let output = rrgscore(&args);
    let said = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    for line in [
        "identical         4 of 4 right\n",
        "side swapped      0 of 4 right\n",
        "in all            4 of 20 right\n",
        "  selftest-09-negated        wrong: no error where there is one\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(server.asked().len(), 20);
}
