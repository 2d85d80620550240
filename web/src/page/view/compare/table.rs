//! A run's means as a table.

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

use crate::page::format;
use crate::page::view::plain;

/// Decimals of means.
const DECIMALS: usize = 4;

/// A run's means with their intervals, and its signature.
pub(super) fn means(summary: &Summary, title: &str) -> Html {
    let number = |value: f64| format::score(Some(value), DECIMALS);
    let row = |metric: &MetricSummary| {
        let interval =
            metric.ci95.map(|[low, high]| format!("{} to {}", number(low), number(high)));
        vec![
            metric.label.clone(),
            format::score(metric.mean, DECIMALS),
            interval.unwrap_or_else(|| "\u{2013}".to_owned()),
            format::thousands(metric.n.into()),
        ]
    };
    let rows = summary.metrics.iter().map(row).collect();
    html! {
        <>
            { plain::numbers(title, &["Metric", "Mean", "95\u{a0}% CI", "n"], rows) }
            <p><code>{ summary.signature.clone() }</code></p>
        </>
    }
}
