//! The bar that begins and stops a run and shows how far it is. It stays in view while the user
//! looks at what comes before it.

use gloo_timers::callback::Interval;
use rrgscore_scoring::progress::MetricProgress;
use yew::prelude::*;

use crate::page::state::{Action, Check, Pace, Phase, State};
use crate::page::view::controls::progress;
use crate::page::view::plain::picked;
use crate::page::view::{Act, ViewAction, ViewProps, always};
use crate::page::{format, platform};

/// Most annotators that can be asked for.
const MOST_WORKERS: u32 = 16;
/// How often the time left is told anew, in milliseconds: a large model's results are seconds apart.
const TICK: u32 = 1000;

/// Run or Cancel, what will be done, how far it is.
#[component]
pub(crate) fn RunBar(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let redraw = use_force_update();
    use_effect_with(state.run.is_busy(), move |busy| {
        let ticks = busy.then(|| Interval::new(TICK, move || redraw.force_update()));
        move || drop(ticks)
    });
    html! {
        <section class="run-bar" aria-label="Run">
            { controls(&state, &act) }
            { bars(&state) }
        </section>
    }
}

fn controls(state: &State, act: &Act) -> Html {
    let busy = state.run.is_busy();
    // One button in one place, so that keyboard focus stays where it is when a run begins.
    let (label, action, enabled) = match state.run.phase {
        Phase::Idle if state.can_resume() => ("Resume", Action::Run, true),
        Phase::Idle => ("Run", Action::Run, state.can_run()),
        Phase::Starting | Phase::Running => ("Cancel", Action::Cancel, true),
        Phase::Cancelling => ("Cancelling", Action::Cancel, false),
    };
    html! {
        <div class="run-controls">
            <button
                type="button" id="run-control" disabled={!enabled}
                class={classes!("button", if busy { "stop" } else { "primary" })}
                onclick={always(act, action)}
            >
                { label }
            </button>
            <p class="note">{ outlook(state) }</p>
            { workers(state, act) }
        </div>
    }
}

/// What a run would do, or why none can begin.
fn outlook(state: &State) -> String {
    let names: Vec<&str> = state.metrics().into_iter().map(|metric| metric.label()).collect();
    match &state.check {
        _ if state.run.is_busy() => String::new(),
        _ if state.is_reading() => "A file is still being read.".to_owned(),
        Check::Nothing | Check::Waiting => "The reports are being checked.".to_owned(),
        Check::Refused { .. } => "Nothing can be scored yet: see Check.".to_owned(),
        Check::Passed { .. } if names.is_empty() => "Choose at least one metric.".to_owned(),
        Check::Passed { .. } if state.waits_for_pack() => {
            "A chosen metric waits for its model to load.".to_owned()
        }
        Check::Passed { .. } if state.can_resume() => {
            "Goes on where it was cancelled: what is scored is not scored again.".to_owned()
        }
        Check::Passed { studies, .. } => {
            format!("{}: {}", format::studies((*studies).into()), names.join(", "))
        }
    }
}

fn workers(state: &State, act: &Act) -> Html {
    let fitting = platform::fitting_workers();
    let on_change = act.reform(|event: Event| ViewAction::Act(Action::SetWorkers(picked(&event))));
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
    let now = platform::now();
    let bars = state.run.progress.iter().zip(&state.run.pace).map(|(at, pace)| bar(at, pace, now));
    // What the user waits for, where it is more than one line's matter.
    let whole = state.run.seconds_left(now).filter(|_| state.run.progress.len() > 1);
    html! {
        <div class="progress" id="progress">
            if state.run.progress.is_empty() {
                { progress("Planning the run", 0, 0) }
            }
            if let Some(seconds) = whole {
                <p class="note" id="run-left">{ format!("{} left in all", format::time_left(seconds)) }</p>
            }
            { for bars }
            { announcer(state) }
        </div>
    }
}

fn bar(at: &MetricProgress, pace: &Pace, now: f64) -> Html {
    let (done, total) = (u64::from(at.done), u64::from(at.total));
    let mut facts = vec![format!("{} of {}", format::thousands(done), format::thousands(total))];
    if done == total {
        facts.push("done".to_owned());
    } else if let Some(rate) = pace.studies_per_second() {
        facts.push(format::rate(rate));
        if let Some(seconds) = pace.seconds_left(now) {
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
