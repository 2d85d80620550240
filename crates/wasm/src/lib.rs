//! The npm package: the session for JavaScript, in a browser worker or in Node.
//!
//! A thin skin: it turns JavaScript values into the session's and errors into `Error`s. It
//! computes what page and command line compute, to the last digit. Call it in a worker: a model
//! takes its time, and nothing here yields.

mod packs;
pub mod types;
mod values;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use js_sys::{Error, Function};
use rrgscore_data::{ReadOptions, Side, StudyField, read, samples};
use rrgscore_judge::{GreenTokenizer, Template};
use rrgscore_results::published::embedded;
use rrgscore_results::{
    Results, RunExport, ScoredRun, Study, StudyGrouping, correlations, extremes, group_scores,
};
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::summary::{PackRef, Provenance};
use rrgscore_scoring::{AnnotationStore, Job, Profile, Purpose, Run, Summary, Worker};
use rrgscore_session::drive::{Drive, DriveProblem};
use rrgscore_session::{GivenPair, RunRequest, Session, StartedRun, can_go_on};
use rrgscore_stats::{Bootstrap, CorrelationMethod};
use wasm_bindgen::prelude::*;

use types::{CompareOptions, FileRead, JudgeRequests, Pair, RunFiles, ScoreResults};
use values::{error, from_js, message, to_js};

/// Files, packs and runs of one user.
#[wasm_bindgen]
#[derive(Default)]
pub struct Scorer {
    session: Session,
    worker: Worker,
    packs: Vec<PackRef>,
    run: Option<ScorerRun>,
}

/// The last run, and what its results are made of.
struct ScorerRun {
    run: Run,
    provenance: Provenance,
    fields: Arc<[StudyField]>,
    /// Once it has been driven.
    summary: Option<Summary>,
}

impl ScorerRun {
    /// Its scores alone.
    fn scores(&self) -> Option<ScoredRun> {
        Some(ScoredRun::of("", &self.run, self.summary.as_ref()?))
    }
}

#[wasm_bindgen]
impl Scorer {
    /// A scorer without files and packs: it can do the metrics that need no model.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the model's reports from a file's bytes, whatever its format; gives what it was
    /// recognised as and how many studies it holds. `options` overrides what is guessed.
    ///
    /// # Errors
    /// When the file cannot be read; the message names row, study or field, never text.
    #[wasm_bindgen(js_name = setPredictions, unchecked_return_type = "FileRead")]
    pub fn set_predictions(
        &mut self,
        file: &[u8],
        #[wasm_bindgen(unchecked_optional_param_type = "ReadOptions")] options: JsValue,
    ) -> Result<JsValue, Error> {
        self.set(Side::Predictions, file, options)
    }

    /// Reads the references from a file's bytes. Not needed when the predictions bring them.
    ///
    /// # Errors
    /// As [`Scorer::set_predictions`].
    #[wasm_bindgen(js_name = setReferences, unchecked_return_type = "FileRead")]
    pub fn set_references(
        &mut self,
        file: &[u8],
        #[wasm_bindgen(unchecked_optional_param_type = "ReadOptions")] options: JsValue,
    ) -> Result<JsValue, Error> {
        self.set(Side::References, file, options)
    }

    /// Takes studies of which both reports are at hand, in place of files: scored as given.
    ///
    /// # Errors
    /// When they are not a list of `{ id, reference, candidate }`, all texts.
    #[wasm_bindgen(js_name = setPairs, unchecked_return_type = "FileRead")]
    pub fn set_pairs(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Pair[]")] pairs: JsValue,
    ) -> Result<JsValue, Error> {
        let wrong = || error("pairs must be a list of { id, reference, candidate }, all texts");
        // No reason is given: it would quote what it stumbled over.
        let pairs: Vec<Pair> = serde_wasm_bindgen::from_value(pairs).map_err(|_| wrong())?;
        let given = |Pair { id, reference, candidate }| GivenPair {
            id: Some(id),
            reference: Some(reference),
            candidate: Some(candidate),
        };
        let pairs: Vec<GivenPair> = pairs.into_iter().map(given).collect();
        self.session.set_pairs(&pairs).map_err(message)?;
        let data = self.session.dataset(Side::Predictions).ok_or_else(wrong)?;
        to_js(&FileRead { studies: data.records.len() as u64, shape: data.shape.clone() })
    }

