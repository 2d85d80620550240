//! The published tables, with the session's own runs among them.

mod figure;
mod table;

use rrgscore_data::Task;
use rrgscore_results::leaderboard_entry;
use rrgscore_results::published::{
    OwnRun, PublishedColumn, PublishedDataset, RankOrder, leaderboard, table,
};
use yew::prelude::*;

use super::controls::{Choice, radios};
use super::{Shared, ViewProps};
use figure::ranked_bars;
use table::scores_table;

/// What the user looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Selection {
    dataset: PublishedDataset,
    task: Task,
    metric: PublishedColumn,
    order: RankOrder,
}

/// The view.
#[component]
pub(crate) fn LeaderboardView(props: &ViewProps) -> Html {
    let state = props.state.clone();
    let chosen = use_state(|| first(&state));
    let Selection { dataset, task, metric, order } = *chosen;
    let own: Vec<OwnRun> = state
        .finished
        .iter()
        .filter_map(|run| leaderboard_entry(run.label(), &run.summary))
        .filter(|(d, t, _)| (*d, *t) == (dataset, task))
        .map(|(_, _, run)| run)
        .collect();
    let set = {
        let chosen = chosen.clone();
        Callback::from(move |selection: Selection| chosen.set(selection))
    };
    let pick_metric = {
        let set = set.clone();
        Callback::from(move |column: PublishedColumn| {
            let order = match (column == metric, order) {
                (true, RankOrder::BestFirst) => RankOrder::WorstFirst,
                _ => RankOrder::BestFirst,
            };
            set.emit(Selection { dataset, task, metric: column, order });
        })
    };
    html! {
        <>
            <div class="page-head">
                <h1>{ "Leaderboard" }</h1>
                <p class="lead">
                    { "The tables of the ReXrank paper: means with 95 % confidence intervals. \
                       In every column more is better." }
                </p>
            </div>
            <div class="selectors">{ datasets(*chosen, &set) }{ tasks(*chosen, &set) }{ metrics(*chosen, &set) }</div>
            if let Some(table) = table(dataset, task) {
                <section aria-labelledby="bars-title" class="step">
                    <h2 id="bars-title">
                        { format!("{} on {}, {}", metric.label(), dataset.label(), task.label().to_lowercase()) }
                    </h2>
                    { ranked_bars(&leaderboard(table, &own, metric, RankOrder::BestFirst), metric) }
                    { own_note(&state, own.is_empty()) }
                </section>
                <section aria-labelledby="table-title" class="step">
                    <h2 id="table-title">{ "All metrics" }</h2>
                    { scores_table(&leaderboard(table, &own, metric, order), metric, order, &pick_metric) }
                </section>
                <p class="note">
                    { "Source: the ReXrank paper's tables (rexrank.ai), read by hand and rounded there to \
                       two decimals. FineRadScore and RadCliQ count errors and are shown as reciprocals." }
                </p>
            } else {
                <p id="no-table">
                    { format!(
                        "No table of {} is published for the task {}: its runs are not ranked.",
                        dataset.label(),
                        task.label().to_lowercase(),
                    ) }
                </p>
            }
        </>
    }
}

/// Begins with the table of the latest run, or with the first whose studies anyone can have.
fn first(state: &Shared) -> Selection {
    let latest = state.finished.iter().rev().find_map(|run| {
        let (dataset, task, run) = leaderboard_entry(run.label(), &run.summary)?;
        let metric = PublishedColumn::ALL
            .into_iter()
            .find(|c| run.scores.get(c.index()).is_some_and(Option::is_some));
        Some((dataset, task, metric.unwrap_or(PublishedColumn::InverseRadCliQV1)))
    });
    let usual = (PublishedDataset::IuXray, state.task(), PublishedColumn::InverseRadCliQV1);
    let (dataset, task, metric) = latest.unwrap_or(usual);
    Selection { dataset, task, metric, order: RankOrder::BestFirst }
}

fn datasets(now: Selection, set: &Callback<Selection>) -> Html {
    let choice = |dataset: PublishedDataset| Choice {
        label: dataset.label().into(),
        note: AttrValue::default(),
        chosen: now.dataset == dataset,
        disabled: false,
        pick: set.reform(move |()| Selection { dataset, ..now }),
    };
    radios(
        "dataset",
        html! { "Dataset" },
        "segments",
        PublishedDataset::ALL.into_iter().map(choice).collect(),
    )
}

fn tasks(now: Selection, set: &Callback<Selection>) -> Html {
    let choice = |task: Task| Choice {
        label: task.label().into(),
        note: AttrValue::default(),
        chosen: now.task == task,
        disabled: false,
        pick: set.reform(move |()| Selection { task, ..now }),
    };
    radios(
        "board-task",
        html! { "Compared" },
        "segments",
        [Task::Report, Task::Findings, Task::Impression].into_iter().map(choice).collect(),
    )
}

fn metrics(now: Selection, set: &Callback<Selection>) -> Html {
    let choice = |metric: PublishedColumn| Choice {
        label: metric.label().into(),
        note: AttrValue::default(),
        chosen: now.metric == metric,
        disabled: false,
        pick: set.reform(move |()| Selection { metric, order: RankOrder::BestFirst, ..now }),
    };
    radios(
        "board-metric",
        html! { "Metric" },
        "segments",
        PublishedColumn::ALL.into_iter().map(choice).collect(),
    )
}

fn own_note(state: &Shared, none_here: bool) -> Html {
    let text = match (state.finished.is_empty(), none_here) {
        (true, _) => "Runs that you finish on one of these splits appear here, marked.",
        (false, true) => "None of this session's runs is over this split and task.",
        (false, false) => "Your runs are marked. They stay in this tab and are gone with it.",
    };
    html! { <p class="note">{ text }</p> }
}
