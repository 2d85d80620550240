//! Says where one metric of a run would rank, or why it would not.

use rrgscore_results::published;
use rrgscore_results::{PartialSplit, Standing, standing};
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

/// Draws where a metric of a run stands in the published table.
pub(crate) fn place(summary: &Summary, metric: &MetricSummary) -> Html {
    match standing(summary, metric) {
        Ok(standing) => ranked(&standing),
        Err(why) => html! { <p class="note">{ format!("Not ranked: {why}.") }</p> },
    }
}

fn ranked(standing: &Standing) -> Html {
    let published::Rank { place, of, .. } = &standing.rank;
    let task = standing.task.label().to_lowercase();
    html! {
        <>
            <p>
                { "Would rank " }
                <strong>{ format!("{place} of {of}") }</strong>
                { format!(" in the published table of {}, {task}", standing.dataset.label()) }
            </p>
            if let Some(neighbours) = standing.neighbours() {
                <p class="note">{ sentence(&neighbours) }</p>
            }
            if let Some(PartialSplit { of, .. }) = standing.partial {
                <p class="note">
                    { format!("Published models were scored on all {of} studies; this run was not.") }
                </p>
            }
        </>
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
