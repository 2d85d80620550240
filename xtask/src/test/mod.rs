//! `cargo xtask test`: every check, in order, with a table and one plain closing line.

pub(crate) mod architecture;
mod browser_tests;
mod count;
mod lints;
mod python_tests;
mod skips;
mod times;
mod type_names;
mod units;

use crate::e2e::{self, E2eArgs};
use crate::error::Result;
use crate::paths::Paths;
use crate::setup::Places;
use crate::site::{self, BuildArgs};
use clap::{Args, ValueEnum};
use count::Counts;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What to test.
#[derive(Debug, Clone, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    places: Places,
    /// Run only these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    skip: Vec<Step>,
}

/// A step of the test, in the order of running: what is quick to fail comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt
    Fmt,
    /// Which crate may use what
    Architecture,
    /// Dependencies that no code uses
    Unused,
    /// Banned crates, licences, sources
    Deny,
    /// Lints on this machine's target
    Clippy,
    /// Lints on wasm32
    ClippyWasm,
    /// Unit, golden and documentation tests
    Unit,
    /// The documentation builds without a warning
    Doc,
    /// The Python package's tests, of the wheel in a fresh environment
    Python,
    /// wasm tests in headless Chromium
    Wasm,
    /// The release site builds and keeps its rules
    Site,
    /// End-to-end tests of the built site in headless Chromium
    E2e,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// All is well; with the tests that it counted.
    Passed(Counts),
    /// Something is wrong; it stands in the step's output.
    Failed(Counts),
    /// It could not be done here, for this reason.
    NotRun(String),
}

impl Outcome {
    fn of(success: bool, counts: Counts) -> Outcome {
        if success && counts.failed == 0 {
            Outcome::Passed(counts)
        } else {
            Outcome::Failed(counts)
        }
    }
}

/// What the steps share.
struct Context<'a> {
    paths: &'a Paths,
    args: &'a TestArgs,
    /// The folder of the built site.
    site: PathBuf,
}

/// A finished step.
struct Row {
    step: Step,
    outcome: Outcome,
    time: Duration,
}

/// Runs the chosen steps; each runs even if one before it failed, except that the end-to-end
/// tests need a site.
///
/// # Errors
/// When the table of times cannot be kept; what a step cannot do is told and counted as its
/// failure.
pub(crate) fn test(paths: &Paths, args: &TestArgs) -> Result<ExitCode> {
    let context = Context { paths, args, site: paths.root.join("dist") };
    let chosen: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|&step| args.only.is_empty() || wanted(&args.only, step))
        .filter(|step| !args.skip.contains(step))
        .collect();

    let mut rows: Vec<Row> = Vec::new();
    for (index, &step) in chosen.iter().enumerate() {
        println!("\n== {} ({} of {}) ==", name(step), index + 1, chosen.len());
        let start = Instant::now();
        let site_failed = rows
            .iter()
            .any(|row| row.step == Step::Site && !matches!(row.outcome, Outcome::Passed(_)));
        let outcome = if step == Step::E2e && site_failed {
            Outcome::NotRun("there is no site to test".to_owned())
        } else {
            run(&context, step).unwrap_or_else(|error| {
                println!("error: {error}");
                if let Some(hint) = error.hint() {
                    println!("hint: {hint}");
                }
                Outcome::Failed(Counts::default())
            })
        };
        rows.push(Row { step, outcome, time: start.elapsed() });
    }

    // On a machine that decides about a change, what was not tested has not passed.
    let strict = std::env::var("CI").is_ok_and(|ci| ci == "true");
    print_table(&rows);
    times::keep(paths, &rows)?;
    let total = total(rows.iter().map(|row| &row.outcome), strict);
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a step is among those asked for. The end-to-end tests bring the site along: a site of
/// older code, left by an earlier build, would be tested in silence.
fn wanted(only: &[Step], step: Step) -> bool {
    only.contains(&step) || (step == Step::Site && only.contains(&Step::E2e))
}

fn run(context: &Context<'_>, step: Step) -> Result<Outcome> {
    match step {
        Step::Fmt => lints::fmt(context.paths),
        Step::Architecture => architecture::check(context.paths),
        Step::Unused => lints::unused(context.paths),
        Step::Deny => lints::deny(context.paths),
        Step::Clippy => lints::clippy(context.paths),
        Step::ClippyWasm => lints::clippy_wasm(context.paths),
        Step::Unit => units::tests(context.paths),
        Step::Doc => units::documentation(context.paths),
        Step::Python => python_tests::tests(context.paths),
        Step::Wasm => browser_tests::wasm(context.paths),
        Step::Site => {
            let build = BuildArgs::usual(&context.args.places);
            site::build(context.paths, &build).map(|_| Outcome::Passed(Counts::default()))
        }
        Step::E2e => {
            e2e::build_others(context.paths)?;
            let args = E2eArgs::all(context.args.places.clone());
            let mut counts = Counts::default();
            let watch = |line: &str| counts.add_closing_line(line);
            let success = e2e::scenarios(context.paths, &context.site, &args, watch)?;
            Ok(Outcome::of(success, counts))
        }
    }
}

fn name(step: Step) -> String {
    step.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

fn print_table(rows: &[Row]) {
    println!("\n{:<14} {:<8} {:>8}  tests", "step", "result", "time");
    for row in rows {
        let (result, tests) = match &row.outcome {
            Outcome::Passed(counts) => ("ok", counts.in_table()),
            Outcome::Failed(counts) => ("FAILED", counts.in_table()),
            Outcome::NotRun(reason) => ("not run", reason.clone()),
        };
        let seconds = row.time.as_secs_f64();
        println!("{:<14} {result:<8} {seconds:>6.1} s  {tests}", name(row.step));
    }
    let all: Duration = rows.iter().map(|row| row.time).sum();
    println!("{:<14} {:<8} {:>6.1} s", "all", "", all.as_secs_f64());
    println!();
}

/// Adds up. A step that failed without a failed test counts as one failure; a step that could not
/// be run counts as skipped, or as a failure where that is `strict`.
fn total<'a>(outcomes: impl Iterator<Item = &'a Outcome>, strict: bool) -> Counts {
    let mut all = Counts::default();
    for outcome in outcomes {
        match outcome {
            Outcome::Passed(counts) => all += *counts,
            Outcome::Failed(counts) => {
                all += *counts;
                all.failed += u32::from(counts.failed == 0);
            }
            Outcome::NotRun(_) if strict => all.failed += 1,
            Outcome::NotRun(_) => all.skipped += 1,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u32, failed: u32, skipped: u32) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn the_total_counts_tests_and_failed_steps() {
        let outcomes = [
            Outcome::Passed(counts(0, 0, 0)),
            Outcome::Passed(counts(12, 0, 1)),
            Outcome::Failed(counts(0, 0, 0)),
            Outcome::Failed(counts(3, 2, 0)),
            Outcome::NotRun("no browser".into()),
        ];
        assert_eq!(total(outcomes.iter(), false), counts(15, 3, 2));
        assert_eq!(total(outcomes.iter(), true), counts(15, 4, 1));
    }

    #[test]
    fn a_failed_test_fails_its_step() {
        assert_eq!(Outcome::of(true, counts(3, 1, 0)), Outcome::Failed(counts(3, 1, 0)));
        assert_eq!(Outcome::of(false, counts(3, 0, 0)), Outcome::Failed(counts(3, 0, 0)));
    }
}
