//! Starting other programs.

use crate::error::{Error, Result};
use crate::paths::Paths;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Runs a program with this one's input and output.
///
/// # Errors
/// When it is not installed or ends with a failure.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| start_error(command, error))?;
    check(command, status)
}

/// Runs a program quietly and gives what it printed.
///
/// # Errors
/// As [`run`].
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| start_error(command, error))?;
    check(command, out.status)?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Runs a program quietly and gives the last line of its complaint when it fails.
pub(crate) fn quiet(command: &mut Command) -> std::result::Result<(), String> {
    let out = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| start_error(command, error).to_string())?;
    if out.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&out.stderr);
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(last.map_or_else(|| format!("{} ({})", line(command), out.status), str::to_owned))
}

/// Runs a program, passes its standard output on, and shows each line to `watch`. Gives whether
/// it succeeded.
///
/// # Errors
/// When it is not installed.
pub(crate) fn watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| start_error(command, error))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut bytes = Vec::new();
        let mut out = std::io::stdout();
        while reader.read_until(b'\n', &mut bytes).map_err(|error| start_error(command, error))? > 0
        {
            // A closed pipe behind us must not end the run before its result is known.
            let _ = out.write_all(&bytes).and_then(|()| out.flush());
            watch(String::from_utf8_lossy(&bytes).trim_end());
            bytes.clear();
        }
    }
    let status = child.wait().map_err(|error| start_error(command, error))?;
    Ok(status.success())
}

/// The path of a program on `PATH`.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// A cargo command in the checkout.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// The name of this machine's kind, as Rust has it.
pub(crate) fn host() -> Result<String> {
    let told = output(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Error::Refused {
        what: "rustc does not say for which machine it compiles".to_owned(),
        hint: "rustc -vV should have a line that begins with host:".to_owned(),
    })
}

/// Has cargo, or what takes cargo's options, put neutral names in the place of this machine's
/// folders, for what is compiled for a target: so that what is given out is the same wherever it was
/// built, and tells nothing of the machine.
///
/// # Errors
/// When the folder of the crates' code cannot be read.
pub(crate) fn same_anywhere(command: &mut Command, paths: &Paths, target: &str) -> Result<()> {
    let mut folders = vec![(paths.target.clone(), "target")];
    if let Some(home) = cargo_home() {
        // One for each registry, named after its address.
        let sources = home.join("registry/src");
        let listed = std::fs::read_dir(&sources).map_err(Error::io("reading", &sources))?;
        folders.extend(listed.filter_map(|entry| Some((entry.ok()?.path(), "crates"))));
    }
    folders.sort();
    let flags: Vec<String> = (folders.iter())
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
        .collect();
    // JSON's lists of strings are TOML's too.
    let flags = serde_json::json!(flags);
    // A list on the command line is put behind the one of `.cargo/config.toml`.
    command.arg("--config").arg(format!("target.{target}.rustflags={flags}"));
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    set.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed { program: line(command), status: status.to_string() })
    }
}

fn start_error(command: &Command, error: std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy().into_owned();
    if error.kind() == std::io::ErrorKind::NotFound {
        let hint = format!("install {program} and make sure that it is on PATH");
        Error::MissingProgram { program, hint }
    } else {
        Error::Io { doing: format!("running {program}"), source: error }
    }
}

fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_stem().unwrap_or(OsStr::new("?"));
    let words = std::iter::once(name).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_a_hint() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert_eq!(error.to_string(), "no-such-program-anywhere is not installed");
        assert!(error.hint().unwrap().contains("PATH"));
    }

    #[cfg(unix)]
    #[test]
    fn output_is_seen_line_by_line_and_failure_is_told() {
        let mut lines = Vec::new();
        let ok = watched(Command::new("sh").args(["-c", "echo a; echo b; exit 3"]), |line| {
            lines.push(line.to_owned());
        });
        assert!(!ok.unwrap());
        assert_eq!(lines, ["a", "b"]);
        let complaint =
            quiet(Command::new("sh").args(["-c", "echo one >&2; echo two >&2; exit 1"]));
        assert_eq!(complaint, Err("two".to_owned()));
    }
}
