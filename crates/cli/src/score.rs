//! `rrgscore score`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rrgscore_data::{Severity, Side, StudyField};
use rrgscore_native::{
    PackModels, annotations, can_write, folders, packs, read_bytes, write_reasons, write_results,
};
use rrgscore_results::published::Edition;
use rrgscore_results::{OutputFile, Results, Standing, standing};
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::summary::{MetricSummary, Provenance};
use rrgscore_scoring::{AnnotationStore, Metric, Run, Summary};
use rrgscore_session::{RunRequest, Session, StartedRun};

use crate::args::{Inputs, Score};
use crate::error::{CliError, answers_option};
use crate::exit_code::ExitCode;
use crate::hints::Options;
use crate::progress::RunProgress;
use crate::{check, explore, shard};

/// Scores, writes `scores.csv`, `summary.json`, `labels.csv` and `judgements.csv`, prints the
/// table.
pub(crate) fn run(args: &Score) -> Result<ExitCode, CliError> {
    let request = RunRequest {
        task: args.task,
        missing: args.missing,
        join: args.inputs.joining.options(),
        profile: args.profile,
        cleaning: args.clean,
        clean_answers: args.clean_answers,
        metrics: args.metrics.clone(),
    };
    if let Some(shard) = args.shard {
        return shard::run(args, &request, shard);
    }
    can_write(&args.out.join(OutputFile::ScoresCsv.name()))?;
    let mut session = open(&args.inputs, !args.group_by.is_empty())?;
    if !args.group_by.is_empty() {
        let checked = session.check(request.task(), request.missing, request.join);
        explore::check_groupings(&args.group_by, checked.map_err(Box::new)?.fields())?;
    }
    let computed = compute(session, &args.inputs, &request, None, Options::SCORE)?;
    let Computed { run, fields, results, .. } = &computed;
    write_results(&args.out, results, run)?;
    if args.reasons {
        write_reasons(&args.out.join("reasons.jsonl"), run)?;
    }
    let summary = &results.summary;
    print!("{}", rrgscore_results::table(results));
    if let Some(edition) = args.rank {
        print!("{}", ranks(edition, summary));
    }
    print!("{}", explore::groups(&args.group_by, fields, run, summary, &args.out)?);
    if !summary.complete {
        eprintln!("stopped: what was scored until then is in {}", args.out.display());
    }
    keep_annotations(run, &args.inputs)?;
    let failed = !summary.complete || computed.broken || (args.strict && computed.warned);
    Ok(ExitCode::from(u8::from(failed)))
}

/// Which edition of the leaderboard, then a line per metric: where it would rank among the published
/// models, or why it has no rank.
pub(crate) fn ranks(edition: &Edition, summary: &Summary) -> String {
    let place = |metric: &MetricSummary| {
        standing(edition, summary, metric)
            .as_ref()
            .map_or_else(|why| format!("not ranked: {why}"), Standing::to_string)
    };
    let line = |metric: &MetricSummary| format!("{}: {}\n", metric.label, place(metric));
    let lines: String = summary.metrics.iter().map(line).collect();
    format!("Leaderboard: {} ({})\n{lines}", edition.title, edition.date)
}

/// A run and what it comes to.
pub(crate) struct Computed {
    pub(crate) run: Run,
    pub(crate) fields: Arc<[StudyField]>,
    pub(crate) results: Results,
    /// Whether there is something that `--strict` does not let pass.
    pub(crate) warned: bool,
    /// Whether columns have no scores because a pack or a thread broke.
    pub(crate) broken: bool,
}

/// A run that was driven to its end, or until Ctrl-C.
pub(crate) struct Driven {
    pub(crate) run: Run,
    pub(crate) fields: Arc<[StudyField]>,
    pub(crate) provenance: Provenance,
    /// Whether the doctor found something that `--strict` does not let pass.
    pub(crate) findings_warn: bool,
    /// Whether columns have no scores because a pack or a thread broke.
    pub(crate) broken: bool,
}

