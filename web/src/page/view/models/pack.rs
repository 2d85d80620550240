//! An installed pack: what it is, where it comes from, how good it is, and what can be done.

use js_sys::Date;
use rrgscore_packs::{Measurement, Precision};
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::models;
use super::offer::trouble;
use crate::page::format;
use crate::page::state::State;
use crate::page::state::models::{Doing, ModelsAction};
use crate::page::view::Act;
use crate::page::view::controls::progress;
use crate::page::view::icon::{Icon, icon};
use crate::protocol::packs::{Installed, Note, Origin};

/// A pack; `chosen` tells whether it is the one that is used, where there are several.
pub(super) fn pack(state: &State, pack: &Installed, chosen: Option<bool>, act: &Act) -> Html {
    let manifest = &pack.manifest;
    let id = &manifest.id;
    let name = format!("{} {}", manifest.name, manifest.precision);
    let what = format!("{}, {}", manifest.precision, format::bytes(manifest.total_bytes()));
    html! {
        <li key={id.clone()} data-pack={id.clone()}>
            <p>
                <b>{ what }</b>
                <span class="note">
                    { " \u{b7} id " }<code title={id.clone()}>{ format::short_hash(id).to_owned() }</code>
                    { format!(" \u{b7} {}", origin(&pack.note)) }
                </span>
            </p>
            if let Some(measured) = &manifest.measured {
                <p class="note">{ in_short(measured) }</p>
            }
            if !pack.note.proof.is_empty() {
                <p class="note">{ format::sentence(&pack.note.proof) }</p>
            }
            { doing(state, pack) }
            if let Some(why) = state.models.trouble.get(id) {
                { trouble(why) }
            }
            <div class="actions">
                { choice(pack, chosen, &name, act) }
                { tools(state, pack, &name, act) }
            </div>
            <details>
                <summary>{ "Details" }</summary>
                { details(pack) }
            </details>
        </li>
    }
}

/// Where a pack came from, and when.
fn origin(note: &Note) -> String {
    let from = match note.origin {
        Origin::Site => "from this site",
        Origin::File => "from a pack you dropped",
        Origin::Checkpoint => "converted here",
    };
    if note.at <= 0.0 {
        return from.to_owned();
    }
    let date = String::from(Date::new(&JsValue::from_f64(note.at)).to_iso_string());
    format!("{from}, {}", date.get(..10).unwrap_or_default())
}

fn choice(pack: &Installed, chosen: Option<bool>, name: &str, act: &Act) -> Html {
    let manifest = &pack.manifest;
    match chosen {
        None => Html::default(),
        Some(true) => html! { <span class="tag is-good">{ icon(Icon::Tick) }{ "In use" }</span> },
        Some(false) => html! {
            <button
                type="button" class="button" aria-label={format!("Use {name}")}
                onclick={models(act, ModelsAction::Use(manifest.purpose, manifest.id.clone()))}
            >
                { "Use this" }
            </button>
        },
    }
}

fn tools(state: &State, pack: &Installed, name: &str, act: &Act) -> Html {
    let id = &pack.manifest.id;
    if state.models.deleting.as_deref() == Some(id) {
        let bytes = format::bytes(pack.manifest.total_bytes());
        return html! {
            <>
                <span>{ format!("Delete {bytes} from this browser?") }</span>
                <button
                    type="button" class="button stop" aria-label={format!("Delete {name}")}
                    onclick={models(act, ModelsAction::Delete(id.clone()))}
                >
                    { "Delete" }
                </button>
                <button
                    type="button" class="button quiet" aria-label={format!("Keep {name}")}
                    onclick={models(act, ModelsAction::AskDelete(None))}
                >
                    { "Keep" }
                </button>
            </>
        };
    }
    let busy = state.models.doing.contains_key(id);
    html! {
        <>
            <button
                type="button" class="button quiet" disabled={busy} aria-label={format!("Verify {name}")}
                onclick={models(act, ModelsAction::Verify(id.clone()))}
            >
                { "Verify" }
            </button>
            <button
                type="button" class="button quiet" disabled={busy}
                aria-label={format!("Delete {name}, after asking")}
                onclick={models(act, ModelsAction::AskDelete(Some(id.clone())))}
            >
                { "Delete" }
            </button>
        </>
    }
}

