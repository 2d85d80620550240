//! Says where one metric of a run would rank, or why it would not.

use rrgscore_results::published::{Edition, Published, Rank};
use rrgscore_results::{NotRanked, PartialSplit, Standing, standing};
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

use crate::page::format::sentence;

/// Draws where a metric of a run stands in each edition of the leaderboard that has its table.
pub(crate) fn place(published: &Published, summary: &Summary, metric: &MetricSummary) -> Html {
    let of = |edition| (edition, standing(edition, summary, metric));
    let all: Vec<(&Edition, Result<Standing, NotRanked>)> =
        published.editions.iter().map(of).collect();
    let found = || all.iter().filter_map(|(edition, found)| Some((edition, found.as_ref().ok()?)));
    // Why there is none is the same in all editions, or the first one's reason says most.
    let why = all.iter().find_map(|(_, found)| found.as_ref().err());
    match (found().next(), why) {
        (None, Some(why)) => html! { <p class="note">{ format!("Not ranked: {why}.") }</p> },
        _ => html! { <>{ for found().map(|(edition, standing)| ranked(edition, standing)) }</> },
    }
}

fn ranked(edition: &Edition, standing: &Standing) -> Html {
    let Rank { place, of, .. } = &standing.rank;
    let task = standing.task.label().to_ascii_lowercase();
    let beside: Vec<String> = standing.neighbours().into_iter().chain(standing.places()).collect();
    html! {
        <>
            <p>
                { "Would rank " }
                <strong>{ format!("{place} of {of}") }</strong>
                { format!(" on {}, {task}: {edition}", standing.dataset.label()) }
            </p>
            if !beside.is_empty() {
                <p class="note">{ sentence(&beside.join("; ")) }</p>
            }
            if let Some(PartialSplit { of, .. }) = standing.partial {
                <p class="note">
                    { format!("Published models were scored on all {of} studies; this run was not.") }
                </p>
            }
        </>
    }
}
