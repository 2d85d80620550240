//! `cargo xtask bench`: measurements beside others' engines, written into `docs/benchmarks.md`.

mod engine;
mod everything;
mod files;
mod job;
mod python;
mod views;

use crate::error::Result;
use crate::paths::Paths;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Bench {
    /// The engine in Chromium beside onnxruntime-web: the same weights, run by run in turns, on one
    /// thread and on all
    Engine(engine::EngineArgs),
    /// The whole job in the page beside the official code in PyTorch: 590 IU X-ray studies by
    /// distilroberta, CheXbert and RadGraph of official size
    Job(job::JobArgs),
    /// A file of a million rows dropped on the page: how long it is read, and whether the page
    /// answers meanwhile
    Files(files::FilesArgs),
    /// Runs of 10,000 studies: how long each view takes from a click, how long the
    /// comparison of two runs, and the memory
    Views(views::ViewsArgs),
    /// The Python package beside bert-score, f1chexbert and radgraph in PyTorch, in one process and
    /// in turns; or, with --costs, what each metric costs on one core
    Python(python::PythonArgs),
    /// One run of every column with tiny packs, beside the sum of its parts
    Everything(everything::EverythingArgs),
}

/// Runs a benchmark.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(crate) fn bench(paths: &Paths, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Engine(args) => engine::engine(paths, args),
        Bench::Job(args) => job::job(paths, args),
        Bench::Files(args) => files::files(paths, args),
        Bench::Views(args) => views::views(paths, args),
        Bench::Python(args) => python::python(paths, args),
        Bench::Everything(args) => everything::everything(paths, args),
    }
}
