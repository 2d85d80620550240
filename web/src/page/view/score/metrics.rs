//! The columns to compute.

use rrgscore_scoring::{Metric, Purpose};
use yew::prelude::*;

use super::profile::profiles;
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
    let row = |metric: Metric| metric_row(&state, metric, chosen.contains(&metric), &act);
    html! {
        <section aria-labelledby="metrics-title" class="step">
            <h2 id="metrics-title">{ "Metrics" }</h2>
            { profiles(&state, &act) }
            <fieldset class="metrics" disabled={state.run.is_busy()}>
                <legend class="visually-hidden">{ "Columns to compute" }</legend>
                { for usual.into_iter().map(row) }
                { for state.site.missing_packs.iter().map(absent) }
                <details>
                    <summary>{ "Variants that the leaderboard does not show" }</summary>
                    { for other.into_iter().map(row) }
                </details>
                { rewards(&state, &chosen, &act) }
            </fieldset>
        </section>
    }
}

fn metric_row(state: &State, metric: Metric, chosen: bool, act: &Act) -> Html {
    let id = format!("metric-{}", metric.id());
    let note = format!("{id}-note");
    let can = state.can_compute(metric);
    let toggle = always(act, Action::ToggleMetric(metric));
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
        return "Needs no model.".to_owned();
    }
    let mut lines: Vec<String> = state.packs_for(metric).map(|pack| need(state, pack)).collect();
    if lines.len() < metric.needs().len() {
        lines.push("From the annotations that you have brought.".to_owned());
    }
    lines.join(" ")
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
