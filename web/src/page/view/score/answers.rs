//! A judge's answers for GREEN, FineRadScore and CRIMSON.

use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::judged::JudgeSummary;
use yew::prelude::*;

use crate::page::format;
use crate::page::state::{Action, ChosenAnswers, State};
use crate::page::view::controls::{DropTarget, FileButton, progress};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, Slot, ViewProps, always};

/// Where the documentation on judges lies, seen from the site.
const DOCS: &str = "docs/judges.md";

/// A place for each metric's answers, and how to get some.
#[component]
pub(crate) fn AnswersSection(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    html! {
        <section aria-labelledby="answers-title" class="step">
            <h2 id="answers-title">{ "Judge's answers" }</h2>
            <details class="answers" open={!state.answers.is_empty()}>
                <summary>{ "GREEN, FineRadScore and CRIMSON: bring what a language model has answered" }</summary>
                <p class="note">
                    { "All three need a model that reads the two reports and says what is wrong. This page \
                       asks none: run one that you control with " }
                    <code>{ "rrgscore judge prepare" }</code>{ " and " }<code>{ "rrgscore judge run" }</code>
                    { format!(" ({DOCS} says how), and drop the file of answers here: lines ") }
                    <code>{ "{\"id\": study id, \"response\": text}" }</code>
                    { ", or what the runner or a batch wrote. The output of a batch needs its " }
                    <code>{ ".studies.json" }</code>{ " too." }
                </p>
                <div class="sides">
                    { for Judge::ALL.into_iter().map(|judge| panel(&state, judge, &act)) }
                </div>
                <div class="metric">
                    <input
                        type="checkbox" id="clean-answers" checked={state.clean_answers}
                        disabled={state.run.is_busy()}
                        onchange={always(&act, Action::CleanAnswers(!state.clean_answers))}
                        aria-describedby="clean-answers-note"
                    />
                    <label for="clean-answers">{ "Take thoughts and code fences out of the answers first" }</label>
                    <div id="clean-answers-note" class="note">
                        <p>{ "For answers with a <think> part or inside ```. No official code does this: the signature says so." }</p>
                    </div>
                </div>
            </details>
        </section>
    }
}

fn panel(state: &State, judge: Judge, act: &Act) -> Html {
    let none = ChosenAnswers::default();
    let answers = state.answers.get(&judge).unwrap_or(&none);
    let given = !answers.files.is_empty();
    let label = if given { "Another file" } else { "Choose a file" };
    html! {
        <DropTarget slot={Slot::Answers(judge)} act={act.clone()} class="panel" key={judge.id()}>
            <h3>{ judge.title() }</h3>
            if answers.reading {
                { progress(format!("Reading answers for {}", judge.title()), 0, 0) }
            } else if let Some(found) = &answers.found {
                { facts(answers, found) }
            }
            if let Some(problem) = &answers.problem {
                <div class="problem" role="alert">
                    { icon(Icon::Error) }
                    <p>{ format!("{}: {}.", answers.files.join(", "), problem.message.trim_end_matches('.')) }</p>
                </div>
            }
            <div class="actions">
                <FileButton slot={Slot::Answers(judge)} act={act.clone()} {label} />
                if given {
                    <button
                        type="button" class="button quiet" disabled={state.run.is_busy()}
                        onclick={always(act, Action::ClearAnswers(judge))}
                        aria-label={format!("Remove the answers for {}", judge.title())}
                    >
                        { "Remove" }
                    </button>
                } else {
                    <span class="note">{ "or drop it here" }</span>
                }
            </div>
        </DropTarget>
    }
}

fn facts(answers: &ChosenAnswers, found: &JudgeSummary) -> Html {
    let studies = |count: usize| format::count(count as u64, "study", "studies");
    let mut notes = vec![found.made_by()];
    if !found.unanswered.is_empty() {
        notes.push(format!("No answer for {}: no score there.", studies(found.unanswered.len())));
    }
    if found.unknown > 0 {
        let unknown = studies(found.unknown as usize);
        notes.push(format!("ChosenAnswers for {unknown} that are not scored here are left aside."));
    }
    if !found.not_as_intended.is_empty() {
        let noted = studies(found.not_as_intended.len());
        notes.push(format!("Did not parse as intended: {noted}."));
    }
    html! {
        <div class="recognised">
            <p class="file-name">{ answers.files.join(", ") }</p>
            <p class="big">{ format::count(found.answered.into(), "answer", "answers") }</p>
            { for notes.into_iter().map(|note| html! { <p class="note">{ note }</p> }) }
        </div>
    }
}
