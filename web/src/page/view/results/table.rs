//! The per-study table. Only rows near the view are drawn, so that 10,000 scroll as smoothly as
//! ten.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use crate::page::format;
use crate::page::state::{Action, Filtered, Table};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction, always, plain};
use crate::page::view_window::{ViewWindow, scroll_to_show};
use crate::protocol::look::{FormField, LookedRun};
use rrgscore_results::{ScoreRow, SortBy};

/// Height of a row in pixels; the style sheet says the same.
const ROW: u32 = 40;
/// Height of the header that sticks to the top.
const HEAD: u32 = 44;

/// What [`StudiesTable`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct StudiesTableProps {
    /// Names of the metrics.
    pub metrics: Vec<AttrValue>,
    /// What the filter offers.
    pub looked: Rc<LookedRun>,
    /// The rows.
    pub table: Table,
    /// What the user does.
    pub act: Act,
}

/// The table with its filter.
#[component]
pub(crate) fn StudiesTable(props: &StudiesTableProps) -> Html {
    let StudiesTableProps { metrics, looked, table, act } = props.clone();
    let total = table.total.unwrap_or(0);
    let scroller = use_node_ref();
    let view = use_state(|| (0.0_f64, 640.0_f64));
    let window = ViewWindow::of(view.0, view.1, ROW, total);

    let on_scroll = {
        let (view, scroller) = (view.clone(), scroller.clone());
        Callback::from(move |_: Event| {
            if let Some(element) = scroller.cast::<Element>() {
                view.set((f64::from(element.scroll_top()), f64::from(element.client_height())));
            }
        })
    };
    {
        // Ask for the rows in view, now and whenever the order changes.
        let act = act.clone();
        let seen = (window.from, window.count, table.version);
        use_effect_with(seen, move |(from, count, _)| {
            act.emit(ViewAction::Act(Action::Showing { from: *from, count: *count }));
        });
    }
    {
        // The current row stays in view: moved to by a key, the top of a new order, or the study
        // that the user comes back from.
        let scroller = scroller.clone();
        use_effect_with((table.version, table.current), move |(_, current)| {
            show_row(&scroller, *current);
        });
    }
    let on_key = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
            if target.is_none_or(|target| target.id() != "studies") {
                return;
            }
            let page = ((view.1 as i64) - i64::from(HEAD)) / i64::from(ROW);
            let action = match event.key().as_str() {
                "ArrowDown" => Action::Step(1),
                "ArrowUp" => Action::Step(-1),
                "PageDown" => Action::Step(page.max(1)),
                "PageUp" => Action::Step(-page.max(1)),
                "Home" => Action::Step(i64::MIN),
                "End" => Action::Step(i64::MAX),
                "Enter" => Action::OpenStep(0),
                _ => return,
            };
            event.prevent_default();
            act.emit(ViewAction::Act(action));
        })
    };
    let columns = metrics.len() + 2;
    let rows = (window.from..window.from + window.count).map(|at| row(&table, at, columns, &act));
    let active = (total > 0).then(|| format!("study-{}", table.current));
    html! {
        <>
            { filter(&looked, &table, &act) }
            <div class="table-scroll" ref={scroller} onscroll={on_scroll}>
                <table
                    id="studies" class="studies" role="grid" tabindex="0" aria-label="Scores by study"
                    aria-rowcount={(total + 1).to_string()} aria-activedescendant={active} onkeydown={on_key}
                >
                    <thead><tr aria-rowindex="1">{ heads(&metrics, &table, &act) }</tr></thead>
                    <tbody>
                        { gap(window.above, columns) }
                        { for rows }
                        { gap(window.below, columns) }
                    </tbody>
                </table>
            </div>
            if table.total == Some(0) {
                <p class="note">{ "No study is like that." }</p>
            } else {
                <p class="note">{ "Arrow keys move, Enter opens a study." }</p>
            }
        </>
    }
}

/// Scrolls the table so that a row is in view.
fn show_row(scroller: &NodeRef, row: u32) {
    let Some(element) = scroller.cast::<Element>() else { return };
    let (scrolled, height) = (element.scroll_top(), element.client_height());
    if let Some(top) = scroll_to_show(row, scrolled.into(), height.into(), ROW, HEAD) {
        element.set_scroll_top(top as i32);
    }
}

