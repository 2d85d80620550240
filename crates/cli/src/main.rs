//! `rrgscore`: the command line's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(rrgscore_cli::run(std::env::args_os()))
}
