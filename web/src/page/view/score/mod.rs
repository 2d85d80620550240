//! Files in, scores out: the first view.

mod answers;
mod doctor;
mod graphs;
mod metrics;
mod overrides;
mod profile;
mod reports;
mod rewards;
mod run_bar;

use yew::prelude::*;

use super::controls::{DropTarget, FileButton};
use super::results::ResultsView;
use super::{Act, Slot, ViewProps, always};
use crate::page::format;
use crate::page::state::{Action, Check, Missing, SAMPLES, SiteSample, SiteSplit, State};
use answers::AnswersSection;
use doctor::Doctor;
use graphs::GraphsSection;
use metrics::MetricsSection;
use reports::Reports;
use rrgscore_data::Side;
use run_bar::RunBar;

/// The first view: a drop zone; once there are predictions, the steps from files to scores.
#[component]
pub(crate) fn ScoreView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    if !state.has_begun() && state.results.is_none() {
        return html! { <Welcome {state} {act} /> };
    }
    let checked = !matches!(state.check, Check::Nothing);
    html! {
        <>
            <div class="page-head">
                <h1>{ "Score reports" }</h1>
                <p class="promise">{ "Nothing leaves this machine." }</p>
            </div>
            if state.results.is_some() {
                { fold(&state, &act) }
            }
            // The set-up's many fields are drawn only while they are seen.
            <div class="setup" id="setup" hidden={state.folded}>
                if !state.folded {
                    <Reports state={state.clone()} act={act.clone()} />
                }
                if checked && !state.folded {
                    <Doctor state={state.clone()} act={act.clone()} />
                    <MetricsSection state={state.clone()} act={act.clone()} />
                    <GraphsSection state={state.clone()} act={act.clone()} />
                    <AnswersSection state={state.clone()} act={act.clone()} />
                    <RunBar state={state.clone()} act={act.clone()} />
                }
            </div>
            if state.results.is_some() {
                <ResultsView {state} {act} />
            }
        </>
    }
}

/// What this is, and what to do first.
#[component]
fn Welcome(props: &ViewProps) -> Html {
    let act = props.act.clone();
    html! {
        <div class="welcome">
            <div class="hero">
                <h1>
                    { "Score AI-written radiology reports." }
                    <span class="promise">{ "Nothing leaves this machine." }</span>
                </h1>
                <p class="lead">
                    { "Drop the reports your model wrote. This page compares them with the reference \
                       reports, gives each metric with its confidence interval, and shows where the \
                       run would stand in the published ReXrank tables." }
                </p>
            </div>
            <DropTarget slot={Slot::Reports(Side::Predictions)} act={act.clone()} class="drop-zone">
                <p class="drop-title">{ "Drop your predictions file here" }</p>
                <div class="actions">
                    <FileButton
                        slot={Slot::Reports(Side::Predictions)} act={act.clone()}
                        label="Choose a file" class="primary"
                    />
                    <button
                        type="button" class="button" id="try-sample"
                        onclick={always(&act, Action::UseSample(SAMPLES[0]))}
                    >
                        { "Try it with the sample" }
                    </button>
                    { for props.state.site.samples.iter().map(|one| site_sample(&props.state, one, &act)) }
                </div>
                <p class="note">
                    { "JSON, JSON Lines, CSV, TSV or one report per line, each also as\u{a0}.gz or .zip; \
                       Excel\u{a0}(.xlsx) or Parquet. The sample is 40 made-up reports and needs no download." }
                </p>
                { for props.state.site.missing_samples.iter().map(missing_sample) }
            </DropTarget>
            <dl class="facts">
                <div>
                    <dt>{ "Private by construction" }</dt>
                    <dd>
                        { "Files are read by the browser and scored by WebAssembly on your own \
                           processor. No upload, no account, no telemetry. " }
                        <a href="#/about">{ "How that is ensured" }</a>
                    </dd>
                </div>
                <div>
                    <dt>{ "The official numbers" }</dt>
                    <dd>
                        { "BLEU-2 equals the leaderboard's own code to the last digit. A metric that is \
                           computed in any other way carries another name." }
                    </dd>
                </div>
                <div>
                    <dt>{ "In context" }</dt>
                    <dd>
                        { "Means with 95 % confidence intervals, every study with the reasons for \
                           its score, and your rank among " }
                        <a href="#/leaderboard">{ "published models" }</a>{ "." }
                    </dd>
                </div>
            </dl>
        </div>
    }
}

/// A button for what a model has published.
fn site_sample(state: &State, sample: &SiteSample, act: &Act) -> Html {
    let SiteSplit { key, label, .. } = &sample.reports;
    html! {
        <button
            type="button" class="button" id={format!("try-{key}")} key={key.clone()}
            disabled={!state.site.is_sample_ready(sample)}
            onclick={always(act, Action::UseSiteSample(key.clone()))}
        >
            { format!("Try a real run: {label}") }
        </button>
    }
}

fn missing_sample(missing: &Missing) -> Html {
    let text = format!("{} is not part of this site: {}.", missing.title, missing.reason);
    html! { <p class="note" key={missing.name.clone()}>{ text }</p> }
}

/// The set-up in one line, which opens and folds it.
fn fold(state: &State, act: &Act) -> Html {
    let plan = state.plan();
    let mut facts = vec![plan.name.clone()];
    if let Check::Passed { studies, .. } = &state.check {
        facts.push(format::studies((*studies).into()));
    }
    facts.push(format::count(plan.metrics.len() as u64, "column", "columns"));
    let mark = if state.folded { "\u{25b6}" } else { "\u{25bc}" };
    html! {
        <button
            type="button" class="button fold" id="fold" aria-controls="setup"
            aria-expanded={(!state.folded).to_string()} onclick={always(act, Action::Fold(!state.folded))}
        >
            <span aria-hidden="true">{ mark }</span>
            <b>{ "Set-up" }</b>
            <span class="note">{ facts.join(" \u{b7} ") }</span>
        </button>
    }
}
