//! What the input doctor says, and what is done about missing predictions.

use rrgscore_data::{
    Code, Finding, Hint, IdMatching, JoinOptions, MissingPolicy, RepeatedIds, Severity,
};
use yew::prelude::*;

use crate::control_names;
use crate::page::format;
use crate::page::state::{Action, Check, ReferenceChoice, State};
use crate::page::view::controls::{Choice, progress, radios};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction, ViewProps, always};

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
            if state.ids_matter() {
                { ids(&state, &act) }
            }
            if state.repeated_matters() {
                { repeated(&state, &act) }
            }
            <ul class="findings">
                { for findings.enumerate().map(|(at, one)| finding(&state, &act, at, one)) }
            </ul>
        </section>
    }
}

fn finding(state: &State, act: &Act, at: usize, finding: &Finding) -> Html {
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
                if let Some(hint) = finding.control {
                    { control(state, act, hint) }
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

/// The control that does what a hint advises: a button, or where it is.
fn control(state: &State, act: &Act, hint: Hint) -> Html {
    let (label, action) = match hint {
        Hint::JoinLoosely if state.join.ids == IdMatching::Exact => {
            let join = JoinOptions { ids: IdMatching::Loose, ..state.join };
            ("Join the ids loosely", Action::SetJoin(join))
        }
        Hint::ExchangeFiles if state.can_exchange_files() => {
            ("Exchange the two files", Action::ExchangeFiles)
        }
        Hint::LeaveReferencesOut => {
            ("Leave the references out", Action::ChooseReferences(ReferenceChoice::Inside))
        }
        other => {
            let name = control_names::named(other, None);
            return name.map_or_else(Html::default, |name| {
                html! { <p class="note">{ format!("See: {name}.") }</p> }
            });
        }
    };
    html! {
        <button
            type="button" class="button" disabled={state.run.is_busy()}
            onclick={always(act, action)}
        >
            { label }
        </button>
    }
}

fn ids(state: &State, act: &Act) -> Html {
    let choice = |ids: IdMatching| {
        let (label, note) = match ids {
            IdMatching::Exact => ("Exactly", "Two ids are the same when they are the same text."),
            IdMatching::Loose => (
                "Loosely",
                "They may differ by case, spaces, folders, a file ending, a prefix, zeros in \
                 front or a .0. Counted in the result and named in the signature.",
            ),
        };
        let join = JoinOptions { ids, ..state.join };
        Choice {
            label: label.into(),
            note: note.into(),
            chosen: state.join.ids == ids,
            disabled: state.run.is_busy(),
            pick: act.reform(move |()| ViewAction::Act(Action::SetJoin(join))),
        }
    };
    let choices = IdMatching::ALL.into_iter().map(choice).collect();
    html! { <div class="policy">{ radios("ids", html! { control_names::IDS }, "columns", choices) }</div> }
}

fn repeated(state: &State, act: &Act) -> Html {
    let choice = |repeated: RepeatedIds| {
        let (label, note) = match repeated {
            RepeatedIds::Refuse => ("Refuse", "Score nothing until each study has one text."),
            RepeatedIds::First => ("Keep the first", "The first text of each study counts."),
            RepeatedIds::Drop => ("Leave out", "None of these studies is scored."),
        };
        let join = JoinOptions { repeated, ..state.join };
        Choice {
            label: label.into(),
            note: note.into(),
            chosen: state.join.repeated == repeated,
            disabled: state.run.is_busy(),
            pick: act.reform(move |()| ViewAction::Act(Action::SetJoin(join))),
        }
    };
    let choices = RepeatedIds::ALL.into_iter().map(choice).collect();
    let legend = html! { control_names::REPEATED };
    html! { <div class="policy">{ radios("repeated", legend, "columns", choices) }</div> }
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
        true => html! { control_names::MISSING },
        false => html! { format!("{}, or without a judge's answer", control_names::MISSING) },
    };
    html! { <div class="policy">{ radios("missing", legend, "columns", choices) }</div> }
}
