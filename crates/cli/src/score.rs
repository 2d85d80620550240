//! `rrgscore score`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rrgscore_data::{MissingPolicy, Severity, StudyPair, Task};
use rrgscore_judge::Metric as Judge;
use rrgscore_scoring::AnnotationStore;
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::metric::{Request, RequestError, Wish};
use rrgscore_scoring::summary::{InputRef, MetricSummary, PackRef, Provenance};
use rrgscore_scoring::{GivenGraphs, Profile, Purpose, Run, Settings, Summary, given, metric};

use crate::args::{Inputs, Score};
use crate::error::CliError;
use crate::progress::Printer;
use crate::{answers, check, folders, input, packs, pool};

/// Scores, writes `scores.csv`, `summary.json`, `labels.csv` and `judgements.csv`, prints the
/// table.
pub(crate) fn run(args: &Score) -> Result<ExitCode, CliError> {
    let names: Vec<&str> = args.metrics.iter().map(|name| name.trim()).collect();
    let wish = Wish {
        profile: args.profile,
        idf: args.idf,
        ratescore: args.ratescore_version,
        green: answers::are_given(&args.inputs, Judge::Green),
        fineradscore: answers::are_given(&args.inputs, Judge::Fineradscore),
    };
    let choice = Choice {
        profile: args.profile,
        task: args.task,
        missing: args.missing,
        metrics: &|installed| metric::request(&names, installed, wish),
    };
    let Computed { run, summary, warned } = compute(&args.inputs, &choice)?;
    write(&args.out, "scores.csv", &rrgscore_results::scores_csv(&run)?)?;
    write(&args.out, "summary.json", &rrgscore_results::summary_json(&summary)?)?;
    if let Some(labels) = rrgscore_results::labels_csv(&run)? {
        write(&args.out, "labels.csv", &labels)?;
    }
    if let Some(judgements) = rrgscore_results::judgements_csv(&run)? {
        write(&args.out, "judgements.csv", &judgements)?;
    }
    print!("{}", rrgscore_results::table(&summary));
    if !summary.complete {
        eprintln!("stopped: what was scored until then is in {}", args.out.display());
        return Ok(ExitCode::from(1));
    }
    Ok(if args.strict && warned { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What decides the numbers, besides the inputs.
pub(crate) struct Choice<'a> {
    pub(crate) profile: Profile,
    pub(crate) task: Task,
    pub(crate) missing: MissingPolicy,
    /// The metrics, given the packs that are there.
    pub(crate) metrics: &'a dyn Fn(&[Purpose]) -> Result<Request, RequestError>,
}

/// A run and what it comes to.
pub(crate) struct Computed {
    pub(crate) run: Run,
    pub(crate) summary: Summary,
    /// Whether there is something that `--strict` does not let pass.
    pub(crate) warned: bool,
}

/// Reads, scores and summarises; Ctrl-C ends it early with what is there.
pub(crate) fn compute(inputs: &Inputs, choice: &Choice<'_>) -> Result<Computed, CliError> {
    let predictions = input::file(&inputs.predictions, &inputs.reading.options())?;
    let data = folders::data(inputs.data.as_ref());
    let references = inputs
        .references
        .as_deref()
        .map(|given| input::references(given, data.as_deref()))
        .transpose()?;

    let found = packs::find(folders::packs(inputs.packs.as_ref()).as_deref())?;
    let mut installed: Vec<Purpose> = found.iter().map(|pack| pack.purpose()).collect();
    if !inputs.radgraph_annotations.is_empty() {
        installed.push(Purpose::Radgraph);
    }
    let request = (choice.metrics)(&installed)?;

    let alignment =
        rrgscore_data::align(&predictions, references.as_ref(), choice.task, choice.missing)?;
    eprint!("{}", check::describe(&alignment.findings));
    for note in &request.notes {
        eprintln!("note: {note}");
    }

    let mut provenance = Provenance::of(&alignment);
    provenance.inputs = InputRef::of(&predictions, references.as_ref());
    provenance.notes = request.notes;
    let graphs = graphs(inputs, &alignment.pairs, &mut provenance)?;
    let judged = answers::read(inputs, &alignment.pairs, choice.missing)?;
    provenance.answers = judged.iter().flat_map(|judged| judged.inputs()).cloned().collect();
    let settings = Settings {
        profile: choice.profile,
        task: choice.task,
        missing: choice.missing,
        metrics: request.metrics,
    };
    if let Some(&metric) = settings
        .metrics
        .iter()
        .find(|metric| metric.judge().is_some_and(|judge| !answers::are_given(inputs, judge)))
    {
        return Err(RequestError::NoAnswers { metric: metric.id() }.into());
    }
    let mut needed: Vec<Purpose> =
        settings.metrics.iter().flat_map(|metric| metric.needs()).copied().collect();
    if graphs.is_some() {
        needed.retain(|&pack| pack != Purpose::Radgraph);
    }
    let used: Vec<_> = found.iter().filter(|pack| needed.contains(&pack.purpose())).collect();
    provenance.packs = used.iter().map(|pack| pack.reference()).collect::<Vec<PackRef>>();
    let opened = used.iter().map(|pack| pack.open()).collect::<Result<Vec<_>, _>>()?;

    let store = AnnotationStore::default();
    let run = Run::with(settings, alignment.pairs, &provenance.packs, store, graphs);
    let mut run = judged.into_iter().fold(run, Run::with_answers);
    let stop = stop_on_interrupt()?;
    let mut printer = Printer::new(&run);
    pool::drive(&mut run, &opened, threads(inputs), &stop, |run| printer.watch(run))?;
    printer.finish();

    let summary = Summary::of(&run, &provenance);
    let warned = alignment.findings.iter().any(|finding| finding.severity != Severity::Note)
        || summary.metrics.iter().any(has_trouble)
        || !summary.notes.is_empty();
    Ok(Computed { run, summary, warned })
}

/// Whether studies have no score, or one by an answer that did not parse as intended.
fn has_trouble(metric: &MetricSummary) -> bool {
    let judge = metric.judge.as_ref();
    let answers =
        |judge: &JudgeSummary| !judge.unanswered.is_empty() || !judge.not_as_intended.is_empty();
    metric.failed > 0 || judge.is_some_and(answers)
}

/// The annotations that the user brought, and where they came from.
fn graphs(
    inputs: &Inputs,
    pairs: &[StudyPair],
    provenance: &mut Provenance,
) -> Result<Option<GivenGraphs>, CliError> {
    let [predictions, references] = match inputs.radgraph_annotations.as_slice() {
        [] => return Ok(None),
        [predictions, references] => [predictions, references].map(|path| {
            fs::read(path).map_err(|source| CliError::File { path: path.clone(), source })
        }),
        _ => return Err(CliError::OneAnnotationFile),
    };
    let (predictions, references) = (predictions?, references?);
    let hashes = [&predictions, &references].map(|bytes| rrgscore_packs::sha256(bytes));
    provenance.given_graphs = InputRef::annotations(hashes);
    Ok(Some(given::read(&predictions, &references, pairs)?))
}

fn threads(inputs: &Inputs) -> usize {
    let cores = || std::thread::available_parallelism().ok().map(usize::from);
    inputs.threads.or_else(cores).unwrap_or(1)
}

/// The first Ctrl-C lets the jobs under way end and writes what is there; a second one kills.
pub(crate) fn stop_on_interrupt() -> Result<Arc<AtomicBool>, CliError> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })?;
    Ok(stop)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), CliError> {
    let path = folder.join(name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|source| CliError::File { path, source })
}
