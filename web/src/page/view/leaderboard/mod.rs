//! The published tables, edition by edition, with the session's own runs among them.

mod cards;
mod editions;
mod pictures;
mod table;

use rrgscore_data::Task;
use rrgscore_results::leaderboard_entry;
use rrgscore_results::published::{
    BoardOrder, BoardSort, Edition, OwnRun, PublishedColumn, PublishedDataset, leaderboard,
};
use yew::prelude::*;

use super::controls::{Choice, radios};
use super::{Shared, ViewProps};
use cards::{columns_help, model_cards};
use editions::disagreements;
use pictures::{boxes, ranked_bars, scatter};
use table::scores_table;

/// What the user looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Selection {
    /// The edition's place in the list.
    edition: usize,
    dataset: PublishedDataset,
    task: Task,
    /// What is ranked by and drawn.
    metric: PublishedColumn,
    /// What it is drawn against in the scatter.
    against: PublishedColumn,
    sort: BoardSort,
    order: BoardOrder,
}

impl Selection {
    /// Ranked by a column, the best first.
    fn ranked_by(self, metric: PublishedColumn) -> Self {
        let (sort, order) = (BoardSort::Score(metric), BoardOrder::Descending);
        Self { metric, sort, order, ..self }
    }

    /// Sorted by what was clicked: names from A, the rest from the most; the other way when it was
    /// sorted by that already.
    fn sorted_by(self, sort: BoardSort) -> Self {
        let usual = match sort {
            BoardSort::Model | BoardSort::Institution => BoardOrder::Ascending,
            BoardSort::Year | BoardSort::Score(_) => BoardOrder::Descending,
        };
        let other = match usual {
            BoardOrder::Ascending => BoardOrder::Descending,
            BoardOrder::Descending => BoardOrder::Ascending,
        };
        let order = if (self.sort, self.order) == (sort, usual) { other } else { usual };
        let metric = match sort {
            BoardSort::Score(column) => column,
            _ => self.metric,
        };
        Self { metric, sort, order, ..self }
    }
}

/// A run of this session, with the table that it belongs to.
type Entry = (PublishedDataset, Task, OwnRun);

/// The view.
#[component]
pub(crate) fn LeaderboardView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let chosen = use_state(|| first(&state));
    let published = &state.site.published;
    let Some(edition) = published.editions.get(chosen.edition) else {
        return html! { <>{ head() }<p class="note" role="status">{ "The tables are being loaded." }</p></> };
    };
    let Selection { dataset, task, metric, sort, order, .. } = *chosen;
    let entries: Vec<Entry> = state
        .finished
        .iter()
        .filter_map(|run| leaderboard_entry(run.label(), &run.summary))
        .collect();
    let own = own_of(&entries, dataset, task);
    let set = {
        let chosen = chosen.clone();
        Callback::from(move |selection: Selection| chosen.set(selection))
    };
    let sort_by = {
        let (set, now) = (set.clone(), *chosen);
        Callback::from(move |sort: BoardSort| set.emit(now.sorted_by(sort)))
    };
    let ranked = edition
        .table(dataset, task)
        .map(|table| (table, leaderboard(published, edition, table, &own, metric)));
    let others = published.editions.iter().filter(|other| other.id != edition.id);
    html! {
        <>
            { head() }
            <div class="selectors">
                { editions_choice(&published.editions, *chosen, &set) }
                { datasets(*chosen, &set) }{ tasks(*chosen, &set) }{ metrics(*chosen, &set) }
            </div>
            if let Some((table, rows)) = &ranked {
                <section aria-labelledby="bars-title" class="step">
                    <h2 id="bars-title">
                        { format!("{} on {}, {}", metric.label(), dataset.label(), task.label().to_ascii_lowercase()) }
                    </h2>
                    { ranked_bars(edition, rows, metric, &act) }
                    { own_note(&state, own.is_empty()) }
                </section>
                <section aria-labelledby="table-title" class="step">
                    <h2 id="table-title">{ "All metrics" }</h2>
                    { scores_table(edition, rows.clone(), metric, (sort, order), &sort_by) }
                    { columns_help() }
                    { model_cards(published, table) }
                </section>
                <section aria-labelledby="scatter-title" class="step">
                    <h2 id="scatter-title">{ "Two metrics beside each other" }</h2>
                    { scatter(edition, rows, *chosen, &set, &act) }
                </section>
            } else {
                <p id="no-table">
                    { format!(
                        "No table of {} is published for the task {}: its runs are not ranked.",
                        dataset.label(),
                        task.label().to_ascii_lowercase(),
                    ) }
                </p>
            }
            <section aria-labelledby="boxes-title" class="step">
                <h2 id="boxes-title">{ format!("{} over all models, data set by data set", metric.label()) }</h2>
                { boxes(edition, metric, &entries, &act) }
            </section>
            <section aria-labelledby="editions-title" class="step">
                <h2 id="editions-title">{ "Where the numbers are from" }</h2>
                <p class="note">{ source(edition) }</p>
                { for others.map(|other| disagreements(published, edition, other)) }
            </section>
        </>
    }
}

