//! One purpose: the packs that serve it, installed and to be had.

use rrgscore_packs::Purpose;
use yew::prelude::*;

use super::offer::offer;
use super::pack::pack;
use crate::page::state::models::{Models, publication};
use crate::page::state::{Part, State};
use crate::page::view::Act;

/// A card.
pub(super) fn card(state: &State, purpose: Purpose, act: &Act) -> Html {
    let known = publication(purpose);
    let id = format!("pack-{}", purpose.id());
    let installed: Vec<_> = state.models.of(purpose).collect();
    let used = state.models.used(purpose).map(|pack| pack.manifest.id.clone());
    let several = installed.len() > 1;
    let offers = state.site.packs_of(purpose).filter(|one| state.models.pack(&one.id).is_none());
    let with_page = state.site.packs_of(purpose).any(|one| one.part == Part::Ready);
    let (class, standing) = match () {
        () if !installed.is_empty() => ("is-good", "Installed"),
        () if with_page => ("is-good", "Loaded with the page"),
        () => ("", "Not installed"),
    };
    let columns = Models::columns_of(purpose).join(", ");
    html! {
        <article class="model" aria-labelledby={id.clone()} key={purpose.id()}>
            <header>
                <h3 {id}>{ known.title }</h3>
                <span class={classes!("tag", class)}>{ standing }</span>
            </header>
            <p class="note">{ format!("{}. Used by {columns}.", known.what) }</p>
            if !installed.is_empty() {
                <ul class="installed">
                    { for installed.iter().map(|one| {
                        let chosen = used.as_deref() == Some(one.manifest.id.as_str());
                        pack(state, one, several.then_some(chosen), act)
                    }) }
                </ul>
            }
            { for offers.map(|one| offer(state, one, act)) }
        </article>
    }
}
