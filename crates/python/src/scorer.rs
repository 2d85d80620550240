//! Packs that stay loaded, annotations that are kept, and runs with them.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use rrgscore_data::{Finding, Side};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_native::packs::find;
use rrgscore_native::{FileOptions, PackModels, annotations, drive, folders, open};
use rrgscore_results::Results;
use rrgscore_results::published::embedded;
use rrgscore_scoring::{AnnotationStore, Profile, Run};
use rrgscore_session::{RunRequest, Session, StartedRun};
use serde::de::DeserializeOwned;

use crate::errors::{self, guarded, json, native, refused};
use crate::scored::{ScoredStudies, Studies};
use crate::texts;

/// Judges' answers: whose, and the bytes of a file of answers or of studies.
type GivenAnswers = Vec<(String, Vec<u8>)>;

/// What a run came to, and what was raised while it ran: by Ctrl-C, or by the caller's own function.
type Ran = (ScoredStudies, Option<PyErr>);

/// Lists of references and candidates, and their ids if there are some.
type GivenReports<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Option<Bound<'py, PyAny>>);

/// Files of reports, and what overrides the guesses about them (as JSON): a dictionary in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct GivenFiles {
    predictions: PathBuf,
    /// A file, or a split's name.
    references: Option<String>,
    /// The folder with the splits.
    data: Option<PathBuf>,
    reading: String,
    reference_reading: String,
    /// RadGraph annotations of the predictions and of the references.
    graphs: Option<(Vec<u8>, Vec<u8>)>,
}

impl GivenFiles {
    /// Reads them.
    fn open(self) -> PyResult<Session> {
        let options = FileOptions {
            predictions: from_json(&self.reading, "reading")?,
            references: from_json(&self.reference_reading, "reference_reading")?,
        };
        let (references, data) = (self.references.as_deref(), self.data.as_deref());
        let mut session = open(&self.predictions, references, data, &options).map_err(native)?;
        if let Some((predictions, references)) = self.graphs {
            session.set_graphs(Side::Predictions, predictions).map_err(refused)?;
            session.set_graphs(Side::References, references).map_err(refused)?;
        }
        Ok(session)
    }
}

/// The packs of a user, loaded once, and what they found in reports.
#[pyclass(frozen, module = "rrgscore._rrgscore")]
pub struct NativeScorer {
    models: Arc<PackModels>,
    threads: usize,
    annotations: Mutex<AnnotationStore>,
}

#[pymethods]
impl NativeScorer {
    /// With the packs in these places (without any: those of the user's cache), and this many
    /// threads (without a number: as many as there are cores).
    #[new]
    #[pyo3(signature = (packs, threads))]
    fn new(packs: Option<Vec<PathBuf>>, threads: Option<usize>) -> PyResult<Self> {
        let places = match packs {
            Some(places) => places,
            None => folders::packs(None).into_iter().collect(),
        };
        let mut found = Vec::new();
        for place in &places {
            found.extend(find(Some(place)).map_err(native)?);
        }
        let cores = || std::thread::available_parallelism().ok().map(usize::from);
        Ok(Self {
            models: Arc::new(PackModels::new(found)),
            threads: threads.or_else(cores).unwrap_or(1),
            annotations: Mutex::default(),
        })
    }

    /// The packs, as JSON.
    fn packs(&self) -> PyResult<String> {
        json(&self.models.references())
    }

    /// The columns of a profile with what each lacks, as JSON.
    fn offers(&self, profile: &str) -> PyResult<String> {
        let known = Profile::ALL.map(Profile::id).join(", ");
        let found = Profile::from_id(profile);
        let found = found.ok_or_else(|| refused(format!("the profiles are {known}")))?;
        json(&Session::new().offers(found, &self.models.references()))
    }

