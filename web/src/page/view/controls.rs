//! Small controls that several views use.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, FileList, HtmlInputElement};
use yew::prelude::*;

use super::icon::{Icon, icon};
use super::{Act, Slot, ViewAction};
use crate::page::platform;
use crate::page::state::Action;
use rrgscore_data::Side;

/// What [`DropTarget`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct DropTargetProps {
    /// What a dropped file is for.
    pub slot: Slot,
    /// What the user does.
    pub act: Act,
    /// Class names.
    pub class: Classes,
    /// What stands in it.
    pub children: Html,
}

/// An area that takes a dropped file.
#[component]
pub(crate) fn DropTarget(props: &DropTargetProps) -> Html {
    // Entering a child is told before leaving its parent: count, do not toggle.
    let depth = use_state(|| 0_i32);
    let on_enter = {
        let depth = depth.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            depth.set(*depth + 1);
        })
    };
    let on_leave = {
        let depth = depth.clone();
        Callback::from(move |_: DragEvent| depth.set((*depth - 1).max(0)))
    };
    let on_over = Callback::from(|event: DragEvent| {
        event.prevent_default();
        if let Some(transfer) = event.data_transfer() {
            transfer.set_drop_effect("copy");
        }
    });
    let on_drop = {
        let (depth, act, slot) = (depth.clone(), props.act.clone(), props.slot);
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            depth.set(0);
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            if !hand_over(&act, slot, files) {
                act.emit(ViewAction::Act(Action::Problem(
                    "What was dropped is not a file. Drop a file, or choose one.".to_owned(),
                )));
            }
        })
    };
    html! {
        <div
            class={classes!(props.class.clone(), (*depth > 0).then_some("is-over"))}
            ondragenter={on_enter} ondragleave={on_leave} ondragover={on_over} ondrop={on_drop}
        >
            { props.children.clone() }
        </div>
    }
}

/// Hands files on: of reports the first, of answers and runs all, because they come in several. Tells
/// whether there was any.
fn hand_over(act: &Act, slot: Slot, files: Option<FileList>) -> bool {
    let Some(files) = files else { return false };
    let most = match slot {
        Slot::Reports(_) | Slot::Graphs(_) => 1,
        Slot::Answers(_) | Slot::Run => files.length(),
    };
    let mut files = (0..most).filter_map(|at| files.get(at)).peekable();
    let any = files.peek().is_some();
    match slot {
        // They are of use only together.
        Slot::Run if any => act.emit(ViewAction::Run(files.collect())),
        _ => files.for_each(|file| act.emit(ViewAction::File(slot, file))),
    }
    any
}

/// The endings of files that hold reports.
const REPORTS: &str = ".json,.jsonl,.ndjson,.csv,.tsv,.txt,.tok,.xlsx,.parquet,.gz,.zip,\
                       application/json,text/csv,text/tab-separated-values,text/plain,\
                       application/gzip,application/zip";
/// Of those that hold RadGraph annotations.
const GRAPHS: &str = ".json,application/json";
/// Of those that hold a judge's answers.
const ANSWERS: &str = ".json,.jsonl,.ndjson,.txt,application/json,text/plain";

/// Of those of a run.
const RUN: &str = ".json,.csv,application/json,text/csv";

/// What [`FileButton`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct FileButtonProps {
    /// What the file is for.
    pub slot: Slot,
    /// What the user does.
    pub act: Act,
    /// What stands on it.
    pub label: AttrValue,
    /// Class names.
    #[prop_or_default]
    pub class: Classes,
}

