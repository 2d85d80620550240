use js_sys::Reflect;
use rrgscore_packs::PackError;
use rrgscore_scoring::store::StoreError;
use wasm_bindgen::JsValue;

/// Why a pack could not be stored, read or removed. Names files and packs only.
#[derive(Debug, thiserror::Error)]
pub enum PackStoreError {
    /// The browser gives this page no files.
    #[error(
        "this browser keeps no files for this page: private windows and pages that are not served \
         over https have none"
    )]
    Unavailable,
    /// The disk, or the page's share of it, is full.
    #[error("there is no space left for {file}: the browser grants this page {left} more")]
    NoSpace {
        /// What was to be written.
        file: String,
        /// What is left, in words.
        left: String,
    },
    /// Another tab is at this pack.
    #[error("another tab of this page is working on this pack; wait until it is done")]
    Busy,
    /// A stored file is not there.
    #[error("{file} is no longer there: the browser or another tab removed it")]
    Gone {
        /// The file.
        file: String,
    },
    /// A part came that was not asked for.
    #[error("{file} came without an installation under way; begin again")]
    NotBegun {
        /// The file.
        file: String,
    },
    /// The stored annotations cannot be used.
    #[error(transparent)]
    Annotations(#[from] StoreError),
    /// The pack itself is not in order.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The browser refused for a reason of its own.
    #[error("the browser could not store or read {file} ({reason})")]
    Refused {
        /// The file.
        file: String,
        /// The name of the browser's error, e.g. `InvalidStateError`.
        reason: String,
    },
}

impl PackStoreError {
    /// What a thrown value means for a file.
    pub(super) fn thrown(file: &str, thrown: &JsValue) -> Self {
        let file = file.to_owned();
        match name_of(thrown).as_str() {
            "QuotaExceededError" => Self::NoSpace { file, left: "nothing".to_owned() },
            "NoModificationAllowedError" => Self::Busy,
            "NotFoundError" | "NotReadableError" => Self::Gone { file },
            "SecurityError" => Self::Unavailable,
            reason => Self::Refused { file, reason: reason.to_owned() },
        }
    }
}

/// The `name` of a `DOMException` or `Error`.
fn name_of(thrown: &JsValue) -> String {
    let name = Reflect::get(thrown, &"name".into()).ok().and_then(|name| name.as_string());
    name.unwrap_or_else(|| "unknown error".to_owned())
}
