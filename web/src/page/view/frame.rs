//! What surrounds every view: header, messages, footer, and the regions that screen readers hear.

use yew::prelude::*;

use super::about::About;
use super::compare::CompareView;
use super::icon::{Icon, icon};
use super::leaderboard::LeaderboardView;
use super::models::ModelsView;
use super::sanity::SanityView;
use super::score::ScoreView;
use super::study::StudyView;
use super::{ViewProps, always};
use crate::page::format;
use crate::page::route::Route;
use crate::page::state::{Action, Part, State, Theme};

/// The whole page.
#[component]
pub fn Frame(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let view = match state.route {
        Route::Score => html! { <ScoreView state={state.clone()} act={act.clone()} /> },
        Route::Study(_) => html! { <StudyView state={state.clone()} act={act.clone()} /> },
        Route::Compare => html! { <CompareView state={state.clone()} act={act.clone()} /> },
        Route::Leaderboard => html! { <LeaderboardView state={state.clone()} act={act.clone()} /> },
        Route::Models => html! { <ModelsView state={state.clone()} act={act.clone()} /> },
        Route::Sanity => html! { <SanityView state={state.clone()} act={act.clone()} /> },
        Route::About => html! { <About state={state.clone()} act={act.clone()} /> },
    };
    html! {
        <>
            <a class="skip" href="#main" onclick={skip()}>{ "Skip to content" }</a>
            { header(props) }
            <main id="main" tabindex="-1">
                { notices(props) }
                { view }
            </main>
            { footer(&state) }
            <p class="visually-hidden" role="status" aria-live="polite">{ state.announcement.clone() }</p>
        </>
    }
}

/// The fragment is the route, so the link to the content moves the focus by hand.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        crate::page::platform::focus("main");
    })
}

fn header(props: &ViewProps) -> Html {
    let state = &props.state;
    let link = |route: Route, label: &'static str| {
        let here = match route {
            Route::Score => matches!(state.route, Route::Score | Route::Study(_)),
            other => state.route == other,
        };
        html! {
            <li><a href={route.fragment()} aria-current={here.then_some("page")}>{ label }</a></li>
        }
    };
    let (next, scheme, mark) = match state.theme {
        Theme::System => (Theme::Light, "the system's", Icon::Half),
        Theme::Light => (Theme::Dark, "light", Icon::Sun),
        Theme::Dark => (Theme::System, "dark", Icon::Moon),
    };
    let label = format!("Colour scheme: {scheme}. Change");
    html! {
        <header class="masthead">
            <div>
                <a class="wordmark" href="#/" aria-label="RRGScore, first page">
                    { mark_svg() }<span>{ "RRGScore" }</span>
                </a>
                <nav aria-label="Views">
                    <ul>
                        { link(Route::Score, "Score") }
                        { link(Route::Compare, "Compare") }
                        { link(Route::Leaderboard, "Leaderboard") }
                        { link(Route::Models, "Models") }
                        { link(Route::About, "About") }
                    </ul>
                </nav>
                { loading(state) }
                <button
                    type="button" class="button bare" aria-label={label.clone()} title={label}
                    onclick={always(&props.act, Action::SetTheme(next))}
                >
                    { icon(mark) }
                </button>
            </div>
        </header>
    }
}

/// The mark: two reports' lines and the bracket that compares them.
fn mark_svg() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d="M4 6h7M4 10h5M4 14h7M4 18h4" />
            <path class="accent" d="M14 4h5v16h-5M15.5 12H19" />
        </svg>
    }
}

/// How far the page is loaded; once all is there, that the network is no longer needed.
fn loading(state: &State) -> Html {
    let (done, of) = state.site.progress();
    let text = match &state.site.engine {
        Part::Failed(_) => "Not ready".to_owned(),
        _ if state.is_settled() => "Ready, works offline".to_owned(),
        Part::Ready if of > 0 => {
            format!("Loading models, {} of {}", format::bytes(done), format::bytes(of))
        }
        _ => "Loading".to_owned(),
    };
    let class = if state.is_settled() { "is-ready" } else { "" };
    html! { <p class={classes!("loading", class)}>{ text }</p> }
}

fn notices(props: &ViewProps) -> Html {
    let state = &props.state;
    let engine = match &state.site.engine {
        Part::Failed(why) => Some(format!("Nothing can be scored: {why}.")),
        _ => None,
    };
    let fixed = engine.into_iter().chain(state.site.problems.iter().map(|p| format!("{p}.")));
    let fixed = fixed.map(|text| {
        html! { <div class="notice" key={text.clone()}>{ icon(Icon::Error) }<p>{ text.clone() }</p></div> }
    });
    let notices = state.notices.iter().map(|notice| {
        html! {
            <div class="notice" key={notice.id}>
                { icon(Icon::Error) }
                <p>{ notice.text.clone() }</p>
                <button
                    type="button" class="button bare" aria-label="Dismiss this message"
                    onclick={always(&props.act, Action::Dismiss(notice.id))}
                >
                    { icon(Icon::Cross) }
                </button>
            </div>
        }
    });
    html! { <div class="notices" role="alert">{ for fixed }{ for notices }</div> }
}

fn footer(state: &State) -> Html {
    let credit = |split: &crate::page::state::SiteSplit| {
        (!split.attribution.is_empty()).then(|| {
            html! { <p>{ format!("{}: {} ({}).", split.label, split.attribution, split.licence) }</p> }
        })
    };
    let kept = if state.keeping.on {
        "Reports are read and scored in this browser. They are never sent or logged; scores, and what \
         models have read, are stored here, as you have switched on in Models."
    } else {
        "Reports are read and scored in this browser. They are never sent, stored or logged."
    };
    html! {
        <footer class="colophon">
            <p>
                { icon(Icon::Lock) }
                <span>{ kept }</span>
            </p>
            { for state.site.reports().filter_map(credit) }
            <p>{ format!("RRGScore {}", rrgscore_scoring::VERSION) }</p>
        </footer>
    }
}
