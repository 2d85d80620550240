//! Brings the studies of two files together; [`crate::align`] and the doctor both start here.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::alignment::{Counts, JoinedBy, ReferenceSource};
use crate::error::{AlignError, Side};
use crate::finding::Finding;
use crate::follow::task_for;
use crate::ids::{Doubt, pair_up, within_rows};
use crate::options::{JoinOptions, RepeatedIds};
use crate::record::{Dataset, Record};
use crate::shape::Kind;
use crate::task::Task;
use crate::texts::{Reference, TaskText, Texts};

/// One study that has a reference text; or, when there are no references at all, one that
/// has a prediction text.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) reference: Option<TaskText<'a>>,
    pub(crate) candidate: Option<TaskText<'a>>,
    /// The place of the reference's record in its file, or the prediction's where there is none.
    pub(crate) record: usize,
}

/// Study ids by what happened to them, in file order.
#[derive(Debug, Default)]
pub(crate) struct Groups<'a> {
    /// The record is there, its text is not.
    pub(crate) empty_predictions: Vec<Cow<'a, str>>,
    pub(crate) extra_predictions: Vec<Cow<'a, str>>,
    pub(crate) missing_references: Vec<Cow<'a, str>>,
    /// The report is there, the section of the task is not.
    pub(crate) without_section: Vec<Cow<'a, str>>,
    pub(crate) both_sections_missing: Vec<Cow<'a, str>>,
    pub(crate) repeated_ids: Vec<Cow<'a, str>>,
    pub(crate) duplicate_predictions: Vec<Cow<'a, str>>,
    pub(crate) duplicate_references: Vec<Cow<'a, str>>,
    /// Studies with different texts that were asked to be decided.
    pub(crate) first_taken: Vec<Cow<'a, str>>,
    pub(crate) repeated_dropped: Vec<Cow<'a, str>>,
}

/// Two files brought together, before any policy on missing predictions.
#[derive(Debug)]
pub(crate) struct Joined<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) groups: Groups<'a>,
    /// `scored`, `missing` and what depends on the policy are not filled in yet.
    pub(crate) counts: Counts,
    pub(crate) source: Option<ReferenceSource>,
    pub(crate) by: JoinedBy,
    /// Whether there was more than one field of ids to choose from.
    pub(crate) had_choice: bool,
    /// Why the ids that joined may not be enough.
    pub(crate) doubt: Option<Doubt>,
    /// The task that the files can serve.
    pub(crate) task: Task,
    /// That the task is not the one asked for.
    pub(crate) follows: Option<Finding>,
    /// The splits that the references were restricted to, if they were.
    pub(crate) splits: Vec<&'a str>,
    /// The ids of the references as they were joined, those of other splits left out.
    pub(crate) known: Vec<Cow<'a, str>>,
    /// Why nothing can be scored, most telling first.
    pub(crate) errors: Vec<AlignError>,
}

/// A record and what it is joined by.
#[derive(Clone, Debug)]
struct Keyed<'a> {
    key: Cow<'a, str>,
    record: &'a Record,
}

impl<'a> Joined<'a> {
    /// Ids of studies with a reference text and no prediction text, in output order.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .filter(|row| row.reference.is_some() && row.candidate.is_none())
            .map(|row| row.id.as_ref())
    }

    /// The refusal of missing predictions, if there are any.
    pub(crate) fn refusal(&self) -> Option<AlignError> {
        let count = self.missing().count() as u64;
        (count > 0).then(|| AlignError::MissingPredictions {
            count,
            of: self.rows.len() as u64,
            studies: self.missing().take(Finding::MAX_STUDIES).map(str::to_owned).collect(),
        })
    }
}

