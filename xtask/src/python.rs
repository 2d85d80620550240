//! pip, the client of Python's package registry.

use crate::error::Error;
use crate::files;
use crate::hash::sha256;
use crate::paths::Paths;
use crate::program;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Unpacks one package (`name==version`, without what it depends on) into a folder.
///
/// Wheels are taken, of which no code runs. A package that is published as source alone needs the
/// sha256 of that source, since its set-up script runs.
///
/// The reason is one line.
pub(crate) fn install_into(
    folder: &Path,
    package: &str,
    source_sha256: Option<&str>,
) -> Result<(), String> {
    let failed = |reason: String| format!("the package {package}: {reason}");
    let mut pip = pip().map_err(|error| {
        format!("{error} ({})", error.hint().unwrap_or("it is needed to get packages"))
    })?;
    pip.args(["install", "--quiet", "--no-deps", "--no-compile", "--target"]).arg(folder);
    pip.args(["--disable-pip-version-check", "--no-input", "--retries", "1"]);
    match source_sha256 {
        None => {
            pip.args(["--only-binary", ":all:", package]);
        }
        Some(sha256) => {
            let list = folder.with_extension("txt");
            let line = format!("{package} --hash=sha256:{sha256}\n");
            files::write(&list, line).map_err(|error| failed(error.to_string()))?;
            pip.args(["--require-hashes", "--requirement"]).arg(list);
        }
    }
    program::quiet(&mut pip).map_err(failed)
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

/// A virtual environment in the cache with what a list of requirements names, made unless it is
/// there; gives its interpreter. Its place is named after the list's hash.
///
/// # Errors
/// When Python is missing, or a package cannot be had.
pub(crate) fn environment(paths: &Paths, requirements: &Path) -> Result<PathBuf, Error> {
    let list = files::read_text(requirements)?;
    let place = paths.cache.join("python").join(&sha256(list.as_bytes())[..12]);
    let python = interpreter(&place);
    let done = place.join("installed");
    if done.is_file() {
        return Ok(python);
    }
    println!("installing {} into {}", requirements.display(), place.display());
    program::run(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
    program::run(pip_install(&python).arg("--requirement").arg(requirements))?;
    files::write(&done, "")?;
    Ok(python)
}

/// The interpreter of a virtual environment.
pub(crate) fn interpreter(environment: &Path) -> PathBuf {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    environment.join(folder).join(format!("python{}", std::env::consts::EXE_SUFFIX))
}

/// pip's command of an environment, to which is added what it is to install.
pub(crate) fn pip_install(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    pip
}

/// The folder in which an interpreter finds its packages.
///
/// # Errors
/// When it does not start.
pub(crate) fn packages(python: &Path) -> Result<PathBuf, Error> {
    let code = "import sysconfig; print(sysconfig.get_path('purelib'))";
    Ok(program::output(Command::new(python).args(["-c", code]))?.trim().into())
}
