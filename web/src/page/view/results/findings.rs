//! F1 of SRR-BERT's or RadBERT-CT's findings, of all studies as one set.

use rrgscore_scoring::summary::{FindingsF1, MetricSummary};
use yew::prelude::*;

use super::chexbert::observations;
use crate::page::format;

/// The averages, and each finding below.
pub(crate) fn figures(metric: &MetricSummary, f1: &FindingsF1) -> Html {
    let number = |value: f64| format::score(Some(value), 4);
    let averages = [
        ("micro", f1.micro),
        ("macro", f1.macro_average),
        ("weighted by support", f1.weighted),
        ("per study", f1.samples),
    ];
    html! {
        <details class="annotation">
            <summary>{ format!("{}: averages", metric.label) }</summary>
            <p class="note">
                { format!("Over {} findings; all are equal in {} of {}.", f1.findings, format::score(Some(f1.exact_match), 4), format::studies(metric.n.into())) }
            </p>
            <div class="scroll">
                <table class="arithmetic">
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">{ "precision" }</th>
                            <th scope="col">{ "recall" }</th>
                            <th scope="col">{ "F1" }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for averages.map(|(name, scores)| html! {
                            <tr>
                                <th scope="row">{ name }</th>
                                <td>{ number(scores.precision) }</td>
                                <td>{ number(scores.recall) }</td>
                                <td>{ number(scores.f1) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
                { observations("Finding", &f1.rows) }
            </div>
        </details>
    }
}
