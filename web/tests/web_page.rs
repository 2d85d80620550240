//! Components drawn into a real document: what report text may become there, and what stands on
//! the first view.
#![cfg(all(target_arch = "wasm32", feature = "page"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::rc::Rc;

use rrgscore_data::{Counts, JoinOptions, MissingPolicy, Task};
use rrgscore_results::published::{PublishedDataset, embedded};
use rrgscore_scoring::Metric;
use rrgscore_scoring::Profile;
use rrgscore_scoring::job::{Reasons, Scored, TokenMatch};
use rrgscore_scoring::summary::Summary;
use rrgscore_web::page::route::Route;
use rrgscore_web::page::state::{RunPlan, ShownResults, State, Table};
use rrgscore_web::page::view::{Frame, Shared, ViewProps};
use rrgscore_web::protocol::Study;
use rrgscore_web::protocol::look::Look;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

const HOSTILE: &str = "<img src=x onerror=alert(1)> \u{202e}lungs &amp; heart";

async fn drawn(state: State) -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    let props = ViewProps { state: Shared(Rc::new(state)), act: Callback::noop() };
    yew::Renderer::<Frame>::with_root_and_props(root.clone(), props).render();
    gloo_timers::future::TimeoutFuture::new(50).await;
    root
}

fn looking_at(study: Study) -> State {
    let metrics = study.scores.iter().map(|(metric, _)| *metric).collect();
    let plan = RunPlan {
        profile: Profile::Rexrank,
        task: Some(Task::Findings),
        missing: MissingPolicy::Refuse,
        join: JoinOptions::default(),
        cleaning: None,
        clean_answers: false,
        metrics,
        inputs: 0,
        name: String::new(),
        packs: Vec::new(),
    };
    let summary = Summary {
        format_version: rrgscore_scoring::summary::SUMMARY_FORMAT,
        version: String::new(),
        profile: String::new(),
        task: Some(Task::Findings),
        missing_policy: MissingPolicy::Refuse,
        cleaning: None,
        n: 1,
        complete: true,
        counts: Counts::default(),
        split: None,
        texts: rrgscore_scoring::summary::TextCounts::default(),
        metrics: Vec::new(),
        sentences: None,
        chexbert_f1: None,
        packs: Vec::new(),
        inputs: Vec::new(),
        notes: Vec::new(),
        signature: String::new(),
    };
    let results = ShownResults {
        plan,
        took: 0.0,
        summary: Rc::new(summary),
        distributions: Rc::new([]),
        details: Rc::new([]),
        encoded: 0,
        look: Look::default(),
        looked: Rc::default(),
        table: Table::default(),
        study: Some((0, Rc::new(study))),
    };
    State { route: Route::Study(0), results: Some(results), ..State::default() }
}

fn study(scores: Vec<(Metric, Option<Result<Scored, String>>)>) -> Study {
    let text = HOSTILE.to_owned();
    Study {
        place: 0,
        id: HOSTILE.to_owned(),
        reference: text.clone(),
        candidate: text,
        scores,
        annotations: Vec::new(),
    }
}

fn reports(root: &Element) -> Vec<String> {
    let list = root.query_selector_all(".report").unwrap();
    (0..list.length()).filter_map(|at| list.get(at)?.text_content()).collect()
}

#[wasm_bindgen_test]
async fn the_first_view_says_what_this_is_and_what_to_do() {
    let root = drawn(State::default()).await;
    let heading = root.query_selector("h1").unwrap().unwrap().text_content().unwrap();
    assert!(heading.contains("Score AI-written radiology reports."));
    assert!(heading.contains("Nothing leaves this machine."));
    assert!(root.query_selector(".drop-zone button").unwrap().is_some());
    assert!(root.query_selector("#predictions-file[type=file]").unwrap().is_some());
}

#[wasm_bindgen_test]
async fn a_hostile_report_is_text_and_nothing_else() {
    let root = drawn(looking_at(study(Vec::new()))).await;
    assert_eq!(reports(&root), [HOSTILE, HOSTILE]);
    assert!(root.query_selector("img").unwrap().is_none());
    let title = web_sys::window().unwrap().document().unwrap().title();
    assert!(!title.contains("lungs"));
}

#[wasm_bindgen_test]
async fn a_report_cut_into_tokens_keeps_every_character() {
    let lungs = HOSTILE.find("lungs").unwrap() as u32;
    let token = |start, end| TokenMatch { start, end, best: Some(1), similarity: 0.9, weight: 0.5 };
    let tokens = vec![token(0, 0), token(1, 4), token(lungs, lungs + 5), token(0, 0)];
    let reasons = Reasons::BertScore {
        precision: Some(0.9),
        recall: Some(0.9),
        f1: 0.9,
        reference: tokens.clone(),
        candidate: tokens,
    };
    let metric = Metric::named("bertscore-minilm").unwrap();
    let scored = Scored { value: 0.9, truncated: false, flags: Vec::new(), reasons };
    let root = drawn(looking_at(study(vec![(metric, Some(Ok(scored)))]))).await;
    assert_eq!(reports(&root), [HOSTILE, HOSTILE]);
    assert_eq!(root.query_selector_all(".token.sim-9").unwrap().length(), 4);
    assert!(root.query_selector("img").unwrap().is_none());
}

/// The leaderboard with the published tables.
fn leaderboard(task: Option<Task>) -> State {
    let mut state = State { route: Route::Leaderboard, task, ..State::default() };
    state.site.published = Rc::new(embedded().clone());
    state
}

#[wasm_bindgen_test]
async fn the_leaderboard_has_a_bar_for_every_published_row() {
    let root = drawn(leaderboard(None)).await;
    let bars = root.query_selector_all("figure.ranked svg rect.bar").unwrap().length();
    let rows = root.query_selector_all("table.published tbody tr").unwrap().length();
    let table = embedded().editions[0].table(PublishedDataset::IuXray, Task::Report).unwrap();
    assert_eq!((bars, rows), (table.rows.len() as u32, table.rows.len() as u32));
    // A box for each table of the edition, a dot for each model in both columns.
    assert_eq!(root.query_selector_all("figure.spread svg rect.box").unwrap().length(), 8);
    assert_eq!(root.query_selector_all("figure.scatter svg circle").unwrap().length(), rows);
    // Each picture is named and has its table.
    for figure in ["ranked", "spread", "scatter"] {
        let found = |part: &str| root.query_selector(&format!("figure.{figure} {part}")).unwrap();
        assert!(found("svg[role=img][aria-label]").is_some(), "{figure}");
        assert!(found("details table caption").is_some(), "{figure}");
    }
}

#[wasm_bindgen_test]
async fn the_leaderboard_says_that_no_table_is_published_for_impressions() {
    let task = Some(Task::Impression);
    let root = drawn(leaderboard(task)).await;
    let words = root.query_selector("#no-table").unwrap().unwrap().text_content().unwrap();
    let expected =
        "No table of IU X-ray is published for the task impression: its runs are not ranked.";
    assert_eq!(words, expected);
    assert!(root.query_selector("figure.ranked, table.published").unwrap().is_none());
    // The way back to the tables stays.
    assert_eq!(root.query_selector_all("input[name=board-task]").unwrap().length(), 3);
}

/// The page's policy forbids style attributes; drawings place themselves by SVG attributes.
#[wasm_bindgen_test]
async fn nothing_carries_a_style_attribute() {
    for route in [Route::Score, Route::Leaderboard, Route::Models, Route::About] {
        let root = drawn(State { route, ..leaderboard(None) }).await;
        assert!(root.query_selector("[style]").unwrap().is_none(), "{route:?}");
    }
}
