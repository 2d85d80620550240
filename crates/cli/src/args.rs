//! The command line's arguments: `--help` is meant to need no manual.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Parser, Subcommand};
use rrgscore_data::{
    Format, IdMatching, JoinOptions, MissingPolicy, RepeatedIds, Role, Task, TextEncoding,
    UnknownName,
};
use rrgscore_results::published::{Edition, embedded};
use rrgscore_scoring::metric::{ALL_AVAILABLE, USUAL, names};
use rrgscore_scoring::{Metric, Profile, ReportCleaning, Shard};
use rrgscore_stats::CorrelationMethod;

use crate::answer_files::AnswerFiles;
use crate::hints::Options;
use crate::judge::Judge;
use crate::packs::Packs;

/// What `--version` prints behind the name.
static RELEASE: LazyLock<String> = LazyLock::new(rrgscore_scoring::release);

/// Scores AI-written radiology reports against references. Everything runs on this machine.
#[derive(Debug, Parser)]
#[command(name = "rrgscore", version = RELEASE.as_str(), about, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score predictions; writes scores.csv and summary.json.
    Score(Box<Score>),
    /// Bring together what `score --shard` has written on several machines.
    Merge(Merge),
    /// Look for what is wrong with files before scoring (the input doctor).
    Check(Check),
    /// GREEN, FineRadScore and CRIMSON by a judge that you run: prepare, run, selftest.
    Judge(Judge),
    /// Compare runs: what differs between them, and whether it may be chance.
    Compare(Compare),
    /// A run looked at closely: its best and worst studies, which metrics go together.
    Explore(Explore),
    /// What each metric sees of a negation flipped, a side swapped, a sentence dropped and the like.
    Sanity(Sanity),
    /// A run in another form: a methods paragraph, a table, a leaderboard's row, a file to share.
    Export(Export),
    /// Score again and compare with an earlier summary.json.
    Verify(Box<Verify>),
    /// Build, list and check model packs.
    Packs(Packs),
    /// Compute RadCliQ from a table of its components; CSV to stdout.
    Radcliq(Radcliq),
}

impl Command {
    /// Which options its hints may name.
    pub(crate) fn options(&self) -> Options {
        match self {
            Self::Score(_) | Self::Judge(_) => Options::SCORE,
            Self::Check(_) => Options::CHECK,
            Self::Verify(_) => Options::VERIFY,
            Self::Packs(_)
            | Self::Radcliq(_)
            | Self::Compare(_)
            | Self::Explore(_)
            | Self::Sanity(_)
            | Self::Export(_)
            | Self::Merge(_) => Options::default(),
        }
    }
}

/// Accepted files: ReXrank JSON (study id → record with model_prediction, section_findings,
/// section_impression), JSON or JSONL of {id, prediction, reference} in nearly any arrangement,
/// CSV or TSV (study_id,report, or prediction and reference columns), .xlsx, Parquet, or one report
/// per line (.txt, .tok); each also as .gz or .zip. The type of a file is detected from its content.
///
/// Exit codes: 0 scored; 1 not all of it: stopped half-way, a pack that does not load, or warnings
/// under --strict; 2 bad input or usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  rrgscore score --predictions model.json --references iu-xray-test --task report --out scores/
  rrgscore score --predictions model.csv --references references.csv --task findings \\
      --metrics bleu2 --missing empty --out scores/
  rrgscore score --predictions pairs.jsonl --metrics all-available --out scores/")]
