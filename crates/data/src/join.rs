//! Brings the studies of two files together; [`crate::align`] and the doctor both start here.

use std::collections::HashMap;

use crate::alignment::{Counts, ReferenceSource};
use crate::error::{AlignError, Side};
use crate::finding::Finding;
use crate::record::{Dataset, Record};
use crate::shape::Kind;
use crate::task::Task;
use crate::texts::{Reference, TaskText, Texts};

/// One study that has a reference text; or, when there are no references at all, one that
/// has a prediction text.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) id: &'a str,
    pub(crate) reference: Option<TaskText<'a>>,
    pub(crate) candidate: Option<TaskText<'a>>,
}

/// Study ids by what happened to them, in file order.
#[derive(Debug, Default)]
pub(crate) struct Groups<'a> {
    /// The record is there, its text is not.
    pub(crate) empty_predictions: Vec<&'a str>,
    /// No record at all.
    pub(crate) absent_predictions: Vec<&'a str>,
    pub(crate) extra_predictions: Vec<&'a str>,
    pub(crate) missing_references: Vec<&'a str>,
    pub(crate) without_findings: Vec<&'a str>,
    pub(crate) both_sections_missing: Vec<&'a str>,
    pub(crate) repeated_ids: Vec<&'a str>,
    pub(crate) duplicate_predictions: Vec<&'a str>,
    pub(crate) duplicate_references: Vec<&'a str>,
}

/// Two files brought together, before any policy.
#[derive(Debug)]
pub(crate) struct Joined<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) groups: Groups<'a>,
    /// `scored`, `missing` and what depends on the policy are not filled in yet.
    pub(crate) counts: Counts,
    pub(crate) source: Option<ReferenceSource>,
    /// Why nothing can be scored, most telling first.
    pub(crate) errors: Vec<AlignError>,
}

impl<'a> Joined<'a> {
    /// Ids of studies with a reference text and no prediction text, in output order.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'a str> {
        self.rows
            .iter()
            .filter(|row| row.reference.is_some() && row.candidate.is_none())
            .map(|row| row.id)
    }
}

/// Brings `predictions` together with `references`, or with the references inside.
pub(crate) fn join<'a>(
    predictions: &'a Dataset,
    references: Option<&'a Dataset>,
    task: Task,
) -> Joined<'a> {
    let mut joined = Joined {
        rows: Vec::new(),
        groups: Groups::default(),
        counts: Counts::default(),
        source: None,
        errors: Vec::new(),
    };
    let kind = predictions.shape.kind;
    match (kind, references) {
        (Kind::ReferencesById, _) => joined.errors.push(AlignError::NoPredictions),
        (Kind::PairList, Some(_)) => {
            joined.errors.push(AlignError::ReferencesForPairList);
            joined.pair_list(predictions, task);
        }
        (Kind::PairList, None) => joined.pair_list(predictions, task),
        (Kind::PredictionsAndReferencesById, None) => {
            joined.by_id(predictions, predictions, ReferenceSource::Inside, task);
        }
        (_, Some(references)) if references.shape.kind == Kind::PredictionsById => {
            joined.errors.push(AlignError::NoReferencesInFile);
            joined.predictions_alone(predictions, task);
        }
        (_, Some(references)) => {
            joined.by_id(predictions, references, ReferenceSource::Separate, task);
        }
        (_, None) => {
            joined.errors.push(AlignError::NoReferences);
            joined.predictions_alone(predictions, task);
        }
    }
    joined
}

impl<'a> Joined<'a> {
    fn pair_list(&mut self, predictions: &'a Dataset, task: Task) {
        self.source = Some(ReferenceSource::Inside);
        let texts = Texts::new(predictions, task);
        let mut seen: HashMap<&str, u64> = HashMap::new();
        for record in &predictions.records {
            let times = seen.entry(&record.id).or_default();
            *times += 1;
            if *times == 2 {
                self.groups.repeated_ids.push(&record.id);
            }
            self.study(record, texts, Some((record, texts)));
        }
        let rows = predictions.records.len() as u64;
        self.counts.predictions = rows;
        self.counts.references = rows;
        self.nothing_left(task);
    }

    fn predictions_alone(&mut self, predictions: &'a Dataset, task: Task) {
        let texts = Texts::new(predictions, task);
        let studies = self.distinct(predictions, texts, Side::Predictions, false);
        self.counts.predictions = studies.len() as u64;
        for record in studies {
            let candidate = texts.candidate(record);
            if candidate.is_none() {
                self.groups.empty_predictions.push(&record.id);
            } else {
                self.rows.push(Row { id: &record.id, reference: None, candidate });
            }
        }
    }

