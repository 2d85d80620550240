//! A pack of this site that is not installed.

use yew::prelude::*;

use super::models;
use crate::page::format::{self, sentence};
use crate::page::state::models::{Doing, Looked, ModelsAction};
use crate::page::state::{Part, SitePack, State};
use crate::page::view::controls::progress;
use crate::page::view::icon::{Icon, icon};
use crate::page::view::plain::ticked;
use crate::page::view::{Act, ViewAction};

/// Install it, go on with it, or see how far it is.
pub(super) fn offer(state: &State, pack: &SitePack, act: &Act) -> Html {
    let what = format!("{}, {}", pack.precision, format::bytes(pack.bytes));
    let doing = state.models.doing.get(&pack.id);
    html! {
        <div class="offer" key={pack.id.clone()}>
            <p>
                <b>{ what }</b>
                <span class="note">{ format!(" from this site \u{b7} {}", pack.licence) }</span>
            </p>
            if let Part::Failed(why) = &pack.part {
                { trouble(why) }
            }
            if let Some(why) = state.models.trouble.get(&pack.id) {
                { trouble(why) }
            }
            if let Some(Doing::Installing { done, of }) = doing {
                { under_way(pack, *done, *of, act) }
            } else if !state.sealed && state.models.looked == Looked::Yes && pack.manifest.is_some() {
                { install(state, pack, act) }
            }
        </div>
    }
}

fn under_way(pack: &SitePack, done: u64, of: u64, act: &Act) -> Html {
    let label = format!("Installing {}", pack.name);
    html! {
        <div class="under-way">
            { progress(label, done, of) }
            <span class="note">
                { if of == 0 { "Beginning".to_owned() } else {
                    format!("{} of {}", format::bytes(done), format::bytes(of))
                } }
            </span>
            <button
                type="button" class="button quiet"
                aria-label={format!("Stop installing {}", pack.name)}
                onclick={models(act, ModelsAction::StopInstall(pack.id.clone()))}
            >
                { "Stop" }
            </button>
        </div>
    }
}

fn install(state: &State, pack: &SitePack, act: &Act) -> Html {
    let terms = pack.manifest.as_ref().map(|manifest| manifest.terms.clone()).unwrap_or_default();
    let accepted = terms.is_empty() || state.models.accepted.contains(&pack.id);
    let partial = state.models.partial(&pack.id);
    let verb = if partial.is_some() { "Go on installing" } else { "Install" };
    let id = pack.id.clone();
    let accept = act.reform(move |yes| {
        ViewAction::Act(crate::page::state::Action::Models(ModelsAction::Accept(id.clone(), yes)))
    });
    html! {
        <>
            if !terms.is_empty() {
                { terms_to_accept(&format!("accept-{}", pack.id), &terms, accepted, accept) }
            }
            <div class="actions">
                <button
                    type="button" class="button" disabled={!accepted}
                    aria-label={format!("{verb}: {} {}", pack.name, pack.precision)}
                    onclick={models(act, ModelsAction::Install(pack.id.clone()))}
                >
                    { icon(Icon::Download) }<span>{ verb }</span>
                </button>
                if let Some(bytes) = partial {
                    <span class="note">
                        { format!("{} of {} are here already", format::bytes(bytes.min(pack.bytes)), format::bytes(pack.bytes)) }
                    </span>
                }
            </div>
        </>
    }
}

/// A licence's terms, and the box that accepts them.
pub(super) fn terms_to_accept(
    id: &str,
    terms: &str,
    accepted: bool,
    accept: Callback<bool>,
) -> Html {
    let on_change = accept.reform(|event: Event| ticked(&event));
    html! {
        <div class="terms">
            <p>{ terms.to_owned() }</p>
            <div class="choice">
                <input type="checkbox" id={id.to_owned()} checked={accepted} onchange={on_change} />
                <label for={id.to_owned()}>{ "I have read these terms and keep to them" }</label>
            </div>
        </div>
    }
}

/// What went wrong.
pub(super) fn trouble(why: &str) -> Html {
    html! {
        <div class="problem" role="alert">{ icon(Icon::Error) }<p>{ sentence(why) }</p></div>
    }
}