pub(crate) struct Score {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// Whose definitions: rexrank (the leaderboard's), radeval (what RadEval calls by the same
    /// names) or coco (what R2Gen and its descendants print)
    #[arg(long, default_value = "rexrank", value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: Profile,
    /// What is compared: findings or impression (that section alone) or report (findings and impression,
    /// joined as the leaderboard joins them). Pair lists are scored as given
    #[arg(long, value_name = "findings|impression|report")]
    pub(crate) task: Option<Task>,
    /// Metrics, separated by commas: names of the profile, or ids
    #[arg(long, value_delimiter = ',', default_value = USUAL, value_name = "LIST",
        long_help = metrics_help())]
    pub(crate) metrics: Vec<String>,
    /// Studies without a prediction: refuse to score, score them as empty reports, or exclude
    /// them. Studies without a judge's answer are refused too, or have no score in its column.
    /// The choice is recorded in summary.json
    #[arg(long, default_value_t = MissingPolicy::Refuse, value_name = "refuse|empty|exclude")]
    pub(crate) missing: MissingPolicy,
    /// Clean both reports of each study as R2Gen cleans its own, before all metrics. Its cut at 60 or
    /// 100 words and its <unk> follow from a training set and are not imitated
    #[arg(long, value_name = "r2gen-iu-xray|r2gen-mimic-cxr", value_parser = cleaning)]
    pub(crate) clean: Option<ReportCleaning>,
    /// Take thoughts (<think>) and code fences out of a judge's answers before they are read, which
    /// no official code does; the signature says so
    #[arg(long)]
    pub(crate) clean_answers: bool,
    /// Where to write scores.csv, summary.json, with SembScore labels.csv, and with a judge's
    /// answers judgements.csv
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Also write reasons.jsonl: per study what each score was made of, and what models found in
    /// both reports. It holds words of the reports
    #[arg(long)]
    pub(crate) reasons: bool,
    /// Print where each metric would rank among the published models, when the studies are those
    /// of a published split: in the paper's tables, or with =site-2025-09 in those of the public
    /// site of that date
    #[arg(long, value_name = "EDITION", value_parser = edition, num_args = 0..=1,
        require_equals = true, default_missing_value = "paper")]
    pub(crate) rank: Option<&'static Edition>,
    /// Score only the K-th of N shards of the studies, and write it to DIR for `rrgscore merge`:
    /// for several machines. Each of them reads all files
    #[arg(long, value_name = "K/N", conflicts_with = "rank")]
    pub(crate) shard: Option<Shard>,
    /// Also print each metric's mean and interval in groups of studies, and write them to
    /// groups.csv: by a field of the references such as view, sex or age (many numbers become
    /// bands), or by chexbert, the observations that CheXbert found in the reference. May be
    /// repeated
    #[arg(long, value_name = "FIELD", conflicts_with = "shard")]
    pub(crate) group_by: Vec<String>,
    /// Exit with 1 when the doctor has warnings or a study could not be scored
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The files are those that one run over all studies would have written, to the byte. A shard that
/// is missing, there twice or of another run is refused.
///
/// Exit codes: 0 merged; 2 bad input or usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore score --predictions model.json --references ref.json --shard 1/2 --out shards/
  rrgscore score --predictions model.json --references ref.json --shard 2/2 --out shards/
  rrgscore merge shards/ --out scores/")]
pub(crate) struct Merge {
    /// Folders that hold all shards of a run, or their files
    #[arg(required = true, value_name = "DIR")]
    pub(crate) shards: Vec<PathBuf>,
    /// Where to write what `rrgscore score` writes
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print where each metric would rank among the published models, when the studies are those
    /// of a published split: in the paper's tables, or with =site-2025-09 in those of the public
    /// site of that date
    #[arg(long, value_name = "EDITION", value_parser = edition, num_args = 0..=1,
        require_equals = true, default_missing_value = "paper")]
    pub(crate) rank: Option<&'static Edition>,
}

/// Exit codes: 0 the same numbers; 1 other numbers or another signature; 2 bad input or usage.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The summary.json of an earlier run; its profile, task, missing policy and metrics are used
    #[arg(value_name = "SUMMARY.json")]
    pub(crate) summary: PathBuf,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
}

/// Each further run is compared with the first one, study by study as their ids say: the difference
/// of the means with a 95 % interval by paired bootstrap, and a p-value by paired approximate
/// randomization, adjusted for the number of metrics by Holm's method.
///
/// Exit codes: 0 compared; 1 stopped; 2 bad input or usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore compare scores/baseline scores/model-a scores/model-b --format latex")]
pub(crate) struct Compare {
    /// Folders that `rrgscore score` wrote, or share files
    #[arg(required = true, num_args = 2.., value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// What is printed: a table per run; json or csv with every digit; markdown or latex, a table
    /// for a paper
    #[arg(long, value_enum, default_value_t = ComparisonFormat::Table,
        value_name = "table|json|csv|markdown|latex", hide_possible_values = true)]
    pub(crate) format: ComparisonFormat,
    /// Resamples of the bootstrap, and exchanges of the randomization
    #[arg(long, default_value_t = 10_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) resamples: u32,
    /// Seed of the random draws: the same seed gives the same numbers everywhere
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) seed: u64,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ComparisonFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Latex,
}

/// Prints the best and the worst studies of each metric, and how every two metrics go together over
/// the studies that have both scores.
///
/// Exit codes: 0 printed; 2 bad input or usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore explore scores/model-a --correlation kendall --studies 10")]
pub(crate) struct Explore {
    /// A folder that `rrgscore score` wrote, or a share file
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The coefficient of correlation
    #[arg(long, default_value = "spearman", value_name = "pearson|spearman|kendall",
        value_parser = correlation_method)]
    pub(crate) correlation: CorrelationMethod,
    /// How many studies at each end of a metric
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) studies: usize,
    /// Print JSON with every digit in place of tables
    #[arg(long)]
    pub(crate) json: bool,
}

