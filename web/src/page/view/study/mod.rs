//! One study: reference and candidate side by side, and what each score was made of.

mod bertscore;
mod bleu;
mod crimson;
mod entities;
mod findings;
mod graphs;
mod judged;
mod marks;
mod observations;
mod radcliq;

use rrgscore_scoring::job::{Reasons, Scored};
use rrgscore_scoring::metric::Metric;
use yew::prelude::*;

use super::controls::{Choice, progress, radios};
use super::icon::{Icon, icon};
use super::{Act, ViewAction, ViewProps, always};
use crate::page::route::Route;
use crate::page::state::{Action, ShownResults};
use crate::page::{format, platform};
use crate::protocol::Study;
use bertscore::BertScoreTexts;
use bleu::{bleu_texts, cider_texts, rouge_texts};

/// The study that is open, with the way to its neighbours.
#[component]
pub(crate) fn StudyView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    // What the texts are drawn by: a metric's place, or nothing for plain text.
    let lens = use_state(|| None::<Option<usize>>);
    let Some(results) = &state.results else {
        return html! {
            <>
                <h1>{ "Study" }</h1>
                <p>{ "No study is open: there are no results in this session. " }
                    <a href="#/">{ "Score reports" }</a>
                </p>
            </>
        };
    };
    let on_key = keys(&act);
    let Some((row, study)) = &results.study else {
        return html! { <><h1>{ "Study" }</h1>{ progress("Opening the study", 0, 0) }</> };
    };
    let shown = (*lens).unwrap_or_else(|| richest(study));
    html! {
        <article class="study" onkeydown={on_key} aria-labelledby="study-title">
            { pager(results, *row, &act) }
            <h1 id="study-title">{ study.id.clone() }</h1>
            { scores(study, shown, Callback::from(move |place| lens.set(Some(place)))) }
            { texts(study, shown) }
        </article>
    }
}

/// The first metric whose reasons can be drawn on the texts, model metrics before BLEU.
fn richest(study: &Study) -> Option<usize> {
    let drawn = |want_bleu: bool| {
        study.scores.iter().position(|(_, score)| match score {
            Some(Ok(scored)) => of_words(&scored.reasons) == want_bleu,
            _ => false,
        })
    };
    drawn(false).or_else(|| drawn(true))
}

/// Whether these are reasons of a metric that compares words alone.
fn of_words(reasons: &Reasons) -> bool {
    matches!(reasons, Reasons::Bleu { .. } | Reasons::Rouge { .. } | Reasons::Cider(_))
}

fn keys(act: &Act) -> Callback<KeyboardEvent> {
    let act = act.clone();
    Callback::from(move |event: KeyboardEvent| {
        match event.key().as_str() {
            "PageDown" => act.emit(ViewAction::Act(Action::OpenStep(1))),
            "PageUp" => act.emit(ViewAction::Act(Action::OpenStep(-1))),
            "Escape" => platform::go(Route::Score),
            _ => return,
        }
        event.prevent_default();
    })
}

fn pager(results: &ShownResults, row: u32, act: &Act) -> Html {
    let total = results.table.total.unwrap_or(0);
    let of =
        format!("{} of {}", format::thousands(u64::from(row) + 1), format::thousands(total.into()));
    let step = |label: &'static str, mark: Icon, by: i64, can: bool| {
        let go = always(act, Action::OpenStep(by));
        let first = mark == Icon::Left;
        html! {
            <button type="button" class="button" disabled={!can} onclick={go}>
                if first { { icon(mark) } }
                <span>{ label }</span>
                if !first { { icon(mark) } }
            </button>
        }
    };
    html! {
        <nav class="pager" aria-label="Studies">
            <a class="button quiet" href="#/">{ "All studies" }</a>
            <span class="note" role="status">{ of }</span>
            { step("Previous", Icon::Left, -1, row > 0) }
            { step("Next", Icon::Right, 1, row + 1 < total) }
        </nav>
    }
}

/// A metric with its score, the reason why there is none, or nothing while it is pending.
type MetricScore = (Metric, Option<Result<Scored, String>>);

/// One choice per metric, with its score: what the texts are drawn by.
fn scores(study: &Study, shown: Option<usize>, pick: Callback<Option<usize>>) -> Html {
    let choice = |(at, (metric, score)): (usize, &MetricScore)| {
        let (value, drawable) = match score {
            Some(Ok(scored)) => (format::score(Some(scored.value), 4), true),
            Some(Err(why)) => (format!("no score: {why}"), false),
            None => ("not scored".to_owned(), false),
        };
        Choice {
            label: metric.label().into(),
            note: value.into(),
            chosen: shown == Some(at),
            disabled: !drawable,
            pick: pick.reform(move |()| Some(at)),
        }
    };
    let plain = Choice {
        label: "Plain text".into(),
        note: "as scored".into(),
        chosen: shown.is_none(),
        disabled: false,
        pick: pick.reform(|()| None),
    };
    let choices = study.scores.iter().enumerate().map(choice).chain([plain]).collect();
    radios("lens", html! { "Draw the texts by" }, "lenses", choices)
}

