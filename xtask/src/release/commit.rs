//! The commit that a release is of: the only time and the only name that go into it.

use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::program::output;
use std::process::Command;

/// A commit.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    /// Its hash.
    pub(crate) id: String,
    /// When it was made, in seconds since 1970.
    pub(crate) seconds: u64,
    /// The same as `2026-12-01T09:30:00Z`.
    pub(crate) time: String,
}

impl Commit {
    /// The commit that the checkout stands at.
    ///
    /// # Errors
    /// When the folder is no repository, or tracked files differ from the commit.
    pub(crate) fn of(paths: &Paths) -> Result<Commit> {
        let git = |args: &[&str]| output(Command::new("git").args(args).current_dir(&paths.root));
        if !git(&["status", "--porcelain", "--untracked-files=no"])?.trim().is_empty() {
            return Err(Error::Refused {
                what: "a release is of a commit, and tracked files differ from it".to_owned(),
                hint: "commit or put aside what is changed".to_owned(),
            });
        }
        let mut log = Command::new("git");
        log.args(["log", "-1", "--format=%H %ct %cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]);
        let told = output(log.env("TZ", "UTC").current_dir(&paths.root))?;
        let mut words = told.split_whitespace();
        let commit = (|| {
            let id = words.next()?.to_owned();
            let seconds = words.next()?.parse().ok()?;
            Some(Commit { id, seconds, time: words.next()?.to_owned() })
        })();
        commit.ok_or_else(|| Error::Refused {
            what: "git does not say which commit this is".to_owned(),
            hint: "git log -1 should print a commit".to_owned(),
        })
    }

    /// The command, told which commit it builds (`rrgscore_scoring::COMMIT`), and that archives get
    /// its time.
    pub(crate) fn told<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("RRGSCORE_COMMIT", &self.id).env("SOURCE_DATE_EPOCH", self.seconds.to_string())
    }
}
