//! The rewards of the radgraph package: one checkbox per model, code and level.

use rrgscore_annotations::{Annotator, RadGraphModel};
use rrgscore_metrics::radgraph::reward::{Level, RewardVersion};
use rrgscore_scoring::Metric;
use rrgscore_scoring::metric::{AnnotationFormula, Formula};
use yew::prelude::*;

use crate::page::state::{Action, State};
use crate::page::view::{Act, always};

const LEVELS: [(Level, &str); 3] =
    [(Level::Simple, "simple"), (Level::Partial, "partial"), (Level::Complete, "complete")];

/// Which reward a column is, if it is one: by which model and whose code, and which of the three.
pub(super) fn reward_of(metric: Metric) -> Option<((RadGraphModel, RewardVersion), Level)> {
    match metric.spec().formula {
        Formula::Annotations {
            annotator: Annotator::RadGraph { model },
            compare: AnnotationFormula::RadGraphReward { level, version },
            ..
        } => Some(((model, version), level)),
        _ => None,
    }
}

fn title((model, version): (RadGraphModel, RewardVersion)) -> String {
    let model = match model {
        RadGraphModel::Radgraph => "RadGraph",
        RadGraphModel::RadgraphXl => "RadGraph-XL",
        RadGraphModel::ModernRadgraphXl => "Modern RadGraph-XL",
    };
    let version = match version {
        RewardVersion::V0_1_18 => "0.1.18",
        RewardVersion::Head => "head",
    };
    format!("{model}, {version}")
}

/// The table of rewards.
pub(super) fn rewards(state: &State, chosen: &[Metric], act: &Act) -> Html {
    let all: Vec<(Metric, (RadGraphModel, RewardVersion), Level)> = state
        .offered()
        .into_iter()
        .filter_map(|metric| reward_of(metric).map(|(made, level)| (metric, made, level)))
        .collect();
    let cell = |made: (RadGraphModel, RewardVersion), level: Level| {
        let found = all.iter().find(|(_, by, which)| (*by, *which) == (made, level));
        found.map(|&(metric, ..)| {
            let can = state.can_compute(metric);
            html! {
                <td>
                    <input
                        type="checkbox" id={format!("metric-{}", metric.id())}
                        aria-label={metric.label()}
                        checked={can && chosen.contains(&metric)} disabled={!can}
                        onchange={always(act, Action::ToggleMetric(metric))}
                    />
                </td>
            }
        })
    };
    let mut makers: Vec<(Metric, (RadGraphModel, RewardVersion))> = Vec::new();
    for &(metric, made, _) in &all {
        if makers.iter().all(|&(_, known)| known != made) {
            makers.push((metric, made));
        }
    }
    let rows = makers.into_iter().map(|(first, made)| {
        html! {
            <tr>
                <th scope="row">
                    { title(made) }
                    if !state.can_compute(first) { <span class="note">{ " (not installed)" }</span> }
                </th>
                { for LEVELS.into_iter().map(|(level, _)| cell(made, level).unwrap_or_default()) }
            </tr>
        }
    });
    html! {
        <details>
            <summary>{ "Rewards of the radgraph package" }</summary>
            <p class="note">
                { "Entity matches of two graphs: words and label (simple), and whether an entity has \
                   a relation (partial), and the relations themselves (complete). Release 0.1.18 and \
                   the repository's head treat upper and lower case differently." }
            </p>
            <div class="scroll">
                <table class="rewards">
                    <thead>
                        <tr>
                            <th scope="col">{ "Model, code" }</th>
                            { for LEVELS.iter().map(|(_, name)| html! { <th scope="col">{ *name }</th> }) }
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </details>
    }
}
