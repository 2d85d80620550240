//! What summaries and exports read of studies that were scored.

use rrgscore_metrics::chexbert_labels::Labels;

use crate::judged::JudgeSummary;
use crate::metric::Metric;
use crate::run::{Column, Run};
use crate::settings::Settings;
use crate::summary::TextCounts;

/// Studies and what they scored, without their reports: a [`Run`], or the shards of one brought
/// together ([`crate::shard::MergedRun`]). Summaries and tables are made of either by the same code,
/// and so are the same to the byte.
pub trait ScoredSet {
    /// What was asked for.
    fn settings(&self) -> &Settings;

    /// The studies' ids, in input order.
    fn ids(&self) -> impl ExactSizeIterator<Item = &str>;

    /// The results, in the order of the settings.
    fn columns(&self) -> &[Column];

    /// Whether every study has a score or a failure in every column.
    fn is_complete(&self) -> bool;

    /// What a judge's answers for a column are like.
    fn judge(&self, metric: Metric) -> Option<&JudgeSummary>;

    /// Studies without a judge's answer for a column, besides those whose prediction is missing.
    fn missing_answers(&self, metric: Metric) -> u64;

    /// What stands out about the reports.
    fn text_counts(&self) -> TextCounts;

    /// Names of what cut reports into sentences, sorted, each once.
    fn sentence_splitters(&self) -> Vec<&str>;

    /// CheXbert's labels of each study's reference and candidate, in input order; `None` for a
    /// study of which one is not known. Empty unless a SembScore column is computed.
    fn chexbert_labels(&self) -> Vec<Option<[Labels; 2]>>;
}

impl ScoredSet for Run {
    fn settings(&self) -> &Settings {
        self.settings()
    }

    fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.pairs().iter().map(|pair| pair.id.as_str())
    }

    fn columns(&self) -> &[Column] {
        self.columns()
    }

    fn is_complete(&self) -> bool {
        self.is_complete()
    }

    fn judge(&self, metric: Metric) -> Option<&JudgeSummary> {
        self.judge(metric)
    }

    fn missing_answers(&self, metric: Metric) -> u64 {
        self.missing_answers(metric)
    }

    fn text_counts(&self) -> TextCounts {
        TextCounts::of(self.pairs())
    }

    fn sentence_splitters(&self) -> Vec<&str> {
        self.sentence_splitters()
    }

    fn chexbert_labels(&self) -> Vec<Option<[Labels; 2]>> {
        self.chexbert_labels()
    }
}
