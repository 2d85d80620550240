//! GREEN's and FineRadScore's reasons: what the judge has said of a study.

use std::collections::BTreeSet;

use rrgscore_judge::{AnswerNote, FineRadScoreResult, GreenResult};
use rrgscore_metrics::fineradscore::{Edit, lines};
use rrgscore_metrics::green::ERROR_CATEGORIES;
use yew::prelude::*;

use super::{plain, side_by_side};
use crate::page::format;
use crate::page::view::icon::{Icon, icon};
use crate::protocol::Study;

/// Both texts, the judge's explanation, its counts of errors and the findings that match.
pub(super) fn green_texts(study: &Study, result: &GreenResult) -> Html {
    let green = &result.green;
    let rows = ERROR_CATEGORIES.into_iter().enumerate().map(|(at, category)| {
        let words = result.significant_errors.get(at).map(Vec::as_slice).unwrap_or_default();
        html! {
            <tr key={category}>
                <th scope="row">{ category }</th>
                <td>{ green.significant[at] }</td>
                <td>{ green.insignificant[at] }</td>
                <td class="words">{ sentences(words) }</td>
            </tr>
        }
    });
    let wrong = green.significant.iter().fold(0u64, |sum, &count| sum.saturating_add(count));
    html! {
        <>
            { noted(&result.notes) }
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            <section class="judged" aria-labelledby="judged-title">
                <h2 id="judged-title">{ "What the judge says" }</h2>
                <p class="report">
                    { result.explanation.clone().unwrap_or_else(|| "No explanation.".to_owned()) }
                </p>
            </section>
            <div class="judged">
            <div class="scroll" tabindex="0" role="group" aria-label="Errors">
                <table class="arithmetic">
                    <caption>{ "Errors that the judge has counted" }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "Error" }</th>
                            <th scope="col">{ "Significant" }</th>
                            <th scope="col">{ "Insignificant" }</th>
                            <th scope="col" class="words">{ "The significant ones" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
            </div>
            if !result.matched_findings.is_empty() {
                <section class="judged" aria-labelledby="matched-title">
                    <h2 id="matched-title">{ "Matched findings" }</h2>
                    <ul>
                        { for result.matched_findings.iter().map(|finding| html! { <li>{ finding.clone() }</li> }) }
                    </ul>
                </section>
            }
            <dl class="counts wide">
                <div><dt>{ "matched findings" }</dt><dd>{ green.matched }</dd></div>
                <div><dt>{ "significant errors" }</dt><dd>{ wrong }</dd></div>
                <div>
                    <dt>{ "GREEN: matched / (matched + significant)" }</dt>
                    <dd>{ format::score(Some(green.score), 4) }</dd>
                </div>
            </dl>
        </>
    }
}

/// Both texts, the candidate in numbered lines as the judge saw it, and its corrections.
pub(super) fn fineradscore_texts(study: &Study, result: &FineRadScoreResult) -> Html {
    let lines = lines(&study.candidate);
    let edits = result.edits.as_ref().map(|score| score.edits.as_slice()).unwrap_or_default();
    let edited: BTreeSet<usize> = edits.iter().filter_map(|edit| edit.line.parse().ok()).collect();
    let line = |(at, line): (usize, &String)| {
        let marked = edited.contains(&at);
        html! {
            <li key={at}>
                <span class="line-number">{ format!("[{at}]") }</span>
                <span class={classes!(marked.then_some("mark is-lone"))}>{ line.clone() }</span>
            </li>
        }
    };
    let candidate = match study.candidate.trim().is_empty() {
        true => plain(&study.candidate),
        false => html! { <ol class="report lines">{ for lines.iter().enumerate().map(line) }</ol> },
    };
    html! {
        <>
            { noted(&result.notes) }
            { side_by_side(plain(&study.reference), candidate) }
            if edits.is_empty() {
                <p>{ "The judge has nothing to correct." }</p>
            } else {
                { corrections(edits, &lines) }
            }
        </>
    }
}

fn corrections(edits: &[Edit], lines: &[String]) -> Html {
    let row = |(at, edit): (usize, &Edit)| {
        let line = match edit.line.parse::<usize>().ok() {
            Some(line) => match lines.get(line) {
                Some(_) => format!("[{line}]"),
                None => format!("[{line}] (no such line)"),
            },
            None => "inserted".to_owned(),
        };
        let (words, value) = match edit.severity {
            Some(severity) => (severity.words(), severity.value().to_string()),
            None => ("none of the four", String::new()),
        };
        html! {
            <tr key={at}>
                <th scope="row">{ line }</th>
                <td class="words">{ edit.correction.clone().unwrap_or_default() }</td>
                <td class="words">{ words }</td>
                <td>{ value }</td>
                <td class="words">{ edit.categories.join("; ") }</td>
                <td class="words">{ edit.comment.clone().unwrap_or_default() }</td>
            </tr>
        }
    };
    html! {
        <div class="judged">
        <div class="scroll" tabindex="0" role="group" aria-label="Corrections">
            <table class="arithmetic">
                <caption>{ "The judge's corrections: the worst severity is the score" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Line" }</th>
                        <th scope="col" class="words">{ "Correction" }</th>
                        <th scope="col" class="words">{ "Severity" }</th>
                        <th scope="col">{ "Points" }</th>
                        <th scope="col" class="words">{ "Kind" }</th>
                        <th scope="col" class="words">{ "Comment" }</th>
                    </tr>
                </thead>
                <tbody>{ for edits.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
        </div>
    }
}

/// What in the answer did not parse as intended.
pub(super) fn noted(notes: &[AnswerNote]) -> Html {
    if notes.is_empty() {
        return Html::default();
    }
    html! {
        <div class="flag">
            { icon(Icon::Warning) }
            <div>
                <p>{ "The judge's answer did not parse as intended; the official rules score it all the same." }</p>
                <ul>{ for notes.iter().map(|note| html! { <li>{ note.to_string() }</li> }) }</ul>
            </div>
        </div>
    }
}

fn sentences(words: &[String]) -> Html {
    let words = words.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    html! { { words.collect::<Vec<_>>().join("; ") } }
}
