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

/// Reads runs from their folders or from share files. A share file says what its run is called; of
/// others each is called as its folder is, or as its whole path where another's has the same name.
///
/// # Errors
/// When a folder does not hold the files of one run, or a file is no share file.
pub fn read_runs(paths: &[PathBuf]) -> Result<Vec<ScoredRun>, NativeError> {
    paths.iter().map(|path| read_run(path, paths)).collect()
}

fn read_run(path: &Path, all: &[PathBuf]) -> Result<ScoredRun, NativeError> {
    let files = if path.is_file() {
        vec![read_text(path)?]
    } else {
        let files = [OutputFile::ScoresCsv, OutputFile::SummaryJson];
        files
            .map(|file| read_text(&path.join(file.name())))
            .into_iter()
            .collect::<Result<_, _>>()?
    };
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let alone = all.iter().filter(|other| last(other) == last(path)).count() == 1;
    let whole = || path.display().to_string();
    let name = last(path).filter(|_| alone).unwrap_or_else(whole);
    ScoredRun::of_files(&name, &files)
        .map_err(|source| NativeError::Run { path: path.to_owned(), source: Box::new(source) })
}
