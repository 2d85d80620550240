//! How much the browser stores for this page, and whether it promises to keep it.

use yew::prelude::*;

use super::models;
use crate::page::format;
use crate::page::state::State;
use crate::page::state::models::{Looked, ModelsAction};
use crate::page::view::Act;

/// Use, quota, persistence.
pub(super) fn storage(state: &State, act: &Act) -> Html {
    let (Looked::Yes, Some(storage)) = (&state.models.looked, state.models.storage) else {
        return Html::default();
    };
    let packs: u64 = state.models.packs.iter().map(|pack| pack.manifest.total_bytes()).sum();
    let used = format!(
        "{} {}. The browser stores {} for this page and grants {}.",
        format::count(state.models.packs.len() as u64, "pack takes", "packs take"),
        format::bytes(packs),
        format::bytes(storage.usage),
        format::bytes(storage.quota),
    );
    let (keeps, ask) = match storage.persisted {
        Some(true) => ("The browser keeps it until you delete it.", false),
        Some(false) => (
            "The browser may remove it when the disk is full, or after weeks without a visit.",
            true,
        ),
        None => ("The browser does not say whether it will keep it.", false),
    };
    html! {
        <section class="step" aria-labelledby="storage-title">
            <h2 id="storage-title">{ "Storage" }</h2>
            <p id="storage-used">{ used }</p>
            <div class="actions">
                <p id="storage-kept">{ keeps }</p>
                if ask && !state.models.packs.is_empty() {
                    <button type="button" class="button quiet" onclick={models(act, ModelsAction::Persist)}>
                        { "Ask the browser to keep it" }
                    </button>
                }
            </div>
            <p class="note">
                { "Packs lie in this browser's own file system for this page. Clearing the site's data deletes them." }
            </p>
        </section>
    }
}
