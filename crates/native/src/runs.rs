//! Runs on the disk: the folder that `rrgscore score` writes.

use std::path::{Path, PathBuf};

use rrgscore_results::{OutputFile, Results, ScoredRun, reasons_jsonl};
use rrgscore_scoring::{Run, ScoredSet};

use crate::error::NativeError;
use crate::input::read_text;
use crate::output::{Readers, write};

/// Writes `scores.csv`, `summary.json` and what else a run gives out into a folder, which is made if
/// it is not there.
///
/// # Errors
/// When a file cannot be made or written.
pub fn write_results(
    folder: &Path,
    results: &Results,
    run: &impl ScoredSet,
) -> Result<(), NativeError> {
    results.files(run)?.into_iter().try_for_each(|(file, text)| {
        write(&folder.join(file.name()), Readers::Anyone, |out| out.write_all(text.as_bytes()))
    })
}

/// Writes what each score of a run was made of. It holds words of the reports, and is for its
/// owner's eyes.
///
/// # Errors
/// When the file cannot be written.
pub fn write_reasons(path: &Path, run: &Run) -> Result<(), NativeError> {
    write(path, Readers::Owner, |out| reasons_jsonl(run, out))
}

/// Reads runs from their folders. Each is called as its folder is, or as its whole path where
/// another's has the same name.
///
/// # Errors
/// When a folder does not hold the files of one run.
pub fn read_runs(folders: &[PathBuf]) -> Result<Vec<ScoredRun>, NativeError> {
    folders.iter().map(|folder| read_run(folder, folders)).collect()
}

fn read_run(folder: &Path, all: &[PathBuf]) -> Result<ScoredRun, NativeError> {
    let scores = read_text(&folder.join(OutputFile::ScoresCsv.name()))?;
    let summary = read_text(&folder.join(OutputFile::SummaryJson.name()))?;
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let alone = all.iter().filter(|other| last(other) == last(folder)).count() == 1;
    let whole = || folder.display().to_string();
    let name = last(folder).filter(|_| alone).unwrap_or_else(whole);
    ScoredRun::read(&name, &scores, &summary)
        .map_err(|source| NativeError::Run { path: folder.to_owned(), source: Box::new(source) })
}
