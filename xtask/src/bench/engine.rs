//! `cargo xtask bench engine`.

use crate::error::Result;
use crate::paths::Paths;
use crate::program::{cargo, run};
use crate::server::Serving;
use crate::setup::Places;
use crate::site::bundle::{Build, Program};
use crate::site::{self, BuildArgs};
use crate::{browser, files, node_modules, packs, python};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to measure the engine.
#[derive(Debug, Clone, Args)]
pub(crate) struct EngineArgs {
    #[command(flatten)]
    places: Places,
    /// Interleaved runs of each shape
    #[arg(long, default_value_t = 7)]
    runs: u32,
    /// Numbers of tokens, 2 to 512
    #[arg(long, value_delimiter = ',', default_values_t = [32, 64, 128, 256])]
    tokens: Vec<u32>,
    /// Numbers of texts at a time, 1 to 32 and more
    #[arg(long, value_delimiter = ',', default_values_t = [1, 4])]
    batches: Vec<u32>,
}

/// Builds the site, packs of a CheXbert of official size with random weights, and the graphs that
/// onnxruntime runs; then has `tests/bench/engine/run.mjs` measure.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(super) fn engine(paths: &Paths, args: &EngineArgs) -> Result<()> {
    let build = BuildArgs::usual(&args.places);
    let site = site::build(paths, &build)?;
    let modules = node_modules::install(paths, &paths.root.join("tests/bench"))?;
    let browser = browser::find_or_install()?;
    let work = paths.cache.join("bench").join(&packs::builder_hash(paths)?[..12]);
    let made = synthetic_packs(paths, &work)?;
    let graphs = quantized(paths, &work, &made.join("CheXbert-f32"))?;

    let counted = counted(paths, &work)?;

    let served = |isolated| {
        let ort = modules.join("onnxruntime-web/dist");
        Serving::at("/", &paths.root.join("tests/shared/blank"))
            .and("/here/", &paths.root.join("tests/bench/engine"))
            .and("/site/", &site)
            .and("/counted/", &counted)
            .and("/packs/", &made)
            .and("/graphs/", &graphs)
            .and("/ort/", &ort)
            .isolated(isolated)
            .start(0)
    };
    let (plain, isolated) = (served(false)?, served(true)?);

    let mut node = Command::new("node");
    node.arg("tests/bench/engine/run.mjs").current_dir(&paths.root);
    node.env("RRGSCORE_BENCH_URL", plain.url())
        .env("RRGSCORE_BENCH_ISOLATED_URL", isolated.url())
        .env("RRGSCORE_BENCH_OUT", paths.root.join("docs/benchmarks.md"))
        .env("RRGSCORE_BENCH_RUNS", args.runs.to_string())
        .env("RRGSCORE_BENCH_TOKENS", list(&args.tokens))
        .env("RRGSCORE_BENCH_BATCHES", list(&args.batches))
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", browser.chromium);
    run(&mut node)
}

/// The packs of all precisions, unless they are there.
fn synthetic_packs(paths: &Paths, work: &Path) -> Result<PathBuf> {
    let out = work.join("packs");
    for precision in ["int8", "f16", "f32"] {
        if out.join(format!("CheXbert-{precision}")).join("pack.json").is_file() {
            continue;
        }
        files::make(&out)?;
        let mut builder = cargo(&paths.root);
        builder.args(["run", "--quiet", "--locked", "--bin", "rrgscore", "--", "packs", "synth"]);
        builder.args(["chexbert", "--precision", precision, "--out"]).arg(&out);
        run(&mut builder)?;
    }
    Ok(out)
}

/// The graphs that onnxruntime runs, unless they are there. The cache gets an environment with what
/// quantizes them, unless `RRGSCORE_PYTHON` names a Python that has it.
fn quantized(paths: &Paths, work: &Path, pack: &Path) -> Result<PathBuf> {
    let out = work.join("graphs");
    if out.join("int8.onnx").is_file() {
        return Ok(out);
    }
    let python = match std::env::var_os("RRGSCORE_PYTHON") {
        Some(python) => python.into(),
        None => {
            python::environment(paths, &paths.root.join("crates/packs/tools/requirements.txt"))?
        }
    };
    let script = paths.root.join("tests/bench/quantize.py");
    run(Command::new(python).arg(script).arg(pack).arg(&out))?;
    Ok(out)
}

/// The worker's program with the engine's counters, which the site's has not.
fn counted(paths: &Paths, work: &Path) -> Result<PathBuf> {
    let wasm = Program::Worker.compile(paths, Build::Counters)?;
    let out = work.join("counted");
    Program::Worker.glue(&wasm, Build::Counters, &out)?;
    Ok(out)
}

fn list(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
