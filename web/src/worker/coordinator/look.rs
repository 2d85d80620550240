//! A run looked at closely: best and worst studies, groups of studies, which metrics go together,
//! and which studies are shown.

use rrgscore_data::{Code, thousands};
use rrgscore_metrics::chexbert_labels::OBSERVATIONS;
use rrgscore_results::{
    LabelFilter, LabelState, MetricExtremes, PlainTable, Results, ScoreRange, ScoredRun, Sort,
    StudyFilter, StudyGrouping, correlations, group_scores, groupings,
};
use rrgscore_stats::CorrelationMethod;

use super::results::NOT_SCORED;
use super::{Coordinator, CurrentRun, Out, failed, page};
use crate::protocol::coordinator::CoordinatorResponse;
use crate::protocol::look::{FormField, Look, LookPart, LookedRun, ShownTable};

/// Studies shown at either end of a metric.
const ENDS: usize = 5;

impl Coordinator {
    pub(super) fn look(&mut self, look: Look, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        page(CoordinatorResponse::Looked(run.looked(look)), out);
    }
}

impl CurrentRun {
    /// The scores by metric, put together once.
    pub(super) fn scores(&mut self) -> &ScoredRun {
        let (run, provenance) = (self.drive.run(), &self.provenance);
        let results = self.results.get_or_insert_with(|| Results::new(run, provenance, &[]));
        self.scores.get_or_insert_with(|| ScoredRun::of("", run, &results.summary))
    }

    fn looked(&mut self, Look([metric, by, method]): Look) -> LookedRun {
        let filter = self.filter_fields();
        let labels = self.drive.run().chexbert_labels();
        let names = groupings(&self.fields, &labels);
        let grouping = names
            .get(by as usize)
            .and_then(|name| StudyGrouping::named(name, &self.fields, &labels).ok());
        let scores = self.scores();
        let metrics = &scores.summary.metrics;
        let ends = metrics
            .get(metric as usize)
            .map(|metric| MetricExtremes::of(scores, metric.metric, ENDS).ends(scores));
        let groups = grouping.map(|grouping| group_scores(scores, &grouping).table(scores));
        let method = CorrelationMethod::ALL.get(method as usize).copied();
        // Of one metric there is nothing to tell.
        let together = method
            .filter(|_| metrics.len() > 1)
            .map(|method| correlations(scores, method).table(scores));
        let metrics = metrics.iter().map(|metric| metric.label.clone()).collect();
        let methods = CorrelationMethod::ALL.map(|method| method.label().to_owned()).to_vec();
        let mut parts = vec![
            part("Spread, best and worst studies", "Metric", metrics, ends),
            part("Groups of studies", "Studies by", names, groups),
        ];
        if together.is_some() {
            parts.push(part("Correlation between metrics", "Coefficient", methods, together));
        }
        LookedRun { parts, filter }
    }

    /// The fields of the filter; those that do not apply to this run have no label.
    fn filter_fields(&self) -> Vec<FormField> {
        let run = self.drive.run();
        let labelled = !run.chexbert_labels().is_empty();
        let is_cut = StudyFilter { truncated: true, ..StudyFilter::default() };
        let cut = is_cut.places(run, &self.findings).len();
        let flags: Vec<String> = self.flags().into_iter().map(|(_, words)| words).collect();
        let metrics = run.columns().iter().map(|column| column.metric.label().to_owned());
        let observations = OBSERVATIONS.iter().map(|name| (*name).to_owned());
        let states = LabelState::ALL.map(|state| state.label().to_owned()).to_vec();
        vec![
            field("Study id contains", true, Vec::new()),
            field("A report has the word", true, Vec::new()),
            field("Score of", true, any(metrics)),
            field("at least", true, Vec::new()),
            field("at most", true, Vec::new()),
            field("CheXbert finds", labelled, any(observations)),
            field("where", labelled, states),
            field(
                "Cut by a model",
                cut > 0,
                any([format!("only those ({})", thousands(cut as u64))]),
            ),
            field("Flagged by the check", !flags.is_empty(), any(flags)),
        ]
    }

