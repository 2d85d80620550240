//! What a test leaves out because this machine lacks it: said in the test's output, which cargo
//! hides when the test passes, and counted by `cargo xtask test` from a file.

use std::io::Write;

/// The environment variable that names the file to which skips are added, one a line:
/// the tests' program, the test, `whole` or `part`, and the reason, with tabs between them.
pub const SKIPS: &str = "RRGSCORE_SKIPS";

/// Notes that the running test is left out, for this reason.
pub fn skipped(reason: &str) {
    note("whole", reason);
}

/// Notes that the running test leaves out a part of what it compares, for this reason.
pub(crate) fn skipped_in_part(reason: &str) {
    note("part", reason);
}

fn note(how_much: &str, reason: &str) {
    println!("skipped: {reason}");
    let Some(file) = std::env::var_os(SKIPS) else { return };
    let program = std::env::args().next().unwrap_or_default();
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("?");
    // One write of one short line, so that programs and threads do not cut each other's.
    let line = format!("{program}\t{test}\t{how_much}\t{reason}\n");
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&file)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        panic!("{}: {error}", file.display());
    }
}
