//! What the browser says of its storage, and the few names that are kept beside the packs.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use crate::page::json;
use crate::page::state::models::{Memory, Storage};

/// Names and ids of installed packs, to notice when the browser removes them.
const PACKS: &str = "packs";

/// Only secure contexts have one.
fn manager() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    (!AsRef::<JsValue>::as_ref(&storage).is_undefined()).then_some(storage)
}

/// How much is stored, of how much, and whether the browser promises to keep it.
pub(super) async fn estimate_storage() -> Option<Storage> {
    let manager = manager()?;
    let estimate: StorageEstimate =
        JsFuture::from(manager.estimate().ok()?).await.ok()?.unchecked_into();
    let persisted = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise).await.ok().and_then(|answer| answer.as_bool()),
        Err(_) => None,
    };
    Some(Storage {
        usage: estimate.get_usage().unwrap_or(0.0) as u64,
        quota: estimate.get_quota().unwrap_or(0.0) as u64,
        persisted,
    })
}

/// Asks the browser to keep what is stored. Some ask the user, some decide by themselves.
pub(super) async fn persist() {
    let Some(manager) = manager() else { return };
    let can = Reflect::has(&manager, &"persist".into()).unwrap_or(false);
    if let (true, Ok(promise)) = (can, manager.persist()) {
        // The answer is looked up with the rest.
        let _ = JsFuture::from(promise).await;
    }
}

/// What was remembered of the last visit.
pub(super) fn remembered() -> Memory {
    let kept = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    let text = kept.and_then(|kept| kept.get_item(PACKS).ok().flatten());
    text.and_then(|text| json::read(&text).ok()).unwrap_or_default()
}

/// Remembers this for the next visit.
pub(super) fn remember(memory: &Memory) {
    let kept = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    let Some(kept) = kept else { return };
    // A browser that stores nothing stores no packs either.
    let _ = if *memory == Memory::default() {
        kept.remove_item(PACKS)
    } else {
        kept.set_item(PACKS, &serde_json::to_string(memory).unwrap_or_default())
    };
}