    /// Takes the made-up sample: its references and the reports of one of its two models,
    /// `"model-a"` or `"model-b"`.
    ///
    /// # Errors
    /// When there is no sample of that name.
    #[wasm_bindgen(js_name = useSample)]
    pub fn use_sample(&mut self, model: &str) -> Result<(), Error> {
        let unknown = || error("the samples are \"model-a\" and \"model-b\"");
        let model = Session::sample(model).filter(|model| *model != samples::SPLIT);
        let model = model.ok_or_else(unknown)?;
        self.session.set_sample(Side::Predictions, model).map_err(message)?;
        self.session.set_sample(Side::References, samples::SPLIT).map_err(message)
    }

    /// Takes a judge's answers for `"green"`, `"fineradscore"` or `"crimson"` from a file's bytes,
    /// or the file of studies that goes with a batch. They bring the judge's column.
    ///
    /// # Errors
    /// When there is no such judge, or the answers cannot be used for the studies that are read.
    #[wasm_bindgen(js_name = setAnswers, unchecked_return_type = "JudgeSummary | undefined")]
    pub fn set_answers(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "\"green\" | \"fineradscore\" | \"crimson\"")] judge: &str,
        file: &[u8],
    ) -> Result<JsValue, Error> {
        let judge = values::judge(judge)?;
        self.session.set_answers(judge, file.to_vec());
        match self.session.answers(judge) {
            Some(Ok(summary)) => to_js(&summary),
            Some(Err(problem)) if self.session.checked().is_some() => Err(message(problem)),
            // Without studies to look for they are read when the run starts.
            _ => Ok(JsValue::UNDEFINED),
        }
    }

    /// Takes RadGraph annotations in the official JSON form, in place of a RadGraph pack: the
    /// predictions' and the references'.
    ///
    /// # Errors
    /// When one is not a JSON object of studies.
    #[wasm_bindgen(js_name = setRadgraphAnnotations)]
    pub fn set_radgraph_annotations(
        &mut self,
        predictions: &[u8],
        references: &[u8],
    ) -> Result<(), Error> {
        for (side, file) in [(Side::Predictions, predictions), (Side::References, references)] {
            self.session.set_graphs(side, file.to_vec()).map_err(message)?;
        }
        Ok(())
    }

    /// Loads a pack from `{ name: Uint8Array }`, `pack.json` and its parts, or from the bytes of a
    /// `.rrgpack` file; gives its purpose, name, precision and id. Every byte is checked against
    /// the manifest's hashes.
    ///
    /// # Errors
    /// When the pack is damaged, too new, or for no metric of this version.
    #[wasm_bindgen(js_name = loadPack, unchecked_return_type = "PackRef")]
    pub fn load_pack(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array> | Uint8Array")]
        files: &JsValue,
    ) -> Result<JsValue, Error> {
        let pack = packs::open(files)?;
        let purpose = self.worker.load(&pack).map_err(message)?;
        let reference = PackRef {
            purpose,
            name: pack.manifest().name.clone(),
            precision: pack.manifest().precision.to_string(),
            id: pack.id().to_owned(),
        };
        self.packs.retain(|pack| pack.purpose != purpose);
        self.packs.push(reference.clone());
        to_js(&reference)
    }

    /// Converts a checkpoint as its authors publish it, `{ name: Uint8Array }`, into the files of a
    /// pack of `"int8"` (the default), `"f16"` or `"f32"`: keep them, and give them to
    /// [`Scorer::load_pack`]. What the checkpoint is, is detected from its content.
    ///
    /// # Errors
    /// When it is not a known checkpoint, or a file is missing; the message names it.
    #[wasm_bindgen(js_name = buildPack, unchecked_return_type = "Record<string, Uint8Array>")]
    pub fn build_pack(
        #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array>")] files: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "\"int8\" | \"f16\" | \"f32\"")]
        precision: Option<String>,
    ) -> Result<JsValue, Error> {
        let precision = precision.as_deref().unwrap_or("int8").parse().map_err(message)?;
        packs::convert(files, precision)
    }

    /// Brings predictions and references together: counts, the doctor's findings, the split.
    ///
    /// # Errors
    /// When nothing can be scored as things are; the error's `findings` say all that was found.
    #[wasm_bindgen(unchecked_return_type = "Alignment")]
    pub fn check(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "RunRequest")] request: JsValue,
    ) -> Result<JsValue, Error> {
        let request: RunRequest = from_js(request, "the request")?;
        match self.session.check(request.task(), request.missing, request.join) {
            Ok(checked) => to_js(&checked.alignment),
            Err(failed) => {
                let error = error(&failed.to_string());
                let findings = to_js(&failed.findings)?;
                js_sys::Reflect::set(&error, &"findings".into(), &findings)
                    .map_err(|_| values::error("the findings cannot be given"))?;
                Err(error)
            }
        }
    }

    /// The columns of a profile (`"rexrank"`, `"radeval"` or `"coco"`), each with whether it is a
    /// usual one and what it lacks.
    ///
    /// # Errors
    /// When there is no such profile.
    #[wasm_bindgen(unchecked_return_type = "Offer[]")]
    pub fn offers(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "Profile")] profile: Option<String>,
    ) -> Result<JsValue, Error> {
        let profile = match profile.as_deref() {
            None => Profile::default(),
            Some(id) => Profile::from_id(id)
                .ok_or_else(|| error("the profiles are \"rexrank\", \"radeval\" and \"coco\""))?,
        };
        to_js(&self.session.offers(profile, &self.packs))
    }

    /// The requests to a judge (`"green"`, `"fineradscore"` or `"crimson"`) about the studies that
    /// are read: `requests`, lines of an OpenAI batch file, and `studies`, which goes back with the answers
    /// of a batch. `template` is a prompt of your own in place of the built-in one. With `rawPrompt`
    /// GREEN is asked with the very text that its official code gives to a model with that
    /// tokenizer. CRIMSON's judge is told ages and indications where the references have fields of
    /// them and were read with `{ fields: true }`; `told` says of how many studies. Requests and
    /// studies hold what the reports hold.
    ///
    /// # Errors
    /// When nothing can be scored as things are, or the template is not one for this judge, or for
    /// a raw prompt.
    #[wasm_bindgen(js_name = judgeRequests, unchecked_return_type = "JudgeRequests")]
    pub fn judge_requests(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "\"green\" | \"fineradscore\" | \"crimson\"")] judge: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "RunRequest")] request: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] template: Option<String>,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] model: Option<String>,
        #[wasm_bindgen(js_name = rawPrompt, unchecked_optional_param_type = "\"llama\" | \"phi\"")]
        raw_prompt: Option<String>,
    ) -> Result<JsValue, Error> {
        let judge = values::judge(judge)?;
        let request: RunRequest = from_js(request, "the request")?;
        let template = match template {
            Some(text) => Template::parse(judge, &text).map_err(message)?,
            None => Template::built_in(judge),
        };
        let template = match raw_prompt.as_deref() {
            None => template,
            Some(id) => {
                let unknown = || error("raw prompts are for \"llama\" and \"phi\"");
                let tokenizer = GreenTokenizer::of(id).ok_or_else(unknown)?;
                template.raw(tokenizer).map_err(message)?
            }
        };
        let checked =
            self.session.check(request.task(), request.missing, request.join).map_err(message)?;
        let prepared = checked.judge_requests(&template, model.as_deref());
        let lines = prepared.requests.iter().map(serde_json::to_string);
        let mut requests = lines.collect::<Result<Vec<_>, _>>().map_err(message)?.join("\n");
        requests.push('\n');
        let studies = serde_json::to_string(&prepared.studies).map_err(message)?;
        to_js(&JudgeRequests { requests, studies, told: prepared.told })
    }

    /// Scores the studies and returns summary, places among the published models, distributions
    /// and the files that the command line writes.
    ///
    /// `on_progress(done, total)` is called after every piece of work; when it returns `false`
    /// the run stops, and what was scored until then is returned (`summary.complete` is false).
    /// [`Scorer::resume`] goes on with it.
    ///
    /// # Errors
    /// When the files do not go together, a metric's pack is missing, or a judge's answers cannot
    /// be read; the last run stays as it was. What `on_progress` throws stops the run and is thrown
    /// on; [`Scorer::resume`] goes on with it.
    #[wasm_bindgen(unchecked_return_type = "ScoreResults")]
    pub fn score(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "RunRequest")] request: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "OnProgress")] on_progress: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let request = from_js(request, "the request")?;
        let last = || self.run.as_mut().map(|last| last.run.take_store()).unwrap_or_default();
        let StartedRun { run, provenance, fields, .. } =
            self.session.start(&request, &self.packs, last).map_err(message)?;
        let run = ScorerRun { run, provenance, fields, summary: None };
        self.drive(run, on_progress.as_ref())
    }

    /// Goes on with a run that was stopped; what was scored stays.
    ///
    /// # Errors
    /// When there is no run, or one of its packs has been replaced since.
    #[wasm_bindgen(unchecked_return_type = "ScoreResults")]
    pub fn resume(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "OnProgress")] on_progress: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let none = || error("there is no run to go on with");
        let last = self.run.as_ref().ok_or_else(none)?;
        can_go_on(&last.provenance, &self.packs).map_err(message)?;
        let run = self.run.take().ok_or_else(none)?;
        self.drive(run, on_progress.as_ref())
    }

    /// What models found in the reports of all runs, as bytes to be kept for the next scorer
    /// ([`Scorer::add_annotations`]). They hold words of the reports.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn annotations(&self) -> Result<Vec<u8>, Error> {
        let mut store = self.session.annotations().clone();
        if let Some(last) = &self.run {
            store.absorb(last.run.store().clone());
        }
        store.to_bytes().map_err(message)
    }

    /// Takes annotations that an earlier scorer gave: what was read is not read again.
    ///
    /// # Errors
    /// When they are damaged or of another version.
    #[wasm_bindgen(js_name = addAnnotations)]
    pub fn add_annotations(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let store = AnnotationStore::from_bytes(bytes).map_err(message)?;
        self.session.add_annotations(store);
        Ok(())
    }

    /// One study of the last run, counted from 0 in the order of the results: its texts, scores
    /// and the reasons for them; `undefined` when there is none.
    ///
    /// # Errors
    /// When it cannot be written as a JavaScript value.
    #[wasm_bindgen(unchecked_return_type = "Study | undefined")]
    pub fn study(&self, index: u32) -> Result<JsValue, Error> {
        let last = self.run.as_ref();
        let study = last.and_then(|last| rrgscore_results::study(&last.run, index));
        study.map_or(Ok(JsValue::UNDEFINED), |study: Study| to_js(&study))
    }

    /// Each metric's mean and interval in groups of the last run's studies: by a field of the
    /// references, read with `{ fields: true }`, or by `"chexbert"`, the observations that CheXbert
    /// found in the reference. Many numbers, such as ages, become bands.
    ///
    /// # Errors
    /// When nothing was scored, or there is nothing to group by under that name; the message says
    /// what there is.
    #[wasm_bindgen(unchecked_return_type = "GroupedScores")]
    pub fn groups(&self, by: &str) -> Result<JsValue, Error> {
        let (run, scores) = self.scored()?;
        let grouping = StudyGrouping::named(by, &run.fields, &run.run.chexbert_labels());
        to_js(&group_scores(&scores, &grouping.map_err(message)?))
    }

    /// How every two metrics of the last run go together, each over the studies with both scores.
    ///
    /// # Errors
    /// When nothing was scored, or the method is none of the three.
    #[wasm_bindgen(unchecked_return_type = "MetricCorrelations")]
    pub fn correlations(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "\"pearson\" | \"spearman\" | \"kendall\"")]
        method: Option<String>,
    ) -> Result<JsValue, Error> {
        let method = match method.as_deref() {
            None => CorrelationMethod::default(),
            Some(name) => CorrelationMethod::from_name(name).ok_or_else(|| {
                error("the methods are \"pearson\", \"spearman\" and \"kendall\"")
            })?,
        };
        to_js(&correlations(&self.scored()?.1, method))
    }

    /// The best and worst studies of each metric of the last run, `count` at either end.
    ///
    /// # Errors
    /// When nothing was scored.
    #[wasm_bindgen(unchecked_return_type = "MetricExtremes[]")]
    pub fn extremes(&self, count: u32) -> Result<JsValue, Error> {
        to_js(&extremes(&self.scored()?.1, count as usize))
    }
}

