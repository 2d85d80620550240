//! All columns of a published table.

use rrgscore_results::published::{
    BoardOrder, BoardSort, Edition, LeaderboardRow, PublishedColumn, PublishedScore, sort_rows,
};
use yew::prelude::*;

use crate::page::format;

/// A score with as many decimals as its edition prints.
pub(super) fn printed(score: PublishedScore, decimals: usize) -> String {
    let mean = format::score(Some(score.mean), decimals);
    match score.ci {
        Some(ci) => {
            format!("{mean}\u{a0}\u{b1}\u{a0}{}", format::score(Some(ci), decimals))
        }
        None => mean,
    }
}

/// Draws the rows, sorted as the user wants; every column's head sorts by it.
pub(super) fn scores_table(
    edition: &Edition,
    mut rows: Vec<LeaderboardRow>,
    ranked: PublishedColumn,
    (sorted, order): (BoardSort, BoardOrder),
    pick: &Callback<BoardSort>,
) -> Html {
    sort_rows(&mut rows, sorted, order);
    let head = |sort: BoardSort| {
        let (word, mark) = match (sort == sorted, order) {
            (false, _) => (None, ""),
            (true, BoardOrder::Descending) => (Some("descending"), "\u{25bc}"),
            (true, BoardOrder::Ascending) => (Some("ascending"), "\u{25b2}"),
        };
        let (label, class) = match sort {
            BoardSort::Model => ("Model", ""),
            BoardSort::Institution => ("Institution", ""),
            BoardSort::Year => ("Year", "number"),
            BoardSort::Score(column) => (column.label(), "number"),
        };
        let pick = pick.reform(move |_: MouseEvent| sort);
        html! {
            <th scope="col" {class} aria-sort={word}>
                <button type="button" onclick={pick}>
                    <span>{ label }</span><span class="sort-mark" aria-hidden="true">{ mark }</span>
                </button>
            </th>
        }
    };
    let cell = |row: &LeaderboardRow, column: PublishedColumn| {
        let score = row.score(column);
        let text = score.map_or_else(|| "\u{2013}".to_owned(), |s| printed(s, edition.decimals));
        let class = classes!("number", (column == ranked).then_some("is-sorted"));
        html! { <td {class}>{ text }</td> }
    };
    let line = |row: &LeaderboardRow| {
        html! {
            <tr class={classes!(row.own.is_some().then_some("is-own"))} key={format!("{} {:?}", row.name, row.own)}>
                <td class="place">{ row.shown_place() }</td>
                <th scope="row">{ row.name.clone() }</th>
                { for PublishedColumn::ALL.into_iter().map(|column| cell(row, column)) }
                <td>{ row.institution.clone() }</td>
                <td class="number">{ row.year.clone() }</td>
            </tr>
        }
    };
    let place = format!("Place by {}", ranked.label());
    html! {
        <div class="table-scroll is-short" tabindex="0" role="group" aria-label="Published scores, all metrics">
            <table class="published">
                <caption class="visually-hidden">{ format!("Published scores: {edition}") }</caption>
                <thead>
                    <tr>
                        <th scope="col" class="place"><span aria-hidden="true">{ "#" }</span><span class="visually-hidden">{ place }</span></th>
                        { head(BoardSort::Model) }
                        { for PublishedColumn::ALL.into_iter().map(|column| head(BoardSort::Score(column))) }
                        { head(BoardSort::Institution) }
                        { head(BoardSort::Year) }
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(line) }</tbody>
            </table>
        </div>
    }
}
