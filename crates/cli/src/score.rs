//! `rrgscore score`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rrgscore_data::Severity;
use rrgscore_scoring::summary::{InputRef, PackRef, Provenance};
use rrgscore_scoring::{PackUse, Profile, Run, Settings, Summary, metric};

use crate::args::Score;
use crate::error::CliError;
use crate::progress::Printer;
use crate::{check, folders, input, packs, pool};

/// Scores, writes `scores.csv` and `summary.json`, prints the table.
pub(crate) fn run(args: &Score) -> Result<ExitCode, CliError> {
    let predictions = input::file(&args.predictions, &args.reading.options())?;
    let data = folders::data(args.data.as_ref());
    let references = args
        .references
        .as_deref()
        .map(|given| input::references(given, data.as_deref()))
        .transpose()?;

    let found = packs::find(folders::packs(args.packs.as_ref()).as_deref())?;
    let installed: Vec<PackUse> = found.iter().map(|pack| pack.serves).collect();
    let names: Vec<&str> = args.metrics.iter().map(|name| name.trim()).collect();
    let request = metric::request(&names, &installed, args.idf)?;

    let alignment =
        rrgscore_data::align(&predictions, references.as_ref(), args.task, args.missing)?;
    eprint!("{}", check::describe(&alignment.findings));
    for note in &request.notes {
        eprintln!("note: {note}");
    }

    let mut provenance = Provenance::of(&alignment);
    provenance.inputs = InputRef::of(&predictions, references.as_ref());
    provenance.notes = request.notes;
    let settings = Settings {
        profile: Profile::Rexrank,
        task: args.task,
        missing: args.missing,
        metrics: request.metrics,
    };
    let needed: Vec<PackUse> = settings.metrics.iter().filter_map(|m| m.needs()).collect();
    let used: Vec<_> = found.iter().filter(|pack| needed.contains(&pack.serves)).collect();
    provenance.packs = used.iter().map(|pack| pack.reference()).collect::<Vec<PackRef>>();
    let opened = used.iter().map(|pack| pack.open()).collect::<Result<Vec<_>, _>>()?;

    let mut run = Run::new(settings, alignment.pairs);
    let stop = stop_on_interrupt()?;
    let mut printer = Printer::new(&run);
    pool::drive(&mut run, &opened, threads(args), &stop, |run| printer.watch(run))?;
    printer.finish();

    let summary = Summary::of(&run, &provenance);
    write(&args.out, "scores.csv", &rrgscore_report::scores_csv(&run)?)?;
    write(&args.out, "summary.json", &rrgscore_report::summary_json(&summary)?)?;
    print!("{}", rrgscore_report::table(&summary));

    let warned = alignment.findings.iter().any(|finding| finding.severity != Severity::Note)
        || summary.metrics.iter().any(|metric| metric.failed > 0)
        || !summary.notes.is_empty();
    if !summary.complete {
        eprintln!("stopped: what was scored until then is in {}", args.out.display());
        return Ok(ExitCode::from(1));
    }
    Ok(if args.strict && warned { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn threads(args: &Score) -> usize {
    args.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1)
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
