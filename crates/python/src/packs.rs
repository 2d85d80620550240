//! Packs from checkpoints.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::PathBuf;

use pyo3::prelude::*;
use rrgscore_native::packs::{BuildPass, PackBuild, ProveError, build, prove, write};
use rrgscore_packs::Precision;

use crate::errors::{guarded, json, native, refused};

/// Where packs lie when the user does not say; None where no cache folder is known.
#[pyfunction]
pub(crate) fn packs_folder() -> Option<PathBuf> {
    rrgscore_native::folders::packs(None)
}

/// Holds packs against the values of a file of examples; gives the values as JSON, where they are
/// from, and what went wrong on the way. `packs` is a folder or a pack.
#[pyfunction]
#[pyo3(signature = (examples, packs, threads))]
pub(crate) fn prove_packs(
    py: Python<'_>,
    examples: PathBuf,
    packs: PathBuf,
    threads: usize,
) -> PyResult<(String, String, Vec<String>)> {
    py.detach(|| {
        guarded(|| {
            let raised = RefCell::new(None);
            let stopped = || {
                let signals = Python::attach(|py| py.check_signals());
                signals.map_err(|error| *raised.borrow_mut() = Some(error)).is_err()
                    || raised.borrow().is_some()
            };
            let proved =
                prove(&examples, &packs, threads, stopped).map_err(|error| match error {
                    ProveError::Native(error) => native(error),
                    other => refused(other),
                })?;
            match raised.into_inner() {
                Some(error) => Err(error),
                None => Ok((json(&proved.proof.values())?, proved.source, proved.problems)),
            }
        })
    })
}

/// Builds a pack from a checkpoint and gives its path. `progress` is called with what is being done
/// and the part of it that is done.
#[pyfunction]
#[pyo3(signature = (
    checkpoint, out, with_, precision, other_encoder, measure, single_file, progress
))]
#[expect(clippy::too_many_arguments, reason = "the Python half gives them names")]
pub(crate) fn build_pack(
    py: Python<'_>,
    checkpoint: PathBuf,
    out: PathBuf,
    with_: Vec<PathBuf>,
    precision: &str,
    other_encoder: bool,
    measure: bool,
    single_file: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<PathBuf> {
    let precision: Precision = precision.parse().map_err(refused)?;
    let how = PackBuild { precision, other_encoder, measure };
    py.detach(|| {
        guarded(|| {
            let mut raised = None;
            let built = build(&checkpoint, &with_, how, &mut |pass, part| {
                let what = match pass {
                    BuildPass::Wanted => part.stage.name().to_owned(),
                    BuildPass::Reference => {
                        format!("{} (f32, to measure against)", part.stage.name())
                    }
                };
                let told = Python::attach(|py| {
                    py.check_signals()?;
                    progress
                        .as_ref()
                        .map(|progress| progress.call1(py, (what, part.fraction)))
                        .transpose()
                });
                match told {
                    Ok(_) => ControlFlow::Continue(()),
                    Err(error) => {
                        raised = Some(error);
                        ControlFlow::Break(())
                    }
                }
            });
            match raised {
                Some(error) => Err(error),
                None => write(&built.map_err(native)?, &out, single_file).map_err(native),
            }
        })
    })
}
