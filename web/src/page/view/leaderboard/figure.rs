//! Ranked bars of one column.

use rrgscore_results::published::{LeaderboardRow, PublishedColumn};
use yew::prelude::*;

use crate::page::chart::{Axis, BarRow, axis_marks, bar};

/// About how many marks an axis has.
const MARKS: usize = 5;

/// Draws every row that has a score, the best first.
pub(crate) fn ranked_bars(rows: &[LeaderboardRow], metric: PublishedColumn) -> Html {
    let scored: Vec<_> = rows.iter().filter_map(|row| Some((row, row.score(metric)?))).collect();
    let ends = scored.iter().flat_map(|(_, score)| [score.mean - score.ci, score.mean + score.ci]);
    let axis = Axis::from_zero(ends, MARKS);
    let line = |(row, score): &(&LeaderboardRow, rrgscore_results::published::PublishedScore)| {
        let place = row.place.map(|place| place.to_string()).unwrap_or_default();
        html! {
            <li class={classes!(row.own.is_some().then_some("is-own"))} key={format!("{} {:?}", row.name, row.own)}>
                <span class="place">{ place }</span>
                <span class="name">{ row.name.clone() }</span>
                <span class="plot">{ bar(BarRow { mean: score.mean, ci: score.ci }, &axis) }</span>
                <span class="number">{ super::table::printed(score) }</span>
            </li>
        }
    };
    html! {
        <figure class="ranked">
            <ol>{ for scored.iter().map(line) }</ol>
            <div class="axis-row"><span class="plot">{ axis_marks(&axis) }</span></div>
        </figure>
    }
}
