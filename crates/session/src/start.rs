//! From checked pairs and a request to a run.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_data::{Finding, Kind, StudyField, StudyPair};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::given;
use rrgscore_scoring::judged::Judged;
use rrgscore_scoring::metric::{Available, Selection, SelectionError, USUAL, select};
use rrgscore_scoring::summary::{InputRef, PackRef, Provenance};
use rrgscore_scoring::{AnnotationStore, Metric, ReportCleaning, Run, Settings};
use rrgscore_text::clean::{R2GenData, r2gen};

use crate::error::StartError;
use crate::request::RunRequest;
use crate::session::Session;

/// Job numbers are the run's number followed by this many bits, below 2^53 for JavaScript's sake:
/// a late outcome of a dropped run is not taken for one of the next.
const JOBS_PER_RUN: u32 = 32;

/// A run that is planned, and where its inputs came from: what its summary is made of.
pub struct StartedRun {
    /// The run; hand it to a [`crate::drive::Drive`].
    pub run: Run,
    /// Counts, split, files, packs and notes for the summary.
    pub provenance: Provenance,
    /// Fields of the references that play no role, where they were kept
    /// ([`rrgscore_data::ReadOptions::fields`]): a value or none for each study.
    pub fields: Arc<[StudyField]>,
    /// What the doctor found.
    pub findings: Arc<[Finding]>,
}

/// A run of the columns that can be computed.
pub struct PossibleRun {
    /// The run; none if no column can.
    pub started: Option<StartedRun>,
    /// Of the others why not, in words.
    pub lacking: BTreeMap<Metric, String>,
}

impl Session {
    /// The columns that a request comes to, given the packs that are there, with notes on what was
    /// computed otherwise than one might think.
    ///
    /// # Errors
    /// An unknown name, or a column that lacks its pack or its answers.
    pub fn select(
        &self,
        request: &RunRequest,
        packs: &[PackRef],
    ) -> Result<Selection, SelectionError> {
        let names: Vec<&str> = request.metrics.iter().map(|name| name.trim()).collect();
        let names = if names.is_empty() { vec![USUAL] } else { names };
        select(&names, request.profile, &self.available(packs))
    }

    /// What there is to compute with: packs, annotations and answers that the user brought.
    pub(crate) fn available(&self, packs: &[PackRef]) -> Available {
        Available {
            packs: packs.iter().map(|pack| pack.purpose).collect(),
            graphs: self.graphs.are_complete(),
            answers: Judge::ALL
                .into_iter()
                .filter(|&judge| self.answers.are_there(judge))
                .collect(),
        }
    }

    /// Plans a run over the studies of the last check; checks first when task or policy are
    /// others. What models found in a text before is used where the pack is the same.
    ///
    /// `packs` are all that are there; those that the run uses stand in its provenance.
    /// `annotations_of_last` is called once nothing stands in the way any more: a last run that
    /// gives its annotations away here stays as it was when this one cannot start.
    ///
    /// # Errors
    /// [`StartError`]; the session is as before, and what was computed before is kept.
    pub fn start(
        &mut self,
        request: &RunRequest,
        packs: &[PackRef],
        annotations_of_last: impl FnOnce() -> AnnotationStore,
    ) -> Result<StartedRun, StartError> {
        self.check_for(request)?;
        let selected = self.select(request, packs)?;
        self.plan(request, selected, packs, annotations_of_last)
    }

    /// The same over exactly these columns and what they are combined from, whatever names the
    /// request has: for a skin whose user picks from [`Session::offers`], or that scores again what
    /// a summary names. No column is replaced by another.
    ///
    /// # Errors
    /// [`StartError`], as of [`Session::start`].
    pub fn start_exactly(
        &mut self,
        request: &RunRequest,
        metrics: &[Metric],
        packs: &[PackRef],
        annotations_of_last: impl FnOnce() -> AnnotationStore,
    ) -> Result<StartedRun, StartError> {
        self.check_for(request)?;
        let selected = Selection::exactly(metrics, &self.available(packs))?;
        self.plan(request, selected, packs, annotations_of_last)
    }

