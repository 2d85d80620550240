//! `rrgscore judge prepare`.

use std::io::Write;

use rrgscore_judge::Prepared;
use rrgscore_native::{Readers, open, write};

use super::args::Prepare;
use crate::check;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::hints::Options;

/// Writes the requests, and beside them for which studies they are.
pub(super) fn run(args: &Prepare) -> Result<ExitCode, CliError> {
    let template = super::template(args.metric, &args.prompt)?;
    let references = args.references.as_deref();
    let mut session =
        open(&args.predictions, references, args.data.as_deref(), &args.reading.options())?;
    let checked =
        session.check(args.task, args.missing, args.joining.options()).map_err(Box::new)?;
    eprint!("{}", check::describe(&checked.alignment.findings, Options::SCORE));
    let prepared = checked.judge_requests(&template, args.model.as_deref());

    let studies = super::studies_path(&args.out);
    write(&args.out, Readers::Owner, |out| requests(&prepared, out))?;
    write(&studies, Readers::Owner, |out| Ok(serde_json::to_writer(out, &prepared.studies)?))?;
    println!(
        "{} requests for {} studies ({}, template {}) are in {}",
        prepared.requests.len(),
        checked.pairs().len(),
        args.metric.title(),
        template.signature(),
        args.out.display()
    );
    println!("{} says for which studies they are: keep it here", studies.display());
    println!("both hold what the reports hold: protect them as you protect the reports");
    Ok(ExitCode::SUCCESS)
}

fn requests(prepared: &Prepared, out: &mut dyn Write) -> std::io::Result<()> {
    for request in &prepared.requests {
        serde_json::to_writer(&mut *out, request)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
