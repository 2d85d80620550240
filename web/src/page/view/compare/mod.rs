//! Runs beside each other: which, what differs, whether it may be chance, and the table for a paper.

mod table;

use rrgscore_scoring::Summary;
use yew::prelude::*;

use super::controls::{CopyButton, DropTarget, FileButton, progress};
use super::icon::{Icon, icon};
use super::plain::{self, picked, ticked};
use super::{Act, Slot, ViewAction, ViewProps, always};
use crate::page::format;
use crate::page::state::{Action, CompareAction, ComparePhase, ComparisonFile, FinishedRun, State};
use crate::protocol::comparer::Compared;
use table::means;

/// The view.
#[component]
pub(crate) fn CompareView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    html! {
        <>
            <div class="page-head">
                <h1>{ "Compare" }</h1>
                <p class="promise">{ "Nothing leaves this machine." }</p>
                <p class="lead">
                    { "Runs over the same studies beside each other: what differs, by how much, and whether \
                       it may be chance. Each run that you finish here is listed; others are dropped." }
                </p>
            </div>
            <section class="step" aria-labelledby="runs-title">
                <h2 id="runs-title">{ "Runs" }</h2>
                { runs(&state, &act) }
                { drop_zone(&state, &act) }
                { control(&state, &act) }
            </section>
            if let ComparePhase::Done(found) = &state.comparing.phase {
                { compared(found, &act) }
            }
        </>
    }
}

fn on<E: 'static>(act: &Act, action: CompareAction) -> Callback<E> {
    always(act, Action::Compare(action))
}

fn runs(state: &State, act: &Act) -> Html {
    if state.comparable().next().is_none() {
        return html! {
            <p class="note" id="no-runs">
                { "No run has been finished in this tab yet. " }<a href="#/">{ "Score reports" }</a>
                { ", or drop the files of earlier runs." }
            </p>
        };
    }
    html! {
        <fieldset class="runs" disabled={matches!(state.comparing.phase, ComparePhase::Working(_))}>
            <legend class="visually-hidden">{ "Runs to compare" }</legend>
            { for state.comparable().map(|run| listed(state, run, act)) }
            { first(state, act) }
        </fieldset>
    }
}

fn listed(state: &State, run: &FinishedRun, act: &Act) -> Html {
    let (id, number) = (format!("run-{}", run.number), run.number);
    let toggle = act.reform(move |event: Event| {
        ViewAction::Act(Action::Compare(CompareAction::Include(number, ticked(&event))))
    });
    html! {
        <div class="choice" key={run.number}>
            <input
                type="checkbox" id={id.clone()} onchange={toggle}
                checked={!state.comparing.left_out.contains(&run.number)}
            />
            <label for={id}>{ run.label() }</label>
            <div class="note">
                <p>{ facts(&run.summary) }</p>
                <details>
                    <summary>{ "Its results" }</summary>
                    { means(&run.summary, &run.label()) }
                </details>
            </div>
        </div>
    }
}

/// What a run is over, in one line.
fn facts(summary: &Summary) -> String {
    let task = summary
        .task
        .map_or_else(|| "as given".to_owned(), |task| task.label().to_ascii_lowercase());
    let mut facts = vec![format::studies(summary.n.into()), task];
    if let Some(split) = &summary.split {
        facts.push(split.label());
    }
    let labels: Vec<&str> = summary.metrics.iter().map(|metric| metric.label.as_str()).collect();
    facts.push(labels.join(", "));
    facts.join(" \u{b7} ")
}