    fn by_id(
        &mut self,
        predictions: &'a Dataset,
        references: &'a Dataset,
        source: ReferenceSource,
        task: Task,
    ) {
        self.source = Some(source);
        let inside = source == ReferenceSource::Inside;
        let candidates = Texts::new(predictions, task);
        let reference_texts = Texts::new(references, task);
        let predicted = self.distinct(predictions, candidates, Side::Predictions, inside);
        let known = if inside {
            predicted.clone()
        } else {
            self.distinct(references, reference_texts, Side::References, true)
        };
        self.counts.predictions = predicted.len() as u64;
        self.counts.references = known.len() as u64;

        let by_id: HashMap<&str, &'a Record> =
            known.iter().map(|record| (record.id.as_str(), *record)).collect();
        let mut common = 0_u64;
        for record in &predicted {
            match by_id.get(record.id.as_str()) {
                Some(reference) => {
                    common += 1;
                    self.study(reference, reference_texts, Some((record, candidates)));
                }
                None => self.groups.extra_predictions.push(&record.id),
            }
        }
        let predicted_ids: HashMap<&str, ()> =
            predicted.iter().map(|record| (record.id.as_str(), ())).collect();
        for reference in known.iter().filter(|known| !predicted_ids.contains_key(known.id.as_str()))
        {
            self.study(reference, reference_texts, None);
        }
        self.counts.extra_predictions = self.groups.extra_predictions.len() as u64;
        if common == 0 {
            let hint = crate::doctor::ids::hint_for_disjoint_ids(&predicted, &known);
            self.errors.push(AlignError::NothingMatches { hint });
        } else {
            self.nothing_left(task);
        }
    }

    /// Files one study away.
    fn study(
        &mut self,
        reference: &'a Record,
        reference_texts: Texts<'a>,
        prediction: Option<(&'a Record, Texts<'a>)>,
    ) {
        let id = reference.id.as_str();
        if reference_texts.both_sections_missing(reference) {
            self.groups.both_sections_missing.push(id);
        }
        let text = match reference_texts.reference(reference) {
            Reference::Text(text) => text,
            Reference::NoFindings => {
                self.groups.without_findings.push(id);
                self.counts.without_findings += 1;
                self.counts.missing_references += 1;
                return;
            }
            Reference::Missing => {
                self.groups.missing_references.push(id);
                self.counts.missing_references += 1;
                return;
            }
        };
        let candidate = prediction.and_then(|(record, texts)| texts.candidate(record));
        match (&candidate, prediction) {
            (Some(_), _) => self.counts.matched += 1,
            (None, Some(_)) => self.groups.empty_predictions.push(id),
            (None, None) => self.groups.absent_predictions.push(id),
        }
        self.rows.push(Row { id, reference: Some(text), candidate });
    }

    /// The first record of each study; repetitions are noted.
    fn distinct(
        &mut self,
        dataset: &'a Dataset,
        texts: Texts<'a>,
        side: Side,
        references_too: bool,
    ) -> Vec<&'a Record> {
        let mut first: HashMap<&str, &'a Record> = HashMap::with_capacity(dataset.records.len());
        let mut studies = Vec::with_capacity(dataset.records.len());
        let mut same = Vec::new();
        let mut different = Vec::new();
        for record in &dataset.records {
            let Some(earlier) = first.get(record.id.as_str()) else {
                first.insert(&record.id, record);
                studies.push(record);
                continue;
            };
            let equal = match side {
                Side::Predictions => texts.same(earlier, record, references_too),
                Side::References => texts.same_reference(earlier, record),
            };
            let list: &mut Vec<&'a str> = if equal { &mut same } else { &mut different };
            list.push(&record.id);
        }
        self.counts.duplicates += same.len() as u64;
        match side {
            Side::Predictions => self.groups.duplicate_predictions = same,
            Side::References => self.groups.duplicate_references = same,
        }
        if !different.is_empty() {
            let mut named: HashMap<&str, ()> = HashMap::new();
            different.retain(|id| named.insert(*id, ()).is_none());
            self.errors.push(AlignError::ConflictingStudies {
                side,
                count: different.len() as u64,
                studies: different
                    .iter()
                    .take(Finding::MAX_STUDIES)
                    .map(|&id| id.to_owned())
                    .collect(),
            });
        }
        studies
    }

    /// Notes that no study is left to score.
    fn nothing_left(&mut self, task: Task) {
        if !self.rows.is_empty() {
            return;
        }
        let reason = match (task, self.counts.without_findings) {
            (Task::Findings, 1..) => "no reference has a findings section",
            _ => "no reference has a text",
        };
        self.errors.push(AlignError::NothingToScore { reason: reason.to_owned() });
    }
}
