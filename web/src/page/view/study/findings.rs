//! The findings of SRR-BERT or RadBERT-CT in both reports, side by side.

use rrgscore_annotations::FindingSet;
use yew::prelude::*;

use super::{agreement, plain, side_by_side};
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
        (one || other).then(|| (name.clone(), said(one), said(other)))
    });
    let caption = format!("Of {} findings, those that either report has", names.len());
    html! {
        <>
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            { agreement("Finding", caption, rows.collect()) }
        </>
    }
}
