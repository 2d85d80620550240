//! How long each step took, kept in the cache from run to run, with a budget for each.

use super::{Outcome, Row, Step, name};
use crate::error::{Error, Result};
use crate::paths::Paths;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

const HEAD: &str = "unix time\tcommit\tstep\tresult\tseconds\tbudget\n";

/// Seconds that a step may take on two cores when everything but the workspace's own crates is
/// built. A step over its budget is named, and fails nothing: a cold build cache or a busy machine
/// is no fault of the code.
fn budget(step: Step) -> u64 {
    match step {
        Step::Fmt | Step::Architecture | Step::Unused => 10,
        Step::Deny => 30,
        Step::Clippy | Step::ClippyWasm | Step::Doc | Step::Python => 180,
        Step::Site | Step::Wasm => 420,
        Step::Unit | Step::E2e => 600,
    }
}

/// The file: one line for each step of each run, the newest last.
fn file(paths: &Paths) -> PathBuf {
    paths.cache.join("test-times.tsv")
}

/// Adds a run's steps to the file, and says which were over their budget and where the file is.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn keep(paths: &Paths, rows: &[Row]) -> Result<()> {
    let file = file(paths);
    let mut text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(Error::io("reading", &file)(error)),
    };
    for row in rows {
        if let Some(warning) = over_budget(row.step, row.time, &text) {
            println!("{warning}");
        }
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let commit = commit(paths);
    for row in rows {
        text += &line(now, &commit, row);
    }
    crate::files::write(&file, text)?;
    println!("times of all runs: {}", file.display());
    Ok(())
}

fn line(now: Duration, commit: &str, row: &Row) -> String {
    let result = match row.outcome {
        Outcome::Passed(_) => "ok",
        Outcome::Failed(_) => "failed",
        Outcome::NotRun(_) => "not run",
    };
    let (step, seconds, budget) = (name(row.step), row.time.as_secs_f64(), budget(row.step));
    format!("{}\t{commit}\t{step}\t{result}\t{seconds:.1}\t{budget}\n", now.as_secs())
}

/// The short hash of the commit, with a `+` where files differ from it.
fn commit(paths: &Paths) -> String {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty=+", "--exclude", "*"]).current_dir(&paths.root);
    // An archive of the code is no repository.
    let found = git.output().ok().filter(|out| out.status.success());
    found.map_or_else(|| "?".to_owned(), |out| String::from_utf8_lossy(&out.stdout).trim().into())
}

/// What is said of a step that took too long, with the time of the run before it.
fn over_budget(step: Step, time: Duration, kept: &str) -> Option<String> {
    let budget = budget(step);
    if time.as_secs() <= budget {
        return None;
    }
    let name = name(step);
    let mut text = format!("{name} took {} s, of at most {budget} s", time.as_secs());
    if let Some(before) = last_time(&name, kept) {
        let _ = write!(text, " ({before} s the last time that it passed)");
    }
    Some(text)
}

fn last_time(step: &str, kept: &str) -> Option<String> {
    kept.lines().rev().find_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        (fields.get(2) == Some(&step) && fields.get(3) == Some(&"ok"))
            .then(|| fields.get(4).map(|seconds| (*seconds).to_owned()))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;
    use crate::test::count::Counts;

    #[test]
    fn a_step_over_its_budget_is_named_with_the_time_before() {
        let slow = Duration::from_secs(budget(Step::Fmt) + 1);
        let kept = format!("{HEAD}1\tabc\tfmt\tok\t2.5\t10\n2\tabd\tfmt\tfailed\t9.0\t10\n");
        assert_eq!(
            over_budget(Step::Fmt, slow, &kept).as_deref(),
            Some("fmt took 11 s, of at most 10 s (2.5 s the last time that it passed)")
        );
        assert_eq!(over_budget(Step::Fmt, Duration::from_secs(1), &kept), None);
    }

    #[test]
    fn runs_are_added_at_the_end() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-times").unwrap();
        let root = scratch.path().to_owned();
        let paths = Paths { root: root.clone(), cache: root.join("cache"), target: root };
        let row = || Row {
            step: Step::Unit,
            outcome: Outcome::Passed(Counts::default()),
            time: Duration::from_millis(12_340),
        };
        keep(&paths, &[row()]).unwrap();
        keep(&paths, &[row(), row()]).unwrap();
        let text = std::fs::read_to_string(file(&paths)).unwrap();
        assert!(text.starts_with(HEAD));
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().skip(1).all(|line| line.contains("\tunit\tok\t12.3\t")), "{text}");
    }
}