/// A button that lets the user choose a file.
#[component]
pub(crate) fn FileButton(props: &FileButtonProps) -> Html {
    let input = use_node_ref();
    let on_click = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let on_change = {
        let (act, slot) = (props.act.clone(), props.slot);
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            hand_over(&act, slot, input.files());
            // The same file, changed on the disk, may be chosen again.
            input.set_value("");
        })
    };
    let (name, several, accept) = match props.slot {
        Slot::Reports(Side::Predictions) => ("predictions-file", false, REPORTS),
        Slot::Reports(Side::References) => ("references-file", false, REPORTS),
        Slot::Graphs(Side::Predictions) => ("predictions-graphs-file", false, GRAPHS),
        Slot::Graphs(Side::References) => ("references-graphs-file", false, GRAPHS),
        Slot::Run => ("run-files", true, RUN),
        Slot::Answers(_) => ("answers-file", true, ANSWERS),
    };
    let name = match props.slot {
        Slot::Answers(judge) => format!("{}-{name}", judge.id()),
        _ => name.to_owned(),
    };
    html! {
        <>
            <button type="button" class={classes!("button", props.class.clone())} onclick={on_click}>
                { icon(Icon::FileIn) }<span>{ &props.label }</span>
            </button>
            <input
                ref={input} id={name} type="file" hidden={true} tabindex="-1"
                multiple={several} aria-label={props.label.clone()} onchange={on_change} {accept}
            />
        </>
    }
}

/// What [`CopyButton`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct CopyButtonProps {
    /// What is copied.
    pub text: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// What the user does.
    pub act: Act,
}

/// A button that copies a text.
#[component]
pub(crate) fn CopyButton(props: &CopyButtonProps) -> Html {
    let done = use_state(|| false);
    let on_click = {
        let (text, act, done) = (props.text.to_string(), props.act.clone(), done.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, act, done) = (text.clone(), act.clone(), done.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let action = match platform::copy(text).await {
                    Ok(()) => {
                        done.set(true);
                        Action::Announce("Copied.".to_owned())
                    }
                    Err(_) => Action::Problem(
                        "This browser lets no page copy here. Select the text and copy it."
                            .to_owned(),
                    ),
                };
                act.emit(ViewAction::Act(action));
            });
        })
    };
    html! {
        <button type="button" class="button quiet" onclick={on_click} aria-label={props.label.clone()}>
            { icon(if *done { Icon::Tick } else { Icon::Copy }) }
            <span>{ if *done { "Copied" } else { "Copy" } }</span>
        </button>
    }
}

/// One of several choices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// What it is called.
    pub label: AttrValue,
    /// What it means, if that needs saying.
    pub note: AttrValue,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it cannot be chosen.
    pub disabled: bool,
    /// What choosing it does.
    pub pick: Callback<()>,
}

/// A group of choices of which one holds.
pub(crate) fn radios(
    name: &'static str,
    legend: Html,
    class: &'static str,
    choices: Vec<Choice>,
) -> Html {
    let choice = |(at, choice): (usize, Choice)| {
        let id = format!("{name}-{at}");
        let note = format!("{name}-{at}-note");
        let pick = choice.pick.reform(|_: Event| ());
        let noted = (!choice.note.is_empty()).then(|| note.clone());
        html! {
            <div class={classes!("choice", choice.disabled.then_some("is-disabled"))} key={id.clone()}>
                <input
                    type="radio" {name} id={id.clone()} checked={choice.chosen}
                    disabled={choice.disabled} onchange={pick} aria-describedby={noted}
                />
                <label for={id}>{ choice.label }</label>
                if !choice.note.is_empty() {
                    <p class="note" id={note}>{ choice.note }</p>
                }
            </div>
        }
    };
    html! {
        <fieldset class={classes!("radios", class)}>
            <legend>{ legend }</legend>
            { for choices.into_iter().enumerate().map(choice) }
        </fieldset>
    }
}

/// A bar of how far something is.
pub(crate) fn progress(label: impl Into<AttrValue>, done: u64, of: u64) -> Html {
    let label: AttrValue = label.into();
    if of == 0 {
        return html! { <progress aria-label={label}></progress> };
    }
    html! {
        <progress aria-label={label} max={of.to_string()} value={done.min(of).to_string()}></progress>
    }
}