/// Writes what models found to the file that was named for it, if one was.
pub(crate) fn keep_annotations(run: &Run, inputs: &Inputs) -> Result<(), CliError> {
    let path = inputs.annotations.as_ref();
    path.map_or(Ok(()), |path| Ok(annotations::write(path, run.store())?))
}

/// Scores and summarises what a session holds, the request's columns or exactly these; Ctrl-C ends it early with
/// what is there.
pub(crate) fn compute(
    session: Session,
    inputs: &Inputs,
    request: &RunRequest,
    exactly: Option<&[Metric]>,
    options: Options,
) -> Result<Computed, CliError> {
    let Driven { run, fields, provenance, findings_warn, broken } =
        drive(session, inputs, request, exactly, options)?;
    let results = Results::new(&run, &provenance, &[]);
    let Summary { metrics, notes, .. } = &results.summary;
    let warned = findings_warn || metrics.iter().any(has_trouble) || !notes.is_empty();
    Ok(Computed { run, fields, results, warned, broken })
}

/// Scores what a session holds.
pub(crate) fn drive(
    mut session: Session,
    inputs: &Inputs,
    request: &RunRequest,
    exactly: Option<&[Metric]>,
    options: Options,
) -> Result<Driven, CliError> {
    let checked = session.check(request.task(), request.missing, request.join).map_err(Box::new)?;
    eprint!("{}", check::describe(&checked.alignment.findings, options));
    let findings_warn =
        checked.alignment.findings.iter().any(|finding| finding.severity != Severity::Note);

    if let Some(path) = &inputs.annotations {
        if let Some(note) = annotations::read(path, &mut session)? {
            eprintln!("note: {note}");
        }
        can_write(path)?;
    }
    let found = packs::find(folders::packs(inputs.packs.as_deref()).as_deref())?;
    let models = Arc::new(PackModels::new(found));
    let installed = models.references();
    let no_last = AnnotationStore::default;
    let StartedRun { run, provenance, fields, .. } = match exactly {
        Some(metrics) => session.start_exactly(request, metrics, &installed, no_last)?,
        None => session.start(request, &installed, no_last)?,
    };
    for note in &provenance.notes {
        eprintln!("note: {note}");
    }
    let stop = stop_on_interrupt()?;
    let mut progress = RunProgress::new(&run);
    let stop = || stop.load(Ordering::Relaxed);
    let watch = |run: &Run| progress.watch(run);
    let (run, problems) =
        rrgscore_native::drive(run, &models, threads(inputs.threads), stop, watch);
    progress.finish();
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    Ok(Driven { run, fields, provenance, findings_warn, broken: !problems.is_empty() })
}

/// Reads all files that were given; with `fields` also what plays no role in scoring.
pub(crate) fn open(inputs: &Inputs, fields: bool) -> Result<Session, CliError> {
    let references = inputs.references.as_deref();
    let mut reading = inputs.reading.options();
    reading.predictions.fields = fields;
    reading.references.fields = fields;
    let mut session =
        rrgscore_native::open(&inputs.predictions, references, inputs.data.as_deref(), &reading)?;
    match inputs.radgraph_annotations.as_slice() {
        [] => {}
        [predictions, references] => {
            for (side, path) in [(Side::Predictions, predictions), (Side::References, references)] {
                session.set_graphs(side, read_bytes(path)?)?;
            }
        }
        _ => return Err(CliError::OneAnnotationFile),
    }
    for &(judge, ref paths) in &inputs.answers.0 {
        if paths.len() > 2 {
            return Err(CliError::TooManyAnswerFiles { option: answers_option(judge) });
        }
        for path in paths {
            session.set_answers(judge, read_bytes(path)?);
        }
    }
    Ok(session)
}

/// Whether studies have no score, or one by an answer that did not parse as intended.
fn has_trouble(metric: &MetricSummary) -> bool {
    let judge = metric.judge.as_ref();
    let answers =
        |judge: &JudgeSummary| !judge.unanswered.is_empty() || !judge.not_as_intended.is_empty();
    metric.failed > 0 || judge.is_some_and(answers)
}

/// As many threads as are asked for, or as there are cores.
pub(crate) fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().ok().map(usize::from);
    asked.or_else(cores).unwrap_or(1)
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
