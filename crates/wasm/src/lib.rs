//! The npm package: the pipeline for JavaScript, with TypeScript types.
//!
//! A thin skin: it turns JavaScript values into the pipeline's and errors into `Error`s. It
//! computes what page and command line compute, to the last digit. Call it in a worker: a model
//! takes its time, and nothing here yields.

mod types;

use js_sys::{Error, Function, Reflect, Uint8Array};
use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_judge::Metric as Judge;
use rrgscore_packs::{MANIFEST_FILE, Pack};
use rrgscore_scoring::job::Failure;
use rrgscore_scoring::judged::{self, AnswerFiles, Judged};
use rrgscore_scoring::metric::Wish;
use rrgscore_scoring::summary::{PackRef, Provenance};
use rrgscore_scoring::{Next, Profile, Purpose, Run, Settings, Summary, Worker, metric};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// Scores pairs of reports with the packs it was given.
#[wasm_bindgen]
#[derive(Default)]
pub struct Scorer {
    worker: Worker,
    packs: Vec<PackRef>,
}

#[derive(Deserialize)]
struct Pair {
    id: String,
    reference: String,
    candidate: String,
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    metrics: Vec<String>,
    idf: bool,
    green_responses: Option<String>,
    fineradscore_responses: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            metrics: vec!["all-available".to_owned()],
            idf: false,
            green_responses: None,
            fineradscore_responses: None,
        }
    }
}

#[derive(Serialize)]
struct Scores {
    summary: Summary,
    csv: String,
    judgements: Option<String>,
}

#[wasm_bindgen]
impl Scorer {
    /// A scorer without packs: it can do the metrics that need no model.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads a pack from the bytes of `pack.json` and its parts, `{ name: Uint8Array }`; gives its
    /// use, name, precision and id. Every byte is checked against the manifest's hashes.
    ///
    /// # Errors
    /// When the pack is damaged, too new, or for no metric of this version.
    #[wasm_bindgen(js_name = loadPack, unchecked_return_type = "PackRef")]
    pub fn load_pack(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array>")] files: &JsValue,
    ) -> Result<JsValue, Error> {
        let mut manifest = None;
        let mut parts = Vec::new();
        for name in Reflect::own_keys(files).map_err(|_| error("files must be an object"))? {
            let bytes = Reflect::get(files, &name)
                .ok()
                .and_then(|value| value.dyn_into::<Uint8Array>().ok())
                .ok_or_else(|| error("each file must be a Uint8Array"))?
                .to_vec();
            match name.as_string() {
                Some(name) if name == MANIFEST_FILE => manifest = Some(bytes),
                Some(name) => parts.push((name, bytes)),
                None => {}
            }
        }
        let manifest = manifest.ok_or_else(|| error("pack.json is missing among the files"))?;
        let pack = Pack::open(&manifest, parts).map_err(|reason| error(&reason.to_string()))?;
        let purpose = self.worker.load(&pack).map_err(|reason| error(&reason.to_string()))?;
        let reference = PackRef {
            purpose,
            name: pack.manifest().name.clone(),
            precision: pack.manifest().precision.to_string(),
            id: pack.id().to_owned(),
        };
        self.packs.retain(|pack| pack.purpose != purpose);
        self.packs.push(reference.clone());
        out(&reference)
    }

