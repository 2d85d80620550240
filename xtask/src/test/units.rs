//! Native tests and documentation.

use super::Outcome;
use super::count::Counts;
use super::lints::step;
use crate::error::Result;
use crate::paths::Paths;
use crate::program::{cargo, watched};

/// Unit, golden and documentation tests of all crates.
pub(super) fn tests(paths: &Paths) -> Result<Outcome> {
    let mut counts = Counts::default();
    let success = watched(
        cargo(&paths.root).args(["test", "--workspace", "--locked", "--no-fail-fast"]),
        |line| counts.add_cargo_line(line),
    )?;
    Ok(Outcome::of(success, counts))
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
