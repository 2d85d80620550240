//! A folder of the private file system.

use js_sys::{ArrayBuffer, AsyncIterator, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DedicatedWorkerGlobalScope, File, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemGetFileOptions, FileSystemReadWriteOptions,
    FileSystemRemoveOptions, FileSystemSyncAccessHandle, StorageEstimate, StorageManager,
};

use super::PackStoreError;

/// Where all packs lie.
const PACKS: &str = "packs";

/// A folder.
#[derive(Clone, Debug)]
pub(super) struct Folder(FileSystemDirectoryHandle);

fn storage() -> Result<StorageManager, PackStoreError> {
    let scope = js_sys::global()
        .dyn_into::<DedicatedWorkerGlobalScope>()
        .map_err(|_| PackStoreError::Unavailable)?;
    let storage = scope.navigator().storage();
    // Only secure contexts have one, and not every browser's has folders.
    let has_folders =
        !storage.is_undefined() && Reflect::has(&storage, &"getDirectory".into()).unwrap_or(false);
    if has_folders { Ok(storage) } else { Err(PackStoreError::Unavailable) }
}

/// Bytes that the page may still store; none when the browser does not tell.
pub(super) async fn space_left() -> Option<u64> {
    let estimate = JsFuture::from(storage().ok()?.estimate().ok()?).await.ok()?;
    let estimate: StorageEstimate = estimate.unchecked_into();
    let left = estimate.get_quota()? - estimate.get_usage()?;
    Some(left.max(0.0) as u64)
}

impl Folder {
    /// The page's own file system.
    pub(super) async fn root() -> Result<Self, PackStoreError> {
        let root = JsFuture::from(storage()?.get_directory())
            .await
            .map_err(|_| PackStoreError::Unavailable)?;
        Ok(Self(root.unchecked_into()))
    }

    /// The folder of all packs.
    pub(super) async fn packs() -> Result<Self, PackStoreError> {
        Self::root().await?.inner(PACKS, true).await
    }

    /// A folder in it.
    pub(super) async fn inner(&self, name: &str, create: bool) -> Result<Self, PackStoreError> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(create);
        let handle = JsFuture::from(self.0.get_directory_handle_with_options(name, &options));
        let handle = handle.await.map_err(|thrown| PackStoreError::thrown(name, &thrown))?;
        Ok(Self(handle.unchecked_into()))
    }

    /// The names of what lies in it, sorted.
    pub(super) async fn names(&self) -> Result<Vec<String>, PackStoreError> {
        let refused = |thrown: JsValue| PackStoreError::thrown("a folder", &thrown);
        let keys: AsyncIterator = self.0.keys();
        let mut names = Vec::new();
        loop {
            let step = JsFuture::from(keys.next().map_err(refused)?).await.map_err(refused)?;
            if Reflect::get(&step, &"done".into()).map_err(refused)?.is_truthy() {
                break;
            }
            names.extend(Reflect::get(&step, &"value".into()).map_err(refused)?.as_string());
        }
        names.sort();
        Ok(names)
    }

    async fn handle(
        &self,
        name: &str,
        create: bool,
    ) -> Result<FileSystemFileHandle, PackStoreError> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(create);
        let handle = JsFuture::from(self.0.get_file_handle_with_options(name, &options));
        let handle = handle.await.map_err(|thrown| PackStoreError::thrown(name, &thrown))?;
        Ok(handle.unchecked_into())
    }

    /// A stored file, to be read; none if there is none of that name.
    pub(super) async fn file(&self, name: &str) -> Result<Option<File>, PackStoreError> {
        let thrown = |thrown: JsValue| PackStoreError::thrown(name, &thrown);
        let handle = match self.handle(name, false).await {
            Err(PackStoreError::Gone { .. }) => return Ok(None),
            other => other?,
        };
        let file = JsFuture::from(handle.get_file()).await.map_err(thrown)?;
        Ok(Some(file.unchecked_into()))
    }

    /// The bytes of a stored file.
    pub(super) async fn buffer(&self, name: &str) -> Result<ArrayBuffer, PackStoreError> {
        let file = self.file(name).await?.ok_or(PackStoreError::Gone { file: name.to_owned() })?;
        let buffer = JsFuture::from(file.array_buffer()).await;
        Ok(buffer.map_err(|thrown| PackStoreError::thrown(name, &thrown))?.unchecked_into())
    }

    /// As [`Folder::buffer`], in this worker's own memory.
    pub(super) async fn bytes(&self, name: &str) -> Result<Vec<u8>, PackStoreError> {
        let buffer = self.buffer(name).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// Stores a file, in place of one of that name.
    pub(super) async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), PackStoreError> {
        let thrown = |thrown: JsValue| PackStoreError::thrown(name, &thrown);
        let handle = self.handle(name, true).await?;
        let access = JsFuture::from(handle.create_sync_access_handle()).await.map_err(thrown)?;
        let access: FileSystemSyncAccessHandle = access.unchecked_into();
        let written = write_all(&access, bytes);
        // An open handle keeps everybody else from the file.
        access.close();
        written.map_err(thrown)
    }

    /// Removes a file or folder with all that is in it; that it is not there is no error.
    pub(super) async fn remove(&self, name: &str) -> Result<(), PackStoreError> {
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        match JsFuture::from(self.0.remove_entry_with_options(name, &options)).await {
            Ok(_) => Ok(()),
            Err(thrown) => match PackStoreError::thrown(name, &thrown) {
                PackStoreError::Gone { .. } => Ok(()),
                error => Err(error),
            },
        }
    }
}

fn write_all(access: &FileSystemSyncAccessHandle, bytes: &[u8]) -> Result<(), JsValue> {
    access.truncate_with_u32(0)?;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        let written = access.write_with_u8_array_and_options(rest, &options)?;
        // A full disk may show as a write that writes nothing.
        if written < 1.0 {
            return Err(js_sys::Error::new("full").into());
        }
        at += written as usize;
    }
    access.flush()
}
