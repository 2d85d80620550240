//! Predictions and references: what was given, what it was recognised as, and what is compared.

use rrgscore_data::{Format, Task};
use yew::prelude::*;

use super::overrides::Overrides;
use crate::control_names;
use crate::page::format;
use crate::page::state::{Action, Input, Opened, Part, ReferenceChoice, SAMPLES, SiteSplit, State};
use crate::page::view::controls::{Choice, DropTarget, FileButton, progress, radios};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, Slot, ViewAction, ViewProps, always};
use rrgscore_data::Side;

/// The two sides and the task.
#[component]
pub(crate) fn Reports(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    html! {
        <section aria-labelledby="reports-title" class="step">
            <h2 id="reports-title" tabindex="-1">{ "Reports" }</h2>
            <div class="sides">
                <DropTarget slot={Slot::Reports(Side::Predictions)} act={act.clone()} class="panel">
                    <h3>{ "Predictions" }</h3>
                    { side(&state, Side::Predictions, &act) }
                    { sample_switch(&state, &act) }
                    <div class="actions">
                        <FileButton slot={Slot::Reports(Side::Predictions)} act={act.clone()} label={file_label(&state, Side::Predictions)} />
                        <button
                            type="button" class="button quiet"
                            onclick={always(&act, Action::Clear(Side::Predictions))}
                        >
                            { "Start over" }
                        </button>
                    </div>
                </DropTarget>
                <DropTarget slot={Slot::Reports(Side::References)} act={act.clone()} class="panel">
                    <h3>{ "References" }</h3>
                    { sources(&state, &act) }
                    if state.choice != ReferenceChoice::Inside {
                        { side(&state, Side::References, &act) }
                    }
                </DropTarget>
            </div>
            { tasks(&state, &act) }
        </section>
    }
}

/// One side: its file, how far it is read, what it was recognised as.
fn side(state: &State, side: Side, act: &Act) -> Html {
    let input = state.side(side);
    html! {
        <>
            if let Some(reading) = &input.reading {
                <div class="reading">
                    <p>{ format!("Reading {}", reading.name) }</p>
                    { progress(format!("Reading {}", reading.name), reading.bytes, reading.of) }
                </div>
            } else if let Some(opened) = &input.opened {
                { recognised(opened) }
                if !opened.built_in {
                    <Overrides {side} input={input.clone()} act={act.clone()} />
                }
            }
            { problem(input, side, act) }
        </>
    }
}

fn problem(input: &Input, side: Side, act: &Act) -> Html {
    let Some(problem) = &input.problem else { return Html::default() };
    html! {
        <div class="problem" role="alert">
            { icon(Icon::Error) }
            <div>
                <p>{ problem.clone() }</p>
                if input.opened.is_none() {
                    <Overrides {side} input={input.clone()} act={act.clone()} />
                }
            </div>
        </div>
    }
}

fn recognised(opened: &Opened) -> Html {
    let shape = &opened.shape;
    let mut facts = vec![shape.format.label().to_owned()];
    if shape.gzip {
        facts.push("gzip".to_owned());
    }
    if shape.zip {
        facts.push("zip".to_owned());
    }
    if !matches!(shape.format, Format::Workbook | Format::Parquet) {
        facts.push(shape.encoding.label().to_owned());
    }
    facts.push(shape.kind.label().to_owned());
    let roles = shape.roles.iter().map(|(role, names)| {
        html! {
            <div key={role.as_str()}>
                <dt>{ role.as_str() }</dt>
                <dd>{ names.join(", ") }</dd>
            </div>
        }
    });
    html! {
        <div class="recognised">
            if !opened.built_in {
                <p class="file-name">{ opened.name.clone() }</p>
            }
            <p class="big">{ format::studies(opened.studies.into()) }</p>
            if !opened.built_in {
                <p class="note">{ facts.join(" \u{b7} ") }</p>
                <dl class="roles">{ for roles }</dl>
                if shape.ids_are_rows {
                    <p class="note">{ "No study ids in the file: rows are numbered." }</p>
                }
            }
        </div>
    }
}