    /// The same over those of the columns that can be computed; why the others cannot, beside it.
    ///
    /// # Errors
    /// [`StartError`] where columns that can be computed alone cannot be together.
    pub fn start_possible(
        &mut self,
        request: &RunRequest,
        metrics: &[Metric],
        packs: &[PackRef],
    ) -> Result<PossibleRun, StartError> {
        let (mut ready, mut lacking) = (Vec::new(), BTreeMap::new());
        for &metric in metrics {
            match self.start_exactly(request, &[metric], packs, AnnotationStore::default) {
                Ok(_) => ready.push(metric),
                Err(reason) => {
                    lacking.insert(metric, reason.to_string());
                }
            }
        }
        let started = match ready.is_empty() {
            true => None,
            false => Some(self.start_exactly(request, &ready, packs, AnnotationStore::default)?),
        };
        Ok(PossibleRun { started, lacking })
    }

    fn check_for(&mut self, request: &RunRequest) -> Result<(), StartError> {
        if !self.checked.as_ref().is_some_and(|checked| checked.fits(request)) {
            self.check(request.task(), request.missing, request.join).map_err(Box::new)?;
        }
        Ok(())
    }

    fn plan(
        &mut self,
        request: &RunRequest,
        selected: Selection,
        packs: &[PackRef],
        annotations_of_last: impl FnOnce() -> AnnotationStore,
    ) -> Result<StartedRun, StartError> {
        let checked = self.checked.as_ref().ok_or(StartError::NotChecked)?;
        let pairs = checked.pairs.clone();
        let fields = checked.fields.clone();
        let findings = checked.alignment.findings.as_slice().into();
        // A list of pairs does not say which sections its reports are of; the user may.
        let kind = self.predictions.as_ref().map(|data| data.shape.kind);
        let as_given = kind == Some(Kind::PairList);
        let task = if as_given { request.task } else { Some(checked.alignment.task) };
        let mut provenance = Provenance::of(&checked.alignment);
        provenance.notes = selected.notes.iter().map(ToString::to_string).collect();
        if let Some(predictions) = &self.predictions {
            provenance.inputs = InputRef::of(predictions, self.references.as_ref());
        }

        let mut judged: Vec<Judged> = Vec::new();
        for &metric in &selected.metrics {
            let Some(judge) = metric.judge() else { continue };
            let how = (request.missing, request.clean_answers);
            let answers = self.answers.read((judge, metric), &pairs, how);
            match answers {
                Some(Ok(answers)) => judged.push(answers),
                Some(Err(problem)) => return Err(StartError::Answers { judge, problem }),
                None => return Err(SelectionError::NoAnswers { metric, judge }.into()),
            }
        }
        for input in judged.iter().flat_map(Judged::inputs) {
            // Two columns may read the same answers, each by its rules.
            if !provenance.answers.contains(input) {
                provenance.answers.push(input.clone());
            }
        }

        // What does not fit these studies stands in the way only of a column that needs it.
        let graphs = match selected.metrics.iter().any(|metric| metric.takes_given_graphs()) {
            true => self.graphs.read(&pairs)?,
            false => None,
        };
        let graphs = graphs.map(|(graphs, inputs)| {
            provenance.given_graphs = inputs;
            provenance.notes.extend(given::of_other_texts(&graphs, &pairs));
            graphs
        });

        let uses = |pack: &&PackRef| {
            let mut metrics = selected.metrics.iter();
            metrics.any(|metric| metric.packs(graphs.is_some()).contains(&pack.purpose))
        };
        provenance.packs = packs.iter().filter(uses).cloned().collect();

        let settings = Settings {
            profile: request.profile,
            task,
            missing: request.missing,
            cleaning: request.cleaning,
            metrics: selected.metrics,
        };
        let pairs = match request.cleaning {
            Some(cleaning) => {
                provenance.notes.push(cleaning.note().to_owned());
                cleaned(&pairs, cleaning)
            }
            None => pairs,
        };
        self.runs += 1;
        let mut annotations = std::mem::take(&mut self.annotations);
        annotations.absorb(annotations_of_last());
        let packs = &provenance.packs;
        let run = match self.shard {
            Some(shard) => Run::of_shard(settings, pairs, packs, annotations, graphs, shard),
            None => Run::with(settings, pairs, packs, annotations, graphs),
        };
        let run = run.numbered_from(self.runs << JOBS_PER_RUN);
        let run = judged.into_iter().fold(run, Run::with_answers);
        Ok(StartedRun { run, provenance, fields, findings })
    }
}

