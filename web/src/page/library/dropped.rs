//! Files and folders as they are dropped or chosen, and what their names give away.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
    HtmlInputElement,
};

/// Most files taken at once; a checkpoint's folder has a few dozen.
const MOST_FILES: usize = 2000;

/// A file with the folders that it came in.
#[derive(Clone, Debug)]
pub struct Dropped {
    /// E.g. `bert-base-uncased/config.json`.
    pub path: String,
    /// The file, read only where it is needed.
    pub file: File,
}

/// The files that were chosen in an input.
pub fn from_input(input: &HtmlInputElement) -> Vec<Dropped> {
    let Some(files) = input.files() else { return Vec::new() };
    let files = (0..files.length()).filter_map(|at| files.get(at));
    files
        .map(|file| {
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into());
            let path = path.ok().and_then(|path| path.as_string()).filter(|path| !path.is_empty());
            Dropped { path: path.unwrap_or_else(|| file.name()), file }
        })
        .collect()
}

/// The files that were dropped, those in folders included. What is to be taken from the event is
/// taken before this returns its future: an event's data is gone once it has been handled.
pub fn from_transfer(transfer: &DataTransfer) -> impl Future<Output = Vec<Dropped>> + 'static {
    let items = transfer.items();
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for at in 0..items.length() {
        let Some(item) = items.get(at).filter(|item| item.kind() == "file") else { continue };
        match item.webkit_get_as_entry().ok().flatten() {
            Some(entry) if entry.is_directory() => folders.push(entry),
            _ => {
                if let Ok(Some(file)) = item.get_as_file() {
                    files.push(Dropped { path: file.name(), file });
                }
            }
        }
    }
    async move {
        while let Some(entry) = folders.pop() {
            if files.len() >= MOST_FILES {
                break;
            }
            // It says itself that it is one; browsers do not agree on its class's name.
            let entry: FileSystemDirectoryEntry = entry.unchecked_into();
            for inner in entries(&entry).await {
                if inner.is_directory() {
                    folders.push(inner);
                } else if let Some(file) = file(&inner).await {
                    let path = inner.full_path().trim_start_matches('/').to_owned();
                    files.push(Dropped { path, file });
                }
            }
        }
        files
    }
}

/// What lies in a dropped folder; a browser hands it out in batches.
async fn entries(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all: Vec<FileSystemEntry> = Vec::new();
    loop {
        let batch = called_back(|done, failed| {
            let _ = reader.read_entries_with_callback_and_callback(done, failed);
        });
        let batch: Array = match batch.await {
            Some(batch) => batch.unchecked_into(),
            None => break,
        };
        if batch.length() == 0 {
            break;
        }
        all.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
    // The browser's order is that of the disk.
    all.sort_by_key(|entry| entry.full_path());
    all
}

async fn file(entry: &FileSystemEntry) -> Option<File> {
    let entry: &FileSystemFileEntry = entry.unchecked_ref();
    let file = called_back(|done, failed| entry.file_with_callback_and_callback(done, failed));
    file.await.map(JsCast::unchecked_into)
}

/// Waits for a function that takes two callbacks; none when it calls the second.
async fn called_back(call: impl FnOnce(&Function, &Function)) -> Option<JsValue> {
    type Settle = Rc<RefCell<Option<(Function, Function)>>>;
    let settle = Settle::default();
    let promise = {
        let settle = settle.clone();
        Promise::new(&mut move |done, failed| *settle.borrow_mut() = Some((done, failed)))
    };
    let (done, failed) = settle.take()?;
    let on_done = Closure::once(move |value: JsValue| {
        let _ = done.call1(&JsValue::UNDEFINED, &value);
    });
    let on_failed = Closure::once(move |value: JsValue| {
        let _ = failed.call1(&JsValue::UNDEFINED, &value);
    });
    call(on_done.as_ref().unchecked_ref(), on_failed.as_ref().unchecked_ref());
    JsFuture::from(promise).await.ok()
}

/// Whether a file's name is that of a model: it belongs in the Models view.
pub fn looks_like_a_model(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const ENDINGS: [&str; 13] = [
        ".rrgpack",
        ".pth",
        ".pt",
        ".th",
        ".bin",
        ".safetensors",
        ".onnx",
        ".tar.gz",
        ".tgz",
        ".tar",
        ".ckpt",
        ".h5",
        ".gguf",
    ];
    const NAMES: [&str; 4] = ["tokenizer.json", "vocab.txt", "pack.json", "merges.txt"];
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || NAMES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_told_by_its_name() {
        for name in ["chexbert.pth", "radgraph.tar.gz", "Model.SAFETENSORS", "x.rrgpack"] {
            assert!(looks_like_a_model(name), "{name}");
        }
        for name in ["predictions.json", "a.csv.gz", "test.parquet", "ReXrank.json.gz"] {
            assert!(!looks_like_a_model(name), "{name}");
        }
    }
}
