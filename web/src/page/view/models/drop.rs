//! Takes dropped and chosen model files, several at once, and folders.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlInputElement};
use yew::prelude::*;

use crate::page::library::{Dropped, from_input, from_transfer};
use crate::page::state::Action;
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction};

/// What [`ModelDrop`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ModelDropProps {
    /// What the user does.
    pub act: Act,
    /// Whether nothing can be taken now.
    pub disabled: bool,
    /// What stands in it.
    pub children: Html,
}

/// Hands files on.
fn take(act: &Act, files: Vec<Dropped>) {
    act.emit(if files.is_empty() {
        let nothing = "What was dropped is not a file. Drop files or a folder.";
        ViewAction::Act(Action::Problem(nothing.to_owned()))
    } else {
        ViewAction::Models(files)
    });
}

/// An area that takes models.
#[component]
pub(super) fn ModelDrop(props: &ModelDropProps) -> Html {
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
        let (depth, act, disabled) = (depth.clone(), props.act.clone(), props.disabled);
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            depth.set(0);
            if disabled {
                return;
            }
            let Some(transfer) = event.data_transfer() else { return };
            let (files, act) = (from_transfer(&transfer), act.clone());
            wasm_bindgen_futures::spawn_local(async move { take(&act, files.await) });
        })
    };
    html! {
        <div
            class={classes!("drop-zone", "is-model", (*depth > 0).then_some("is-over"))}
            ondragenter={on_enter} ondragleave={on_leave} ondragover={on_over} ondrop={on_drop}
        >
            { props.children.clone() }
        </div>
    }
}

/// What [`ModelButton`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ModelButtonProps {
    /// What the user does.
    pub act: Act,
    /// Whether a folder is chosen, and not files.
    pub folder: bool,
    /// What stands on it.
    pub label: AttrValue,
    /// Class names.
    #[prop_or_default]
    pub class: Classes,
}

/// A button that lets the user choose files or a folder.
#[component]
pub(super) fn ModelButton(props: &ModelButtonProps) -> Html {
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
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            take(&act, from_input(&input));
            input.set_value("");
        })
    };
    let id = if props.folder { "model-folder" } else { "model-files" };
    html! {
        <>
            <button type="button" class={classes!("button", props.class.clone())} onclick={on_click}>
                { icon(Icon::FileIn) }<span>{ &props.label }</span>
            </button>
            <input
                ref={input} {id} type="file" hidden={true} tabindex="-1" multiple={true}
                webkitdirectory={props.folder}
                aria-label={props.label.clone()} onchange={on_change}
            />
        </>
    }
}
