//! Why a judge's answers cannot be used.

use rrgscore_judge::AnswerFileError;

/// Studies that a message names at most.
const NAMED: usize = 5;

/// Why a file of answers cannot be used. Names lines and studies, never an answer's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JudgedError {
    /// The column is not scored from a judge's answers.
    #[error("{title} is not scored from a judge's answers")]
    NoColumn {
        /// The column's name.
        title: &'static str,
    },
    /// The bytes are no text.
    #[error("the {title} answers are not a text file in UTF-8")]
    NotText {
        /// The metric's name.
        title: &'static str,
    },
    /// A line cannot be used.
    #[error("{title} answers: {source}")]
    Answers {
        /// The metric's name.
        title: &'static str,
        /// Which line, and why.
        source: AnswerFileError,
    },
    /// The file beside the answers is another one.
    #[error(
        "{title} answers: the file that goes with them is not the `.studies.json` that \
         `rrgscore judge prepare` writes beside its requests"
    )]
    BadStudies {
        /// The metric's name.
        title: &'static str,
    },
    /// The requests were made for another metric.
    #[error("these are answers for {other}, not for {title}")]
    OtherMetric {
        /// The metric that answers are wanted for.
        title: &'static str,
        /// The one that they were given for.
        other: &'static str,
    },
    /// No study of the run is in the file.
    #[error(
        "the {title} answers are for {found} studies, none of which is scored here; are the ids \
         the same as in the predictions?"
    )]
    NoStudy {
        /// The metric's name.
        title: &'static str,
        /// Studies in the file.
        found: usize,
    },
    /// Studies have no answer, and missing ones are refused.
    #[error(
        "{} of {of} studies have no {title} answer: {}. Ask the judge for these, or choose \
         another policy for missing studies than to refuse, which leaves them out of the column",
        studies.len(), named(studies)
    )]
    Unanswered {
        /// The metric's name.
        title: &'static str,
        /// Studies of the run.
        of: usize,
        /// Those without an answer.
        studies: Vec<String>,
    },
}

fn named(studies: &[String]) -> String {
    let first = studies.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match studies.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