/// Brings `predictions` together with `references`, or with the references inside.
pub(crate) fn join<'a>(
    predictions: &'a Dataset,
    references: Option<&'a Dataset>,
    task: Task,
    options: JoinOptions,
) -> Joined<'a> {
    let mut joined = Joined {
        rows: Vec::new(),
        groups: Groups::default(),
        counts: Counts::default(),
        source: None,
        by: JoinedBy::Record,
        had_choice: false,
        doubt: None,
        task,
        follows: None,
        splits: Vec::new(),
        known: Vec::new(),
        errors: Vec::new(),
    };
    let kind = predictions.shape.kind;
    let is_reference_file = kind == Kind::ReferencesById
        && !(predictions.has_sections_as_predictions()
            && references.is_some_and(|references| references.shape.kind != Kind::PredictionsById));
    let pairs = kind.has_references_inside() && references.is_none();
    let sides = [Some((predictions, Side::Predictions)), references.map(|r| (r, Side::References))];
    for (dataset, side) in sides.into_iter().flatten() {
        joined.errors.extend(within_rows(dataset, side, pairs).err());
    }
    match (kind, references) {
        _ if is_reference_file => joined.errors.push(AlignError::NoPredictions),
        (Kind::PairList, Some(_)) => {
            joined.errors.push(AlignError::ReferencesForPairList);
            joined.pair_list(predictions);
        }
        (Kind::PairList, None) => joined.pair_list(predictions),
        (Kind::PredictionsAndReferencesById, None) => {
            joined.inside(predictions, options);
        }
        (_, Some(references)) if references.shape.kind == Kind::PredictionsById => {
            joined.errors.push(AlignError::NoReferencesInFile);
            joined.predictions_alone(predictions, options);
        }
        (_, Some(references)) => joined.separate(predictions, references, options),
        (_, None) => {
            joined.errors.push(AlignError::NoReferences);
            joined.predictions_alone(predictions, options);
        }
    }
    joined
}

impl<'a> Joined<'a> {
    fn pair_list(&mut self, predictions: &'a Dataset) {
        self.source = Some(ReferenceSource::Inside);
        let texts = Texts::new(predictions, self.task);
        let mut seen: HashMap<&str, u64> = HashMap::new();
        for record in &predictions.records {
            let times = seen.entry(&record.id).or_default();
            *times += 1;
            if *times == 2 {
                self.groups.repeated_ids.push(Cow::Borrowed(&record.id));
            }
            let id = Cow::Borrowed(record.id.as_str());
            self.study(id, record, texts, Some((record, texts)));
        }
        let rows = predictions.records.len() as u64;
        self.counts.predictions = rows;
        self.counts.references = rows;
        self.nothing_left();
    }

    /// A file alone: what can be said of it without references.
    fn predictions_alone(&mut self, predictions: &'a Dataset, options: JoinOptions) {
        let texts = Texts::new(predictions, self.task);
        let same = |a: &'a Record, b: &'a Record| texts.same_candidate(a, b);
        let studies = self.distinct(own_keys(predictions), Side::Predictions, options, &same);
        self.counts.predictions = studies.len() as u64;
        for Keyed { key, record } in studies {
            let candidate = texts.candidate(record);
            if candidate.is_none() {
                self.groups.empty_predictions.push(key);
            } else {
                let record = record.place();
                self.rows.push(Row { id: key, reference: None, candidate, record });
            }
        }
    }

    /// Decides which task the files can serve.
    fn follow(&mut self, predictions: &Dataset, references: Option<&Dataset>) -> bool {
        match task_for(self.task, predictions, references) {
            Ok((task, finding)) => {
                self.task = task;
                self.follows = finding;
                true
            }
            Err(error) => {
                self.errors.push(error);
                false
            }
        }
    }

    fn inside(&mut self, predictions: &'a Dataset, options: JoinOptions) {
        self.source = Some(ReferenceSource::Inside);
        if !self.follow(predictions, None) {
            return self.predictions_alone(predictions, options);
        }
        let texts = Texts::new(predictions, self.task);
        let same =
            |a: &'a Record, b: &'a Record| texts.same_candidate(a, b) && texts.same_reference(a, b);
        let studies = self.distinct(own_keys(predictions), Side::Predictions, options, &same);
        self.counts.predictions = studies.len() as u64;
        self.counts.references = studies.len() as u64;
        self.known = studies.iter().map(|study| study.key.clone()).collect();
        for Keyed { key, record } in studies {
            self.study(key, record, texts, Some((record, texts)));
        }
        self.nothing_left();
    }

