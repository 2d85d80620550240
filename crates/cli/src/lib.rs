//! The `rrgscore` command line as a function, for its program and for the Python package: scores AI-written radiology reports on this machine. Nothing is sent anywhere,
//! but by `judge run` to the judge that the user names.
//!
//! Exit codes: 0 scored, 1 not all of it (stopped half-way, a pack that does not load, or warnings
//! under `--strict`), 2 bad input or usage.

// Printing is what a command line is for; everything it calls returns values.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod answer_files;
mod args;
mod check;
mod compare;
mod error;
mod exit_code;
mod explore;
mod export;
mod hints;
mod judge;
mod merge;
mod packs;
mod progress;
mod radcliq;
mod reading;
mod sanity;
mod score;
mod shard;
mod verify;

use std::ffi::OsString;

use clap::Parser;

use crate::args::{Args, Command};

/// Does what the arguments say, the program's name first among them, and gives the exit code. Prints
/// as the program does; a panic prints its place alone from then on.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(|panic| {
        // The place alone: a message may quote the text that it is about.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("internal error at {place}");
    }));
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version among them; there is nobody to tell that nobody hears.
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    let result = match &args.command {
        Command::Score(score) => score::run(score),
        Command::Merge(merge) => merge::run(merge),
        Command::Check(check) => check::run(check),
        Command::Judge(judge) => judge::run(judge),
        Command::Verify(verify) => verify::run(verify),
        Command::Compare(compare) => compare::run(compare),
        Command::Explore(explore) => explore::run(explore),
        Command::Sanity(sanity) => sanity::run(sanity),
        Command::Export(export) => export::run(export),
        Command::Packs(packs) => packs::run(packs),
        Command::Radcliq(radcliq) => radcliq::run(radcliq),
    };
    match result {
        Ok(code) => code.number(),
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint(args.command.options()) {
                eprintln!("hint: {hint}");
            }
            2
        }
    }
}
