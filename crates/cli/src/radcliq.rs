//! `rrgscore radcliq`.

use rrgscore_native::read_text;
use rrgscore_results::radcliq_table;

use crate::args::Radcliq;
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Appends RadCliQ to a table of components: CSV to stdout, the corpus values to stderr.
pub(crate) fn run(args: &Radcliq) -> Result<ExitCode, CliError> {
    let path = &args.components;
    let text = read_text(path)?;
    let table = radcliq_table(&text)
        .map_err(|source| CliError::Components { path: path.clone(), source: Box::new(source) })?;
    print!("{}", table.csv);
    for (name, estimate) in [("RadCliQ-v0", table.v0), ("RadCliQ-v1", table.v1)] {
        let interval = estimate
            .ci95
            .map_or(String::new(), |ci| format!(" (95 % CI {:.4} to {:.4})", ci.lower, ci.upper));
        eprintln!("{name}: mean {:.4}{interval}, n {}", estimate.mean, estimate.n);
    }
    match table.inverse_v1 {
        Ok(inverse) => {
            let interval = inverse.ci95.map_or(String::new(), |ci| {
                format!(" (95 % CI {:.4} to {:.4}, delta method)", ci.lower, ci.upper)
            });
            eprintln!("1/RadCliQ-v1: {:.4}{interval}", inverse.value);
        }
        Err(refusal) => eprintln!("1/RadCliQ-v1: not shown, because {refusal}"),
    }
    Ok(ExitCode::SUCCESS)
}