/// Scores a made-up report beside itself with one thing changed: paraphrased, a negation flipped, a
/// side swapped, a severity changed, a sentence dropped, its words shuffled, and beside another
/// study's report.
///
/// Exit codes: 0 scored; 1 a pack does not load; 2 bad input or usage.
#[derive(Debug, clap::Args)]
pub(crate) struct Sanity {
    /// Whose definitions: rexrank, radeval or coco
    #[arg(long, default_value = "rexrank", value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: Profile,
    /// Metrics, separated by commas, as for `rrgscore score`
    #[arg(long, value_delimiter = ',', default_value = USUAL, value_name = "LIST")]
    pub(crate) metrics: Vec<String>,
    /// The folder with the model packs [default: what `cargo xtask setup` has built]
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
}

/// Prints a run in a form to be passed on, made of its scores and its summary alone: none holds
/// report text.
///
/// Exit codes: 0 printed; 2 bad input or usage.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  rrgscore export scores/model-a --as share > model-a.share.json")]
pub(crate) struct Export {
    /// A folder that `rrgscore score` wrote, or a share file
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The form: a paragraph for a paper's methods, a table in Markdown or LaTeX, a row of a
    /// published table in JSON, or scores and summary in one file
    #[arg(long = "as", value_name = "methods|markdown|latex|leaderboard-row|share")]
    pub(crate) form: rrgscore_results::RunExport,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Radcliq {
    /// A CSV table with the columns radgraph_combined, bertscore, semb_score and bleu_score
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) components: PathBuf,
}

/// What is read, and what it is read with.
#[derive(Debug, clap::Args)]
pub(crate) struct Inputs {
    /// The file with the model's reports (it may hold the references too)
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: PathBuf,
    /// A file with the references, or a split's name: iu-xray-test, sample. Left out when the
    /// predictions file holds the references
    #[arg(long, value_name = "FILE|SPLIT")]
    pub(crate) references: Option<String>,
    /// RadGraph annotations in the official JSON form, by study id: the predictions', then the
    /// references'; used instead of a RadGraph pack
    #[arg(long, value_name = "PRED.json,REF.json", value_delimiter = ',', num_args = 1)]
    pub(crate) radgraph_annotations: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) answers: AnswerFiles,
    /// Keep what models find in the reports in this file and begin with what it holds, so that a
    /// run that was stopped, or one with more metrics, does not read a report twice. BERTScore's
    /// embeddings are too large to be kept. It holds words of the reports: protect it as you
    /// protect them
    #[arg(long, value_name = "FILE")]
    pub(crate) annotations: Option<PathBuf>,
    /// The folder with the model packs [default: what `cargo xtask setup` has built]
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
    /// The folder with the built-in splits [default: what `cargo xtask setup` has fetched]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Threads that run models [default: the number of cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) joining: Joining,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The files: predictions first, then references (or a split's name), if any
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// What will be compared
    #[arg(long, default_value_t = Task::Report, value_name = "findings|impression|report")]
    pub(crate) task: Task,
    /// What will be done about missing predictions
    #[arg(long, default_value_t = MissingPolicy::Refuse, value_name = "refuse|empty|exclude")]
    pub(crate) missing: MissingPolicy,
    /// The folder with the built-in splits [default: what `cargo xtask setup` has fetched]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) joining: Joining,
}

/// Overrides of what is guessed about the files; for the references each as --reference-…
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Overrides of what is guessed about the files")]
pub(crate) struct Reading {
    /// The predictions' format: rexrank-json, json-map, json-list, json-envelope, json-splits,
    /// json-columns, json-table, jsonl, csv, tsv, lines (one report per line)
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(crate) format: Option<Format>,
    /// Which column or key of the predictions plays a role, e.g. prediction=report_text, or by
    /// number prediction=#2; may be repeated. Roles: id, prediction, reference, findings,
    /// impression, predicted-findings, predicted-impression, report, split
    #[arg(long = "column", value_name = "ROLE=NAME", value_parser = role_and_name)]
    pub(crate) columns: Vec<(Role, String)>,
    /// How the predictions' characters are written: utf-8, utf-16le, utf-16be, windows-1252
    #[arg(long, value_name = "ENCODING", value_parser = encoding)]
    pub(crate) encoding: Option<TextEncoding>,
    /// What separates the columns of the predictions' table: one character, or tab
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<char>,
    /// The first line of the predictions' table is a study; columns are named by number
    #[arg(long)]
    pub(crate) no_header: bool,
    /// The same for the references
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(crate) reference_format: Option<Format>,
    /// The same for the references
    #[arg(long = "reference-column", value_name = "ROLE=NAME", value_parser = role_and_name)]
    pub(crate) reference_columns: Vec<(Role, String)>,
    /// The same for the references
    #[arg(long, value_name = "ENCODING", value_parser = encoding)]
    pub(crate) reference_encoding: Option<TextEncoding>,
    /// The same for the references
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) reference_delimiter: Option<char>,
    /// The same for the references
    #[arg(long)]
    pub(crate) reference_no_header: bool,
}

