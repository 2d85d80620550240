//! pip, the client of Python's package registry.

use crate::error::Error;
use crate::program;
use std::path::Path;
use std::process::Command;

/// Unpacks one package (`name==version`, without what it depends on, and without running any
/// code of it) into a folder.
///
/// The reason is one line.
pub(crate) fn install_into(folder: &Path, package: &str) -> Result<(), String> {
    let mut pip = pip().map_err(|error| {
        format!("{error} ({})", error.hint().unwrap_or("it is needed to get packages"))
    })?;
    pip.args(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-compile"]);
    pip.args(["--disable-pip-version-check", "--no-input", "--retries", "1", "--target"]);
    pip.arg(folder).arg(package);
    program::quiet(&mut pip).map_err(|reason| format!("the package {package}: {reason}"))
}

fn pip() -> Result<Command, Error> {
    for name in ["python3", "python"] {
        let works = Command::new(name).args(["-m", "pip", "--version"]).output();
        if works.is_ok_and(|out| out.status.success()) {
            let mut pip = Command::new(name);
            pip.args(["-m", "pip"]);
            return Ok(pip);
        }
    }
    let hint = "install Python 3 with pip; on Debian: apt-get install python3-pip".to_owned();
    Err(Error::MissingProgram { program: "pip".to_owned(), hint })
}
