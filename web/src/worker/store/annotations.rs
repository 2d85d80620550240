//! Annotations of this page's sessions: one file, there only where the user wants it.

use super::PackStoreError;
use super::folder::Folder;
use super::lock::Lock;

const FILE: &str = "annotations.bin";
const LOCK: &str = "rrgscore-annotations";

/// The stored bytes; none where nothing is stored.
///
/// # Errors
/// When the browser keeps no files or cannot read this one.
pub async fn read_annotations() -> Result<Option<Vec<u8>>, PackStoreError> {
    let root = Folder::root().await?;
    match root.bytes(FILE).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(PackStoreError::Gone { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Stores these bytes in place of what was stored.
///
/// # Errors
/// When another tab is at it, there is no space, or the browser keeps no files.
pub async fn write_annotations(bytes: &[u8]) -> Result<(), PackStoreError> {
    let _lock = Lock::take(LOCK).await?;
    Folder::root().await?.write(FILE, bytes).await
}

/// Removes what is stored, if anything is.
///
/// # Errors
/// As [`write_annotations`].
pub async fn delete_annotations() -> Result<(), PackStoreError> {
    let _lock = Lock::take(LOCK).await?;
    Folder::root().await?.remove(FILE).await
}
