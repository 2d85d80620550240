//! What the input doctor says, and what is done about missing predictions.

use rrgscore_data::{Code, Finding, MissingPolicy, Severity};
use yew::prelude::*;

use crate::page::format;
use crate::page::state::{Action, Check, State};
use crate::page::view::controls::{Choice, progress, radios};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction, ViewProps};

/// Study ids drawn at once when a finding is unfolded.
const IDS_SHOWN: usize = 200;

/// The check's result.
#[component]
pub(crate) fn Doctor(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let headline = match &state.check {
        Check::Nothing => return Html::default(),
        Check::Waiting => html! { { progress("Checking the reports", 0, 0) } },
        Check::Passed { alignment, studies } => html! {
            <div class="verdict is-good">
                { icon(Icon::Tick) }
                <p>
                    <strong>{ format!("{} will be scored", format::studies((*studies).into())) }</strong>
                    if let Some(split) = &alignment.split {
                        <span class="split">{ split.label() }</span>
                    }
                </p>
            </div>
        },
        Check::Refused { message, .. } => html! {
            <div class="verdict is-bad">
                { icon(Icon::Error) }
                <p><strong>{ "Not ready: " }</strong>{ format!("{message}.") }</p>
            </div>
        },
    };
    // The headline names the split already.
    let passed = matches!(state.check, Check::Passed { .. });
    let findings = state.check.findings().iter();
    let findings = findings.filter(|finding| !(passed && finding.code == Code::KnownSplit));
    html! {
        <section aria-labelledby="check-title" class="step">
            <h2 id="check-title">{ "Check" }</h2>
            { headline }
            if state.missing_matters() {
                { policy(&state, &act) }
            }
            <ul class="findings">
                { for findings.enumerate().map(finding) }
            </ul>
        </section>
    }
}

fn finding((at, finding): (usize, &Finding)) -> Html {
    let (mark, word, class) = match finding.severity {
        Severity::Error => (Icon::Error, "Error", "is-error"),
        Severity::Warning => (Icon::Warning, "Warning", "is-warning"),
        Severity::Note => (Icon::Note, "Note", "is-note"),
    };
    let ids = finding.studies.iter().take(IDS_SHOWN);
    let listed = finding.studies.len().min(IDS_SHOWN) as u64;
    let more = finding.count.saturating_sub(listed);
    html! {
        <li class={classes!("finding", class)} key={at}>
            <p class="severity">{ icon(mark) }<span>{ word }</span></p>
            <div>
                <p>{ finding.message.clone() }</p>
                if !finding.hint.is_empty() {
                    <p class="note">{ finding.hint.clone() }</p>
                }
                if !finding.studies.is_empty() {
                    <details>
                        <summary>{ format!("Show {}", format::count(finding.count, "study", "studies")) }</summary>
                        <ul class="ids">
                            { for ids.map(|id| html! { <li>{ id.clone() }</li> }) }
                            if more > 0 {
                                <li class="note">{ format!("and {} more", format::thousands(more)) }</li>
                            }
                        </ul>
                    </details>
                }
            </div>
        </li>
    }
}

fn policy(state: &State, act: &Act) -> Html {
    let choice = |policy: MissingPolicy| {
        let (label, note) = match policy {
            MissingPolicy::Refuse => ("Refuse", "Score nothing until every study has one."),
            MissingPolicy::Empty => ("Score as empty", "Each counts with an empty report."),
            MissingPolicy::Exclude => {
                ("Exclude", "Left out of the means, and counted in the result.")
            }
        };
        Choice {
            label: label.into(),
            note: note.into(),
            chosen: state.missing() == policy,
            disabled: state.run.is_busy(),
            pick: act.reform(move |()| ViewAction::Act(Action::SetMissing(policy))),
        }
    };
    let choices = MissingPolicy::ALL.into_iter().map(choice).collect();
    let legend = match state.answers.is_empty() {
        true => html! { "Studies without a prediction" },
        false => html! { "Studies without a prediction, or without a judge's answer" },
    };
    html! { <div class="policy">{ radios("missing", legend, "columns", choices) }</div> }
}
