//! Whether annotations and runs are kept for the next session, what that means, and what is stored.

use yew::prelude::*;

use super::offer::trouble;
use crate::page::format;
use crate::page::state::{Action, State};
use crate::page::view::plain::{self, Pick, ticked};
use crate::page::view::{Act, ViewAction, always};

/// The column of the table of runs that opens one.
const OPEN: usize = 3;

/// The switch, and what is stored.
pub(super) fn annotations(state: &State, act: &Act) -> Html {
    let keeping = &state.keeping;
    let on_change = act.reform(|event: Event| ViewAction::Act(Action::Keep(ticked(&event))));
    let stored = &keeping.stored;
    let open = |column: usize, row: usize| -> Option<Pick> {
        (column == OPEN).then(|| always(act, Action::OpenKept(row)))
    };
    html! {
        <section class="step" aria-labelledby="annotations-title">
            <h2 id="annotations-title">{ "Kept on this machine" }</h2>
            <div class="choice">
                <input
                    type="checkbox" id="keep-annotations" checked={keeping.on} onchange={on_change}
                    aria-describedby="keep-annotations-note"
                />
                <label for="keep-annotations">{ "Keep runs and what models have read for the next session" }</label>
            </div>
            <p class="note" id="keep-annotations-note">
                { "Off, nothing of your reports is stored, and the next session reads them anew. On, this \
                   browser keeps what CheXbert, RadGraph, RaTE-NER and BioLORD found in each report: \
                   labels, embeddings, graphs and entities; and of each finished run its name, study ids and \
                   scores. Reports are named by a hash, but graphs and entities hold their words: do not \
                   switch it on where others use this browser. Switching it off deletes what is stored." }
            </p>
            if let Some(why) = &keeping.problem { { trouble(why) } }
            if keeping.on && !state.sealed {
                <p class="note">{ "What is stored is read when the page is sealed: once you leave this view." }</p>
            } else if keeping.on {
                if !stored.runs.rows.is_empty() { { plain::table(&stored.runs, &open) } }
                <div class="actions">
                    <p id="annotations-stored">
                        { format!(
                            "{} stored: {}.",
                            format::count(stored.annotations, "annotation", "annotations"),
                            format::bytes(stored.bytes)
                        ) }
                    </p>
                    <button
                        type="button" class="button quiet"
                        disabled={stored.bytes == 0 && stored.runs.rows.is_empty()}
                        onclick={always(act, Action::Forget)}
                    >
                        { "Forget everything" }
                    </button>
                </div>
            }
        </section>
    }
}
