//! The run looked at closely: how a metric is spread, its best and worst studies, groups of studies,
//! which metrics go together. Words and tables are the coordinator's; the picture is drawn here.

use yew::prelude::*;

use crate::page::chart::{Chart, Figure, Histogram};
use crate::page::format;
use crate::page::state::{Action, ShownResults};
use crate::page::view::plain::{self, Pick};
use crate::page::view::{Act, ViewAction, always};
use crate::protocol::look::LookPart;

/// The columns of the best and the worst studies' ids in the first part's table.
const ENDS: [usize; 2] = [1, 3];

/// All parts.
pub(super) fn look(results: &ShownResults, act: &Act) -> Html {
    let part = |(at, part): (usize, &LookPart)| {
        let title = format!("look-{at}");
        let chosen = results.look.0.get(at).copied().unwrap_or_default();
        let set = act.reform(move |value: String| {
            ViewAction::Act(Action::Look(at, value.parse().unwrap_or_default()))
        });
        let open = |column: usize, row: usize| -> Option<Pick> {
            let best = ENDS.iter().position(|end| at == 0 && *end == column)? == 0;
            Some(always(act, Action::OpenEnd(best, row as u32)))
        };
        html! {
            <section class="look" aria-labelledby={title.clone()} key={at}>
                <h3 id={title}>{ part.title.clone() }</h3>
                if part.field.options.is_empty() {
                    <p class="note">{ "The references\u{2019} file has no further field that makes groups." }</p>
                } else {
                    { plain::field(&format!("look-choice-{at}"), &part.field, &chosen.to_string(), set) }
                }
                if at == 0 { { spread(results, chosen as usize, act) } }
                if !part.table.rows.is_empty() { { plain::table(&part.table, &open) } }
            </section>
        }
    };
    html! { <>{ for results.looked.parts.iter().enumerate().map(part) }</> }
}

/// The metric's histogram with mean and interval.
fn spread(results: &ShownResults, at: usize, act: &Act) -> Html {
    let (Some(metric), Some(spread)) =
        (results.summary.metrics.get(at), results.distributions.get(at))
    else {
        return Html::default();
    };
    if spread.bins.is_empty() {
        return Html::default();
    }
    let title = format!("How {} is spread over the studies", metric.label);
    let step = (spread.high - spread.low) / spread.bins.len() as f64;
    let number = |value: f64| format::score(Some(value), 4);
    let row = |(at, count): (usize, &u32)| {
        let from = spread.low + step * at as f64;
        vec![number(from), number(from + step), format::thousands((*count).into())]
    };
    let rows = spread.bins.iter().enumerate().map(row).collect();
    let table = plain::numbers(&title, &["from", "to", "studies"], rows);
    let chart = Chart::Histogram(Histogram {
        low: spread.low,
        high: spread.high,
        bins: spread.bins.clone(),
        mean: metric.mean,
        interval: metric.ci95,
        unit: metric.label.clone(),
        counted: "studies".to_owned(),
    });
    let name = format!("spread-{}", metric.metric.id());
    html! {
        <Figure {name} {title} {chart} {table} act={act.clone()} />
    }
}