    /// What the user has filled in as a filter; in words a number that is none.
    pub(super) fn study_filter(&self, values: &[String]) -> (StudyFilter, Option<String>) {
        let text = |at: usize| values.get(at).map_or("", |value| value.trim());
        // Of a choice the first option is "any".
        let choice = |at: usize| text(at).parse::<usize>().ok()?.checked_sub(1);
        let mut problem = None;
        let mut number = |at: usize| {
            // A comma as in French or German is a point.
            let number = text(at).replace(',', ".");
            let parsed = number.parse().ok().filter(|number: &f64| number.is_finite());
            if parsed.is_none() && !number.is_empty() {
                problem = Some("A range needs numbers, such as 0.25; this end is open.".to_owned());
            }
            parsed
        };
        let (low, high) = (number(3), number(4));
        let range = choice(2).map(|metric| ScoreRange { metric: metric as u32, low, high });
        if range.is_none() && (low.is_some() || high.is_some()) {
            problem = Some("Choose the metric whose score is meant.".to_owned());
        }
        let state = text(6).parse().ok().and_then(|at: usize| LabelState::ALL.get(at).copied());
        let label = choice(5).map(|observation| LabelFilter {
            observation: observation as u8,
            state: state.unwrap_or_default(),
        });
        let flagged = choice(8).and_then(|at| Some(self.flags().get(at)?.0));
        let filter = StudyFilter {
            id: text(0).to_owned(),
            word: text(1).to_owned(),
            range,
            label,
            truncated: choice(7).is_some(),
            flagged,
        };
        (filter, problem)
    }

    /// What the check named studies of this run for, in words with their number.
    fn flags(&self) -> Vec<(Code, String)> {
        let mut flags: Vec<(Code, String)> = Vec::new();
        for finding in self.findings.iter().filter(|finding| !finding.studies.is_empty()) {
            let filter = StudyFilter { flagged: Some(finding.code), ..StudyFilter::default() };
            let studies = filter.places(self.drive.run(), &self.findings).len();
            if studies == 0 || flags.iter().any(|(code, _)| *code == finding.code) {
                continue;
            }
            // A code is written as words with strokes between them.
            let code = serde_json::to_string(&finding.code).unwrap_or_default();
            let words = code.trim_matches('"').replace('_', " ");
            let (named, all) = (finding.studies.len() as u64, finding.count);
            // The check names no more than so many.
            let first = if named < all {
                format!(" of the first {}", thousands(named))
            } else {
                String::new()
            };
            flags.push((finding.code, format!("{words} ({}{first})", thousands(studies as u64))));
        }
        flags
    }

    /// The metrics over the studies that are shown, and over the others.
    pub(super) fn means_of_shown(&mut self, sort: Sort, filter: &StudyFilter) -> ShownTable {
        let run = self.drive.run();
        let mut shown = self.table.places(run, &self.findings, sort, filter).to_vec();
        shown.sort_unstable();
        let others =
            (0..run.pairs().len() as u32).filter(|place| shown.binary_search(place).is_err());
        let others = others.collect();
        let groups = vec![("shown".to_owned(), shown), ("not shown".to_owned(), others)];
        let grouping = StudyGrouping { by: "filter".to_owned(), groups, without: 0 };
        let scores = self.scores();
        group_scores(scores, &grouping).table(scores).into()
    }
}

fn part(title: &str, label: &str, options: Vec<String>, table: Option<PlainTable>) -> LookPart {
    LookPart {
        title: title.to_owned(),
        field: FormField { label: label.to_owned(), options },
        table: table.map(ShownTable::from).unwrap_or_default(),
    }
}

fn field(label: &str, applies: bool, options: Vec<String>) -> FormField {
    match applies {
        true => FormField { label: label.to_owned(), options },
        false => FormField::default(),
    }
}

fn any(more: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once("any".to_owned()).chain(more).collect()
}
