//! The findings of SRR-BERT or RadBERT-CT in both reports, side by side.

use rrgscore_annotations::FindingSet;
use yew::prelude::*;

use super::{plain, side_by_side};
use crate::protocol::Study;

/// Both texts, and each finding that one of them has.
pub(super) fn finding_texts(
    study: &Study,
    set: FindingSet,
    [reference, candidate]: [&[u16]; 2],
) -> Html {
    let names = set.names();
    let said = |there: bool| if there { "yes" } else { "no" };
    let rows = (0u16..).zip(&names).filter_map(|(at, name)| {
        let (one, other) = (reference.contains(&at), candidate.contains(&at));
        (one || other).then(|| {
            let same = one == other;
            html! {
                <tr key={name.clone()} class={classes!((!same).then_some("differs"))}>
                    <th scope="row">{ name.clone() }</th>
                    <td>{ said(one) }</td>
                    <td>{ said(other) }</td>
                    <td>{ if same { "same" } else { "differs" } }</td>
                </tr>
            }
        })
    });
    html! {
        <>
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            <table class="arithmetic">
                <caption>
                    { format!("Of {} findings, those that either report has", names.len()) }
                </caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Finding" }</th>
                        <th scope="col">{ "Reference" }</th>
                        <th scope="col">{ "Candidate" }</th>
                        <th scope="col">{ "Agreement" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </>
    }
}