    /// Scores pairs as they are given and returns the summary and the per-study scores as CSV.
    ///
    /// `on_progress(done, total)` is called after every piece of work; when it returns `false`
    /// the run stops, and what was scored until then is returned (`summary.complete` is false).
    ///
    /// # Errors
    /// When pairs or options are not of the documented form, a metric's pack is missing, or a
    /// judge's answers cannot be read (the message names line or study).
    #[wasm_bindgen(unchecked_return_type = "Scores")]
    pub fn score(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Pair[]")] pairs: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Options | undefined")] options: JsValue,
        #[wasm_bindgen(
            unchecked_param_type = "((done: number, total: number) => boolean | void) | undefined"
        )]
        on_progress: Option<Function>,
    ) -> Result<JsValue, Error> {
        let pairs: Vec<Pair> = serde_wasm_bindgen::from_value(pairs).map_err(|_| {
            error("pairs must be a list of { id, reference, candidate }, all texts")
        })?;
        let options = read_options(options)?;
        let installed: Vec<Purpose> = self.packs.iter().map(|pack| pack.purpose).collect();
        let names: Vec<&str> = options.metrics.iter().map(String::as_str).collect();
        let wish = Wish {
            idf: options.idf,
            green: options.green_responses.is_some(),
            fineradscore: options.fineradscore_responses.is_some(),
            ..Wish::default()
        };
        let request = metric::request(&names, &installed, wish)
            .map_err(|reason| error(&reason.to_string()))?;

        let mut provenance = Provenance { packs: self.packs.clone(), ..Provenance::default() };
        provenance.counts.scored = pairs.len() as u64;
        provenance.counts.matched = pairs.len() as u64;
        provenance.notes = request.notes;
        let settings = Settings {
            profile: Profile::Rexrank,
            task: Task::Report,
            missing: MissingPolicy::Empty,
            metrics: request.metrics,
        };
        let pairs = pairs.into_iter().map(|Pair { id, reference, candidate }| StudyPair {
            id,
            reference,
            candidate,
        });
        let pairs: Vec<StudyPair> = pairs.collect();
        let judged = [
            (Judge::Green, &options.green_responses),
            (Judge::Fineradscore, &options.fineradscore_responses),
        ]
        .into_iter()
        .filter_map(|(metric, answers)| {
            let files = AnswerFiles { answers: answers.as_ref()?.as_bytes(), studies: None };
            Some(judged::read(metric, files, &pairs, settings.missing))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| error(&reason.to_string()))?;
        provenance.answers = judged.iter().flat_map(Judged::inputs).cloned().collect();
        let run = Run::new(settings, pairs);
        let mut run = judged.into_iter().fold(run, Run::with_answers);
        self.drive(&mut run, on_progress.as_ref());
        let csv =
            rrgscore_results::scores_csv(&run).map_err(|reason| error(&reason.to_string()))?;
        let judgements =
            rrgscore_results::judgements_csv(&run).map_err(|reason| error(&reason.to_string()))?;
        out(&Scores { summary: Summary::of(&run, &provenance), csv, judgements })
    }
}

impl Scorer {
    fn drive(&mut self, run: &mut Run, on_progress: Option<&Function>) {
        while let Next::Job(job) = run.next_job() {
            match self.worker.handle(&job) {
                Ok(outcome) => {
                    let id = outcome.id;
                    if let Err(reason) = run.accept(outcome) {
                        run.fail(id, &Failure { message: reason.to_string() });
                    }
                }
                Err(reason) => run.fail(job.id, &Failure { message: reason.to_string() }),
            }
            let progress = run.progress();
            let done: u32 = progress.iter().map(|metric| metric.done).sum();
            let total: u32 = progress.iter().map(|metric| metric.total).sum();
            let answer = on_progress
                .and_then(|call| call.call2(&JsValue::NULL, &done.into(), &total.into()).ok());
            if answer == Some(JsValue::FALSE) {
                break;
            }
        }
    }
}

/// Reads the options; a name that is none of them is refused, because a mistyped one would
/// otherwise change nothing in silence.
fn read_options(options: JsValue) -> Result<Options, Error> {
    if options.is_undefined() || options.is_null() {
        return Ok(Options::default());
    }
    const KNOWN: [&str; 4] = ["metrics", "idf", "greenResponses", "fineradscoreResponses"];
    let wrong = || {
        error(
            "options may hold metrics (a list of names), idf, greenResponses and \
             fineradscoreResponses (texts), and nothing else",
        )
    };
    let keys = Reflect::own_keys(&options).map_err(|_| wrong())?;
    let known = |key: JsValue| key.as_string().is_some_and(|key| KNOWN.contains(&key.as_str()));
    if !keys.iter().all(known) {
        return Err(wrong());
    }
    serde_wasm_bindgen::from_value(options).map_err(|_| wrong())
}

fn out(value: &impl Serialize) -> Result<JsValue, Error> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|reason| error(&reason.to_string()))
}

fn error(message: &str) -> Error {
    Error::new(message)
}
