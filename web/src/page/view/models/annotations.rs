//! Whether annotations are kept for the next session, what that means, and what is stored.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::offer::trouble;
use crate::page::format;
use crate::page::state::{Action, State};
use crate::page::view::{Act, ViewAction, always};

/// The switch, and what is stored.
pub(super) fn annotations(state: &State, act: &Act) -> Html {
    let keeping = &state.keeping;
    let on_change = act.reform(|event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let on = input.is_some_and(|input| input.checked());
        ViewAction::Act(Action::KeepAnnotations(on))
    });
    let stored = keeping.stored.unwrap_or_default();
    html! {
        <section class="step" aria-labelledby="annotations-title">
            <h2 id="annotations-title">{ "Annotations" }</h2>
            <div class="choice">
                <input
                    type="checkbox" id="keep-annotations" checked={keeping.on} onchange={on_change}
                    aria-describedby="keep-annotations-note"
                />
                <label for="keep-annotations">{ "Keep what models have read for the next session" }</label>
            </div>
            <p class="note" id="keep-annotations-note">
                { "Off, nothing of your reports is stored, and the next session reads them anew. On, this \
                   browser keeps what CheXbert, RadGraph, RaTE-NER and BioLORD found in each report: \
                   labels, embeddings, graphs and entities. Reports are named by a hash, but graphs and \
                   entities hold their words: do not switch it on where others use this browser. \
                   Switching it off deletes what is stored." }
            </p>
            if let Some(why) = &keeping.problem { { trouble(why) } }
            if keeping.on {
                <div class="actions">
                    <p id="annotations-stored">
                        { format!(
                            "{} stored: {}.",
                            format::count(stored.annotations, "annotation", "annotations"),
                            format::bytes(stored.bytes)
                        ) }
                    </p>
                    <button
                        type="button" class="button quiet" disabled={stored.bytes == 0}
                        onclick={always(act, Action::DeleteAnnotations)}
                    >
                        { "Delete the annotations" }
                    </button>
                </div>
            }
        </section>
    }
}