/// How predictions and references are brought together.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "How predictions and references are brought together")]
pub(crate) struct Joining {
    /// exact: ids are the same when they are the same text; loose: also when they differ only by
    /// white space around them, case, folders, a file ending, a prefix, zeros in front or a .0.
    /// The choice is recorded in the result
    #[arg(long, default_value = "exact", value_name = "exact|loose", value_parser = id_matching)]
    pub(crate) join_ids: IdMatching,
    /// Studies that stand more than once in a file with different texts: refuse to score, take
    /// the first text, or drop the study. The choice is recorded in the result
    #[arg(long, default_value = "refuse", value_name = "refuse|first|drop", value_parser = repeated)]
    pub(crate) repeated_ids: RepeatedIds,
}

impl Joining {
    /// As `data` takes it.
    pub(crate) fn options(self) -> JoinOptions {
        JoinOptions { ids: self.join_ids, repeated: self.repeated_ids }
    }
}

fn id_matching(text: &str) -> Result<IdMatching, String> {
    let found = IdMatching::ALL.into_iter().find(|known| known.as_str() == text);
    found.ok_or_else(|| "there are: exact, loose".to_owned())
}

fn repeated(text: &str) -> Result<RepeatedIds, String> {
    let found = RepeatedIds::ALL.into_iter().find(|known| known.as_str() == text);
    found.ok_or_else(|| "there are: refuse, first, drop".to_owned())
}

fn encoding(text: &str) -> Result<TextEncoding, UnknownName> {
    text.parse()
}

/// An edition of the leaderboard, by its id.
fn edition(id: &str) -> Result<&'static Edition, String> {
    let known = || embedded().editions.iter().map(|edition| edition.id.as_str());
    let list = || format!("there are: {}", known().collect::<Vec<_>>().join(", "));
    embedded().edition(id).ok_or_else(list)
}

fn delimiter(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (text, characters.next(), characters.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        (_, Some(one), None) if one.is_ascii() => Ok(one),
        _ => Err("write one ASCII character, or tab".to_owned()),
    }
}

fn role_and_name(text: &str) -> Result<(Role, String), String> {
    let (role, name) = text.split_once('=').ok_or("write it as ROLE=NAME")?;
    let role = role.parse().map_err(|error: UnknownName| error.to_string())?;
    Ok((role, name.to_owned()))
}

/// The help of `--metrics`: every name and id, from the table of metrics.
fn metrics_help() -> String {
    let profile = Profile::default();
    let usual = Metric::listed(profile).filter(|metric| metric.is_usual(profile));
    let usual: Vec<&str> = usual.filter_map(|m| Some(m.listing(profile)?.name)).collect();
    let all: Vec<&str> = names(profile).collect();
    format!(
        "Metrics, separated by commas. A name means the profile's own column, else the one of that \
         id. `{USUAL}`: the profile's usual columns, as far as they can be computed ({}); \
         `{ALL_AVAILABLE}`: all of the profile's that can be computed. GREEN, FineRadScore and CRIMSON come \
         with a judge's answers.\n\nThere are: {}",
        usual.join(", "),
        all.join(", ")
    )
}

fn cleaning(text: &str) -> Result<ReportCleaning, String> {
    ReportCleaning::from_id(text).ok_or_else(|| {
        format!("there are: {}", ReportCleaning::ALL.map(ReportCleaning::id).join(", "))
    })
}

fn profile(text: &str) -> Result<Profile, String> {
    Profile::from_id(text)
        .ok_or_else(|| format!("there are: {}", Profile::ALL.map(Profile::id).join(", ")))
}

fn correlation_method(text: &str) -> Result<CorrelationMethod, String> {
    let there =
        || format!("there are: {}", CorrelationMethod::ALL.map(|it| it.as_str()).join(", "));
    CorrelationMethod::from_name(text).ok_or_else(there)
}

fn format(text: &str) -> Result<Format, UnknownName> {
    text.parse()
}
