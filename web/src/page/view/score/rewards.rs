//! The rewards of the radgraph package: one checkbox per model, code and level.

use rrgscore_annotations::RadGraphModel;
use rrgscore_scoring::Metric;
use rrgscore_scoring::metric::{RewardCode, RewardLevel};
use yew::prelude::*;

use crate::page::state::{Action, State};
use crate::page::view::{Act, always};

const MODELS: [(RadGraphModel, &str); 3] = [
    (RadGraphModel::Radgraph, "RadGraph"),
    (RadGraphModel::RadgraphXl, "RadGraph-XL"),
    (RadGraphModel::ModernRadgraphXl, "Modern RadGraph-XL"),
];
const CODES: [(RewardCode, &str); 2] =
    [(RewardCode::V0_1_18, "0.1.18"), (RewardCode::Head, "head")];
const LEVELS: [(RewardLevel, &str); 3] = [
    (RewardLevel::Simple, "simple"),
    (RewardLevel::Partial, "partial"),
    (RewardLevel::Complete, "complete"),
];

/// The table of rewards.
pub(super) fn rewards(state: &State, chosen: &[Metric], act: &Act) -> Html {
    let cell = |model, code, level| {
        let metric = Metric::RadGraphReward { model, level, code };
        let can = state.can_compute(metric);
        html! {
            <td>
                <input
                    type="checkbox" id={format!("metric-{}", metric.id())} aria-label={metric.label()}
                    checked={can && chosen.contains(&metric)} disabled={!can}
                    onchange={always(act, Action::ToggleMetric(metric))}
                />
            </td>
        }
    };
    let row = |(model, title): (RadGraphModel, &'static str),
               (code, version): (RewardCode, &str)| {
        let first = Metric::RadGraphReward { model, level: RewardLevel::Simple, code };
        html! {
            <tr>
                <th scope="row">
                    { format!("{title}, {version}") }
                    if !state.can_compute(first) { <span class="note">{ " (not installed)" }</span> }
                </th>
                { for LEVELS.iter().map(|&(level, _)| cell(model, code, level)) }
            </tr>
        }
    };
    let rows = MODELS.iter().flat_map(|&model| CODES.iter().map(move |&code| row(model, code)));
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
