//! The leaderboard's pictures, each with the table of its numbers.

use rrgscore_results::published::{
    Edition, LeaderboardRow, PublishedColumn, PublishedDataset, PublishedScore,
};
use rrgscore_stats::{five_numbers, spearman};
use yew::prelude::*;

use super::table::printed;
use super::{Entry, Selection, own_of};
use crate::page::chart::{Bar, BoxPlot, Chart, Dot, Figure};
use crate::page::format;
use crate::page::view::Act;
use crate::page::view::plain::{numbers, picked};

/// The rows that have a score in a column, with it.
fn scored(
    rows: &[LeaderboardRow],
    metric: PublishedColumn,
) -> impl Iterator<Item = (&LeaderboardRow, PublishedScore)> {
    rows.iter().filter_map(move |row| Some((row, row.score(metric)?)))
}

/// A file's name: what is not a letter or digit becomes one stroke.
fn file_name(parts: &[&str]) -> String {
    let text = parts.join(" ").to_ascii_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Every row that has a score, the best first, with the whisker of its interval.
pub(super) fn ranked_bars(
    edition: &Edition,
    rows: &[LeaderboardRow],
    metric: PublishedColumn,
    act: &Act,
) -> Html {
    let bar = |(row, score): (&LeaderboardRow, PublishedScore)| Bar {
        place: row.shown_place(),
        name: row.name.clone(),
        mean: score.mean,
        ci: score.ci,
        number: printed(score, edition.decimals),
        own: row.own.is_some(),
    };
    let line = |(row, score): (&LeaderboardRow, PublishedScore)| {
        vec![row.name.clone(), row.shown_place(), printed(score, edition.decimals)]
    };
    let title = format!("{} of each model, the best first", metric.label());
    let lines = scored(rows, metric).map(line).collect();
    let table = numbers(&title, &["Model", "Place", metric.label()], lines);
    html! {
        <Figure
            class="ranked" name={file_name(&["leaderboard", metric.label()])}
            {title} chart={Chart::Bars(scored(rows, metric).map(bar).collect())} {table} act={act.clone()}
        />
    }
}

/// How a column is spread over the models of each table of the edition.
pub(super) fn boxes(
    edition: &Edition,
    metric: PublishedColumn,
    entries: &[Entry],
    act: &Act,
) -> Html {
    let plot = |dataset: PublishedDataset, task| {
        let table = edition.table(dataset, task)?;
        let listed = table
            .rows
            .iter()
            .filter_map(|row| Some((row.model.clone(), row.score(metric)?.mean, false)));
        let mut dots: Vec<(String, f64, bool)> = listed.collect();
        let values: Vec<f64> = dots.iter().map(|dot| dot.1).collect();
        // The box is of the published models; own runs lie beside it.
        let five = five_numbers(&values)?;
        let own = own_of(entries, dataset, task).into_iter();
        dots.extend(own.filter_map(|run| {
            let score = run.scores.get(metric.index()).copied().flatten()?;
            Some((run.name, score.mean, true))
        }));
        let name = format!("{}, {}", dataset.label(), task.label().to_ascii_lowercase());
        Some((values.len(), BoxPlot { name, five, dots }))
    };
    let tables = edition.tables.iter().map(|table| (table.dataset, table.task));
    let plots: Vec<(usize, BoxPlot)> = tables.filter_map(|(d, t)| plot(d, t)).collect();
    let number = |value: f64| format::score(Some(value), edition.decimals.max(3));
    let line = |(count, plot): &(usize, BoxPlot)| {
        [plot.name.clone(), count.to_string()].into_iter().chain(plot.five.map(number)).collect()
    };
    let title = format!("{} over the models of each data set: box plots", metric.label());
    let heading =
        ["Data set", "Models", "Least", "First quarter", "Median", "Third quarter", "Most"];
    let table = numbers(&title, &heading, plots.iter().map(line).collect());
    let chart = Chart::Boxes(plots.into_iter().map(|plot| plot.1).collect(), metric.label().into());
    html! {
        <>
            <Figure
                class="spread" name={file_name(&["spread", metric.label()])}
                {title} {chart} {table} act={act.clone()}
            />
            <p class="note">
                { "A box is the middle half of the models, the line in it their median, the whiskers the least \
                   and the most; a dot is a model, a ring a run of yours." }
            </p>
        </>
    }
}

/// Two columns of a table against each other, and their rank correlation over the published models.
pub(super) fn scatter(
    edition: &Edition,
    rows: &[LeaderboardRow],
    now: Selection,
    set: &Callback<Selection>,
    act: &Act,
) -> Html {
    let Selection { metric, against, .. } = now;
    let both: Vec<(&LeaderboardRow, f64, f64)> = scored(rows, metric)
        .filter_map(|(row, x)| Some((row, x.mean, row.score(against)?.mean)))
        .collect();
    let listed = || both.iter().filter(|(row, _, _)| row.own.is_none());
    let pairs: Vec<(f64, f64)> = listed().map(|(_, x, y)| (*x, *y)).collect();
    let dot = |(row, x, y): &(&LeaderboardRow, f64, f64)| Dot {
        name: row.name.clone(),
        x: *x,
        y: *y,
        own: row.own.is_some(),
    };
    let number = |value: f64| format::score(Some(value), edition.decimals);
    let line =
        |(row, x, y): &(&LeaderboardRow, f64, f64)| vec![row.name.clone(), number(*x), number(*y)];
    let title = format!("{} and {} of each model", metric.label(), against.label());
    let heading = ["Model", metric.label(), against.label()];
    let table = numbers(&title, &heading, both.iter().map(line).collect());
    let axes = [metric.label().to_owned(), against.label().to_owned()];
    let told = match spearman(&pairs) {
        Some(rho) => format!(
            "Spearman\u{2019}s rank correlation over {} published models: {}.",
            pairs.len(),
            format::score(Some(rho), 2)
        ),
        None => "Too few values for a rank correlation.".to_owned(),
    };
    html! {
        <>
            { against_choice(now, set) }
            <p id="rank-correlation">{ told }</p>
            <Figure
                class="scatter" name={file_name(&["scatter", metric.label(), against.label()])} {title}
                chart={Chart::Scatter(both.iter().map(dot).collect(), axes)} {table} act={act.clone()}
            />
        </>
    }
}

/// The column that the ranked one is drawn against.
fn against_choice(now: Selection, set: &Callback<Selection>) -> Html {
    let pick = set.reform(move |event: Event| {
        let against = PublishedColumn::ALL.get(picked(&event) as usize);
        let against = against.copied().unwrap_or(now.against);
        Selection { against, ..now }
    });
    html! {
        <div class="field inline">
            <label for="against">{ format!("{} against", now.metric.label()) }</label>
            <select id="against" onchange={pick}>
                { for PublishedColumn::ALL.into_iter().map(|column| html! {
                    <option selected={column == now.against}>{ column.label() }</option>
                }) }
            </select>
        </div>
    }
}
