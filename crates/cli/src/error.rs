//! What ends the command with exit code 2: one type, turned into one line at the edge.

use rrgscore_packs::Purpose;
use std::path::PathBuf;

use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_native::NativeError;
use rrgscore_results::{CompareError, ComponentsError, ExportError, GroupingError};
use rrgscore_scoring::given::GivenError;
use rrgscore_scoring::metric::SelectionError;
use rrgscore_scoring::shard::{MergeError, ShardFileError};
use rrgscore_session::{AnswersProblem, CheckError, CheckFailed, StartError};

use crate::hints::{Options, with_option};
use crate::judge::JudgeError;

/// Why nothing was scored. No message holds report text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A file or a pack of the user's cannot be used.
    #[error("{0}")]
    Native(#[from] NativeError),
    /// Predictions and references do not go together.
    #[error("{0}")]
    Check(#[from] Box<CheckFailed>),
    /// The run cannot start.
    #[error("{0}")]
    Start(StartError),
    /// A judge's answers that cannot be used.
    #[error("{option}: {source}")]
    Answers { option: String, source: AnswersProblem },
    /// A summary of a profile that this version does not know.
    #[error("{path}: no profile is called `{profile}` in this version")]
    UnknownProfile { path: PathBuf, profile: String },
    /// No such kind of pack.
    #[error(
        "nothing is called `{given}`; there are: {}", Purpose::ALL.map(Purpose::id).join(", ")
    )]
    NoSuchArch { given: String },
    /// Packs cannot be held against published values.
    #[error(transparent)]
    Prove(#[from] rrgscore_native::packs::ProveError),
    /// No folder for packs is known.
    #[error("no folder with packs is known here; name one")]
    NoPacksFolder,
    /// The results cannot be written.
    #[error("{0}")]
    Report(#[from] ExportError),
    /// No file in a folder is one of a shard.
    #[error("{path} holds no shard; `rrgscore score --shard K/N --out {path}` writes one")]
    NoShards { path: PathBuf },
    /// A file of a shard that cannot be used.
    #[error("{path}: {source}")]
    ShardFile { path: PathBuf, source: ShardFileError },
    /// Shards do not make a run.
    #[error("{0}")]
    Merge(#[from] MergeError),
    /// A judge is not asked, or not to the end.
    #[error("{0}")]
    Judge(#[from] JudgeError),
    /// One file of annotations instead of two.
    #[error(
        "--radgraph-annotations needs two files, separated by a comma: the predictions' and the \
         references'"
    )]
    OneAnnotationFile,
    /// Annotations that cannot be used.
    #[error("--radgraph-annotations: {0}")]
    Given(#[from] GivenError),
    /// More than answers and the studies they are for.
    #[error(
        "{option} takes one file of answers and, behind a comma, the file of studies that \
         `judge prepare` wrote"
    )]
    TooManyAnswerFiles { option: String },
    /// A table of components that cannot be used.
    #[error("{path}: {source}")]
    Components { path: PathBuf, source: Box<ComponentsError> },
    /// A file that is no summary.
    #[error("{path}: {source}")]
    Summary { path: PathBuf, source: ExportError },
    /// Runs that cannot be compared.
    #[error("{0}")]
    Compare(#[from] CompareError),
    /// Studies cannot be put into groups.
    #[error("--group-by: {0}")]
    Grouping(#[from] GroupingError),
    /// A signal handler could not be set.
    #[error("Ctrl-C cannot be handled: {0}")]
    Signal(#[from] ctrlc::Error),
    /// The findings cannot be printed.
    #[error("the findings cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Answers { judge, problem } => {
                Self::Answers { option: answers_option(judge), source: problem }
            }
            error => Self::Start(error),
        }
    }
}

/// The option that takes a judge's answers.
pub(crate) fn answers_option(judge: Judge) -> String {
    format!("--{}-responses", judge.id())
}

impl CliError {
    /// What the user can do about it, where that is known, by the options that the command has.
    pub(crate) fn hint(&self, options: Options) -> Option<String> {
        let hint = match self {
            Self::Native(NativeError::Read { source, .. }) => {
                with_option(source.hint(), source.control(), options)
            }
            Self::Check(failed) => hint_of(failed, options),
            Self::Start(StartError::Check(failed)) => hint_of(failed, options),
            Self::Start(StartError::Metrics(error)) => selection_hint(error),
            Self::Merge(MergeError::Missing { .. }) => {
                "Score what is missing with --shard, as the others were, or name all folders that \
                 hold shards."
                    .to_owned()
            }
            Self::Merge(MergeError::OtherRun { .. } | MergeError::OtherCut { .. }) => {
                "All shards of a run are of the same files, packs and options; leave those of other \
                 runs out."
                    .to_owned()
            }
            _ => String::new(),
        };
        (!hint.is_empty()).then_some(hint)
    }
}

fn selection_hint(error: &SelectionError) -> String {
    match error {
        SelectionError::PacksMissing { .. } => {
            "Build them with `rrgscore packs build`, or name the folder that holds them: --packs DIR"
                .to_owned()
        }
        SelectionError::NoAnswers { judge, .. } => {
            format!("Give {} FILE; docs/judges.md says how to get them.", answers_option(*judge))
        }
        SelectionError::Unknown { .. } | SelectionError::Absent(_) | SelectionError::Empty => {
            String::new()
        }
    }
}

fn hint_of(failed: &CheckFailed, options: Options) -> String {
    match &failed.error {
        CheckError::Align(error) => with_option(&error.hint(), error.control(), options),
        CheckError::NoPredictions => String::new(),
    }
}
