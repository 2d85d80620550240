//! A distribution as a row of thin columns.

use yew::prelude::*;

use crate::page::format;
use rrgscore_results::Distribution;

/// Height of the drawing.
const HEIGHT: f64 = 48.0;

/// Draws how scores are spread, with a line at the mean.
pub fn spark(name: &str, spread: &Distribution, mean: Option<f64>) -> Html {
    let most = spread.bins.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Html::default();
    }
    let width = 100.0 / spread.bins.len() as f64;
    let column = |(at, count): (usize, &u32)| {
        // A bin with few studies is still seen.
        let height = if *count == 0 {
            0.0
        } else {
            f64::from(*count) / f64::from(most) * (HEIGHT - 2.0) + 2.0
        };
        html! {
            <rect
                x={format!("{:.3}%", at as f64 * width + width * 0.08)}
                y={format!("{:.2}", HEIGHT - height)}
                width={format!("{:.3}%", width * 0.84)} height={format!("{height:.2}")}
            />
        }
    };
    let range = spread.high - spread.low;
    let line = mean.filter(|_| range > 0.0).map(|mean| {
        let x = format!("{:.3}%", ((mean - spread.low) / range * 100.0).clamp(0.0, 100.0));
        html! { <line class="mean" x1={x.clone()} x2={x} y1="0" y2={HEIGHT.to_string()} /> }
    });
    let label = format!(
        "How {name} is spread over the studies: from {} to {}",
        format::score(Some(spread.low), 3),
        format::score(Some(spread.high), 3),
    );
    html! {
        <figure class="spark">
            <svg role="img" aria-label={label} width="100%" height={HEIGHT.to_string()}>
                { for spread.bins.iter().enumerate().map(column) }
                { line }
            </svg>
            <figcaption>
                <span>{ format::score(Some(spread.low), 3) }</span>
                <span>{ format::score(Some(spread.high), 3) }</span>
            </figcaption>
        </figure>
    }
}
