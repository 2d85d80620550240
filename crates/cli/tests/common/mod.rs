//! Runs the binary as a user does, in a folder of the test's own.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses its part, and a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder that is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new one; the name tells the tests of one program apart.
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rrgscore-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The path of a name in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `rrgscore` with an empty cache: what was set up on this machine must not decide what a
/// test sees.
pub(crate) fn rrgscore(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rrgscore"))
        .args(args)
        .env("RRGSCORE_CACHE", std::env::temp_dir().join("rrgscore-no-cache"))
        .output()
        .unwrap()
}

/// What it printed.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it told the user.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Both.
pub(crate) fn said(output: &Output) -> String {
    stdout(output) + &stderr(output)
}
