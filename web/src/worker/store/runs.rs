//! Runs that are kept for the next session: a share file each, there only where the user wants it.

use super::PackStoreError;
use super::folder::Folder;
use super::lock::Lock;

/// The folder of all runs.
const RUNS: &str = "runs";
/// What a run's file is called after its name.
const END: &str = ".share.json";
const LOCK: &str = "rrgscore-runs";

/// A run that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRun {
    /// Its name, which no other one has.
    pub name: String,
    /// Bytes of its file.
    pub bytes: u64,
    /// When it was kept, in milliseconds since 1970.
    pub since: f64,
}

/// All runs that are kept, by name; none where the browser keeps no files.
///
/// # Errors
/// When the browser cannot read them.
pub async fn list_runs() -> Result<Vec<KeptRun>, PackStoreError> {
    let runs = Folder::root().await?.inner(RUNS, true).await?;
    let mut kept = Vec::new();
    for file in runs.names().await? {
        // What is no run was put there by nobody that this page knows of.
        let Some(name) = file.strip_suffix(END) else { continue };
        // Another tab may have removed it meanwhile.
        if let Some(found) = runs.file(&file).await? {
            let (bytes, since) = (found.size() as u64, found.last_modified());
            kept.push(KeptRun { name: name.to_owned(), bytes, since });
        }
    }
    Ok(kept)
}

/// Keeps a run under this name, in place of one of that name.
///
/// # Errors
/// When another tab is at it, there is no space, or the browser keeps no files.
pub async fn write_run(name: &str, text: &str) -> Result<(), PackStoreError> {
    let _lock = Lock::take(LOCK).await?;
    let runs = Folder::root().await?.inner(RUNS, true).await?;
    runs.write(&format!("{name}{END}"), text.as_bytes()).await
}

/// The share file of the run of this name.
///
/// # Errors
/// When there is none, or the browser cannot read it.
pub async fn read_run(name: &str) -> Result<String, PackStoreError> {
    let runs = Folder::root().await?.inner(RUNS, true).await?;
    let bytes = runs.bytes(&format!("{name}{END}")).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Removes all runs that are kept.
///
/// # Errors
/// As [`write_run`].
pub async fn delete_runs() -> Result<(), PackStoreError> {
    let _lock = Lock::take(LOCK).await?;
    Folder::root().await?.remove(RUNS).await
}
