//! The arguments of `rrgscore judge`.

use std::path::PathBuf;

use clap::Subcommand;
use rrgscore_data::{MissingPolicy, Task};
use rrgscore_decoder::JudgePrecision;
use rrgscore_judge::{GreenTokenizer, JudgeMetric};

use crate::args::{Joining, Reading};

/// GREEN, FineRadScore and CRIMSON need a judge: a language model that you run. `prepare` writes what to
/// ask it, `run` asks it, `selftest` tells whether to trust it. GREEN's own model runs here, out of
/// what `pack` makes; others are asked over HTTP. Nothing but `run` and `selftest` with --endpoint
/// sends anything, and they send only to this machine or a private network.
#[derive(Debug, clap::Args)]
pub(crate) struct Judge {
    #[command(subcommand)]
    pub(crate) command: JudgeCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JudgeCommand {
    /// Write one request per distinct pair of reports (an OpenAI batch file)
    Prepare(Box<Prepare>),
    /// Make a judge for this machine of GREEN's published checkpoint
    Pack(JudgePack),
    /// Ask a judge's pack on this machine, or a server that speaks the OpenAI interface; goes on
    /// where an earlier run has stopped
    Run(Run),
    /// Ask twenty invented pairs with known differences, and print what the judge gets right
    Selftest(Selftest),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore judge prepare --metric green --predictions model.json --references iu-xray-test \\
      --task report --out requests.jsonl")]
pub(crate) struct Prepare {
    /// The metric to judge for
    #[arg(long, value_name = JudgeMetric::ids("|"), value_parser = metric)]
    pub(crate) metric: JudgeMetric,
    /// The file with the model's reports (it may hold the references too)
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: PathBuf,
    /// A file with the references, or a split's name, as for `rrgscore score`
    #[arg(long, value_name = "FILE|SPLIT")]
    pub(crate) references: Option<String>,
    /// What is compared, as for `rrgscore score`
    #[arg(long, default_value_t = Task::Report, value_name = "findings|impression|report")]
    pub(crate) task: Task,
    /// Studies without a prediction: refuse, ask about an empty report, or exclude them
    #[arg(long, default_value_t = MissingPolicy::Refuse, value_name = "refuse|empty|exclude")]
    pub(crate) missing: MissingPolicy,
    #[command(flatten)]
    pub(crate) prompt: Prompt,
    /// The model's name, for a batch that is not run by `rrgscore judge run`
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// The folder with the built-in splits [default: what `cargo xtask setup` has fetched]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where to write the requests; beside them goes FILE.studies.json, which says for which
    /// studies they are and is not to be sent anywhere
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) joining: Joining,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore judge pack --from GREEN-RadLlama2-7b --out judges/green

The same command goes on where it was stopped. A pack of 7 billion weights takes 4 GB (q4) or 8 GB
(int8).")]
pub(crate) struct JudgePack {
    /// The checkpoint's folder, as its authors publish it: config.json, the tokenizer's files and all
    /// safetensors files
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// The folder for the pack
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How weights are stored: 4 or 8 bits, or f32 to measure the others against
    #[arg(long, default_value = "q4", value_name = "q4|int8|f32", value_parser = precision)]
    pub(crate) precision: JudgePrecision,
    /// The model's published name [default: the folder's]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  rrgscore judge run --pack judges/green --requests requests.jsonl --out answers.jsonl
  rrgscore judge run --endpoint http://127.0.0.1:8080/v1 --model NAME --requests requests.jsonl \\
      --out answers.jsonl

Exit codes: 0 every request has its answer; 1 some have none (run it again); 2 bad usage, or the
server cannot be used.")]
pub(crate) struct Run {
    /// What `judge prepare` has written
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: PathBuf,
    /// Where the answers go; an answer that is there is not asked for again
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Ask through the server's /v1/completions alone: refuse requests that are no raw prompts
    /// (`judge prepare --raw-prompt`)
    #[arg(long, conflicts_with = "pack")]
    pub(crate) completions: bool,
    #[command(flatten)]
    pub(crate) here: Here,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Selftest {
    /// The metric to judge for
    #[arg(long, value_name = JudgeMetric::ids("|"), value_parser = metric)]
    pub(crate) metric: JudgeMetric,
    #[command(flatten)]
    pub(crate) prompt: Prompt,
    /// Where to keep the answers [default: nowhere]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) here: Here,
    #[command(flatten)]
    pub(crate) server: Server,
}

/// A judge without a server.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A judge on this machine")]
pub(crate) struct Here {
    /// The folder of a pack that `judge pack` has made; it judges for GREEN
    #[arg(long, value_name = "DIR", conflicts_with = "endpoint")]
    pub(crate) pack: Option<PathBuf>,
    /// Threads; each holds its share of the model [default: all cores]
    #[arg(long, value_name = "N", requires = "pack")]
    pub(crate) threads: Option<usize>,
}

/// What the judge is told, and in what form.
#[derive(Debug, clap::Args)]
pub(crate) struct Prompt {
    /// The prompt, with the slots {reference} and {candidate} [default: our own wording]
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Ask for GREEN with the very text that its official code gives to a model with Llama's or
    /// Phi's tokenizer, through the server's /v1/completions, in place of a conversation
    #[arg(long, value_name = "llama|phi", value_parser = tokenizer)]
    pub(crate) raw_prompt: Option<GreenTokenizer>,
}

/// The judge's server.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The judge's server")]
pub(crate) struct Server {
    /// Its address, such as http://127.0.0.1:8080/v1 (llama.cpp), http://127.0.0.1:11434/v1
    /// (Ollama) or http://127.0.0.1:8000/v1 (vLLM)
    #[arg(long, value_name = "URL", required_unless_present = "pack")]
    pub(crate) endpoint: Option<String>,
    /// The model's name at the server [default: the requests']
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Questions under way at a time
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) concurrency: usize,
    /// Tries per question; between them the wait doubles
    #[arg(long, default_value_t = 8, value_name = "N")]
    pub(crate) tries: u32,
    /// Seconds to wait for one answer
    #[arg(long, default_value_t = 600, value_name = "N")]
    pub(crate) timeout: u64,
    /// A file with the key that the server wants
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The host of --endpoint, if reports may leave for it though it is public. Make sure that
    /// whoever owns the reports agrees
    #[arg(long, value_name = "HOST")]
    pub(crate) i_may_send_reports_to: Option<String>,
}

fn metric(name: &str) -> Result<JudgeMetric, String> {
    JudgeMetric::of(name).ok_or_else(|| format!("there are: {}", JudgeMetric::ids(", ")))
}

fn precision(name: &str) -> Result<JudgePrecision, String> {
    let all = [JudgePrecision::Q4, JudgePrecision::Int8, JudgePrecision::F32];
    let found = all.into_iter().find(|precision| precision.name() == name);
    found.ok_or_else(|| "it must be q4, int8 or f32".to_owned())
}

fn tokenizer(name: &str) -> Result<GreenTokenizer, String> {
    GreenTokenizer::of(name).ok_or_else(|| "it must be llama or phi".to_owned())
}
