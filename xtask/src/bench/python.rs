//! `cargo xtask bench python`.

use super::job::{self, MODELS, Ready};
use crate::error::Result;
use crate::files;
use crate::paths::Paths;
use crate::program::run;
use crate::setup::Places;
use crate::wheel;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to measure the wheel.
#[derive(Debug, Clone, Args)]
pub(crate) struct PythonArgs {
    #[command(flatten)]
    places: Places,
    /// Rounds in which both sides take turns
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Studies of a round
    #[arg(long, default_value_t = 16)]
    studies: u32,
    /// Threads of either side [default: one for each core]
    #[arg(long)]
    threads: Option<usize>,
    /// Measure instead what each metric costs on one core, alone
    #[arg(long)]
    costs: bool,
}

/// Packs whose costs are measured besides those of [`MODELS`]; their tokenizers are made up too.
const MORE: [&str; 3] = ["radgraph-xl", "ratescore-entities", "ratescore-synonyms"];

/// Builds the wheel for release, and has `tests/bench/python` measure it with models of the
/// published sizes and random weights.
///
/// # Errors
/// When something that it needs cannot be built or had, or it fails.
pub(super) fn python(paths: &Paths, args: &PythonArgs) -> Result<()> {
    let Ready { work, python, checkpoints, .. } = job::ready(paths, &args.places)?;
    let mut packs = job::built(paths, &work, &checkpoints, &MODELS, "int8")?;
    let package = wheel::unpacked(paths, &python)?;
    let script = |name: &str| {
        let mut command = Command::new(&python);
        command.arg(paths.root.join("tests/bench/python").join(name)).env("PYTHONPATH", &package);
        command
    };
    let document = if args.costs { "docs/scale.md" } else { "docs/benchmarks.md" };
    let mut bench = if args.costs {
        for purpose in MORE {
            packs.push(synthetic(&work, (&python, &package), purpose)?);
        }
        let mut costs = script("costs.py");
        costs.arg(joined(&packs)).arg(checkpoints.join("pairs.jsonl"));
        costs
    } else {
        let mut beside = script("beside.py");
        beside.arg(&checkpoints).arg(joined(&packs));
        beside.args([args.rounds, args.studies].map(|number| number.to_string()));
        beside.arg(args.threads.unwrap_or_else(job::cores).to_string());
        beside
    };
    run(bench.arg(paths.root.join(document)))
}

/// A pack of random weights, made by the wheel's command unless it is there.
fn synthetic(work: &Path, wheel: (&Path, &Path), purpose: &str) -> Result<PathBuf> {
    let out = work.join("packs/synthetic").join(purpose);
    if job::only_file(&out).is_none() {
        files::make(&out)?;
        let mut synth = Command::new(wheel.0);
        synth.args(["-m", "rrgscore", "packs", "synth", purpose, "--out"]).arg(&out);
        run(synth.env("PYTHONPATH", wheel.1))?;
    }
    Ok(out)
}

fn joined(packs: &[PathBuf]) -> std::ffi::OsString {
    // A path with a separator in it cannot be the cache's.
    std::env::join_paths(packs).unwrap_or_default()
}
