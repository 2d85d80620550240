//! Metrics and the packs behind them.

use rrgscore_packs::Purpose;
use yew::prelude::*;

use crate::page::state::models::{Looked, NeededColumn, columns, publication};
use crate::page::state::{Part, State};
use crate::page::view::icon::{Icon, icon};

/// The table of metrics.
pub(super) fn needs(state: &State) -> Html {
    html! {
        <div class="table-scroll is-short" tabindex="0" role="group" aria-label="Metrics and their models">
            <table class="parts needs">
                <thead><tr>
                    <th scope="col">{ "Metric" }</th>
                    <th scope="col">{ "Needs" }</th>
                    <th scope="col">{ "State" }</th>
                </tr></thead>
                <tbody>{ for columns().iter().map(|column| row(state, column)) }</tbody>
            </table>
        </div>
    }
}

/// Whether a pack of that purpose can be used now.
pub(super) fn has(state: &State, purpose: Purpose) -> bool {
    state.models.used(purpose).is_some()
        || state.site.packs_of(purpose).any(|pack| pack.part == Part::Ready)
}

fn row(state: &State, column: &NeededColumn) -> Html {
    let name = |&purpose: &Purpose| publication(purpose).title;
    let names: Vec<&str> = column.needs.iter().map(name).collect();
    let needed = if names.is_empty() { "no model".to_owned() } else { names.join(", ") };
    let there = column.needs.iter().filter(|&&purpose| has(state, purpose)).count();
    let of = column.needs.len();
    let waiting = state.models.looked == Looked::NotYet || state.site.packs.is_none();
    let (mark, mut text) = match (there, of) {
        (there, of) if there == of => (Some(Icon::Tick), "installed".to_owned()),
        _ if waiting => (None, "looking".to_owned()),
        (_, 1) => (None, "not installed".to_owned()),
        (there, of) => (None, format!("{there} of {of} installed")),
    };
    if of == 0 {
        text = "ready".to_owned();
    }
    html! {
        <tr key={column.name}>
            <th scope="row">{ column.name }</th>
            <td>{ needed }</td>
            <td class={classes!("standing", mark.is_some().then_some("is-good"))}>
                if let Some(mark) = mark { { icon(mark) } }
                <span>{ text }</span>
            </td>
        </tr>
    }
}
