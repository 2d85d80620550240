//! A judge's answers beside its column: who judged, and which answers to look at.

use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::summary::MetricSummary;
use yew::prelude::*;

use crate::page::format;

/// Studies that are listed at most; all are in summary.json.
const LISTED: usize = 200;

/// Who judged, studies without an answer, and those whose answer did not parse as intended.
pub(super) fn answers(metric: &MetricSummary, judge: &JudgeSummary) -> Html {
    let noted: Vec<(&str, String)> = judge
        .not_as_intended
        .iter()
        .map(|(study, codes)| (study.as_str(), codes.join(", ")))
        .collect();
    let unanswered: Vec<(&str, String)> =
        judge.unanswered.iter().map(|study| (study.as_str(), String::new())).collect();
    let kinds: Vec<String> =
        judge.by_note.iter().map(|(code, studies)| format!("{code} {studies}")).collect();
    html! {
        <details class="annotation" key={metric.metric.id()}>
            <summary>
                { format!(
                    "{}: {} of {} did not parse as intended",
                    metric.label,
                    format::thousands(noted.len() as u64),
                    format::count(judge.answered.into(), "answer", "answers"),
                ) }
            </summary>
            <p class="note">{ judge.made_by() }</p>
            if judge.failed_requests > 0 {
                <p class="note">
                    { format!("Requests that came back with an error: {}", judge.failed_requests) }
                </p>
            }
            if !kinds.is_empty() {
                <p class="note">{ kinds.join(" \u{b7} ") }</p>
                { listed(&noted) }
            }
            if !unanswered.is_empty() {
                <p>{ format!("No answer for {}, which have no score in this column:", format::studies(unanswered.len() as u64)) }</p>
                { listed(&unanswered) }
            }
        </details>
    }
}

fn listed(studies: &[(&str, String)]) -> Html {
    let more = studies.len().saturating_sub(LISTED);
    html! {
        <ul class="ids">
            { for studies.iter().take(LISTED).map(|(study, what)| html! {
                <li>
                    { (*study).to_owned() }
                    if !what.is_empty() { <span class="note">{ format!(" {what}") }</span> }
                </li>
            }) }
            if more > 0 {
                <li class="note">{ format!("and {} more: see summary.json", format::thousands(more as u64)) }</li>
            }
        </ul>
    }
}
