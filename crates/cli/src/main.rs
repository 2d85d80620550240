//! `rrgscore`: scores AI-written radiology reports on this machine. Nothing is sent anywhere,
//! but by `judge run` to the judge that the user names.
//!
//! Exit codes: 0 scored, 1 not all of it (stopped half-way, a pack that does not load, or warnings
//! under `--strict`), 2 bad input or usage.

// Printing is what a command line is for; everything it calls returns values.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod annotations;
mod args;
mod check;
mod compare;
mod error;
mod folders;
mod hints;
mod input;
mod judge;
mod merge;
mod output;
mod packs;
mod pool;
mod progress;
mod radcliq;
mod score;
mod shard;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The place alone: a message may quote the text that it is about.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("internal error at {place}");
    }));
    let args = Args::parse();
    let result = match &args.command {
        Command::Score(score) => score::run(score),
        Command::Merge(merge) => merge::run(merge),
        Command::Check(check) => check::run(check),
        Command::Judge(judge) => judge::run(judge),
        Command::Verify(verify) => verify::run(verify),
        Command::Compare(compare) => compare::run(compare),
        Command::Packs(packs) => packs::run(packs),
        Command::Radcliq(radcliq) => radcliq::run(radcliq),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint(args.command.options()) {
                eprintln!("hint: {hint}");
            }
            ExitCode::from(2)
        }
    }
}
