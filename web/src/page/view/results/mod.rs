//! What a run came to.

mod card;
mod look;
mod ranking;
mod table;

use rrgscore_scoring::Summary;
use yew::prelude::*;

use super::controls::CopyButton;
use super::icon::{Icon, icon};
use super::plain;
use super::{Act, ViewProps, always};
use crate::page::format;
use crate::page::state::{Action, ShownResults};
use crate::protocol::look::ResultDetail;
use card::card;
use rrgscore_results::{OutputFile, RunExport, leaderboard_entry};
use table::StudiesTable;

/// Means, intervals, distributions, rank; then every study.
#[component]
pub(crate) fn ResultsView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let Some(results) = &state.results else { return Html::default() };
    let summary = &results.summary;
    let cards = summary.metrics.iter().enumerate().map(|(at, metric)| {
        card(&state.site.published, summary, metric, results.distributions.get(at))
    });
    html! {
        <section aria-labelledby="results" class="step results">
            <h2 id="results" tabindex="-1">{ "Results" }</h2>
            { circumstances(results, state.results_are_old()) }
            <div class="cards">{ for cards }</div>
            { for summary.notes.iter().map(|note| html! { <p class="note">{ note.clone() }</p> }) }
            <div class="signature">
                <p class="note" id="signature-label">{ "Signature: all that decides these numbers, in one line" }</p>
                <div>
                    <code aria-labelledby="signature-label">{ summary.signature.clone() }</code>
                    <CopyButton text={summary.signature.clone()} label="Copy the signature" act={act.clone()} />
                </div>
            </div>
            { for results.details.iter().map(detail) }
            { downloads(&act, summary) }
            { look::look(results, &act) }
            <h3>{ "Studies" }</h3>
            <StudiesTable
                metrics={summary.metrics.iter().map(|m| AttrValue::from(m.label.clone())).collect::<Vec<_>>()}
                looked={results.looked.clone()} table={results.table.clone()} {act}
            />
        </section>
    }
}

fn detail(detail: &ResultDetail) -> Html {
    html! {
        <details class="annotation">
            <summary>{ detail.title.clone() }</summary>
            { for detail.notes.iter().map(|note| html! { <p class="note">{ note.clone() }</p> }) }
            { for detail.tables.iter().map(|table| plain::table(table, &plain::none)) }
        </details>
    }
}

fn circumstances(results: &ShownResults, old: bool) -> Html {
    let summary = &results.summary;
    let task = summary
        .task
        .map_or_else(|| "as given".to_owned(), |task| task.label().to_ascii_lowercase());
    let mut facts = vec![
        results.plan.name.clone(),
        format::studies(summary.n.into()),
        task,
        format!("profile {}", summary.profile),
        format!("took {}", format::duration(results.took)),
    ];
    if !summary.packs.is_empty() {
        let texts = format::count(results.encoded, "text", "texts");
        facts.push(format!("{texts} read by models"));
    }
    if let Some(split) = &summary.split {
        facts.insert(1, split.label());
    }
    let missing = summary.counts.missing;
    if missing > 0 {
        facts.push(match summary.missing_policy {
            rrgscore_data::MissingPolicy::Empty => {
                format!("{} missing, scored as empty", format::thousands(missing))
            }
            _ => format!("{} missing, excluded", format::thousands(missing)),
        });
    }
    facts.extend(summary.texts.facts());
    html! {
        <>
            <p class="circumstances">{ facts.join(" \u{b7} ") }</p>
            if !summary.complete {
                <p class="flag">
                    { icon(Icon::Warning) }
                    <span>{ "The run was cancelled: means are over what was scored until then, and are not ranked." }</span>
                </p>
            }
            if old {
                <p class="flag">
                    { icon(Icon::Note) }
                    <span>{ "Files or settings have changed since this run." }</span>
                </p>
            }
        </>
    }
}

fn downloads(act: &Act, summary: &Summary) -> Html {
    let button = |format: OutputFile, label: &'static str| {
        html! {
            <button type="button" class="button" onclick={always(act, Action::Export(format))}>
                { icon(Icon::Download) }<span>{ label }</span>
            </button>
        }
    };
    let form = |form: RunExport, label: &'static str| {
        html! {
            <button type="button" class="button quiet" onclick={always(act, Action::ExportRun(form))}>
                { icon(Icon::Download) }<span>{ label }</span>
            </button>
        }
    };
    html! {
        <>
        <div class="actions">
            { button(OutputFile::ScoresCsv, "scores.csv") }
            if summary.chexbert_f1.is_some() {
                { button(OutputFile::LabelsCsv, "labels.csv") }
            }
            if summary.metrics.iter().any(|metric| metric.judge.is_some()) {
                { button(OutputFile::JudgementsCsv, "judgements.csv") }
            }
            { button(OutputFile::SummaryJson, "summary.json") }
            <a class="button" id="to-compare" href="#/compare">{ icon(Icon::Right) }<span>{ "Compare with another run" }</span></a>
        </div>
        <details class="more-forms">
            <summary>{ "For a paper, a leaderboard, a colleague" }</summary>
            <div class="actions">
                { form(RunExport::Methods, "Methods paragraph") }
                { form(RunExport::Latex, "LaTeX table") }
                { form(RunExport::Markdown, "Markdown table") }
                if leaderboard_entry(String::new(), summary).is_some() {
                    { form(RunExport::LeaderboardRow, "Leaderboard row") }
                }
                { form(RunExport::Share, "Share file") }
            </div>
            <p class="note">
                { "None of them holds report text. A share file has every study's scores; dropped on this page it \
                   can be read and compared." }
            </p>
        </details>
        </>
    }
}
