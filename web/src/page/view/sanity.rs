//! What the installed metrics see of a report with one thing changed.

use yew::prelude::*;

use super::controls::progress;
use super::icon::{Icon, icon};
use super::plain::{self, typed};
use super::{ViewAction, ViewProps, always};
use crate::page::state::{Action, SanityPanel};

/// The view.
#[component]
pub(crate) fn SanityView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let SanityPanel { shown, busy, problem } = &state.sanity;
    let begun = !shown.texts.is_empty();
    let text = |(at, text): (usize, &String)| {
        let id = format!("pair-{at}");
        // The first text is the report; the table's first column has the metrics' names.
        let label = match at {
            0 => "The report",
            _ => shown.table.heads.get(at + 1).map_or("", String::as_str),
        };
        let write = act
            .reform(move |event: InputEvent| ViewAction::Act(Action::WritePair(at, typed(&event))));
        html! {
            <div class="field" key={at}>
                <label for={id.clone()}>{ label.to_owned() }</label>
                <textarea {id} rows="4" spellcheck="false" value={text.clone()} oninput={write} />
            </div>
        }
    };
    let button = |label: &'static str, class: &'static str, anew: bool| {
        html! {
            <button
                type="button" class={classes!("button", class)} disabled={*busy || state.run.is_busy()}
                onclick={always(&act, Action::ScorePairs(anew))}
            >
                { label }
            </button>
        }
    };
    html! {
        <>
            <div class="page-head">
                <h1>{ "What metrics see" }</h1>
                <p class="promise">{ "Nothing leaves this machine." }</p>
                <p class="lead">
                    { "A made-up report beside itself with one thing changed. A metric that scores a flipped \
                       negation as it scores a paraphrase does not see the difference." }
                </p>
            </div>
            <div class="actions">
                { button("Score the pairs", "primary", false) }
                if begun { { button("Restore the pairs", "quiet", true) } }
            </div>
            if *busy { { progress("Scoring the pairs", 0, 0) } }
            if let Some(why) = problem {
                <div class="problem" role="alert">{ icon(Icon::Error) }<p>{ format!("Nothing was scored: {}.", why.trim_end_matches('.')) }</p></div>
            }
            if begun {
                <div class="sanity">{ plain::table(&shown.table, &plain::none) }</div>
                <h2 id="pairs">{ "The pairs" }</h2>
                <p class="note">{ "Change them as you like, and score them again." }</p>
                <div class="pairs" role="group" aria-labelledby="pairs">{ for shown.texts.iter().enumerate().map(text) }</div>
            }
        </>
    }
}
