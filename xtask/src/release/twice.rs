//! The same commit built in two new checkouts, in folders of different names and depths, with
//! nothing compiled before: every file of the release must come out the same.

use crate::error::{Error, Result};
use crate::files::{self, Scratch};
use crate::paths::Paths;
use crate::program::run;
use crate::release::SUMS;
use crate::release::commit::Commit;
use std::path::Path;
use std::process::Command;

/// Builds two, compares their sums, and keeps the first.
///
/// # Errors
/// When one does not build, or a file differs.
pub(crate) fn build(paths: &Paths, commit: &Commit, out: &Path) -> Result<()> {
    files::make(&paths.work())?;
    let stage = Scratch::new(&paths.work(), "twice")?;
    let first = one(paths, commit, &stage.path().join("a"))?;
    let second = one(paths, commit, &stage.path().join("another/place"))?;
    let differing: Vec<&str> =
        first.lines().filter(|line| !second.lines().any(|other| other == *line)).collect();
    if !differing.is_empty() || first.lines().count() != second.lines().count() {
        return Err(Error::Refused {
            what: format!("two builds of one commit differ in:\n{}", differing.join("\n")),
            hint: "look for a time, a path or an order that got in".to_owned(),
        });
    }
    files::remove(out)?;
    files::copy_all(&stage.path().join("a/release"), out)?;
    println!("two builds are the same to the byte:\n{first}in {}", out.display());
    Ok(())
}

/// Builds a release in a folder of its own and gives its sums.
fn one(paths: &Paths, commit: &Commit, place: &Path) -> Result<String> {
    let (checkout, out) = (place.join("checkout"), place.join("release"));
    files::make(place)?;
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--no-checkout"]).arg(&paths.root).arg(&checkout);
    run(&mut clone)?;
    run(Command::new("git").args(["checkout", "--quiet", &commit.id]).current_dir(&checkout))?;
    let mut xtask = Command::new("cargo");
    xtask.args(["xtask", "release", "--out"]).arg(&out).current_dir(&checkout);
    xtask.env("RRGSCORE_CACHE", &paths.cache).env("CARGO_TARGET_DIR", place.join("target"));
    // What this program was started with is of this checkout.
    run(xtask.env_remove("CARGO_MANIFEST_DIR"))?;
    files::read_text(&out.join(SUMS))
}
