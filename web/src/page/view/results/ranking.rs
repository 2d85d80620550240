//! Where a run stands in the published tables.

use rrgscore_leaderboard as published;
use rrgscore_leaderboard::{Dataset, MetricColumn, OwnRun, Score};
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

/// The published task of the same name.
pub(crate) fn table_task(task: rrgscore_data::Task) -> published::Task {
    match task {
        rrgscore_data::Task::Findings => published::Task::Findings,
        rrgscore_data::Task::Report => published::Task::Report,
    }
}

/// The published column of a metric that is computed as the leaderboard computes it, and the
/// run's score in it.
fn published_score(metric: &MetricSummary) -> Option<(MetricColumn, Score)> {
    let name = metric.published_as.as_deref()?;
    let column = MetricColumn::ALL.into_iter().find(|column| column.label() == name)?;
    // A column that is published as a reciprocal has no score where the reciprocal is refused.
    let (value, ci95) = match (column.is_reciprocal(), &metric.reciprocal) {
        (true, reciprocal) => (reciprocal.as_ref()?.value, reciprocal.as_ref()?.ci95),
        (false, _) => (metric.mean, metric.ci95),
    };
    let ci = ci95.map_or(0.0, |[low, high]| (high - low) / 2.0);
    Some((column, Score { mean: value?, ci }))
}

/// A run as a row of a published table; `None` when it was not over one of its splits, or not to
/// the end.
pub(crate) fn own_run(
    name: String,
    summary: &Summary,
) -> Option<(Dataset, published::Task, OwnRun)> {
    let dataset = Dataset::of_split(&summary.split.as_ref()?.key)?;
    if !summary.complete {
        return None;
    }
    let mut scores = [None; MetricColumn::ALL.len()];
    for (column, score) in summary.metrics.iter().filter_map(published_score) {
        if let Some(slot) = scores.get_mut(column.index()) {
            *slot = Some(score);
        }
    }
    Some((dataset, table_task(summary.task), OwnRun { name, scores }))
}

/// Says where one metric of a run would rank, or why it would not.
pub(crate) fn standing(summary: &Summary, metric: &MetricSummary) -> Html {
    let Some((column, score)) = published_score(metric) else {
        let why = metric.reciprocal.as_ref().and_then(|reciprocal| reciprocal.refused.clone());
        let text = why.map_or("Not ranked.".to_owned(), |why| format!("Not ranked: {why}."));
        return html! { <p class="note">{ text }</p> };
    };
    let Some(split) = &summary.split else {
        return html! {
            <p class="note">{ "Not ranked: these are not the studies of a published table." }</p>
        };
    };
    if !summary.complete {
        return html! { <p class="note">{ "Not ranked: the run was not finished." }</p> };
    }
    let ranked = Dataset::of_split(&split.key)
        .and_then(|dataset| published::table(dataset, table_task(summary.task)))
        .and_then(|table| Some((table, published::rank(table, column, score.mean)?)));
    let Some((table, rank)) = ranked else {
        return html! {
            <p class="note">{ format!("Not ranked: there is no published table for {}.", split.name) }</p>
        };
    };
    let between = match (&rank.above, &rank.below) {
        (Some(above), Some(below)) => format!(
            "Between {} ({:.2}) and {} ({:.2}).",
            above.model, above.score.mean, below.model, below.score.mean
        ),
        (Some(above), None) => format!("Below {} ({:.2}).", above.model, above.score.mean),
        (None, Some(below)) => format!("Above {} ({:.2}).", below.model, below.score.mean),
        (None, None) => String::new(),
    };
    let ties = match rank.ties.as_slice() {
        [] => String::new(),
        ties => format!(" Equal to {}.", ties.join(", ")),
    };
    let partial = split.matched < split.of;
    html! {
        <>
            <p>
                { "Would rank " }
                <strong>{ format!("{} of {}", rank.place, rank.of) }</strong>
                { format!(
                    " in the published table of {}, {}",
                    table.dataset.label(),
                    table.task.label().to_lowercase(),
                ) }
            </p>
            <p class="note">{ format!("{between}{ties}") }</p>
            if partial {
                <p class="note">
                    { format!("Published models were scored on all {} studies; this run is not.", split.of) }
                </p>
            }
        </>
    }
}
