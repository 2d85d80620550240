//! RadGraph annotations that the user brings instead of a pack.

use yew::prelude::*;

use crate::page::format;
use crate::page::state::{Action, GraphFile, State};
use crate::page::view::controls::{DropTarget, FileButton, progress};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, Slot, ViewProps, always};
use rrgscore_data::Side;

/// A place for each side's annotations.
#[component]
pub(crate) fn GraphsSection(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let graphs = &state.graphs;
    html! {
        <section aria-labelledby="graphs-title" class="step">
            <h2 id="graphs-title">{ "RadGraph annotations" }</h2>
            <details class="answers" open={!graphs.is_empty()}>
                <summary>{ "Bring annotations that you have already" }</summary>
                <p class="note">
                    { "Two JSON files in the official form, an object of study ids and annotations: \
                       RadGraph-F1 and RadCliQ are then computed from them, without a RadGraph pack. " }
                    <code>{ "--radgraph-annotations PRED.json,REF.json" }</code>
                    { " on the command line." }
                </p>
                <div class="sides">
                    { panel(&state, Side::Predictions, "Of the predictions", &act) }
                    { panel(&state, Side::References, "Of the references", &act) }
                </div>
                if !graphs.is_empty() {
                    <div class="actions">
                        <button
                            type="button" class="button quiet" disabled={state.run.is_busy()}
                            onclick={always(&act, Action::ClearGraphs)}
                        >
                            { "Remove the annotations" }
                        </button>
                        if !graphs.are_usable() {
                            <span class="note">{ "Used once both files are there." }</span>
                        }
                    </div>
                }
            </details>
        </section>
    }
}

fn panel(state: &State, side: Side, title: &'static str, act: &Act) -> Html {
    let file = state.graphs.side(side);
    let label = if file.is_some() { "Another file" } else { "Choose a file" };
    html! {
        <DropTarget slot={Slot::Graphs(side)} act={act.clone()} class="panel">
            <h3>{ title }</h3>
            if let Some(file) = file { { facts(file) } }
            <div class="actions">
                <FileButton slot={Slot::Graphs(side)} act={act.clone()} {label} />
                if file.is_none() { <span class="note">{ "or drop it here" }</span> }
            </div>
        </DropTarget>
    }
}

fn facts(file: &GraphFile) -> Html {
    match &file.read {
        None => progress(format!("Reading {}", file.name), 0, 0),
        Some(Ok(studies)) => html! {
            <div class="recognised">
                <p class="file-name">{ file.name.clone() }</p>
                <p class="big">{ format::studies((*studies).into()) }</p>
            </div>
        },
        Some(Err(why)) => html! {
            <div class="problem" role="alert">
                { icon(Icon::Error) }
                <p>{ format!("{}: {why}.", file.name) }</p>
            </div>
        },
    }
}
