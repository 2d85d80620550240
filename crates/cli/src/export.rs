//! `rrgscore export`.

use rrgscore_native::read_runs;

use crate::args::Export;
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Prints a run in another form.
pub(crate) fn run(args: &Export) -> Result<ExitCode, CliError> {
    for run in read_runs(std::slice::from_ref(&args.run))? {
        let text = args.form.write(&run);
        let path = || args.run.clone();
        print!("{}", text.map_err(|source| CliError::Summary { path: path(), source })?);
    }
    Ok(ExitCode::SUCCESS)
}