/// The samples: two made-up models, to try what a better and a worse one look like, and what a real
/// one has published.
fn sample_switch(state: &State, act: &Act) -> Html {
    let opened = state.predictions.opened.as_ref().filter(|opened| opened.built_in);
    let Some(name) = opened.map(|opened| opened.name.as_str()) else { return Html::default() };
    let choice = |label: AttrValue, key: &str, ready: bool, action: Action| Choice {
        label,
        note: AttrValue::default(),
        chosen: key == name,
        disabled: !ready,
        pick: act.reform(move |()| ViewAction::Act(action.clone())),
    };
    let made_up =
        SAMPLES.into_iter().map(|key| choice(key.into(), key, true, Action::UseSample(key)));
    let published = state.site.samples.iter().map(|sample| {
        let SiteSplit { key, label, .. } = &sample.reports;
        let action = Action::UseSiteSample(key.clone());
        choice(label.clone().into(), key, state.site.is_sample_ready(sample), action)
    });
    let choices = made_up.chain(published).collect();
    radios("sample", html! { "Sample predictions" }, "segments", choices)
}

/// Where the references come from.
fn sources(state: &State, act: &Act) -> Html {
    let pick = |choice: ReferenceChoice| {
        act.reform(move |()| ViewAction::Act(Action::ChooseReferences(choice.clone())))
    };
    let brings = state.predictions.opened.as_ref().is_some_and(|opened| opened.brings_references);
    let mut choices = Vec::new();
    if brings {
        choices.push(Choice {
            label: "From the predictions file".into(),
            note: AttrValue::default(),
            chosen: state.choice == ReferenceChoice::Inside,
            disabled: false,
            pick: pick(ReferenceChoice::Inside),
        });
    }
    for split in state.site.splits.iter().flatten() {
        let choice = ReferenceChoice::Split(split.key.clone());
        choices.push(Choice {
            label: split.label.clone().into(),
            note: split_note(split),
            chosen: state.choice == choice,
            disabled: !split.part.is_ready(),
            pick: pick(choice),
        });
    }
    for missing in &state.site.missing_splits {
        choices.push(Choice {
            label: missing.title.clone().into(),
            note: format!("Not part of this site: {}.", missing.reason).into(),
            chosen: false,
            disabled: true,
            pick: Callback::noop(),
        });
    }
    choices.push(Choice {
        label: "My own file".into(),
        note: AttrValue::default(),
        chosen: state.choice == ReferenceChoice::File,
        disabled: false,
        pick: pick(ReferenceChoice::File),
    });
    if state.choice == ReferenceChoice::Sample {
        choices.push(Choice {
            label: "The sample".into(),
            note: AttrValue::default(),
            chosen: true,
            disabled: false,
            pick: pick(ReferenceChoice::Sample),
        });
    }
    let own = state.choice == ReferenceChoice::File;
    let label = file_label(state, Side::References);
    html! {
        <>
            { radios("references", html! { control_names::SOURCES }, "list", choices) }
            if own {
                <div class="actions">
                    <FileButton slot={Slot::Reports(Side::References)} act={act.clone()} {label} />
                    <span class="note">{ "or drop it here" }</span>
                </div>
            }
        </>
    }
}

fn file_label(state: &State, side: Side) -> &'static str {
    if state.side(side).opened.is_some() { "Another file" } else { "Choose a file" }
}

fn split_note(split: &SiteSplit) -> AttrValue {
    match &split.part {
        Part::Ready => AttrValue::default(),
        Part::Failed(why) => format!("{why}.").into(),
        Part::Waiting | Part::Offered | Part::Loading { .. } => "Loading".into(),
    }
}

fn tasks(state: &State, act: &Act) -> Html {
    let choice =
        |task: Option<Task>, label: &'static str, note: &'static str, chosen: bool| Choice {
            label: label.into(),
            note: note.into(),
            chosen,
            disabled: state.run.is_busy(),
            pick: act.reform(move |()| ViewAction::Act(Action::SetTask(task))),
        };
    // A list of pairs is scored as given whatever it is called; its name decides where it is ranked.
    let pairs = state.has_pair_list();
    let named = |task: Task| {
        let note = match (task, pairs) {
            (Task::Findings, false) => "The findings section alone.",
            (Task::Impression, false) => "The impression section alone.",
            (Task::Report, false) => "Both sections, joined as ReXrank joins them.",
            (Task::Findings, true) => "Scored as given; you say that the texts are findings.",
            (Task::Impression, true) => "Scored as given; you say that the texts are impressions.",
            (Task::Report, true) => "Scored as given; you say that the texts are both sections.",
        };
        let chosen = if pairs { state.task == Some(task) } else { state.task() == task };
        choice(Some(task), task.label(), note, chosen)
    };
    let as_given = pairs.then(|| {
        let note = "The two texts of each pair as they stand; not ranked, because the file does \
                    not say which sections they are of.";
        choice(None, "As given", note, state.task.is_none())
    });
    let choices = as_given.into_iter().chain(Task::ALL.into_iter().map(named)).collect();
    radios("task", html! { control_names::TASK }, "columns", choices)
}
