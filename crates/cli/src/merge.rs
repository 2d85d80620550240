//! `rrgscore merge`.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use rrgscore_native::{NativeError, Readers, can_write, write, write_results};
use rrgscore_results::{MergeReasonsError, OutputFile, Results, merge_reasons, table};
use rrgscore_scoring::Shard;
use rrgscore_scoring::shard::{MergedRun, ShardResults, merge};

use crate::args::Merge;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::score::ranks;

/// Merges all shards of a run, writes its files, prints the table.
pub(crate) fn run(args: &Merge) -> Result<ExitCode, CliError> {
    can_write(&args.out.join(OutputFile::ScoresCsv.name()))?;
    let paths = args.shards.iter().map(|path| files(path)).collect::<Result<Vec<_>, _>>()?.concat();
    let mut shards = Vec::with_capacity(paths.len());
    for path in &paths {
        let read = ShardResults::read(BufReader::new(open(path)?));
        let shard = read.map_err(|source| CliError::ShardFile { path: path.clone(), source })?;
        shards.push((path.display().to_string(), shard));
    }
    let reasons: Vec<PathBuf> = paths
        .iter()
        .zip(&shards)
        .map(|(path, (_, shard))| path.with_file_name(shard.shard().reasons_file_name()))
        .collect();
    let run = merge(shards)?;
    if run.has_reasons() {
        write_reasons(&args.out.join("reasons.jsonl"), &run, &reasons)?;
    }
    let results = Results::new(&run, run.provenance(), &[]);
    write_results(&args.out, &results, &run)?;
    print!("{}", table(&results));
    if let Some(edition) = args.rank {
        print!("{}", ranks(edition, &results.summary));
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of shards in a folder, sorted; a file is itself.
fn files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |source| NativeError::File { path: path.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let shard = entry.file_name().to_str().and_then(Shard::of_file_name);
        found.extend(shard.map(|shard| (shard, entry.path())));
    }
    if found.is_empty() {
        return Err(CliError::NoShards { path: path.to_owned() });
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn open(path: &Path) -> Result<File, CliError> {
    Ok(File::open(path).map_err(|source| NativeError::File { path: path.to_owned(), source })?)
}

fn write_reasons(to: &Path, run: &MergedRun, from: &[PathBuf]) -> Result<(), CliError> {
    let shards = from.iter().map(|path| Ok(BufReader::new(open(path)?)));
    let mut shards = shards.collect::<Result<Vec<_>, CliError>>()?;
    let named = |error| match error {
        MergeReasonsError::Io(error) => error,
        MergeReasonsError::OtherStudy { shard } => {
            let path = from.get(shard).map(|path| path.display().to_string()).unwrap_or_default();
            io::Error::new(io::ErrorKind::InvalidData, format!("{path}: {error}"))
        }
    };
    Ok(write(to, Readers::Owner, |out| merge_reasons(run, &mut shards, out).map_err(named))?)
}