/// The fields of the filter, how many studies are shown, and the metrics over them.
fn filter(looked: &LookedRun, table: &Table, act: &Act) -> Html {
    let field = |(at, field): (usize, &FormField)| {
        let set = act.reform(move |value| ViewAction::Act(Action::Filter(at, value)));
        let value = table.filter.get(at).map_or("", String::as_str);
        plain::field(&format!("filter-{at}"), field, value, set)
    };
    let Filtered { means, problem } = &table.filtered;
    html! {
        <>
            <div class="filter" role="search" aria-label="Studies">
                { for looked.filter.iter().enumerate().map(field) }
            </div>
            <div class="actions">
                if let Some(total) = table.total {
                    <p class="note" role="status">{ format::studies(total.into()) }</p>
                }
                if table.filter.iter().any(|value| !value.is_empty()) {
                    <button type="button" class="button quiet" onclick={always(act, Action::ShowAll)}>
                        { "Show all studies" }
                    </button>
                }
            </div>
            if let Some(problem) = problem {
                <p class="flag" role="alert">{ icon(Icon::Warning) }<span>{ problem.clone() }</span></p>
            }
            if let Some(means) = means { { plain::table(means, &plain::none) } }
        </>
    }
}

fn heads(metrics: &[AttrValue], table: &Table, act: &Act) -> Html {
    let head = |by: SortBy, label: AttrValue, class: &'static str| {
        let here = table.sort.by == by;
        let (word, mark) = match (here, table.sort.descending) {
            (true, true) => (Some("descending"), "\u{25bc}"),
            (true, false) => (Some("ascending"), "\u{25b2}"),
            (false, _) => (None, ""),
        };
        html! {
            <th scope="col" {class} aria-sort={word}>
                <button type="button" onclick={always(act, Action::SortBy(by))}>
                    <span>{ label }</span><span class="sort-mark" aria-hidden="true">{ mark }</span>
                </button>
            </th>
        }
    };
    let metric =
        |(at, label): (usize, &AttrValue)| head(SortBy::Metric(at as u32), label.clone(), "number");
    html! {
        <>
            { head(SortBy::Place, "#".into(), "place") }
            { head(SortBy::Id, "Study".into(), "study-id") }
            { for metrics.iter().enumerate().map(metric) }
        </>
    }
}

fn gap(height: u32, columns: usize) -> Html {
    if height == 0 {
        return Html::default();
    }
    html! {
        <tr class="gap" aria-hidden="true">
            <td colspan={columns.to_string()} height={height.to_string()}></td>
        </tr>
    }
}

fn row(table: &Table, at: u32, columns: usize, act: &Act) -> Html {
    let id = format!("study-{at}");
    let index = (at + 2).to_string();
    let current = table.current == at;
    let class = classes!(current.then_some("is-current"));
    let Some(row) = table.row(at) else {
        return html! {
            <tr {id} {class} key={at} aria-rowindex={index} aria-busy="true">
                <td class="place">{ "\u{2026}" }</td>
                <td colspan={(columns - 1).to_string()}></td>
            </tr>
        };
    };
    html! {
        <tr
            {id} {class} key={at} aria-rowindex={index} aria-selected={current.to_string()}
            onclick={always(act, Action::OpenRow(at))}
        >
            <td class="place">{ format::thousands(u64::from(row.place) + 1) }</td>
            <th scope="row" class="study-id"><span>{ row.id.clone() }</span>{ flags(row) }</th>
            { for row.scores.iter().map(|score| html! { <td class="number">{ format::score(*score, 4) }</td> }) }
        </tr>
    }
}

fn flags(row: &ScoreRow) -> Html {
    html! {
        <>
            if row.truncated {
                <span class="flag-mark" title="A model saw only the beginning of a report">
                    { icon(Icon::Warning) }<span class="visually-hidden">{ "truncated" }</span>
                </span>
            }
            if row.failed {
                <span class="flag-mark is-error" title="A score could not be computed">
                    { icon(Icon::Error) }<span class="visually-hidden">{ "failed" }</span>
                </span>
            }
        </>
    }
}
