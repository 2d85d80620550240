//! F1-CheXbert: not a leaderboard column, but it falls out of SembScore's pass.

use rrgscore_scoring::summary::{Averages, ChexbertF1, ObservationRow};
use yew::prelude::*;

use crate::page::format;

/// The averages, and each observation below.
pub(crate) fn figures(f1: &ChexbertF1) -> Html {
    let number = |value: f64| format::score(Some(value), 4);
    let average = |row: &Averages| {
        let uncertain = if row.uncertain_is_positive { "as present" } else { "as absent" };
        html! {
            <tr>
                <th scope="row">{ format!("{} observations, uncertain {uncertain}", row.observations) }</th>
                <td>{ number(row.micro.f1) }</td>
                <td>{ number(row.macro_average.f1) }</td>
                <td>{ number(row.weighted.f1) }</td>
                { for [row.samples.precision, row.samples.recall, row.samples.f1].map(|value| html! {
                    <td>{ number(value) }</td>
                }) }
                <td>{ number(row.exact_match) }</td>
            </tr>
        }
    };
    html! {
        <details class="annotation">
            <summary>{ "F1-CheXbert" }</summary>
            <p class="note">
                { format!("Over {}. Not part of the leaderboard; uncertain as present is f1chexbert's own handling, as absent that of cvt2distilgpt2 and CXRMate, whose figures are those per study.", format::studies(f1.n.into())) }
            </p>
            <div class="scroll">
                <table class="arithmetic">
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">{ "micro F1" }</th>
                            <th scope="col">{ "macro F1" }</th>
                            <th scope="col">{ "weighted F1" }</th>
                            <th scope="col">{ "per study: precision" }</th>
                            <th scope="col">{ "recall" }</th>
                            <th scope="col">{ "F1" }</th>
                            <th scope="col">{ "all equal" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for f1.averages.iter().map(average) }</tbody>
                </table>
                { observations("Observation", &f1.observations) }
            </div>
        </details>
    }
}

/// Each label's precision, recall, F1 and support; `of` says what a label is.
pub(super) fn observations(of: &'static str, rows: &[ObservationRow]) -> Html {
    let number = |value: f64| format::score(Some(value), 4);
    html! {
        <table class="arithmetic">
            <thead>
                <tr>
                    <th scope="col">{ of }</th>
                    <th scope="col">{ "precision" }</th>
                    <th scope="col">{ "recall" }</th>
                    <th scope="col">{ "F1" }</th>
                    <th scope="col">{ "in references" }</th>
                </tr>
            </thead>
            <tbody>
                { for rows.iter().map(|row| html! {
                    <tr>
                        <th scope="row">{ row.name.clone() }</th>
                        <td>{ number(row.scores.precision) }</td>
                        <td>{ number(row.scores.recall) }</td>
                        <td>{ number(row.scores.f1) }</td>
                        <td>{ format::thousands(row.support) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}
