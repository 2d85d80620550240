//! Work on the project itself: `cargo xtask dev`, `build`, `serve`, `test`, `e2e`, `bench` and
//! what they need.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a person")]

mod bench;
mod browser;
mod dev;
mod e2e;
mod error;
mod files;
mod hash;
mod hub;
mod leaderboard;
mod node_modules;
mod npm;
mod packs;
mod parity;
mod paths;
mod program;
mod python;
mod release;
mod serve;
mod server;
mod setup;
mod site;
mod size;
mod sources;
mod test;
mod tools;
mod wheel;

use clap::{Parser, Subcommand};
use error::Result;
use paths::Paths;
use std::process::ExitCode;

/// Set up, build, serve and test RRGScore.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Install all tools and get all downloads (the other commands do this as they need it)
    Setup(setup::SetupArgs),
    /// Build the model packs that can be had without credentials into `packs/`, which the site
    /// publishes; or, with --get, packs of official checkpoints (docs/packs.md)
    Packs(packs::PacksArgs),
    /// Add, list or remove rows of this site's own leaderboard
    #[command(subcommand)]
    Leaderboard(leaderboard::Leaderboard),
    /// Build the site into a folder that any static host serves
    Build(site::BuildArgs),
    /// Build the site and serve it on this machine
    Serve(serve::ServeArgs),
    /// Serve an unoptimized page that is built again, and reloaded, at every change of the code
    Dev(dev::DevArgs),
    /// Run end-to-end scenarios of the built site in Chromium
    E2e(e2e::E2eArgs),
    /// Build the npm package into a folder that npm pack takes
    Npm(npm::NpmArgs),
    /// Build the Python package as a wheel that pip installs
    Wheel(wheel::WheelArgs),
    /// Make all that is given out: site, command line, npm package, wheel, bill of materials,
    /// licences and their sums
    Release(release::ReleaseArgs),
    /// Run the golden tests and write docs/parity.md of what they find
    Parity(parity::ParityArgs),
    /// Write what each crate uses into the table of docs/architecture.md
    Architecture,
    /// Run every check: lints, tests, browser tests, end-to-end tests
    Test(test::TestArgs),
    /// Measure speed beside others' engines; the results go into docs/benchmarks.md
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Tell how large the built site's files are, raw and compressed
    Size(site::BuildArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli.job) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(job: &Job) -> Result<ExitCode> {
    let paths = Paths::find()?;
    match job {
        Job::Setup(args) => setup::setup(&paths, args)?,
        Job::Packs(args) => packs::packs(&paths, args)?,
        Job::Leaderboard(job) => leaderboard::leaderboard(&paths, job)?,
        Job::Build(args) => drop(site::build(&paths, args)?),
        Job::Serve(args) => serve::serve(&paths, args)?,
        Job::Dev(args) => dev::dev(&paths, args)?,
        Job::E2e(args) => return e2e::e2e(&paths, args),
        Job::Npm(args) => npm::npm(&paths, args)?,
        Job::Wheel(args) => wheel::wheel(&paths, args)?,
        Job::Release(args) => release::release(&paths, args)?,
        Job::Size(args) => size::size(&args.folder(&paths))?,
        Job::Parity(args) => parity::parity(&paths, args)?,
        Job::Bench(args) => bench::bench(&paths, args)?,
        Job::Architecture => test::architecture::write(&paths)?,
        Job::Test(args) => return test::test(&paths, args),
    }
    Ok(ExitCode::SUCCESS)
}