fn doing(state: &State, pack: &Installed) -> Html {
    let id = &pack.manifest.id;
    match (state.models.doing.get(id), state.models.verified.get(id)) {
        (Some(Doing::Verifying { done, of }), _) => {
            html! { <div class="under-way">{ progress("Verifying", *done, *of) }</div> }
        }
        (Some(Doing::Deleting), _) => html! { <p class="note">{ "Deleting" }</p> },
        (_, Some(problems)) if problems.is_empty() => {
            let parts = pack.manifest.parts().count() as u64;
            let text = format!(
                "{} verified: all is as it was built.",
                format::count(parts, "part", "parts")
            );
            html! { <p class="verdict-line is-good">{ icon(Icon::Tick) }<span>{ text }</span></p> }
        }
        (_, Some(problems)) => html! {
            <>
                { for problems.iter().map(|problem| trouble(problem)) }
                <p class="note">{ "Delete this pack and install it again." }</p>
            </>
        },
        _ => Html::default(),
    }
}

/// A measurement in one line.
fn in_short(measured: &Measurement) -> String {
    let mut text = format!(
        "Against the checkpoint in f32: largest difference {:.2e}, cosine at least {:.6}",
        measured.max_difference, measured.min_cosine
    );
    for decision in &measured.decisions {
        text.push_str(&format!(
            ", {} {} of {} the same",
            decision.what, decision.same, decision.of
        ));
    }
    text.push('.');
    text
}

fn details(pack: &Installed) -> Html {
    let manifest = &pack.manifest;
    let source = |source: &rrgscore_packs::Source| {
        html! {
            <li key={source.name.clone()}>
                <b>{ source.name.clone() }</b>
                <span>{ format!(" {}, sha256 ", format::bytes(source.bytes)) }</span>
                <code>{ source.sha256.clone() }</code>
            </li>
        }
    };
    let accepted = if pack.note.accepted { " (accepted when it was installed)" } else { "" };
    html! {
        <>
            <dl class="facts-list">
                { fact("Pack id", html! { <code>{ manifest.id.clone() }</code> }) }
                { fact("Model", manifest.name.clone().into()) }
                { fact("Network", manifest.architecture.clone().into()) }
                { fact("Tokenizer", manifest.tokenizer.clone().into()) }
                { fact("Built by", manifest.builder.clone().into()) }
                { fact("Licence", manifest.licence.clone().into()) }
                if !manifest.terms.is_empty() {
                    { fact("Terms", format!("{}{accepted}", manifest.terms).into()) }
                }
                { fact("Measured", measured(pack)) }
            </dl>
            <p class="note">{ "Built from" }</p>
            <ul class="sources">{ for manifest.sources.iter().map(source) }</ul>
        </>
    }
}

fn fact(name: &'static str, value: Html) -> Html {
    html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn measured(pack: &Installed) -> Html {
    let Some(found) = &pack.manifest.measured else {
        return if pack.manifest.precision == Precision::F32 {
            "weights as in the checkpoint".into()
        } else {
            "not measured".into()
        };
    };
    let text = format!(
        "{} and {} compared: largest |difference| {:.3e}, mean {:.3e}; cosine at least {:.7}, mean {:.7}",
        format::count(found.texts, "sentence", "sentences"),
        format::count(found.vectors, "vector", "vectors"),
        found.max_difference,
        found.mean_difference,
        found.min_cosine,
        found.mean_cosine,
    );
    let decision = |one: &rrgscore_packs::Agreement| {
        format!("; {}: {} of {} the same", one.what, one.same, one.of)
    };
    let decisions: String = found.decisions.iter().map(decision).collect();
    format!("{text}{decisions}").into()
}