/// Compares each further run with the first one, study by study as their ids say, of the files that
/// [`Scorer::score`] gave: differences with intervals and p-values.
///
/// # Errors
/// When files are not those of one run, or runs have other references, another task or nothing in
/// common.
#[wasm_bindgen(unchecked_return_type = "Comparison[]")]
pub fn compare(
    #[wasm_bindgen(unchecked_param_type = "RunFiles[]")] runs: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "CompareOptions")] options: JsValue,
) -> Result<JsValue, Error> {
    let files: Vec<RunFiles> = from_js(runs, "the runs")?;
    let CompareOptions { resamples, seed } = from_js(options, "the options")?;
    let settings = Bootstrap { resamples, seed, ..Bootstrap::default() };
    let runs = files.iter().map(scored_run).collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = runs.split_first() else {
        return Err(error("there is no run to compare"));
    };
    let beside = |second| {
        rrgscore_results::compare(first, second, settings, &mut |_| ControlFlow::Continue(()))
    };
    to_js(&others.iter().map(beside).collect::<Result<Vec<_>, _>>().map_err(message)?)
}

/// Version, commit and the version of the arithmetic: `0.1.0 (commit …, numerics 1)`.
#[wasm_bindgen]
pub fn release() -> String {
    rrgscore_scoring::release()
}

