//! The Python package's native half: the session for Python.
//!
//! A thin skin: it turns Python values into the session's and errors into exceptions. What users
//! import, with its documentation, is `python/rrgscore`; this module is what that is made of. It
//! computes what page and command line compute, to the last digit. Nothing here prints, and no
//! error holds report text.

mod columns;
mod compare;
mod errors;
mod gathered;
mod packs;
mod scored;
mod scorer;
mod texts;

use pyo3::prelude::*;

/// The command line as a function: `args` with the program's name first; gives the exit code.
#[pyfunction]
fn run_command_line(py: Python<'_>, args: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| rrgscore_cli::run(args))
}

/// `rrgscore._rrgscore`.
#[pymodule]
fn _rrgscore(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // Of this library alone. A panic's message may quote the text that it is about; what broke is
    // told by the exception.
    std::panic::set_hook(Box::new(|_| {}));
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("__release__", rrgscore_scoring::release())?;
    module.add_class::<scorer::NativeScorer>()?;
    module.add_class::<scored::ScoredStudies>()?;
    module.add_function(wrap_pyfunction!(run_command_line, module)?)?;
    module.add_function(wrap_pyfunction!(scorer::check_files, module)?)?;
    module.add_function(wrap_pyfunction!(compare::compare_runs, module)?)?;
    module.add_function(wrap_pyfunction!(gathered::are_missing, module)?)?;
    module.add_function(wrap_pyfunction!(gathered::gather, module)?)?;
    module.add_function(wrap_pyfunction!(packs::build_pack, module)?)?;
    module.add_function(wrap_pyfunction!(packs::packs_folder, module)?)?;
    module.add_function(wrap_pyfunction!(packs::prove_packs, module)?)?;
    Ok(())
}