/// Which run the others are compared with.
fn first(state: &State, act: &Act) -> Html {
    let beside = state.beside_each_other();
    let Some(now) = beside.first().map(|run| run.number).filter(|_| beside.len() > 1) else {
        return Html::default();
    };
    let mut choices: Vec<&FinishedRun> = beside.clone();
    choices.sort_by_key(|run| run.number);
    let numbers: Vec<u32> = choices.iter().map(|run| run.number).collect();
    let pick = act.reform(move |event: Event| {
        let number = numbers.get(picked(&event) as usize).copied().unwrap_or(now);
        ViewAction::Act(Action::Compare(CompareAction::First(number)))
    });
    html! {
        <div class="field inline">
            <label for="compared-with">{ "The others are compared with" }</label>
            <select id="compared-with" onchange={pick}>
                { for choices.iter().map(|run| html! {
                    <option selected={run.number == now}>{ run.label() }</option>
                }) }
            </select>
        </div>
    }
}

fn drop_zone(state: &State, act: &Act) -> Html {
    html! {
        <DropTarget slot={Slot::Run} act={act.clone()} class="panel run-drop">
            <p>
                { "Drop the files of another run: its " }<code>{ "scores.csv" }</code>{ " and " }
                <code>{ "summary.json" }</code>{ " together, or its share file." }
            </p>
            <div class="actions"><FileButton slot={Slot::Run} act={act.clone()} label="Choose the files" /></div>
            if !state.comparing.reading.is_empty() {
                { progress("Reading a run", 0, 0) }
            }
            if let Some(problem) = &state.comparing.problem {
                <div class="problem" role="alert">{ icon(Icon::Error) }<p>{ format!("That run was not read: {}.", problem.trim_end_matches('.')) }</p></div>
            }
        </DropTarget>
    }
}

/// Compare or Stop, and how far it is.
fn control(state: &State, act: &Act) -> Html {
    let working = match state.comparing.phase {
        ComparePhase::Working(done) => Some(done),
        _ => None,
    };
    let enough = state.beside_each_other().len() > 1;
    let (label, action) = match working {
        Some(_) => ("Stop", CompareAction::Stop),
        None => ("Compare", CompareAction::Go),
    };
    html! {
        <div class="compare-bar">
            <button
                type="button" id="compare-control" disabled={working.is_none() && !enough}
                class={classes!("button", if working.is_some() { "stop" } else { "primary" })}
                onclick={on(act, action)}
            >
                { label }
            </button>
            if let Some(done) = working {
                { progress("Comparing", (done * 100.0) as u64, 100) }
            } else if !enough {
                <p class="note">{ "Two runs are needed." }</p>
            }
            if let ComparePhase::Failed(why) = &state.comparing.phase {
                <div class="problem" role="alert">{ icon(Icon::Error) }<p>{ format!("Nothing was compared: {}.", why.trim_end_matches('.')) }</p></div>
            }
        </div>
    }
}

fn compared(found: &Compared, act: &Act) -> Html {
    let button = |file: ComparisonFile, label: &'static str| {
        html! {
            <button type="button" class="button" onclick={on(act, CompareAction::Export(file))}>
                { icon(Icon::Download) }<span>{ label }</span>
            </button>
        }
    };
    html! {
        <section class="step" aria-labelledby="compared">
            <h2 id="compared" tabindex="-1">{ "What differs" }</h2>
            { for found.tables.iter().zip(&found.notes).map(|(table, note)| html! {
                <>
                    { plain::table(table, &plain::none) }
                    <p class="note">{ note.clone() }</p>
                </>
            }) }
            { for found.refused.iter().map(|why| html! {
                <p class="flag">{ icon(Icon::Warning) }<span>{ format!("Not compared: {why}.") }</span></p>
            }) }
            <h3>{ "The table for a paper" }</h3>
            <pre class="paper" tabindex="0" aria-label="The runs as a table in LaTeX">{ found.latex.clone() }</pre>
            <div class="actions">
                <CopyButton text={found.latex.clone()} label="Copy the LaTeX table" act={act.clone()} />
                { button(ComparisonFile::Latex, "LaTeX") }
                { button(ComparisonFile::Markdown, "Markdown") }
                { button(ComparisonFile::Csv, "CSV") }
            </div>
        </section>
    }
}