/// A run in a form to be passed on, of the files that [`Scorer::score`] gave: a paragraph for a
/// paper's methods, a table in Markdown or LaTeX, a row of a published table in JSON, or scores and
/// summary in one file. None holds report text.
///
/// # Errors
/// When the files are not those of one run, or the run has no row in a published table.
#[wasm_bindgen(js_name = exportRun)]
pub fn export_run(
    #[wasm_bindgen(unchecked_param_type = "RunFiles")] run: JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "\"methods\" | \"markdown\" | \"latex\" | \"leaderboard-row\" | \"share\""
    )]
    form: &str,
) -> Result<String, Error> {
    let form: RunExport = form.parse().map_err(message)?;
    let files: RunFiles = from_js(run, "the run")?;
    form.write(&scored_run(&files)?).map_err(message)
}

fn scored_run(run: &RunFiles) -> Result<ScoredRun, Error> {
    let read = ScoredRun::read(&run.name, &run.scores, &run.summary);
    read.map_err(|reason| error(&format!("{}: {reason}", run.name)))
}

impl Scorer {
    /// The last run and its scores.
    fn scored(&self) -> Result<(&ScorerRun, ScoredRun), Error> {
        let last = self.run.as_ref().and_then(|last| Some((last, last.scores()?)));
        last.ok_or_else(|| error("nothing has been scored yet"))
    }

