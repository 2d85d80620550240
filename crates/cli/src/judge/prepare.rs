//! `rrgscore judge prepare`.

use std::io::Write;

use rrgscore_data::{PatientFact, StudyField};
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
    let mut reading = args.reading.options();
    // Ages and indications stand in fields beside the reports.
    reading.predictions.fields = template.tells_context();
    reading.references.fields = template.tells_context();
    let mut session = open(&args.predictions, references, args.data.as_deref(), &reading)?;
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
    if template.tells_context() {
        println!("{}", told(checked.fields(), &prepared));
    }
    println!("{} says for which studies they are: keep it here", studies.display());
    println!("both hold what the reports hold: protect them as you protect the reports");
    Ok(ExitCode::SUCCESS)
}

/// What the judge is told of patients, and from which fields.
fn told(fields: &[StudyField], prepared: &Prepared) -> String {
    let facts = PatientFact::ALL.map(|fact| fact.field(fields));
    let words = ["the age", "the indication"];
    let told =
        words.iter().zip(facts).zip(prepared.told).filter_map(|((words, field), studies)| {
            Some(format!("{words} of {studies} studies (field {})", field?.name))
        });
    match told.collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => {
            "the judge is not told of age and indication: the references have no such field"
                .to_owned()
        }
        told => format!("the judge is told {told}"),
    }
}

fn requests(prepared: &Prepared, out: &mut dyn Write) -> std::io::Result<()> {
    for request in &prepared.requests {
        serde_json::to_writer(&mut *out, request)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
