//! Ranked bars with the whiskers of their confidence intervals.

use yew::prelude::*;

use super::ticks::Axis;
use crate::page::format;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarRow {
    /// Its length.
    pub mean: f64,
    /// Half the length of its whisker.
    pub ci: f64,
}

/// Draws one bar on an axis. It stands beside its name and number and is hidden from screen
/// readers.
pub fn bar(row: BarRow, axis: &Axis) -> Html {
    let zero = axis.percent(0.0);
    let end = axis.percent(row.mean);
    let (low, high) = (axis.percent(row.mean - row.ci), axis.percent(row.mean + row.ci));
    let at = |value: f64| format!("{value:.3}%");
    html! {
        <svg class="bar-row" width="100%" height="20" aria-hidden="true" focusable="false">
            { grid(axis) }
            <rect class="bar" x={at(zero.min(end))} width={at((end - zero).abs())} y="4" height="12" />
            if row.ci > 0.0 {
                <line class="whisker" x1={at(low)} x2={at(high)} y1="10" y2="10" />
                <line class="whisker" x1={at(low)} x2={at(low)} y1="6" y2="14" />
                <line class="whisker" x1={at(high)} x2={at(high)} y1="6" y2="14" />
            }
        </svg>
    }
}

fn grid(axis: &Axis) -> Html {
    let line = |tick: &f64| {
        let x = format!("{:.3}%", axis.percent(*tick));
        html! { <line class="grid" x1={x.clone()} x2={x} y1="0" y2="20" /> }
    };
    html! { <>{ for axis.ticks.iter().map(line) }</> }
}

/// The numbers along an axis.
pub fn axis_marks(axis: &Axis) -> Html {
    let last = axis.ticks.len().saturating_sub(1);
    let mark = |(at, tick): (usize, &f64)| {
        let anchor = if at == 0 {
            "start"
        } else if at == last {
            "end"
        } else {
            "middle"
        };
        html! {
            <text x={format!("{:.3}%", axis.percent(*tick))} y="12" text-anchor={anchor}>
                { format::score(Some(*tick), axis.decimals) }
            </text>
        }
    };
    html! {
        <svg class="axis" width="100%" height="16" aria-hidden="true" focusable="false">
            { for axis.ticks.iter().enumerate().map(mark) }
        </svg>
    }
}
