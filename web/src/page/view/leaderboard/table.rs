//! All columns of a published table.

use rrgscore_results::published::{LeaderboardRow, PublishedColumn, PublishedScore, RankOrder};
use yew::prelude::*;

use crate::page::format;

/// A score as the paper prints it.
pub(crate) fn printed(score: &PublishedScore) -> String {
    let mean = format::score(Some(score.mean), 2);
    format!("{mean}\u{a0}\u{b1}\u{a0}{}", format::score(Some(score.ci), 2))
}

/// Draws the rows in their order; a column's head sorts by it.
pub(crate) fn scores_table(
    rows: &[LeaderboardRow],
    sorted: PublishedColumn,
    order: RankOrder,
    pick: &Callback<PublishedColumn>,
) -> Html {
    let head = |column: PublishedColumn| {
        let (word, mark) = match (column == sorted, order) {
            (false, _) => (None, ""),
            (true, RankOrder::BestFirst) => (Some("descending"), "\u{25bc}"),
            (true, RankOrder::WorstFirst) => (Some("ascending"), "\u{25b2}"),
        };
        let pick = pick.reform(move |_: MouseEvent| column);
        html! {
            <th scope="col" class="number" aria-sort={word}>
                <button type="button" onclick={pick}>
                    <span>{ column.label() }</span><span class="sort-mark" aria-hidden="true">{ mark }</span>
                </button>
            </th>
        }
    };
    let cell = |row: &LeaderboardRow, column: PublishedColumn| {
        let text = row.score(column).map_or_else(|| "\u{2013}".to_owned(), |score| printed(&score));
        html! { <td class={classes!("number", (column == sorted).then_some("is-sorted"))}>{ text }</td> }
    };
    let line = |row: &LeaderboardRow| {
        let place = row.place.map(|place| place.to_string()).unwrap_or_default();
        html! {
            <tr class={classes!(row.own.is_some().then_some("is-own"))} key={format!("{} {:?}", row.name, row.own)}>
                <td class="place">{ place }</td>
                <th scope="row">{ row.name.clone() }</th>
                { for PublishedColumn::ALL.into_iter().map(|column| cell(row, column)) }
            </tr>
        }
    };
    html! {
        <div class="table-scroll is-short" tabindex="0" role="group" aria-label="Published scores, all metrics">
            <table class="published">
                <caption class="visually-hidden">{ "Published scores with 95 % confidence intervals" }</caption>
                <thead>
                    <tr>
                        <th scope="col" class="place">{ "#" }</th>
                        <th scope="col">{ "Model" }</th>
                        { for PublishedColumn::ALL.into_iter().map(head) }
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(line) }</tbody>
            </table>
        </div>
    }
}