    fn separate(
        &mut self,
        predictions: &'a Dataset,
        references: &'a Dataset,
        options: JoinOptions,
    ) {
        self.source = Some(ReferenceSource::Separate);
        let keys = match pair_up(predictions, references, options) {
            Ok(keys) => keys,
            Err(error) => {
                self.errors.push(error);
                return self.predictions_alone(predictions, options);
            }
        };
        if !self.follow(predictions, Some(references)) {
            return self.predictions_alone(predictions, options);
        }
        self.by = keys.by;
        self.had_choice = keys.had_choice;
        self.doubt = keys.doubt;
        self.counts.joined_loosely = keys.loosely;
        let candidates = Texts::new(predictions, self.task);
        let texts = Texts::new(references, self.task);

        let keyed = |keys: Vec<Cow<'a, str>>, dataset: &'a Dataset| -> Vec<Keyed<'a>> {
            let records = keys.into_iter().zip(&dataset.records);
            records.map(|(key, record)| Keyed { key, record }).collect()
        };
        let predicted = keyed(keys.predictions, predictions);
        let known = keyed(keys.references, references);
        let known = self.of_the_split(known, &predicted, predictions, references);

        let same = |a: &'a Record, b: &'a Record| candidates.same_candidate(a, b);
        let predicted = self.distinct(predicted, Side::Predictions, options, &same);
        let same = |a: &'a Record, b: &'a Record| texts.same_reference(a, b);
        let known = self.distinct(known, Side::References, options, &same);
        self.counts.predictions = predicted.len() as u64;
        self.counts.references = known.len() as u64;
        self.known = known.iter().map(|study| study.key.clone()).collect();

