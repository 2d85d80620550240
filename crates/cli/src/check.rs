//! `rrgscore check`: the input doctor.

use std::path::Path;

use rrgscore_data::{Finding, Severity};
use rrgscore_native::open;

use crate::args::Check;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::hints::{Options, with_option};

/// How many study ids a printed finding names.
const NAMED: usize = 5;

/// Reads the files and prints what the doctor finds; exit code 2 when it finds an error, or when
/// they could not be scored.
pub(crate) fn run(args: &Check) -> Result<ExitCode, CliError> {
    let Some((predictions, references)) = args.files.split_first() else {
        return Ok(ExitCode::from(2));
    };
    let references = references.first().map(String::as_str);
    let predictions = Path::new(predictions);
    let mut session = open(predictions, references, args.data.as_deref(), &args.reading.options())?;
    let checked = session.check(args.task, args.missing, args.joining.options());
    let (findings, error) = match checked {
        Ok(checked) => (checked.alignment.findings.clone(), None),
        Err(failed) => (failed.findings.clone(), Some(failed)),
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", describe(&findings, Options::CHECK));
    }
    let said = findings.iter().any(|finding| finding.severity == Severity::Error);
    if let Some(error) = error
        && !said
    {
        // No finding says why `score` would refuse.
        return Err(Box::new(error).into());
    }
    Ok(ExitCode::from(if said { 2 } else { 0 }))
}

/// The findings as lines of text: severity, message, some study ids, hint.
pub(crate) fn describe(findings: &[Finding], options: Options) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        text.push_str(&format!("{severity}: {}", finding.message));
        if !finding.studies.is_empty() {
            let named: Vec<&str> = finding.studies.iter().take(NAMED).map(String::as_str).collect();
            let more = if finding.count > NAMED as u64 { ", …" } else { "" };
            text.push_str(&format!(" ({}{more})", named.join(", ")));
        }
        text.push('\n');
        let hint = with_option(&finding.hint, finding.control, options);
        if !hint.is_empty() {
            text.push_str(&format!("  hint: {hint}\n"));
        }
    }
    text
}
