//! Native tests and documentation.

use super::Outcome;
use super::count::Counts;
use super::lints::step;
use super::skips::Skips;
use crate::error::Result;
use crate::files::{self, Scratch};
use crate::paths::Paths;
use crate::program::{cargo, watched};
use crate::python;
use rrgscore_parity::SKIPS;

/// Unit, golden and documentation tests of all crates. What tests left out is named and counted;
/// where `../shared` is expected, lacking something of it is a failure.
pub(super) fn tests(paths: &Paths) -> Result<Outcome> {
    files::make(&paths.work())?;
    let scratch = Scratch::new(&paths.work(), "skips")?;
    let notes = scratch.path().join("skips");
    let mut counts = Counts::default();
    let mut command = cargo(&paths.root);
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]).env(SKIPS, &notes);
    // Another engine for the graphs of packs; its tests say where it is missing.
    match python::environment(paths, &paths.root.join("crates/packs/tools/requirements.txt")) {
        Ok(python) => drop(command.env("RRGSCORE_PYTHON", python)),
        Err(error) => println!("without onnxruntime: {error}"),
    }
    let success = watched(&mut command, |line| counts.add_cargo_line(line))?;
    let skips = Skips::read(&notes)?;
    skips.correct(&mut counts);
    skips.print();
    let lacking = skips.of_shared();
    if lacking > 0 && shared_is_expected(paths) {
        println!("{lacking} tests lack something of ../shared, which is expected here");
        return Ok(Outcome::Failed(counts));
    }
    Ok(Outcome::of(success, counts))
}

/// Whether the official code's outputs must all be there: `RRGSCORE_EXPECT_SHARED` says so, or the
/// folder is there and a part of it would be missing. A clone without it passes with what it has.
fn shared_is_expected(paths: &Paths) -> bool {
    let said = std::env::var_os("RRGSCORE_EXPECT_SHARED").is_some_and(|value| value != "0");
    said || paths.root.join("../shared").is_dir()
}

/// The documentation of all crates, without a warning.
pub(super) fn documentation(paths: &Paths) -> Result<Outcome> {
    let mut command = cargo(&paths.root);
    command.args(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    // Programs carry the names of their libraries' crates; only private items would be lost.
    // A public item may point at the private module that keeps its rule: whoever reads these
    // pages has the code too.
    step(command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}
