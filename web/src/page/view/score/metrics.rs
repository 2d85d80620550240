//! The columns to compute, and the run.

use rrgscore_scoring::Metric;
use rrgscore_scoring::progress::MetricProgress;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::page::state::{Action, METRICS, Pace, Part, Phase, State};
use crate::page::view::controls::progress;
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction, ViewProps, always};
use crate::page::{format, platform};

/// Most annotators that can be asked for.
const MOST_WORKERS: u32 = 16;

/// Columns, Run and Cancel, progress.
#[component]
pub(crate) fn MetricsSection(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let chosen = state.metrics();
    let (usual, other): (Vec<Metric>, Vec<Metric>) = METRICS
        .into_iter()
        .partition(|metric| !matches!(metric, Metric::BertScore { idf: true, .. }));
    let row = |metric: Metric| metric_row(&state, metric, chosen.contains(&metric), &act);
    html! {
        <section aria-labelledby="metrics-title" class="step">
            <h2 id="metrics-title">{ "Metrics" }</h2>
            <fieldset class="metrics" disabled={state.run.is_busy()}>
                <legend class="visually-hidden">{ "Columns to compute" }</legend>
                { for usual.into_iter().map(row) }
                <details>
                    <summary>{ "Variants with idf weighting" }</summary>
                    { for other.into_iter().map(row) }
                </details>
            </fieldset>
            { controls(&state, &act) }
            { bars(&state) }
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
                <p>{ needs(state, metric) }</p>
                if let Some(caution) = metric.caution() {
                    <p class="caution">{ icon(Icon::Warning) }<span>{ caution }</span></p>
                }
            </div>
        </div>
    }
}

/// What a column needs, and whether that is there.
fn needs(state: &State, metric: Metric) -> String {
    let Some(serves) = metric.needs() else {
        return "Word pairs in common with the reference. Needs no model.".to_owned();
    };
    let Some(pack) = state.site.pack(serves) else {
        return if state.site.packs.is_none() {
            "Looking for its model.".to_owned()
        } else {
            "Its model is not part of this site.".to_owned()
        };
    };
    let size = format::bytes(pack.bytes);
    let what = format!("Model {}, {}, {size}", pack.pack.name, pack.pack.precision);
    match &pack.part {
        Part::Ready => format!("{what}."),
        Part::Waiting => format!("{what}, to be loaded."),
        Part::Loading { done, .. } => {
            format!("{what}, loading: {}.", format::percent(*done, pack.bytes))
        }
        Part::Failed(why) => format!("{what}: {why}."),
    }
}

fn controls(state: &State, act: &Act) -> Html {
    let busy = state.run.is_busy();
    let why = if busy {
        None
    } else if state.metrics().is_empty() {
        Some("Choose at least one metric.")
    } else if state.waits_for_pack() {
        Some("A chosen metric waits for its model to load.")
    } else {
        None
    };
    // One button in one place, so that keyboard focus stays where it is when a run begins.
    let (label, action, enabled) = match state.run.phase {
        Phase::Idle => ("Run", Action::Run, state.can_run()),
        Phase::Starting | Phase::Running => ("Cancel", Action::Cancel, true),
        Phase::Cancelling => ("Cancelling", Action::Cancel, false),
    };
    html! {
        <div class="run-bar">
            <button
                type="button" id="run-control" disabled={!enabled}
                class={classes!("button", if busy { "stop" } else { "primary" })}
                onclick={always(act, action)}
            >
                { label }
            </button>
            { workers(state, act) }
            if let Some(why) = why {
                <p class="note">{ why }</p>
            }
        </div>
    }
}

fn workers(state: &State, act: &Act) -> Html {
    let fitting = platform::fitting_workers();
    let on_change = act.reform(|event: Event| {
        let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
        let at = select.map_or(0, |select| select.selected_index().max(0));
        ViewAction::Act(Action::SetWorkers(at as u32))
    });
    let most = MOST_WORKERS.min(fitting + 1).max(state.workers);
    html! {
        <div class="field inline">
            <label for="workers">{ "Workers" }</label>
            <select id="workers" onchange={on_change} disabled={state.run.is_busy()}>
                <option selected={state.workers == 0}>{ format!("automatic ({fitting})") }</option>
                { for (1..=most).map(|n| html! { <option selected={state.workers == n}>{ n }</option> }) }
            </select>
        </div>
    }
}

fn bars(state: &State) -> Html {
    if !state.run.is_busy() {
        return Html::default();
    }
    let bars = state.run.progress.iter().zip(&state.run.pace).map(bar);
    html! {
        <div class="progress" id="progress">
            if state.run.progress.is_empty() {
                { progress("Planning the run", 0, 0) }
            }
            { for bars }
            { announcer(state) }
        </div>
    }
}

fn bar((at, pace): (&MetricProgress, &Pace)) -> Html {
    let (done, total) = (u64::from(at.done), u64::from(at.total));
    let mut facts = vec![format!("{} of {}", format::thousands(done), format::thousands(total))];
    if done == total {
        facts.push("done".to_owned());
    } else if let Some(rate) = pace.studies_per_second() {
        facts.push(format::rate(rate));
        if let Some(seconds) = pace.seconds_left() {
            facts.push(format!("{} left", format::time_left(seconds)));
        }
    } else {
        facts.push(if done == 0 { "waiting" } else { "working" }.to_owned());
    }
    let label = at.metric.label();
    html! {
        <div class="progress-row" key={at.metric.id()}>
            <span class="progress-name">{ label }</span>
            // Words, not studies: the longest come first, and the bar should move evenly.
            { progress(label, at.cost_done, at.cost_total.max(1)) }
            <span class="progress-facts">{ facts.join(" \u{b7} ") }</span>
        </div>
    }
}

/// Screen readers hear each quarter and not each study.
fn announcer(state: &State) -> Html {
    let (done, total) =
        state.run.progress.iter().fold((0, 0), |(done, total), metric| {
            (done + metric.cost_done, total + metric.cost_total)
        });
    let quarter = (done * 4).checked_div(total).unwrap_or(0);
    let text = match quarter {
        1 => "A quarter is scored.",
        2 => "Half is scored.",
        3 => "Three quarters are scored.",
        _ => "",
    };
    html! { <p class="visually-hidden" role="status" aria-live="polite">{ text }</p> }
}
