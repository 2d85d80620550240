//! The way to the models: what to download and where, a checklist that fills, and what is missing.

use rrgscore_packs::Purpose;
use yew::prelude::*;

use crate::page::format;
use crate::page::state::models::{Bench, Looked, Models, checklist, publication};
use crate::page::state::{Part, State};
use crate::page::view::Act;
use crate::page::view::controls::CopyButton;
use crate::page::view::icon::{Icon, icon};

/// The checklist with its headings.
pub(super) fn guide(state: &State, act: &Act) -> Html {
    let [usual, other] = checklist();
    let missing: Vec<&str> = usual
        .iter()
        .filter(|&&purpose| !is_here(state, purpose))
        .map(|&purpose| publication(purpose).title)
        .collect();
    let here = usual.len() - missing.len();
    let all = format::count(usual.len() as u64, "model", "models");
    let standing = match missing.as_slice() {
        _ if is_looking(state) => "Looking what is here.".to_owned(),
        [] => format!("All {all} of the leaderboard's columns are here."),
        _ => format!("{here} of {all} are here. Still missing: {}.", missing.join(", ")),
    };
    html! {
        <section class="step" aria-labelledby="guide-title" id="guide">
            <h2 id="guide-title">{ "All models in one sitting" }</h2>
            <ol class="way">
                <li>
                    { "Download what is missing, in a browser or by the lines below, which put all into one folder " }
                    <code>{ "models" }</code>{ ". The tool " }<code>{ "hf" }</code>{ " comes with " }
                    <code>{ "pip install huggingface_hub" }</code>{ "." }
                </li>
                <li>{ "Drop the folder above, or its files in any order." }</li>
                <li>{ "Install: one after the other, each measured against its checkpoint." }</li>
            </ol>
            <p id="guide-standing" role="status">{ standing }</p>
            <h3>{ "For the leaderboard's columns" }</h3>
            <ul class="checklist">{ for usual.iter().map(|&purpose| line(state, purpose, act)) }</ul>
            <h3>{ "For the radgraph package's rewards" }</h3>
            <ul class="checklist">{ for other.iter().map(|&purpose| line(state, purpose, act)) }</ul>
        </section>
    }
}

fn is_looking(state: &State) -> bool {
    state.models.looked == Looked::NotYet || state.site.packs.is_none()
}

/// Whether a pack of that purpose can be used now.
fn is_here(state: &State, purpose: Purpose) -> bool {
    state.models.used(purpose).is_some()
        || state.site.packs_of(purpose).any(|pack| pack.part == Part::Ready)
}

/// One model: ticked, or how to get it.
fn line(state: &State, purpose: Purpose, act: &Act) -> Html {
    let known = publication(purpose);
    let here = is_here(state, purpose);
    let columns = Models::columns_of(purpose).join(", ");
    let file = |(name, place): &(&'static str, &'static str)| {
        html! { <li key={*name}><b>{ *name }</b><span>{ *place }</span></li> }
    };
    html! {
        <li key={purpose.id()} class={classes!(here.then_some("is-here"))}>
            <p class="check">
                if here { { icon(Icon::Tick) } } else { <span class="box" aria-hidden="true"></span> }
                <b>{ known.title }</b>
                <span class="note">{ format!("{} \u{b7} for {columns}", standing(state, purpose, here)) }</span>
            </p>
            if !here {
                <div class="command">
                    <code tabindex="0" role="group" aria-label={format!("Command that downloads {}", known.title)}>{ known.command }</code>
                    <CopyButton text={known.command} label={format!("Copy the command for {}", known.title)} act={act.clone()} />
                </div>
            }
            <details class="publication">
                <summary>{ format!("{}: what, and from where", known.title) }</summary>
                <p class="note">{ format!("{}.", known.what) }</p>
                <ul>{ for known.files.iter().map(file) }</ul>
                if !known.terms.is_empty() {
                    <p class="note">{ known.terms }</p>
                }
            </details>
        </li>
    }
}

/// Where a model is: here, among what was dropped, or missing.
fn standing(state: &State, purpose: Purpose, here: bool) -> String {
    if here {
        let installed = state.models.used(purpose).is_some();
        return if installed { "installed" } else { "loaded with the page" }.to_owned();
    }
    let dropped = match &state.models.bench {
        Bench::Found { found, .. } => found.iter().find(|one| one.purpose == purpose),
        _ => None,
    };
    match dropped {
        Some(found) if found.lacking.is_empty() => "dropped, to be installed".to_owned(),
        Some(found) => {
            let files: Vec<&str> = found.lacking.iter().map(|one| one.file.as_str()).collect();
            format!("dropped, still needs {}", files.join(", "))
        }
        None if is_looking(state) => "looking".to_owned(),
        None => "missing".to_owned(),
    }
}