    /// Scores reports that are at hand. `request` is the session's request as JSON; `progress` is
    /// called with what is done and all there is, and ends the run by returning False.
    fn score_reports(
        &self,
        py: Python<'_>,
        reports: GivenReports<'_>,
        request: &str,
        answers: GivenAnswers,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Ran> {
        let (references, candidates, ids) = reports;
        let pairs = texts::pairs(&references, &candidates, ids.as_ref())?;
        if pairs.is_empty() {
            return Err(refused("there are no reports"));
        }
        let read = || {
            let mut session = Session::new();
            session.set_pairs(&pairs).map_err(|error| errors::read(&error, &error))?;
            Ok(session)
        };
        self.score(py, read, request, answers, progress)
    }

    /// Scores the studies of files; arguments as of `score_reports`.
    fn score_files(
        &self,
        py: Python<'_>,
        files: GivenFiles,
        request: &str,
        answers: GivenAnswers,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Ran> {
        self.score(py, || files.open(), request, answers, progress)
    }

    /// Takes the annotations of a file, if it is there; gives a note when they are not used.
    fn read_annotations(&self, py: Python<'_>, path: PathBuf) -> PyResult<Option<String>> {
        py.detach(|| {
            let mut session = Session::new();
            let note = annotations::read(&path, &mut session).map_err(native)?;
            self.kept().absorb(session.annotations().clone());
            Ok(note)
        })
    }

    /// Writes all annotations to a file that its owner alone may read.
    fn write_annotations(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| annotations::write(&path, &self.kept())).map_err(native)
    }
}

impl NativeScorer {
    fn kept(&self) -> std::sync::MutexGuard<'_, AnnotationStore> {
        self.annotations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn score(
        &self,
        py: Python<'_>,
        read: impl FnOnce() -> PyResult<Session> + Send,
        request: &str,
        answers: GivenAnswers,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Ran> {
        let request: &RunRequest = &from_json(request, "the request")?;
        py.detach(|| {
            guarded(|| {
                let mut session = read()?;
                for (name, bytes) in answers {
                    session.set_answers(judge(&name)?, bytes);
                }
                let findings = {
                    let checked = session.check(request.task(), request.missing, request.join);
                    worded(&checked.map_err(|failed| errors::check(&failed))?.alignment.findings)?
                };
                let installed = self.models.references();
                let kept = || std::mem::take(&mut *self.kept());
                let StartedRun { run, provenance, fields, findings: doctor } = session
                    .start(request, &installed, kept)
                    .map_err(|error| errors::start(&error))?;
                let caller = Caller { progress, raised: None, asks_to_stop: false };
                let caller = RefCell::new(caller);
                let (mut run, problems) = drive(
                    run,
                    &self.models,
                    self.threads,
                    || caller.borrow_mut().wants_to_stop(),
                    |run| caller.borrow_mut().watch(run),
                );
                let raised = caller.into_inner().raised;
                self.kept().absorb(run.take_store());
                let results = Results::new(&run, &provenance, &embedded().editions);
                let problems = problems.iter().map(ToString::to_string).collect();
                let studies = Studies::Here(Box::new(StartedRun {
                    run,
                    provenance,
                    fields,
                    findings: doctor,
                }));
                Ok((ScoredStudies { studies, results, findings, problems }, raised))
            })
        })
    }
}

/// Who waits for a run.
struct Caller {
    progress: Option<Py<PyAny>>,
    raised: Option<PyErr>,
    asks_to_stop: bool,
}

impl Caller {
    /// Tells how far the run is. What the caller's function raises ends the run.
    fn watch(&mut self, run: &Run) {
        let Some(progress) = self.progress.as_ref().filter(|_| !self.asks_to_stop) else { return };
        let parts = run.progress();
        let done: u64 = parts.iter().map(|part| u64::from(part.done)).sum();
        let total: u64 = parts.iter().map(|part| u64::from(part.total)).sum();
        let answer = Python::attach(|py| {
            let answer = progress.call1(py, (done, total))?;
            Ok::<bool, PyErr>(answer.bind(py).is(pyo3::types::PyBool::new(py, false)))
        });
        match answer {
            Ok(stops) => self.asks_to_stop = stops,
            Err(raised) => self.stop(raised),
        }
    }

    /// Whether the run is to end: by the caller's function, or by a signal such as Ctrl-C.
    fn wants_to_stop(&mut self) -> bool {
        if !self.asks_to_stop
            && let Err(raised) = Python::attach(|py| py.check_signals())
        {
            self.stop(raised);
        }
        self.asks_to_stop
    }

    fn stop(&mut self, raised: PyErr) {
        self.raised = Some(raised);
        self.asks_to_stop = true;
    }
}

/// What the doctor finds in files, as JSON, and why they could not be scored, if so.
#[pyfunction]
pub(crate) fn check_files(
    py: Python<'_>,
    files: GivenFiles,
    request: &str,
) -> PyResult<(String, Option<String>)> {
    let request: RunRequest = from_json(request, "the request")?;
    py.detach(|| {
        guarded(|| {
            let mut session = files.open()?;
            match session.check(request.task(), request.missing, request.join) {
                Ok(checked) => Ok((worded(&checked.alignment.findings)?, None)),
                Err(failed) => Ok((worded(&failed.findings)?, Some(failed.to_string()))),
            }
        })
    })
}

/// Findings as JSON, their hints in the words of the Python package.
fn worded(findings: &[Finding]) -> PyResult<String> {
    let mut findings = findings.to_vec();
    for finding in &mut findings {
        finding.hint = errors::worded(&finding.hint, finding.control);
    }
    json(&findings)
}

fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|reason| {
        // Where it stands in the JSON is of no use to who gave arguments.
        let reason = reason.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        refused(format!("{what}: {reason}"))
    })
}

fn judge(name: &str) -> PyResult<Judge> {
    Judge::of(name).ok_or_else(|| refused(format!("the judges are {}", Judge::ids(", "))))
}