fn head() -> Html {
    html! {
        <div class="page-head">
            <h1>{ "Leaderboard" }</h1>
            <p class="lead">
                { "The published tables of ReXrank. In every column more is better; where intervals overlap, \
                   a rank is a range." }
            </p>
        </div>
    }
}

fn source(edition: &Edition) -> String {
    let intervals = match edition.has_intervals() {
        true => "Means with 95 % confidence intervals",
        false => "Means without intervals: a rank here says nothing of chance",
    };
    let of = if edition.date.is_empty() { String::new() } else { format!(" ({})", edition.date) };
    format!(
        "{edition}{of}: {}. {intervals}, rounded to {} decimals. FineRadScore and RadCliQ count errors and \
         are shown as reciprocals.",
        edition.source, edition.decimals
    )
}

/// The session's runs that belong to a table.
fn own_of(entries: &[Entry], dataset: PublishedDataset, task: Task) -> Vec<OwnRun> {
    let here = entries.iter().filter(|(d, t, _)| (*d, *t) == (dataset, task));
    here.map(|(_, _, run)| run.clone()).collect()
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
    let against = match metric {
        PublishedColumn::RadGraphF1 => PublishedColumn::Bleu2,
        _ => PublishedColumn::RadGraphF1,
    };
    let (sort, order) = (BoardSort::Score(metric), BoardOrder::Descending);
    Selection { edition: 0, dataset, task, metric, against, sort, order }
}

/// A choice that leads to another selection.
fn choice(label: &str, chosen: bool, next: Selection, set: &Callback<Selection>) -> Choice {
    Choice {
        label: label.to_owned().into(),
        note: AttrValue::default(),
        chosen,
        disabled: false,
        pick: set.reform(move |()| next),
    }
}

fn editions_choice(editions: &[Edition], now: Selection, set: &Callback<Selection>) -> Html {
    let choices = editions.iter().enumerate().map(|(at, edition)| {
        choice(&edition.title, now.edition == at, Selection { edition: at, ..now }, set)
    });
    radios("edition", html! { "Edition" }, "segments", choices.collect())
}

fn datasets(now: Selection, set: &Callback<Selection>) -> Html {
    let choices = PublishedDataset::ALL.map(|dataset| {
        choice(dataset.label(), now.dataset == dataset, Selection { dataset, ..now }, set)
    });
    radios("dataset", html! { "Dataset" }, "segments", choices.into())
}

fn tasks(now: Selection, set: &Callback<Selection>) -> Html {
    let choices = [Task::Report, Task::Findings, Task::Impression]
        .map(|task| choice(task.label(), now.task == task, Selection { task, ..now }, set));
    radios("board-task", html! { "Compared" }, "segments", choices.into())
}

fn metrics(now: Selection, set: &Callback<Selection>) -> Html {
    let choices = PublishedColumn::ALL
        .map(|metric| choice(metric.label(), now.metric == metric, now.ranked_by(metric), set));
    radios("board-metric", html! { "Metric" }, "segments", choices.into())
}

fn own_note(state: &Shared, none_here: bool) -> Html {
    let text = match (state.finished.is_empty(), none_here) {
        (true, _) => "Runs that you finish on one of these splits appear here, marked.",
        (false, true) => "None of this session's runs is over this split and task.",
        (false, false) => "Your runs are marked. They stay in this tab and are gone with it.",
    };
    html! { <p class="note">{ text }</p> }
}
