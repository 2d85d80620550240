//! CRIMSON's reasons: the findings that the judge lists, and what it holds against them.

use rrgscore_judge::CrimsonResult;
use rrgscore_metrics::crimson::{AttributeError, Crimson, CrimsonFinding};
use yew::prelude::*;

use super::judged::noted;
use super::{plain, side_by_side};
use crate::page::format;
use crate::protocol::Study;

/// Both texts, the findings of both reports with what became of them, and the score's parts.
pub(super) fn crimson_texts(study: &Study, result: &CrimsonResult) -> Html {
    html! {
        <>
            { noted(&result.notes) }
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            if let Some(crimson) = &result.crimson {
                { findings("Findings of the reference", &crimson.reference_findings, |id| {
                    let of = |found: bool, word| found.then_some(word);
                    let matched = crimson.matched.iter().any(|(reference, _)| reference == id);
                    of(matched, "matched")
                        .or_else(|| of(crimson.missing_findings.iter().any(|m| m == id), "missing"))
                        .unwrap_or("neither")
                }) }
                { findings("Findings of the candidate", &crimson.predicted_findings, |id| {
                    let of = |found: bool, word| found.then_some(word);
                    let matched = crimson.matched.iter().any(|(_, predicted)| predicted == id);
                    of(crimson.false_findings.iter().any(|f| f == id), "false")
                        .or_else(|| of(matched, "matched"))
                        .unwrap_or("neither")
                }) }
                { attributes(&crimson.attribute_errors) }
                { parts(crimson) }
            }
        </>
    }
}

fn findings(
    caption: &'static str,
    findings: &[CrimsonFinding],
    became: impl Fn(&str) -> &'static str,
) -> Html {
    if findings.is_empty() {
        return html! { <p>{ format!("{caption}: none.") }</p> };
    }
    let row = |(at, finding): (usize, &CrimsonFinding)| {
        html! {
            <tr key={at}>
                <th scope="row">{ finding.id.clone() }</th>
                <td class="words">{ finding.finding.clone() }</td>
                <td class="words">{ finding.significance.clone() }</td>
                <td class="words">{ became(&finding.id) }</td>
            </tr>
        }
    };
    html! {
        <div class="judged">
        <div class="scroll" tabindex="0" role="group" aria-label={caption}>
            <table class="arithmetic">
                <caption>{ caption }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Id" }</th>
                        <th scope="col" class="words">{ "Finding" }</th>
                        <th scope="col" class="words">{ "Significance" }</th>
                        <th scope="col" class="words">{ "In the other report" }</th>
                    </tr>
                </thead>
                <tbody>{ for findings.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
        </div>
    }
}

fn attributes(errors: &[AttributeError]) -> Html {
    if errors.is_empty() {
        return Html::default();
    }
    let row = |(at, error): (usize, &AttributeError)| {
        html! {
            <tr key={at}>
                <th scope="row">{ format!("{}, {}", error.reference, error.predicted) }</th>
                <td class="words">{ error.kinds.join(", ") }</td>
                <td class="words">{ error.severity.clone() }</td>
                <td class="words">{ error.explanation.clone() }</td>
            </tr>
        }
    };
    html! {
        <div class="judged">
        <div class="scroll" tabindex="0" role="group" aria-label="Errors in matched findings">
            <table class="arithmetic">
                <caption>{ "Errors in matched findings" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Findings" }</th>
                        <th scope="col" class="words">{ "Kind" }</th>
                        <th scope="col" class="words">{ "Severity" }</th>
                        <th scope="col" class="words">{ "Explanation" }</th>
                    </tr>
                </thead>
                <tbody>{ for errors.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
        </div>
    }
}

fn parts(crimson: &Crimson) -> Html {
    let rows = [
        ("weight of the reference's findings", crimson.reference_weight),
        ("of what is right", crimson.correct),
        ("of false findings", crimson.false_weight),
        ("(right − false) / reference's", crimson.raw),
        ("CRIMSON", crimson.score),
    ];
    html! {
        <dl class="counts wide">
            { for rows.map(|(name, value)| html! {
                <div><dt>{ name }</dt><dd>{ format::score(Some(value), 4) }</dd></div>
            }) }
        </dl>
    }
}
