//! wasm tests in headless Chromium: the `tests/web*.rs` of page and crates.

use super::Outcome;
use super::count::Counts;
use crate::browser;
use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, watched};
use crate::tools::{self, WASM};

/// Seconds that one test may take.
const TIMEOUT: &str = "120";

/// Runs the wasm tests.
pub(super) fn wasm(paths: &Paths) -> Result<Outcome> {
    let crates = crates_with_web_tests(paths)?;
    if crates.is_empty() {
        println!("no crate has a tests/web*.rs");
        return Ok(Outcome::Passed(Counts::default()));
    }
    let runner = tools::test_runner(paths)?;
    let browser = browser::find_or_install()?;
    let mut command = cargo(&paths.root);
    command.args(["test", "--target", WASM, "--locked", "--no-fail-fast", "--test", "web*"]);
    for krate in &crates {
        command.args(["--package", krate]);
    }
    command
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    let mut counts = Counts::default();
    let success = watched(&mut command, |line| counts.add_cargo_line(line))?;
    Ok(Outcome::of(success, counts))
}

/// Package names of the crates that have web tests.
fn crates_with_web_tests(paths: &Paths) -> Result<Vec<String>> {
    let folder = paths.root.join("crates");
    let mut crates = vec![paths.root.join("web")];
    for entry in std::fs::read_dir(&folder).map_err(Error::io("reading folder", &folder))? {
        crates.push(entry.map_err(Error::io("reading folder", &folder))?.path());
    }
    let mut found = Vec::new();
    for krate in crates {
        let tests = krate.join("tests");
        let is_web = |name: &String| name.starts_with("web") && name.ends_with(".rs");
        if tests.is_dir() && files::list(&tests)?.iter().any(is_web) {
            let manifest = krate.join("Cargo.toml");
            found.push(
                package_name(&files::read_text(&manifest)?)
                    .ok_or_else(|| Error::bad_file(&manifest, "it has no package name"))?,
            );
        }
    }
    found.sort();
    Ok(found)
}

fn package_name(manifest: &str) -> Option<String> {
    let table: toml::Table = manifest.parse().ok()?;
    Some(table.get("package")?.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_name_is_read() {
        let manifest = "[package]\nname = \"rrgscore-engine\"\n[[test]]\nname = \"web\"\n";
        assert_eq!(package_name(manifest).as_deref(), Some("rrgscore-engine"));
        assert_eq!(package_name("[workspace]"), None);
    }
}