    fn set(&mut self, side: Side, file: &[u8], options: JsValue) -> Result<JsValue, Error> {
        let options: ReadOptions = from_js(options, "the options")?;
        let data = read(file, &options, &mut |_| {}).map_err(message)?;
        let found = FileRead { studies: data.records.len() as u64, shape: data.shape.clone() };
        self.session.set(side, data);
        to_js(&found)
    }

    fn drive(
        &mut self,
        started: ScorerRun,
        on_progress: Option<&Function>,
    ) -> Result<JsValue, JsValue> {
        let ScorerRun { run, provenance, fields, .. } = started;
        let packs: BTreeSet<Purpose> = self.packs.iter().map(|pack| pack.purpose).collect();
        let worker = &mut self.worker;
        let mut work = |job: &Job| {
            worker.handle(job).map_err(|reason| Failure::new(FailureKind::Worker, reason))
        };
        let mut thrown = None;
        let watch = |run: &Run| {
            let progress = run.progress();
            let done: u32 = progress.iter().map(|metric| metric.done).sum();
            let total: u32 = progress.iter().map(|metric| metric.total).sum();
            let call = |call: &Function| call.call2(&JsValue::NULL, &done.into(), &total.into());
            match on_progress.map(call) {
                Some(Ok(answer)) if answer == JsValue::FALSE => ControlFlow::Break(()),
                Some(Err(exception)) => {
                    thrown = Some(exception);
                    ControlFlow::Break(())
                }
                Some(Ok(_)) | None => ControlFlow::Continue(()),
            }
        };
        let (run, problems) = Drive::run_here(run, &packs, &mut work, watch);
        if let Some(exception) = thrown {
            self.run = Some(ScorerRun { run, provenance, fields, summary: None });
            return Err(exception);
        }
        let results = Results::new(&run, &provenance, &embedded().editions);
        let files = results.files(&run).map_err(message)?;
        let summary = Some(results.summary.clone());
        self.run = Some(ScorerRun { run, provenance, fields, summary });
        Ok(to_js(&ScoreResults {
            results,
            files: files.into_iter().map(|(file, text)| (file.name(), text)).collect(),
            problems: problems.iter().map(DriveProblem::to_string).collect(),
        })?)
    }
}
