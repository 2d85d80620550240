//! The table of judges: a row for each metric that needs one.

use rrgscore_metrics::{crimson, fineradscore, green};

use crate::JudgeMetric;

/// What is particular to asking for one metric. Its names stand apart, because the page, which asks
/// nobody, links what a row points at; how answers are read stands in `results`.
pub(crate) struct JudgeSpec {
    /// The built-in wording: its name, which changes with the text, and the text.
    pub(crate) template: (&'static str, &'static str),
    /// The reference and the candidate as the official code enters them into the prompt.
    pub(crate) slots: fn(&str, &str) -> (String, String),
    /// Whether the official code tells the judge of the patient.
    pub(crate) tells_context: bool,
    /// Longest answer in tokens.
    pub(crate) max_tokens: u64,
    /// Calls for one request, at most.
    pub(crate) max_calls: usize,
    /// Whether the official code asks again after this answer.
    pub(crate) asks_again: fn(&str) -> bool,
}

impl JudgeMetric {
    pub(crate) fn spec(self) -> &'static JudgeSpec {
        match self {
            Self::Green => &GREEN,
            Self::Fineradscore => &FINERADSCORE,
            Self::Crimson => &CRIMSON,
        }
    }
}

static GREEN: JudgeSpec = JudgeSpec {
    template: ("rrgscore-green-1", include_str!("templates/green.txt")),
    slots: |reference, candidate| (green::prompt_slot(reference), green::prompt_slot(candidate)),
    tells_context: false,
    // The official model has 2048 for prompt and answer together, which this interface cannot ask for.
    max_tokens: 2048,
    // The first answer counts as it is.
    max_calls: 1,
    asks_again: |_| false,
};

/// Sources: FineRadScore `run_rexval_experiments.py`; the length is that of its Claude driver.
static FINERADSCORE: JudgeSpec = JudgeSpec {
    template: ("rrgscore-fineradscore-1", include_str!("templates/fineradscore.txt")),
    slots: |reference, candidate| (reference.to_owned(), fineradscore::number_lines(candidate)),
    tells_context: false,
    max_tokens: 1024,
    max_calls: fineradscore::MAX_CALLS,
    asks_again: |answer| fineradscore::parse(answer).is_err_and(|error| error.is_asked_again()),
};

/// Sources: CRIMSON `evaluate_reports.py`; the length is that of its local driver.
static CRIMSON: JudgeSpec = JudgeSpec {
    template: ("rrgscore-crimson-2", include_str!("templates/crimson.txt")),
    slots: |reference, candidate| (reference.to_owned(), candidate.to_owned()),
    tells_context: true,
    max_tokens: 8192,
    max_calls: crimson::MAX_CALLS,
    asks_again: |answer| crimson::parse(crimson::CrimsonReader::Official, answer).is_err(),
};
