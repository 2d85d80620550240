//! The columns to compute.

use std::collections::BTreeSet;

use rrgscore_scoring::{Metric, Purpose};
use yew::prelude::*;

use super::profile::{cleaning, profiles};
use super::rewards::{reward_of, rewards};
use crate::page::format;
use crate::page::state::models::Looked;
use crate::page::state::{Action, Missing, Part, State};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewProps, always};

/// Which columns there are, what they need, and which are chosen.
#[component]
pub(crate) fn MetricsSection(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let chosen = state.metrics();
    let all = state.offered().into_iter();
    let shown = all.filter(|&metric| reward_of(metric).is_none());
    let (usual, other): (Vec<Metric>, Vec<Metric>) =
        shown.partition(|metric| metric.is_usual(state.profile));
    let row = |metric: &Metric| metric_row(&state, *metric, chosen.contains(metric), &act);
    let (ready, later): (Vec<Metric>, Vec<Metric>) =
        usual.into_iter().partition(|&metric| state.can_compute(metric));
    let (judged, modelled): (Vec<Metric>, Vec<Metric>) =
        later.into_iter().partition(|metric| metric.judge().is_some());
    html! {
        <section aria-labelledby="metrics-title" class="step">
            <h2 id="metrics-title">{ "Metrics" }</h2>
            { profiles(&state, &act) }
            { cleaning(&state, &act) }
            <fieldset class="metrics" disabled={state.run.is_busy()}>
                <legend class="visually-hidden">{ "Columns to compute" }</legend>
                <h3>{ "Ready now" }</h3>
                if ready.is_empty() {
                    <p class="note">{ "None of this profile's columns yet." }</p>
                }
                { for ready.iter().map(row) }
                if !modelled.is_empty() {
                    <details class="later">
                        <summary>{ format!("{}: how", needed_models(&state, &modelled)) }</summary>
                        <p>
                            <a href="#/models">{ "Get the models in one sitting" }</a>
                            { ": this page turns the files that their authors publish into packs, and keeps them in this browser." }
                        </p>
                        { for modelled.iter().map(row) }
                    </details>
                }
                if !judged.is_empty() {
                    <details class="later">
                        <summary>{ format!("{} with a language model's answers: how", more(judged.len())) }</summary>
                        <p>{ "Run a judge that you control, and drop its answers below, under Judge's answers." }</p>
                        { for judged.iter().map(row) }
                    </details>
                }
                { for state.site.missing_packs.iter().map(absent) }
                <details>
                    <summary>{ "Variants that the leaderboard does not show" }</summary>
                    { for other.iter().map(row) }
                </details>
                { rewards(&state, &chosen, &act) }
            </fieldset>
        </section>
    }
}

fn more(columns: usize) -> String {
    format::count(columns as u64, "more column", "more columns")
}

/// E.g. `5 more columns with 5 official checkpoints`.
fn needed_models(state: &State, columns: &[Metric]) -> String {
    let needed = columns.iter().flat_map(|&metric| state.packs_for(metric));
    let lacking: BTreeSet<Purpose> = needed
        .filter(|&purpose| !state.serving(purpose).is_some_and(|pack| pack.part.is_ready()))
        .collect();
    let models = format::count(lacking.len() as u64, "official checkpoint", "official checkpoints");
    format!("{} with {models}", more(columns.len()))
}

fn metric_row(state: &State, metric: Metric, chosen: bool, act: &Act) -> Html {
    let id = format!("metric-{}", metric.id());
    let note = format!("{id}-note");
    let can = state.can_compute(metric);
    let toggle = always(act, Action::ToggleMetric(metric));
    let worth = metric.spec().worth;
    html! {
        <div class={classes!("metric", (!can).then_some("is-disabled"))} key={metric.id()}>
            <input
                type="checkbox" id={id.clone()} checked={chosen && can} disabled={!can}
                onchange={toggle} aria-describedby={note.clone()}
            />
            <label for={id}>{ metric.label() }</label>
            <div id={note} class="note">
                <p>{ metric.spec().about }{ " " }{ needs(state, metric) }</p>
                if let Some(caution) = metric.caution() {
                    <p class="caution">{ icon(Icon::Warning) }<span>{ caution }</span></p>
                }
                <details>
                    <summary>{ "Good and bad at" }</summary>
                    <p>{ "Good at: " }{ worth.good }{ "." }</p>
                    <p>{ "Bad at: " }{ worth.bad }{ "." }</p>
                    <p>{ "Source: " }{ worth.source }{ "." }</p>
                </details>
            </div>
        </div>
    }
}

fn absent(model: &Missing) -> Html {
    let text = format!("This site was built without {}: {}.", model.title, model.reason);
    html! { <p class="note" key={model.name.clone()}>{ text }</p> }
}

/// What a column needs, and whether that is there.
fn needs(state: &State, metric: Metric) -> String {
    let components = metric.components();
    if !components.is_empty() {
        let labels: Vec<&str> = components.iter().map(|part| part.label()).collect();
        return format!("Combined from {}.", labels.join(", "));
    }
    if let Some(judge) = metric.judge() {
        return match state.answers.get(&judge) {
            Some(answers) if answers.are_usable() => "From the judge's answers below.".to_owned(),
            Some(answers) if answers.problem.is_some() => {
                "The judge's answers below cannot be used yet.".to_owned()
            }
            _ => "Needs a judge's answers: see below.".to_owned(),
        };
    }
    if metric.needs().is_empty() {
        return "Needs no model; takes seconds.".to_owned();
    }
    let mut lines: Vec<String> = state.packs_for(metric).map(|pack| need(state, pack)).collect();
    if lines.len() < metric.needs().len() {
        lines.push("From the annotations that you have brought.".to_owned());
    }
    lines.extend(time_beside_bertscore(metric));
    lines.join(" ")
}

/// How much work a column is beside the leaderboard's BERTScore. The table knows that of the models'
/// sizes; how long it takes depends on the machine.
fn time_beside_bertscore(metric: Metric) -> Option<String> {
    let cost = metric.spec().cost;
    (cost > 0.0 && cost != 1.0).then(|| format!("About {cost} times BERTScore's work."))
}

fn need(state: &State, purpose: Purpose) -> String {
    let looking = state.site.packs.is_none() || state.models.looked == Looked::NotYet;
    let Some(pack) = state.serving(purpose) else {
        return if looking {
            "Looking for its model.".to_owned()
        } else {
            format!("Its model ({}) is not installed: see Models.", purpose.id())
        };
    };
    let size = format::bytes(pack.bytes);
    let what = format!("Model {}, {}, {size}", pack.pack.name, pack.pack.precision);
    match &pack.part {
        Part::Ready => format!("{what}."),
        Part::Waiting => format!("{what}, to be loaded."),
        Part::Offered => format!("{what}, to be installed: see Models."),
        Part::Loading { done, .. } => {
            format!("{what}, loading: {}.", format::percent(*done, pack.bytes))
        }
        Part::Failed(why) => format!("{what}: {why}."),
    }
}