fn texts(study: &Study, shown: Option<usize>) -> Html {
    let scored = shown.and_then(|at| match &study.scores.get(at)?.1 {
        Some(Ok(scored)) => Some(scored),
        _ => None,
    });
    let truncated = scored.is_some_and(|scored| scored.truncated);
    let found = shown.and_then(|at| study.annotation(study.scores.get(at)?.0));
    let annotations =
        found.map_or([None, None], |found| [found.reference.as_ref(), found.candidate.as_ref()]);
    let body = match scored.map(|scored| &scored.reasons) {
        Some(Reasons::Bleu { counts, reference, candidate }) => {
            bleu_texts((&study.reference, reference), (&study.candidate, candidate), counts)
        }
        Some(Reasons::Rouge { of, counts, reference, candidate }) => {
            rouge_texts((&study.reference, reference), (&study.candidate, candidate), *of, counts)
        }
        Some(Reasons::Cider(cider)) => {
            cider_texts(plain(&study.reference), plain(&study.candidate), cider)
        }
        Some(Reasons::BertScore { precision, recall, f1, reference, candidate }) => html! {
            <BertScoreTexts
                key={study.place}
                reference={study.reference.clone()} candidate={study.candidate.clone()}
                reference_tokens={reference.clone()} candidate_tokens={candidate.clone()}
                precision={*precision} recall={*recall} f1={*f1}
            />
        },
        Some(Reasons::RadGraphF1(f1)) => graphs::f1_texts(study, annotations, f1),
        Some(Reasons::RadGraphReward(reward)) => graphs::reward_texts(study, annotations, reward),
        Some(Reasons::RateScore(score)) => entities::entity_texts(study, annotations, score),
        Some(Reasons::Green(result)) => judged::green_texts(study, result),
        Some(Reasons::FineRadScore(result)) => judged::fineradscore_texts(study, result),
        Some(Reasons::Crimson(result)) => crimson::crimson_texts(study, result),
        Some(Reasons::RadCliQ(radcliq)) => radcliq::radcliq_texts(study, radcliq),
        Some(Reasons::Findings { set, reference, candidate }) => {
            findings::finding_texts(study, *set, [reference, candidate])
        }
        Some(Reasons::Plain) => observations::observation_texts(study, annotations),
        None => side_by_side(plain(&study.reference), plain(&study.candidate)),
    };
    html! {
        <>
            if truncated {
                <p class="flag">
                    { icon(Icon::Warning) }
                    <span>{ "The model saw only the beginning: the rest is longer than it can read." }</span>
                </p>
            }
            { body }
        </>
    }
}

fn plain(text: &str) -> Html {
    if text.trim().is_empty() {
        return html! { <p class="note">{ "Empty." }</p> };
    }
    html! { <p class="report">{ text.to_owned() }</p> }
}

/// The two texts beside each other, the reference first.
fn side_by_side(reference: Html, candidate: Html) -> Html {
    html! {
        <div class="side-by-side">
            <section aria-labelledby="reference-title">
                <h2 id="reference-title">{ "Reference" }</h2>
                { reference }
            </section>
            <section aria-labelledby="candidate-title">
                <h2 id="candidate-title">{ "Candidate" }</h2>
                { candidate }
            </section>
        </div>
    }
}

/// A table of what a model read in the reference and in the candidate, one row each of name and
/// both; rows in which they differ are marked. `of` names what the rows are.
fn agreement(
    of: &'static str,
    caption: String,
    rows: Vec<(String, &'static str, &'static str)>,
) -> Html {
    let row = |(name, reference, candidate): (String, &'static str, &'static str)| {
        let same = reference == candidate;
        html! {
            <tr key={name.clone()} class={classes!((!same).then_some("differs"))}>
                <th scope="row">{ name }</th>
                <td>{ reference }</td>
                <td>{ candidate }</td>
                <td>{ if same { "same" } else { "differs" } }</td>
            </tr>
        }
    };
    html! {
        <table class="arithmetic">
            <caption>{ caption }</caption>
            <thead>
                <tr>
                    <th scope="col">{ of }</th>
                    <th scope="col">{ "Reference" }</th>
                    <th scope="col">{ "Candidate" }</th>
                    <th scope="col">{ "Agreement" }</th>
                </tr>
            </thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
        </table>
    }
}
