//! How far two editions of the leaderboard agree.

use rrgscore_results::published::{Disagreement, Edition, Published};
use yew::prelude::*;

use crate::page::format;

/// Says how many figures two editions have in common, and lists those that differ beyond rounding.
pub(super) fn disagreements(published: &Published, one: &Edition, other: &Edition) -> Html {
    let found = published.disagreements(one, other);
    if found.shared == 0 {
        return Html::default();
    }
    let agree = found.shared - found.figures.len();
    let says = format!(
        "{} of the {} figures that {one} shares with {other} agree to rounding.",
        format::thousands(agree as u64),
        format::thousands(found.shared as u64),
    );
    let line = |figure: &Disagreement| {
        let table =
            format!("{}, {}", figure.dataset.label(), figure.task.label().to_ascii_lowercase());
        html! {
            <tr>
                <th scope="row">{ figure.model.clone() }</th>
                <td>{ table }</td>
                <td>{ figure.column.label() }</td>
                <td class="number">{ one.printed(figure.first) }</td>
                <td class="number">{ other.printed(figure.second) }</td>
            </tr>
        }
    };
    html! {
        <>
            <p class="agreement">{ says }</p>
            if !found.figures.is_empty() {
                <div class="table-scroll is-short" tabindex="0" role="group" aria-label={format!("Figures that differ between {one} and {other}")}>
                    <table class="parts disagreements">
                        <caption>{ "These differ by more" }</caption>
                        <thead><tr>
                            <th scope="col">{ "Model" }</th>
                            <th scope="col">{ "Table" }</th>
                            <th scope="col">{ "Column" }</th>
                            <th scope="col" class="number">{ one.title.clone() }</th>
                            <th scope="col" class="number">{ other.title.clone() }</th>
                        </tr></thead>
                        <tbody>{ for found.figures.iter().map(line) }</tbody>
                    </table>
                </div>
            }
        </>
    }
}
