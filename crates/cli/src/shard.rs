//! `rrgscore score --shard`.

use std::io;

use rrgscore_native::{Readers, can_write, write_reasons};
use rrgscore_scoring::Shard;
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::shard::write;
use rrgscore_session::RunRequest;

use crate::args::Score;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::hints::Options;
use crate::score::{Driven, drive, keep_annotations, open};

/// Scores a shard and writes it, whole or not at all.
pub(crate) fn run(args: &Score, request: &RunRequest, shard: Shard) -> Result<ExitCode, CliError> {
    let path = args.out.join(shard.file_name());
    can_write(&path)?;
    let mut session = open(&args.inputs, false)?;
    session.set_shard(Some(shard));
    let Driven { run, provenance, findings_warn, broken, .. } =
        drive(session, &args.inputs, request, None, Options::SCORE)?;
    keep_annotations(&run, &args.inputs)?;
    if broken || !run.is_complete() {
        eprintln!("shard {shard} is not scored to its end, so it was not written; score it again");
        return Ok(ExitCode::from(1));
    }
    if args.reasons {
        write_reasons(&args.out.join(shard.reasons_file_name()), &run)?;
    }
    rrgscore_native::write(&path, Readers::Owner, |out| {
        write(&run, &provenance, args.reasons, out).map_err(io::Error::other)
    })?;
    println!("shard {shard}: {} studies scored, in {}", run.pairs().len(), path.display());
    println!("When all shards are there: rrgscore merge {} --out DIR", args.out.display());
    let failed = run.columns().iter().flat_map(|column| &column.cells);
    let has_failed = failed.into_iter().any(|cell| matches!(cell, Cell::Failed(_)));
    let warned = findings_warn || has_failed || !provenance.notes.is_empty();
    Ok(ExitCode::from(u8::from(args.strict && warned)))
}