        let dropped: HashSet<Cow<'a, str>> = self.groups.repeated_dropped.iter().cloned().collect();
        let by_key: HashMap<&str, &Keyed<'a>> =
            known.iter().map(|study| (study.key.as_ref(), study)).collect();
        for Keyed { key, record } in &predicted {
            match by_key.get(key.as_ref()) {
                _ if dropped.contains(key) => {}
                Some(reference) => self.study(
                    reference.key.clone(),
                    reference.record,
                    texts,
                    Some((record, candidates)),
                ),
                None => self.groups.extra_predictions.push(key.clone()),
            }
        }
        let predicted: HashSet<&str> = predicted.iter().map(|study| study.key.as_ref()).collect();
        for Keyed { key, record } in &known {
            if !predicted.contains(key.as_ref()) && !dropped.contains(key) {
                self.study(key.clone(), record, texts, None);
            }
        }
        self.counts.extra_predictions = self.groups.extra_predictions.len() as u64;
        self.nothing_left();
    }

    /// Keeps the references of the splits that the predictions are of.
    ///
    /// A split that holds all studies that both files know is taken alone; of several the one that
    /// the predictions say they are of; otherwise those that hold one of them are.
    fn of_the_split(
        &mut self,
        known: Vec<Keyed<'a>>,
        predicted: &[Keyed<'a>],
        predictions: &Dataset,
        references: &'a Dataset,
    ) -> Vec<Keyed<'a>> {
        if references.splits.len() < 2 {
            return known;
        }
        let predicted: HashSet<&str> = predicted.iter().map(|study| study.key.as_ref()).collect();
        let mut matched: Vec<HashSet<&str>> = vec![HashSet::new(); references.splits.len() + 1];
        let slot = |record: &Record| record.split.map_or(references.splits.len(), usize::from);
        let mut all: HashSet<&str> = HashSet::new();
        for study in known.iter().filter(|study| predicted.contains(study.key.as_ref())) {
            if let Some(ids) = matched.get_mut(slot(study.record)) {
                ids.insert(study.key.as_ref());
                all.insert(study.key.as_ref());
            }
        }
        let whole: Vec<usize> = (0..matched.len())
            .filter(|&at| matched.get(at).is_some_and(|ids| *ids == all))
            .collect();
        let taken: Vec<usize> = match whole.as_slice() {
            [one] => vec![*one],
            several => match several.iter().find(|&&at| {
                let name = references.splits.get(at);
                name.zip(predictions.only_split()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
            }) {
                Some(said) => vec![*said],
                None => (0..matched.len())
                    .filter(|&at| matched.get(at).is_some_and(|ids| !ids.is_empty()))
                    .collect(),
            },
        };
        if taken.is_empty() {
            return known;
        }
        self.splits =
            taken.iter().filter_map(|&at| references.splits.get(at)).map(String::as_str).collect();
        let before = known.len();
        let kept: Vec<_> =
            known.iter().filter(|study| taken.contains(&slot(study.record))).cloned().collect();
        self.counts.other_splits = (before - kept.len()) as u64;
        kept
    }

    /// Files one study away.
    fn study(
        &mut self,
        id: Cow<'a, str>,
        reference: &'a Record,
        reference_texts: Texts<'a>,
        prediction: Option<(&'a Record, Texts<'a>)>,
    ) {
        if reference_texts.both_sections_missing(reference) {
            self.groups.both_sections_missing.push(id.clone());
        }
        let text = match reference_texts.reference(reference) {
            Reference::Text(text) => text,
            Reference::NoSection => {
                self.groups.without_section.push(id);
                self.counts.missing_references += 1;
                match self.task {
                    Task::Impression => self.counts.without_impression += 1,
                    Task::Findings | Task::Report => self.counts.without_findings += 1,
                }
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
            (None, Some(_)) => self.groups.empty_predictions.push(id.clone()),
            (None, None) => {}
        }
        let record = reference.place();
        self.rows.push(Row { id, reference: Some(text), candidate, record });
    }

    /// The first record of each study; repetitions are noted.
    fn distinct(
        &mut self,
        records: Vec<Keyed<'a>>,
        side: Side,
        options: JoinOptions,
        is_same: &dyn Fn(&'a Record, &'a Record) -> bool,
    ) -> Vec<Keyed<'a>> {
        let mut first: HashMap<Cow<'a, str>, &'a Record> = HashMap::with_capacity(records.len());
        let mut studies = Vec::with_capacity(records.len());
        let mut same = Vec::new();
        let mut different: Vec<Cow<'a, str>> = Vec::new();
        let mut named: HashSet<Cow<'a, str>> = HashSet::new();
        for study in records {
            let Some(earlier) = first.get(&study.key) else {
                first.insert(study.key.clone(), study.record);
                studies.push(study);
                continue;
            };
            if is_same(earlier, study.record) {
                same.push(study.key);
            } else if named.insert(study.key.clone()) {
                different.push(study.key);
            }
        }
        self.counts.duplicates += same.len() as u64;
        match side {
            Side::Predictions => self.groups.duplicate_predictions = same,
            Side::References => self.groups.duplicate_references = same,
        }
        let count = different.len() as u64;
        match options.repeated {
            _ if different.is_empty() => {}
            RepeatedIds::Refuse => self.errors.push(AlignError::ConflictingStudies {
                side,
                count,
                studies: different
                    .iter()
                    .take(Finding::MAX_STUDIES)
                    .map(|id| id.as_ref().to_owned())
                    .collect(),
            }),
            RepeatedIds::First => {
                self.counts.first_taken += count;
                self.groups.first_taken.extend(different);
            }
            RepeatedIds::Drop => {
                self.counts.repeated_dropped += count;
                studies.retain(|study| !named.contains(&study.key));
                self.groups.repeated_dropped.extend(different);
            }
        }
        studies
    }

    /// Notes that no study is left to score.
    fn nothing_left(&mut self) {
        if !self.rows.is_empty() {
            return;
        }
        let no_section = self.counts.without_findings + self.counts.without_impression > 0;
        let reason = match self.task {
            Task::Findings if no_section => "no reference has a findings section",
            Task::Impression if no_section => "no reference has an impression section",
            _ => "no reference has a text",
        };
        self.errors.push(AlignError::NothingToScore { reason: reason.to_owned() });
    }
}

/// The records of a file by their own ids.
fn own_keys(dataset: &Dataset) -> Vec<Keyed<'_>> {
    let records = dataset.records.iter();
    records.map(|record| Keyed { key: Cow::Borrowed(record.id.as_str()), record }).collect()
}
