//! `rrgscore packs prove`.

use std::sync::atomic::Ordering;

use rrgscore_native::folders;
use rrgscore_native::packs::prove;
use rrgscore_results::proof::{ProofVerdict, ProvedValue};

use super::Prove;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::score::stop_on_interrupt;

/// Scores all examples, prints each value, and keeps what concerns a pack beside it.
pub(super) fn run(args: &Prove) -> Result<ExitCode, CliError> {
    let folder = folders::packs(args.packs.as_deref()).ok_or(CliError::NoPacksFolder)?;
    let stop = stop_on_interrupt()?;
    let proved = prove(&args.examples, &folder, 1, || stop.load(Ordering::Relaxed))?;
    for problem in &proved.problems {
        eprintln!("error: {problem}");
    }
    if proved.stopped {
        return Ok(ExitCode::from(1));
    }
    let values = proved.proof.values();
    if args.json {
        println!("{}", serde_json::to_string_pretty(values)?);
    } else {
        values.iter().for_each(|value| println!("{}", line(value)));
    }
    eprintln!("{} ({})", proved.proof.in_words(), proved.source);
    let [agree, differ, _] = proved.proof.counts();
    Ok(ExitCode::from(u8::from(differ > 0 || agree == 0)))
}

fn line(value: &ProvedValue) -> String {
    let ProvedValue { example, what, published, tolerance, verdict, .. } = value;
    let computed = value.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.6}"));
    let verdict = match verdict {
        ProofVerdict::Agrees => "agrees",
        ProofVerdict::Differs => "DIFFERS",
        ProofVerdict::NotComputed(reason) => &format!("not computed: {reason}"),
    };
    format!("{example}, {what}: {computed}, published {published} ± {tolerance}: {verdict}")
}
