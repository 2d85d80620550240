//! One run beside another, metric by metric.

use rrgscore_results::{ComparedMetric, Comparison};
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

use crate::page::format;
use crate::page::view::icon::{Icon, icon};

/// Decimals of means, differences and p-values.
const DECIMALS: usize = 4;
/// p-values below this, adjusted for the number of metrics, are called a difference.
const LEVEL: f64 = 0.05;

/// The table, its caption, and what has to be known to read it.
pub(super) fn comparison(found: &Comparison) -> Html {
    let Comparison { first, second, studies, only_first, only_second, resamples, seed, .. } = found;
    let mut over = format!("{} in both runs", format::studies((*studies).into()));
    if only_first + only_second > 0 {
        over = format!("{over}, {only_first} only in {first}, {only_second} only in {second}");
    }
    let title = format!("{second} beside {first}");
    html! {
        <>
            <div class="table-scroll is-short" tabindex="0" role="group" aria-label={title.clone()}>
                <table class="parts compared">
                    <caption><b>{ title }</b><span class="note">{ format!(" {over}") }</span></caption>
                    <thead><tr>
                        <th scope="col">{ "Metric" }</th>
                        <th scope="col" class="number">{ first.clone() }</th>
                        <th scope="col" class="number">{ second.clone() }</th>
                        <th scope="col" class="number">{ "Difference" }</th>
                        <th scope="col" class="number">{ "95\u{a0}% CI" }</th>
                        <th scope="col" class="number">{ "p" }</th>
                        <th scope="col" class="number">{ "p (Holm)" }</th>
                        <th scope="col" class="number">{ "Better / worse / equal" }</th>
                        <th scope="col">{ "Verdict" }</th>
                    </tr></thead>
                    <tbody>{ for found.metrics.iter().map(row) }</tbody>
                </table>
            </div>
            if !found.same_references {
                <p class="flag">
                    { icon(Icon::Warning) }
                    <span>{ "The references stand in the files of predictions, or in one of them: whether they are the same was not checked." }</span>
                </p>
            }
            <p class="note">
                { format!(
                    "p: paired approximate randomization, {} exchanges. Interval: paired bootstrap, as many \
                     resamples. Holm's method adjusts for the number of metrics. Seed {seed}.",
                    format::thousands((*resamples).into())
                ) }
            </p>
        </>
    }
}

/// A run's means with their intervals, and its signature.
pub(super) fn means(summary: &Summary, title: String) -> Html {
    let number = |value: f64| format::score(Some(value), DECIMALS);
    let row = |metric: &MetricSummary| {
        let interval =
            metric.ci95.map(|[low, high]| format!("{} to {}", number(low), number(high)));
        html! {
            <tr key={metric.metric.id()}>
                <th scope="row">{ metric.label.clone() }</th>
                <td class="number">{ format::score(metric.mean, DECIMALS) }</td>
                <td class="number">{ interval.unwrap_or_else(|| "\u{2013}".to_owned()) }</td>
                <td class="number">{ format::thousands(metric.n.into()) }</td>
            </tr>
        }
    };
    html! {
        <>
            <table class="parts">
                <caption class="visually-hidden">{ title }</caption>
                <thead><tr>
                    <th scope="col">{ "Metric" }</th>
                    <th scope="col" class="number">{ "Mean" }</th>
                    <th scope="col" class="number">{ "95\u{a0}% CI" }</th>
                    <th scope="col" class="number">{ "n" }</th>
                </tr></thead>
                <tbody>{ for summary.metrics.iter().map(row) }</tbody>
            </table>
            <p><code>{ summary.signature.clone() }</code></p>
        </>
    }
}

fn row(metric: &ComparedMetric) -> Html {
    let Some(found) = metric.difference else {
        let why = metric.refused.as_ref().map(ToString::to_string).unwrap_or_default();
        return html! {
            <tr key={metric.metric.id()}>
                <th scope="row">{ metric.label.clone() }</th>
                <td colspan="8" class="note">{ format!("not compared: {why}") }</td>
            </tr>
        };
    };
    let number = |value: f64| format::score(Some(value), DECIMALS);
    let signed = |value: f64| {
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", number(value))
    };
    let interval = found.interval.map(|[low, high]| format!("{} to {}", signed(low), signed(high)));
    let [better, worse, equal] = metric.wins().unwrap_or_default();
    let (class, mark, words) = verdict(metric, found.difference);
    html! {
        <tr key={metric.metric.id()}>
            <th scope="row">{ metric.label.clone() }</th>
            <td class="number">{ number(found.first) }</td>
            <td class="number">{ number(found.second) }</td>
            <td class="number">{ signed(found.difference) }</td>
            <td class="number">{ interval.unwrap_or_else(|| "\u{2013}".to_owned()) }</td>
            <td class="number">{ number(found.p) }</td>
            <td class="number">{ metric.p_holm.map_or_else(String::new, number) }</td>
            <td class="number">{ format!("{better} / {worse} / {equal}") }</td>
            <td class={class}>if let Some(mark) = mark { { icon(mark) } }{ words }</td>
        </tr>
    }
}

/// What the numbers say of the second run.
fn verdict(metric: &ComparedMetric, difference: f64) -> (&'static str, Option<Icon>, &'static str) {
    if metric.p_holm.is_none_or(|p| p >= LEVEL) {
        return ("verdict-none", None, "no difference shown");
    }
    match (difference > 0.0) == metric.higher_is_better {
        true => ("verdict-better", Some(Icon::Tick), "better"),
        false => ("verdict-worse", Some(Icon::Cross), "worse"),
    }
}
