//! RadCliQ as the sum of its parts.

use rrgscore_metrics::radcliq::RadCliQ;
use yew::prelude::*;

use super::{plain, side_by_side};
use crate::page::format;
use crate::protocol::Study;

/// The components, in the order of the formula, as people know them.
const NAMES: [&str; 4] = ["RadGraph-F1", "BERTScore", "SembScore", "BLEU-2"];

/// Both texts, and what each component adds to the score.
pub(super) fn radcliq_texts(study: &Study, radcliq: &RadCliQ) -> Html {
    let rows = NAMES.into_iter().zip(radcliq.parts).map(|(name, part)| {
        html! {
            <tr key={name}>
                <th scope="row">{ name }</th>
                <td>{ format::score(Some(part.value), 4) }</td>
                <td>{ format::score(Some(part.standardised), 3) }</td>
                <td>{ signed(part.contribution) }</td>
            </tr>
        }
    });
    html! {
        <>
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            <table class="arithmetic">
                <caption>{ "How RadCliQ is made: lower is better" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Component" }</th>
                        <th scope="col">{ "Value" }</th>
                        <th scope="col">{ "Standardised" }</th>
                        <th scope="col">{ "Adds" }</th>
                    </tr>
                </thead>
                <tbody>
                    { for rows }
                    <tr>
                        <th scope="row">{ "Constant" }</th>
                        <td></td>
                        <td></td>
                        <td>{ signed(radcliq.intercept) }</td>
                    </tr>
                    <tr class="total">
                        <th scope="row">{ "RadCliQ" }</th>
                        <td></td>
                        <td></td>
                        <td>{ format::score(Some(radcliq.score), 4) }</td>
                    </tr>
                </tbody>
            </table>
        </>
    }
}

/// A summand with its sign.
fn signed(value: f64) -> String {
    let digits = format::score(Some(value.abs()), 4);
    if value < 0.0 { format!("\u{2212}{digits}") } else { format!("+{digits}") }
}
