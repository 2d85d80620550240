//! One metric of a result.

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::{MetricSummary, ReciprocalSummary};
use yew::prelude::*;

use super::ranking::place;
use crate::page::chart::spark;
use crate::page::format;
use crate::page::view::icon::{Icon, icon};
use rrgscore_results::Distribution;
use rrgscore_results::published::Published;

/// Decimals of a mean.
const DECIMALS: usize = 4;

/// Draws a metric's mean, interval, spread, counts and rank.
pub(crate) fn card(
    published: &Published,
    summary: &Summary,
    metric: &MetricSummary,
    spread: Option<&Distribution>,
) -> Html {
    let half = metric.ci95.map(|[low, high]| (high - low) / 2.0);
    let title = format!("result-{}", metric.metric.id());
    let counts = [
        ("studies", u64::from(metric.n)),
        ("missing", metric.missing),
        ("truncated", u64::from(metric.truncated)),
        ("failed", u64::from(metric.failed)),
    ];
    let counts = counts.into_iter().filter(|(name, count)| *name == "studies" || *count > 0);
    html! {
        <article class="card" aria-labelledby={title.clone()} key={metric.metric.id()}>
            <h3 id={title}>{ metric.label.clone() }</h3>
            <p class="mean">
                <span class="value">{ format::score(metric.mean, DECIMALS) }</span>
                if let Some(half) = half {
                    <span class="half">{ format!("\u{b1}\u{a0}{}", format::score(Some(half), DECIMALS)) }</span>
                }
            </p>
            if let Some([low, high]) = metric.ci95 {
                <p class="note">
                    { format!("95\u{a0}% CI {} to {}", format::score(Some(low), DECIMALS), format::score(Some(high), DECIMALS)) }
                </p>
            }
            if let Some(value) = metric.of_set {
                <div class="reciprocal">
                    <p>{ "Whole set: " }<strong>{ format::score(Some(value), DECIMALS) }</strong></p>
                    <p class="note">{ "What papers print; the mean above is over studies." }</p>
                </div>
            }
            if let Some(inverse) = &metric.reciprocal {
                { reciprocal(inverse) }
            }
            if let Some(spread) = spread {
                { spark(&metric.label, spread, metric.mean) }
            }
            <dl class="counts">
                { for counts.map(|(name, count)| html! {
                    <div><dt>{ name }</dt><dd>{ format::thousands(count) }</dd></div>
                }) }
                { for metric.flags.iter().map(|(flag, &count)| html! {
                    <div><dt>{ flag.label() }</dt><dd>{ format::thousands(count.into()) }</dd></div>
                }) }
            </dl>
            <div class="standing">{ place(published, summary, metric) }</div>
            if let Some(caution) = &metric.caution {
                <p class="caution">{ icon(Icon::Warning) }<span>{ caution.clone() }</span></p>
            }
        </article>
    }
}

/// The reciprocal of the mean, which is what the leaderboard shows, or why there is none.
fn reciprocal(inverse: &ReciprocalSummary) -> Html {
    let interval = |[low, high]: [f64; 2]| {
        format!("{} to {}", format::score(Some(low), DECIMALS), format::score(Some(high), DECIMALS))
    };
    html! {
        <div class="reciprocal">
            <p>
                { format!("{}: ", inverse.label) }
                <strong>{ format::score(inverse.value, DECIMALS) }</strong>
            </p>
            if let Some(ci95) = inverse.ci95 {
                <p class="note">{ format!("95\u{a0}% CI {}", interval(ci95)) }</p>
            }
            if let Some(ci95) = inverse.bootstrap95 {
                <p class="note">{ format!("bootstrap {}", interval(ci95)) }</p>
            }
            if let Some(why) = &inverse.refused {
                <p class="note">{ format!("Not shown: {why}.") }</p>
            }
        </div>
    }
}
