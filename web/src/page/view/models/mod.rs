//! Which metric needs which model, what is installed, and how to install more.

mod annotations;
mod bench;
mod card;
mod drop;
mod guide;
mod offer;
mod pack;
mod storage;

use rrgscore_packs::Purpose;
use yew::prelude::*;

use super::{Act, ViewAction, ViewProps};
use crate::page::platform;
use crate::page::state::models::{BenchAction, Looked, ModelsAction};
use crate::page::state::{Action, State};
use crate::page::view::icon::{Icon, icon};
use annotations::annotations;
use bench::BenchView;
use card::card;
use guide::guide;
use storage::storage;

/// The view.
#[component]
pub(crate) fn ModelsView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let is_known = |&purpose: &Purpose| {
        state.models.of(purpose).next().is_some() || state.site.packs_of(purpose).next().is_some()
    };
    let shelf: Vec<Purpose> = Purpose::ALL.into_iter().filter(is_known).collect();
    html! {
        <>
            <div class="page-head">
                <h1>{ "Models" }</h1>
                <p class="promise">{ "Nothing leaves this machine." }</p>
                <p class="lead">
                    { "Some metrics read reports with a model. Drop a checkpoint as its authors publish it: \
                       this page turns it into a small pack and keeps it in this browser. " }
                    <a id="to-sanity" href="#/sanity">{ "What do the metrics see?" }</a>
                </p>
            </div>
            { sealed(&state) }
            { gone(&state, &act) }
            <BenchView state={state.clone()} act={act.clone()} />
            { guide(&state, &act) }
            <section class="step" aria-labelledby="packs-title">
                <h2 id="packs-title">{ "Packs" }</h2>
                { broken(&state, &act) }
                if shelf.is_empty() {
                    <p class="note">{ "None is installed yet." }</p>
                }
                <div class="shelf">
                    { for shelf.into_iter().map(|purpose| card(&state, purpose, &act)) }
                </div>
            </section>
            { annotations(&state, &act) }
            { storage(&state, &act) }
        </>
    }
}

/// Something about packs, as an action of the view.
fn models<E: 'static>(act: &Act, action: ModelsAction) -> Callback<E> {
    act.reform(move |_| ViewAction::Act(Action::Models(action.clone())))
}

/// Something about what was dropped.
fn on_bench<E: 'static>(act: &Act, action: BenchAction) -> Callback<E> {
    models(act, ModelsAction::Bench(action))
}

/// That packs of the site are not to be had now, where there is one that could be.
fn sealed(state: &State) -> Html {
    let site = state.site.packs.iter().flatten();
    let offered = site.filter(|pack| state.models.pack(&pack.id).is_none()).count() > 0;
    if !state.sealed || !offered {
        return Html::default();
    }
    let has_reports = state.has_begun() || state.results.is_some() || !state.finished.is_empty();
    let lost = if has_reports { ", which forgets the reports and results in this tab" } else { "" };
    html! {
        <div class="notices">
            <div class="notice is-warning">
                { icon(Icon::Lock) }
                <p>
                    { format!(
                        "The page is sealed and loads nothing more. Reload it to get packs of this site{lost}."
                    ) }
                </p>
                <button id="unseal" type="button" class="button" onclick={|_| platform::reload()}>
                    { "Reload" }
                </button>
            </div>
        </div>
    }
}

/// Packs that were installed and that the browser has removed.
fn gone(state: &State, act: &Act) -> Html {
    if let Looked::Unavailable(why) = &state.models.looked {
        let text = format!("No pack can be installed here: {why}.");
        return html! { <div class="notice" role="alert">{ icon(Icon::Error) }<p>{ text }</p></div> };
    }
    let one = |lost: &crate::page::state::models::Remembered| {
        let on_site = state.site.packs_of(lost.purpose).any(|pack| pack.id == lost.id);
        let how = if on_site {
            "Install it again below."
        } else {
            "Drop its checkpoint or its .rrgpack again."
        };
        let text = format!(
            "The browser has removed the pack {} ({}) that was installed here, most likely for \
             lack of space. {how}",
            lost.name, lost.precision
        );
        html! {
            <div class="notice is-warning" key={lost.id.clone()}>
                { icon(Icon::Warning) }
                <p>{ text }</p>
                <div class="actions">
                    if on_site && !state.sealed {
                        <button
                            type="button" class="button"
                            onclick={models(act, ModelsAction::Install(lost.id.clone()))}
                        >
                            { "Install again" }
                        </button>
                    }
                    <button
                        type="button" class="button bare"
                        aria-label={format!("Say no more that {} is gone", lost.name)}
                        onclick={models(act, ModelsAction::Forget(lost.id.clone()))}
                    >
                        { icon(Icon::Cross) }
                    </button>
                </div>
            </div>
        }
    };
    html! { <div class="notices">{ for state.models.lost.iter().map(one) }</div> }
}

/// Installations that cannot be used.
fn broken(state: &State, act: &Act) -> Html {
    let one = |broken: &crate::protocol::packs::Broken| {
        html! {
            <div class="notice" key={broken.id.clone()}>
                { icon(Icon::Error) }
                <p>{ format!("A stored pack cannot be used: {}.", broken.message) }</p>
                <button
                    type="button" class="button"
                    onclick={models(act, ModelsAction::Delete(broken.id.clone()))}
                >
                    { "Delete it" }
                </button>
            </div>
        }
    };
    html! { <div class="notices">{ for state.models.broken.iter().map(one) }</div> }
}