/// The studies with both reports cleaned. A report without a word stays as it is: R2Gen has none.
fn cleaned(pairs: &[StudyPair], cleaning: ReportCleaning) -> Arc<[StudyPair]> {
    let data = match cleaning {
        ReportCleaning::R2GenIuXray => R2GenData::IuXray,
        ReportCleaning::R2GenMimicCxr => R2GenData::MimicCxr,
    };
    let clean = |report: &str| match report.trim().is_empty() {
        true => report.to_owned(),
        false => r2gen(data, report),
    };
    let one = |pair: &StudyPair| StudyPair {
        id: pair.id.clone(),
        reference: clean(&pair.reference),
        candidate: clean(&pair.candidate),
    };
    pairs.iter().map(one).collect()
}

/// Whether a run that was stopped can go on with the packs that are there now: a column must not be
/// made by two packs.
///
/// # Errors
/// [`StartError::OtherPacks`], when a pack that the run uses is gone or another one.
pub fn can_go_on(provenance: &Provenance, packs: &[PackRef]) -> Result<(), StartError> {
    match provenance.packs.iter().find(|&used| !packs.contains(used)) {
        Some(gone) => Err(StartError::OtherPacks { purpose: gone.purpose }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rrgscore_data::{ReadOptions, Side, Task, read};
    use rrgscore_scoring::{Purpose, Summary};

    use super::*;

    const PAIRS: &str = r#"[{"id":"a","prediction":"no effusion","reference":"clear"}]"#;
    const PREDICTIONS: &str = "study_id,report\na,no effusion\n";

    fn task_of(files: &[(Side, &str)], task: Option<Task>) -> (Option<Task>, String) {
        let mut session = Session::new();
        for (side, text) in files {
            let data = read(text.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
            session.set(*side, data);
        }
        let request = RunRequest { task, metrics: vec!["bleu2".to_owned()], ..Default::default() };
        let started = session.start(&request, &[], AnnotationStore::default).unwrap();
        let summary = Summary::of(&started.run, &started.provenance);
        (summary.task, summary.signature)
    }

    #[test]
    fn pairs_that_are_given_have_the_task_that_the_user_names_and_no_other() {
        let (task, signature) = task_of(&[(Side::Predictions, PAIRS)], None);
        assert_eq!(task, None);
        assert!(signature.contains("|task:as-given|"), "{signature}");
        let (task, _) = task_of(&[(Side::Predictions, PAIRS)], Some(Task::Findings));
        assert_eq!(task, Some(Task::Findings));
        let files = [(Side::Predictions, PREDICTIONS), (Side::References, PREDICTIONS)];
        assert_eq!(task_of(&files, None).0, Some(Task::Report));
    }

    /// Texts and value of R2Gen's own cleaning, by its rules: items' numbers and punctuation go, so
    /// that two reports that differ in them alone are the same.
    #[test]
    fn reports_are_cleaned_when_asked_for_and_it_is_said() {
        const NUMBERED: &str =
            r#"[{"id":"a","prediction":"heart is normal","reference":"1. Heart is Normal."}]"#;
        let run = |cleaning| {
            let mut session = Session::new();
            let data = read(NUMBERED.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
            session.set(Side::Predictions, data);
            let metrics = vec!["coco-rouge-l".to_owned()];
            let request = RunRequest { cleaning, metrics, ..Default::default() };
            let started = session.start(&request, &[], AnnotationStore::default).unwrap();
            let pair = started.run.pairs()[0].clone();
            (pair, Summary::of(&started.run, &started.provenance))
        };
        let (pair, summary) = run(Some(ReportCleaning::R2GenIuXray));
        assert_eq!(
            (pair.reference.as_str(), pair.candidate.as_str()),
            ("heart is normal .", "heart is normal .")
        );
        assert!(summary.signature.contains("|reports:r2gen-iu-xray|"), "{}", summary.signature);
        assert!(summary.notes.iter().any(|note| note.contains("<unk>")));
        let (pair, summary) = run(None);
        assert_eq!(pair.reference, "1. Heart is Normal.");
        assert!(!summary.signature.contains("reports:"));
    }

    fn opened() -> Session {
        let mut session = Session::new();
        let data = read(PAIRS.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
        session.set(Side::Predictions, data);
        session
    }

    #[test]
    fn graphs_that_fit_no_study_stand_in_the_way_of_their_column_alone() {
        let mut session = opened();
        for side in [Side::Predictions, Side::References] {
            session.set_graphs(side, br#"{"other": {}}"#.to_vec()).unwrap();
        }
        let request =
            |name: &str| RunRequest { metrics: vec![name.to_owned()], ..Default::default() };
        let none = AnnotationStore::default;
        let error = session.start(&request("radgraph-f1"), &[], none).err().unwrap();
        assert!(matches!(error, StartError::Graphs(_)), "{error}");
        let started = session.start(&request("bleu2"), &[], none).unwrap();
        assert!(started.provenance.given_graphs.is_empty());
    }

    #[test]
    fn a_run_that_cannot_start_leaves_the_last_one_its_annotations() {
        let mut session = opened();
        let request = RunRequest { metrics: vec!["semb".to_owned()], ..Default::default() };
        let untouched = || panic!("the last run is asked for nothing");
        assert!(session.start(&request, &[], untouched).is_err());
        assert!(session.start_exactly(&request, &[], &[], untouched).is_err());
    }

    #[test]
    fn a_run_goes_on_with_its_own_packs_only() {
        let pack = |purpose, id: &str| PackRef {
            purpose,
            name: "x".to_owned(),
            precision: "f32".to_owned(),
            id: id.to_owned(),
        };
        let packs = [pack(Purpose::Chexbert, "one"), pack(Purpose::Radgraph, "two")];
        let metrics = [Metric::named("semb").unwrap()];
        let request = RunRequest::default();
        let mut session = opened();
        let none = AnnotationStore::default;
        let started = session.start_exactly(&request, &metrics, &packs, none).unwrap();
        can_go_on(&started.provenance, &packs).unwrap();
        // Another RadGraph is of no matter to this run.
        can_go_on(&started.provenance, &packs[..1]).unwrap();
        let others = [pack(Purpose::Chexbert, "three"), packs[1].clone()];
        let error = can_go_on(&started.provenance, &others).unwrap_err();
        assert!(error.to_string().contains("chexbert"), "{error}");
    }

    #[test]
    fn annotations_of_another_study_are_named() {
        let notes = |text: &str| {
            let mut session = Session::new();
            let data = read(PAIRS.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
            session.set(Side::Predictions, data);
            let graphs = |text: &str| {
                format!(
                    r#"{{"a": {{"text": "{text}", "entities": {{"1": {{"tokens": "x",
                    "label": "OBS-DP", "start_ix": 0, "end_ix": 0, "relations": []}}}}}}}}"#
                )
            };
            session.set_graphs(Side::Predictions, graphs(text).into_bytes()).unwrap();
            session.set_graphs(Side::References, graphs("clear").into_bytes()).unwrap();
            let metrics = vec!["radgraph-f1".to_owned()];
            let request = RunRequest { metrics, ..Default::default() };
            let started = session.start(&request, &[], AnnotationStore::default).unwrap();
            started.provenance.notes
        };
        assert!(!notes("no effusion").iter().any(|note| note.contains("another text")));
        let said =
            "The predictions' annotations of 1 study are of another text than the report: a.";
        assert!(notes("heart is large").iter().any(|note| note == said));
    }
}
