//! Tables and form fields that are drawn as they come, whatever they are about: every view's, so
//! that the code for them is in the page once.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::protocol::look::{FormField, ShownTable};

/// A table. Of a cell for which `open` gives something, a click does that; it takes column and row,
/// both counted from 0.
pub(crate) fn bare(shown: &ShownTable, open: &dyn Fn(usize, usize) -> Option<Pick>) -> Html {
    let head = |(at, text): (usize, &String)| {
        html! { <th scope="col" class={(at > 0).then_some("number")}>{ text.clone() }</th> }
    };
    let cell = |at: usize, row: usize, text: &String| {
        if at == 0 {
            return html! { <th scope="row">{ text.clone() }</th> };
        }
        match open(at, row).filter(|_| !text.is_empty()) {
            Some(pick) => html! {
                <td><button type="button" class="button quiet" onclick={pick}>{ text.clone() }</button></td>
            },
            None => html! { <td class={class(text)}>{ text.clone() }</td> },
        }
    };
    let line = |(row, cells): (usize, &Vec<String>)| {
        html! { <tr>{ for cells.iter().enumerate().map(|(at, text)| cell(at, row, text)) }</tr> }
    };
    html! {
        <table class="parts plain">
            <caption>{ shown.caption.clone() }</caption>
            <thead><tr>{ for shown.heads.iter().enumerate().map(head) }</tr></thead>
            <tbody>{ for shown.rows.iter().enumerate().map(line) }</tbody>
        </table>
    }
}

/// Verdicts, which begin with a mark, are told by colour too.
fn class(text: &str) -> &'static str {
    match text.chars().next() {
        Some('\u{2713}') => "verdict-better",
        Some('\u{2717}') => "verdict-worse",
        _ => "number",
    }
}

/// A table that scrolls by itself where it is wider than there is room.
pub(crate) fn table(shown: &ShownTable, open: &dyn Fn(usize, usize) -> Option<Pick>) -> Html {
    html! {
        <div class="table-scroll is-short" tabindex="0" role="group" aria-label={shown.caption.clone()}>
            { bare(shown, open) }
        </div>
    }
}

/// The numbers of a picture as a table: its caption, the columns' names, the rows.
pub(crate) fn numbers(caption: &str, heads: &[&str], rows: Vec<Vec<String>>) -> Html {
    let heads = heads.iter().map(|&head| head.to_owned()).collect();
    bare(&ShownTable { caption: caption.to_owned(), heads, rows }, &none)
}

/// What a click on a cell does.
pub(crate) type Pick = Callback<MouseEvent>;

/// No cell of a table does anything.
pub(crate) fn none(_: usize, _: usize) -> Option<Pick> {
    None
}

/// A field with its label: a choice, or words. Nothing for a field without a label. `value` is what
/// is filled in, of a choice the place of the option; `set` gets what the user makes of it.
pub(crate) fn field(id: &str, field: &FormField, value: &str, set: Callback<String>) -> Html {
    if field.label.is_empty() {
        return Html::default();
    }
    let id = id.to_owned();
    let control = if field.options.is_empty() {
        let typed = set.reform(|event: InputEvent| typed(&event));
        html! {
            <input
                id={id.clone()} type="search" autocomplete="off" spellcheck="false"
                value={value.to_owned()} oninput={typed}
            />
        }
    } else {
        let picked = set.reform(|event: Event| picked(&event).to_string());
        let chosen = if value.is_empty() { "0" } else { value };
        html! {
            <select id={id.clone()} onchange={picked}>
                { for field.options.iter().enumerate().map(|(at, option)| html! {
                    <option selected={at.to_string() == chosen}>{ option.clone() }</option>
                }) }
            </select>
        }
    };
    html! {
        <div class="field"><label for={id}>{ field.label.clone() }</label>{ control }</div>
    }
}

/// The place of the option that a choice is at after an event of it.
pub(crate) fn picked(event: &Event) -> u32 {
    let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    select.map_or(0, |select| select.selected_index().max(0)) as u32
}

/// What stands in a field after an event of it.
pub(crate) fn typed(event: &Event) -> String {
    // An area of several lines has its text under the same name.
    let input = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
    input.map(|input| input.value()).unwrap_or_default()
}

/// Whether a box has a tick after an event of it.
pub(crate) fn ticked(event: &Event) -> bool {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    input.is_some_and(|input| input.checked())
}
