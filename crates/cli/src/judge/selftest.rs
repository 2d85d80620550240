//! `rrgscore judge selftest`.

use std::path::PathBuf;

use rrgscore_judge::selftest::{Alteration, Report, Verdict, judge, pairs};
use rrgscore_judge::{Answers, JudgedPair, prepare};
use rrgscore_native::read_text;

use super::JudgeError;
use super::args::Selftest;
use super::ask::ask;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::score::stop_on_interrupt;

/// Asks the twenty pairs and prints what the judge got right.
pub(super) fn run(args: &Selftest) -> Result<ExitCode, CliError> {
    let template = super::template(args.metric, &args.prompt)?;
    let pairs: Vec<JudgedPair<'_>> = pairs()
        .iter()
        .map(|pair| JudgedPair {
            study: pair.id,
            reference: pair.reference,
            candidate: pair.candidate,
            context: [None; 2],
        })
        .collect();
    let prepared = prepare(&template, &pairs, None);
    let stop = stop_on_interrupt()?;
    let out = Out::new(args);
    let outcome = ask(
        (&args.here, &args.server),
        &prepared.requests,
        Some(&prepared.studies),
        &out.path,
        &stop,
    )?;
    let answers = Answers::read(&read_text(&out.path)?, Some(&prepared.studies))
        .map_err(|source| JudgeError::Answers { path: out.path.clone(), source })?;
    let report = judge(args.metric, &answers);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{}, template {}", args.metric.title(), template.signature());
        print!("{}", table(&report));
    }
    Ok(if outcome.complete { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn table(report: &Report) -> String {
    let mut text = String::new();
    for row in &report.rows {
        let verdict = match row.verdict {
            Verdict::Right => "right",
            Verdict::Imprecise => "imprecise: an error, but not the one, or more than the one",
            Verdict::Wrong if row.relation == Alteration::Identical => {
                "wrong: an error where is none"
            }
            Verdict::Wrong => "wrong: no error where there is one",
            Verdict::Unreadable => "unreadable: not in the form asked for",
            Verdict::Unanswered => "unanswered",
        };
        text.push_str(&format!("  {:26} {verdict}\n", row.id));
    }
    for (relation, (right, all)) in &report.by_relation {
        text.push_str(&format!("{:17} {right} of {all} right\n", relation.title()));
    }
    text.push_str(&format!("in all            {} of {} right\n", report.right, report.rows.len()));
    text
}

/// The file of answers: the user's, or one that is removed at the end.
struct Out {
    path: PathBuf,
    is_temporary: bool,
}

impl Out {
    fn new(args: &Selftest) -> Self {
        let name = || format!("rrgscore-selftest-{}.jsonl", std::process::id());
        match &args.out {
            Some(path) => Self { path: path.clone(), is_temporary: false },
            None => Self { path: std::env::temp_dir().join(name()), is_temporary: true },
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if self.is_temporary {
            // It holds nothing but answers on invented reports.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
