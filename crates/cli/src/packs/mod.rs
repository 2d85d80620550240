//! `rrgscore packs`.

mod build;
mod inspect;
mod prove;
mod synth;

use std::path::PathBuf;

use clap::Subcommand;
use rrgscore_packs::Precision;

use crate::error::CliError;
use crate::exit_code::ExitCode;

/// `rrgscore packs …`
#[derive(Debug, clap::Args)]
pub(crate) struct Packs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build a pack from a checkpoint as its authors publish it; which model it is, is detected
    /// from its content.
    Build(Build),
    /// Build a pack of official size from random weights, for benchmarks.
    Synth(Synth),
    /// List the packs in a folder.
    List(Folder),
    /// Check every byte of every pack in a folder against its hashes.
    Verify(Folder),
    /// Hold packs against values that official projects publish for their real weights.
    Prove(Prove),
    /// Print what a pack says about itself.
    Info(Folder),
}

/// A tokenizer and an encoder's configuration are looked for beside the checkpoint, in a folder
/// of the encoder's name (such as bert-base-uncased next to chexbert.pth), and in --with.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  rrgscore packs build --from chexbert.pth --with bert-base-uncased --out packs/
  rrgscore packs build --from radgraph.tar.gz --with BiomedNLP-PubMedBERT-base-uncased-abstract-fulltext --out packs/
  rrgscore packs build --from distilroberta-base/ --precision f16 --out packs/")]
struct Build {
    /// The checkpoint: a file, or the folder that holds it
    #[arg(long, value_name = "FILE|DIR")]
    from: PathBuf,
    /// A folder (or file) with what the checkpoint needs beside it; may be repeated
    #[arg(long, value_name = "DIR")]
    with: Vec<PathBuf>,
    /// How weights are stored: int8, f16 or f32
    #[arg(long, default_value_t = Precision::Int8, value_name = "int8|f16|f32")]
    precision: Precision,
    /// Where to write: the pack gets a folder of its own in there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write one .rrgpack file in there instead of a folder
    #[arg(long)]
    single_file: bool,
    /// Do not measure the pack against f32 (faster, less memory)
    #[arg(long)]
    no_measure: bool,
    /// Take any BERT encoder for BERTScore (MiniLM); the pack is then named after its sizes
    #[arg(long)]
    other_encoder: bool,
}

#[derive(Debug, clap::Args)]
struct Synth {
    /// What the pack is for: chexbert, radgraph, bertscore-distilroberta, srr-bert, … (a wrong name
    /// lists them all)
    arch: String,
    /// Seed of the random weights
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How weights are stored: int8, f16 or f32
    #[arg(long, default_value_t = Precision::Int8, value_name = "int8|f16|f32")]
    precision: Precision,
    /// Where to write: the pack gets a folder of its own in there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write the checkpoint in its official format instead of a pack
    #[arg(long)]
    checkpoint: bool,
}

/// Scores the pairs of a file of examples and prints each published value beside the computed one.
/// What comes of it is kept beside each pack that took part, and shown by `packs list` and `info`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all values that could be computed agree; 1 one differs, or none could be
computed; 2 bad usage, or a file cannot be used."
)]
struct Prove {
    /// Pairs of reports with what is published of them (docs/packs.md)
    #[arg(long, value_name = "FILE")]
    examples: PathBuf,
    /// A pack's folder, a .rrgpack file, or a folder of packs [default: what `cargo xtask setup`
    /// has built]
    #[arg(long, value_name = "DIR")]
    packs: Option<PathBuf>,
    /// Print the values as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Folder {
    /// A pack's folder, a .rrgpack file, or a folder of packs [default: what `cargo xtask setup`
    /// has built]
    #[arg(value_name = "DIR|FILE")]
    path: Option<PathBuf>,
    /// The same, as the other commands spell it
    #[arg(long, value_name = "DIR", conflicts_with = "path")]
    packs: Option<PathBuf>,
}

/// Runs `rrgscore packs`.
pub(crate) fn run(args: &Packs) -> Result<ExitCode, CliError> {
    match &args.command {
        Command::Build(args) => build::run(args),
        Command::Synth(args) => synth::run(args),
        Command::List(folder) => inspect::list(folder),
        Command::Verify(folder) => inspect::verify(folder),
        Command::Prove(args) => prove::run(args),
        Command::Info(folder) => inspect::info(folder),
    }
}
