//! What the reducer promises, told as what the user does and what the workers answer.

use rrgscore_results::OutputFile;
use std::rc::Rc;

use rrgscore_data::{
    Alignment, Code, Counts, Finding, Format, Hint, IdMatching, JoinOptions, JoinedBy,
    KNOWN_SPLITS, Kind, MissingPolicy, ReadOptions, ReferenceSource, RepeatedIds, Role, Severity,
    Shape, Task, TextEncoding,
};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_packs::Purpose;
use rrgscore_scoring::Metric;
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::progress::MetricProgress;
use rrgscore_scoring::summary::Summary;

use rrgscore_data::Side;
use rrgscore_results::{ScoreRow, Study};

use crate::page::route::Route;
use crate::page::state::*;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse, UnusableAnswers};

/// The column of an id.
fn metric(id: &str) -> Metric {
    Metric::named(id).unwrap()
}

fn shape(kind: Kind) -> Shape {
    Shape {
        format: Format::Csv,
        gzip: false,
        zip: false,
        encoding: TextEncoding::Utf8,
        bom: false,
        delimiter: Some(','),
        kind,
        roles: Default::default(),
        ignored: Vec::new(),
        ids_are_rows: false,
        ids_are_running: false,
        id_name: None,
    }
}

/// Predictions of which the file is a list of pairs, or by study without references.
fn opened(side: Side, inside: bool) -> Action {
    respond(CoordinatorResponse::Opened {
        side,
        studies: 3,
        shape: shape(if inside { Kind::PairList } else { Kind::PredictionsById }),
        brings_references: inside,
        name: None,
    })
}

fn respond(response: CoordinatorResponse) -> Action {
    Action::Coordinator(Rc::new(response))
}

fn chosen(side: Side) -> Action {
    Action::FileChosen { side, name: "file.csv".to_owned(), bytes: 10 }
}

fn finding(code: Code, message: String) -> Finding {
    Finding {
        code,
        severity: Severity::Note,
        count: 1,
        studies: Vec::new(),
        message,
        hint: String::new(),
        control: None,
        split: None,
    }
}

fn passed() -> Action {
    let alignment = Alignment {
        fields: Vec::new(),
        pairs: Vec::new(),
        counts: Counts::default(),
        findings: Vec::new(),
        split: None,
        references: ReferenceSource::Inside,
        joined: JoinedBy::Record,
        join: JoinOptions::default(),
        task: Task::Findings,
        missing: MissingPolicy::Refuse,
    };
    respond(CoordinatorResponse::Checked { alignment: Box::new(alignment), studies: 3 })
}

/// The summary of a run without columns.
pub(in crate::page::state) fn summary_of_nothing(complete: bool) -> Summary {
    Summary {
        format_version: rrgscore_scoring::summary::SUMMARY_FORMAT,
        version: String::new(),
        profile: "rexrank".to_owned(),
        task: Some(Task::Findings),
        missing_policy: MissingPolicy::Refuse,
        cleaning: None,
        n: 3,
        complete,
        counts: Counts::default(),
        split: None,
        texts: Default::default(),
        metrics: Vec::new(),
        sentences: None,
        chexbert_f1: None,
        packs: Vec::new(),
        inputs: Vec::new(),
        notes: Vec::new(),
        signature: String::new(),
    }
}

fn summary(complete: bool) -> Action {
    let summary = summary_of_nothing(complete);
    respond(CoordinatorResponse::Summary {
        summary: Box::new(summary),
        distributions: Vec::new(),
        details: Vec::new(),
        encoded: 0,
    })
}

fn started() -> Action {
    let progress =
        MetricProgress { metric: metric("bleu2"), done: 0, total: 3, cost_done: 0, cost_total: 30 };
    respond(CoordinatorResponse::Started { progress: vec![progress] })
}

fn study() -> Action {
    let study = Study {
        place: 7,
        id: String::new(),
        reference: "a report".to_owned(),
        candidate: "a report".to_owned(),
        scores: Vec::new(),
        annotations: Vec::new(),
    };
    respond(CoordinatorResponse::Study { study: Box::new(study) })
}

fn finished() -> Action {
    respond(CoordinatorResponse::Finished)
}

/// The effects of several actions, in words, without those that only move focus.
fn after(state: &mut State, actions: Vec<Action>) -> Vec<String> {
    let effects = actions.into_iter().flat_map(|action| state.apply(action, 0.0));
    effects
        .filter(|effect| !matches!(effect, Effect::Focus(_)))
        .map(|effect| match effect {
            Effect::Request(request) => {
                let json = serde_json::to_value(&request).unwrap();
                // One without fields is a word.
                let fields = json.as_object().and_then(|object| object.keys().next().cloned());
                fields.unwrap_or_else(|| json.as_str().unwrap().to_owned())
            }
            other => format!("{other:?}").split([' ', '(']).next().unwrap().to_owned(),
        })
        .collect()
}

fn ready_to_run() -> State {
    let mut state = State::default();
    let side = Side::Predictions;
    after(&mut state, vec![chosen(side), opened(side, true), passed()]);
    state
}

#[test]
fn a_file_is_read_then_checked_and_can_be_scored() {
    let mut state = State::default();
    let side = Side::Predictions;
    assert_eq!(after(&mut state, vec![chosen(side)]), ["Open"]);
    assert!(!state.can_run());
    assert_eq!(after(&mut state, vec![opened(side, true)]), ["check"]);
    assert_eq!(state.predictions.opened.as_ref().unwrap().name, "file.csv");
    after(&mut state, vec![passed()]);
    assert!(state.can_run());
    assert_eq!(after(&mut state, vec![Action::Run, started()]), ["StartRun"]);
    assert!(!state.can_run());
}

#[test]
fn a_file_that_cannot_be_read_leaves_what_was_open() {
    let mut state = ready_to_run();
    let side = Side::Predictions;
    let failed = CoordinatorResponse::OpenFailed { side, message: "the file is empty".to_owned() };
    after(&mut state, vec![chosen(side), respond(failed)]);
    assert!(state.predictions.problem.as_ref().unwrap().contains("the file is empty"));
    assert!(state.predictions.opened.is_some() && state.predictions.reading.is_none());
}

#[test]
fn changing_task_or_policy_checks_again() {
    let mut state = ready_to_run();
    assert_eq!(after(&mut state, vec![Action::SetTask(Some(Task::Findings))]), ["check"]);
    assert_eq!(after(&mut state, vec![Action::SetMissing(MissingPolicy::Exclude)]), ["check"]);
    assert!(!state.can_run(), "not before the answer");
}

#[test]
fn the_policy_is_asked_for_only_where_predictions_are_missing() {
    let mut state = ready_to_run();
    assert!(!state.missing_matters());
    let findings = vec![finding(Code::MissingPredictions, String::new())];
    let failed = CoordinatorResponse::CheckFailed { message: String::new(), findings };
    after(&mut state, vec![respond(failed)]);
    assert!(state.missing_matters());
}

#[test]
fn predictions_of_a_built_in_split_are_compared_with_it_as_soon_as_it_is_there() {
    let split = &KNOWN_SPLITS[0];
    let mut state = State::default();
    let shown = SiteSplit {
        key: split.key.to_owned(),
        label: String::new(),
        attribution: String::new(),
        licence: String::new(),
        sha256: String::new(),
        part: Part::Waiting,
    };
    // The page goes by the split, whatever the words.
    let known = Finding {
        split: Some(split.with_matched(3)),
        ..finding(Code::KnownSplit, "in other words".to_owned())
    };
    let findings = vec![known];
    let failed = CoordinatorResponse::CheckFailed { message: String::new(), findings };
    let side = Side::Predictions;
    let actions = vec![
        Action::Site(SiteEvent::Splits(vec![shown])),
        chosen(side),
        opened(side, false),
        respond(failed),
    ];
    assert_eq!(after(&mut state, actions), ["Open", "check"]);
    let arrived = Action::Site(SiteEvent::Split(split.key.to_owned(), Part::Ready));
    assert_eq!(after(&mut state, vec![arrived]), ["ForgetFile", "use_split"]);
    assert_eq!(state.choice, ReferenceChoice::Split(split.key.to_owned()));
}

#[test]
fn files_are_taken_for_each_other_and_read_anew_without_what_was_said_of_their_columns() {
    let mut state = State::default();
    let (ours, theirs) = (Side::Predictions, Side::References);
    after(&mut state, vec![chosen(ours), opened(ours, false)]);
    assert!(after(&mut state, vec![Action::ExchangeFiles]).is_empty(), "there is one only");
    let mut options = ReadOptions::default();
    options.columns.insert(Role::Prediction, "text".to_owned());
    let reread = Action::Reread(ours, Box::new(options));
    after(&mut state, vec![reread, opened(ours, false)]);
    let other = Action::FileChosen { side: theirs, name: "other.csv".to_owned(), bytes: 10 };
    after(&mut state, vec![other, opened(theirs, false)]);
    let effects = after(&mut state, vec![Action::ExchangeFiles]);
    assert_eq!(effects, ["ExchangeFiles", "Open", "Open"]);
    assert!(state.references.options.columns.is_empty());
    after(&mut state, vec![opened(ours, false), opened(theirs, false)]);
    let name = |side| state.side(side).opened.as_ref().unwrap().name.as_str();
    assert_eq!((name(ours), name(theirs)), ("other.csv", "file.csv"));
}

#[test]
fn ids_are_joined_loosely_where_that_is_advised_and_the_run_is_over_those_pairs() {
    let mut state = ready_to_run();
    assert!(!state.ids_matter() && !state.repeated_matters());
    let advice = |hint| {
        let findings =
            vec![Finding { control: Some(hint), ..finding(Code::IdFormat, String::new()) }];
        respond(CoordinatorResponse::CheckFailed { message: String::new(), findings })
    };
    after(&mut state, vec![advice(Hint::JoinLoosely)]);
    assert!(state.ids_matter() && !state.repeated_matters());
    let join = JoinOptions { ids: IdMatching::Loose, repeated: RepeatedIds::First };
    assert_eq!(after(&mut state, vec![Action::SetJoin(join)]), ["check"]);
    after(&mut state, vec![advice(Hint::ChooseRepeated)]);
    assert!(state.repeated_matters());
    after(&mut state, vec![passed()]);
    // The way back stays, though nothing advises it now.
    assert!(state.ids_matter() && state.repeated_matters());
    assert_eq!(state.plan().request().0.join, join);
    after(&mut state, vec![Action::Clear(Side::Predictions)]);
    assert_eq!(state.join, JoinOptions::default(), "other files have other ids");
}

#[test]
fn the_samples_references_are_not_kept_for_the_users_own_file() {
    let mut state = State::default();
    after(&mut state, vec![Action::UseSample(SAMPLES[0])]);
    assert_eq!(state.choice, ReferenceChoice::Sample);
    let effects = after(&mut state, vec![chosen(Side::Predictions)]);
    assert_eq!(effects, ["Open", "ForgetFile", "clear"]);
    assert_eq!(state.choice, ReferenceChoice::Inside);
}

#[test]
fn a_metric_waits_for_its_pack_and_is_not_offered_without() {
    let mut state = ready_to_run();
    assert_eq!(state.metrics(), [metric("bleu2")]);
    let shown = SitePack {
        id: "a".to_owned(),
        folder: String::new(),
        name: String::new(),
        purpose: Purpose::BertscoreMinilm,
        precision: String::new(),
        licence: String::new(),
        attribution: String::new(),
        bytes: 9,
        manifest: None,
        part: Part::Loading { done: 0, of: 9 },
    };
    after(&mut state, vec![Action::Site(SiteEvent::Packs(vec![shown]))]);
    assert_eq!(state.metrics(), [metric("bleu2"), metric("bertscore-minilm")]);
    assert!(!state.can_run());
    after(&mut state, vec![Action::ToggleMetric(metric("bertscore-minilm"))]);
    assert!(state.can_run(), "BLEU-2 alone needs no pack");
    after(&mut state, vec![Action::ToggleMetric(metric("bertscore-minilm"))]);
    let ready = SiteEvent::Pack("a".to_owned(), Part::Ready);
    after(&mut state, vec![Action::Site(ready)]);
    assert!(state.can_run());
    assert_eq!(state.ready_packs().len(), 1);
}

fn answers(found: Result<JudgeSummary, UnusableAnswers>) -> Action {
    respond(CoordinatorResponse::Answers { judge: Judge::Green, found: found.map(Box::new) })
}

#[test]
fn a_judges_column_comes_with_its_answers_and_goes_with_them() {
    let mut state = ready_to_run();
    assert!(!state.metrics().contains(&metric("green")));
    let chosen = || Action::AnswersChosen { judge: Judge::Green, name: "green.jsonl".into() };
    after(&mut state, vec![Action::ToggleMetric(metric("bleu2")), chosen()]);
    assert!(!state.can_compute(metric("green")), "still reading");
    let inputs = state.inputs;
    after(&mut state, vec![answers(Ok(JudgeSummary { answered: 3, ..JudgeSummary::default() }))]);
    assert!(state.metrics().contains(&metric("green")) && state.can_run());
    assert!(state.inputs > inputs, "earlier results are old");
    // The user may leave the column out, and a new look at the same file does not bring it back.
    after(&mut state, vec![Action::ToggleMetric(metric("green"))]);
    after(&mut state, vec![answers(Ok(JudgeSummary::default()))]);
    assert!(!state.metrics().contains(&metric("green")));

    let problem = UnusableAnswers { message: "no answer".into(), by_policy: true };
    assert!(!state.missing_matters());
    after(&mut state, vec![chosen(), answers(Err(problem))]);
    assert!(!state.can_compute(metric("green")) && state.missing_matters());
    let asked = after(&mut state, vec![Action::Clear(Side::Predictions)]);
    assert!(asked.contains(&"clear_answers".to_owned()), "{asked:?}");
    // What the coordinator says of answers that are gone changes nothing.
    after(&mut state, vec![answers(Ok(JudgeSummary::default()))]);
    assert!(state.answers.is_empty());
}

#[test]
fn a_run_can_be_cancelled_and_begun_again() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started()]);
    assert_eq!(after(&mut state, vec![Action::Cancel]), ["cancel"]);
    assert!(after(&mut state, vec![Action::Cancel, Action::Run]).is_empty());
    assert_eq!(after(&mut state, vec![finished(), summary(false)]), ["summarize", "rows", "look"]);
    assert!(state.finished.is_empty(), "a cancelled run is not ranked");
    assert!(state.can_run());
    after(&mut state, vec![Action::SetTask(Some(Task::Findings)), passed()]);
    assert_eq!(after(&mut state, vec![Action::Run, started()]), ["StartRun"]);
    after(&mut state, vec![finished(), summary(true)]);
    assert_eq!(state.finished[0].label(), "Your run 1 (file.csv)");
}

#[test]
fn a_cancelled_run_goes_on_if_nothing_has_changed() {
    let mut state = ready_to_run();
    assert!(!state.can_resume());
    state.apply(Action::Run, 0.0);
    after(&mut state, vec![started(), Action::Cancel]);
    state.apply(finished(), 5.0);
    after(&mut state, vec![summary(false)]);
    assert!(state.can_resume());
    let effects = state.apply(Action::Run, 100.0);
    assert!(matches!(effects[0], Effect::StartRun { run: None, .. }), "{effects:?}");
    after(&mut state, vec![started()]);
    state.apply(finished(), 102.0);
    assert_eq!(state.run.took, Some(7.0), "the pause does not count");
    after(&mut state, vec![summary(true)]);
    assert!(!state.can_resume());
}

#[test]
fn a_summary_that_comes_late_is_of_its_own_run() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started()]);
    state.apply(finished(), 5.0);
    // The user is quicker than the coordinator.
    assert_eq!(after(&mut state, vec![Action::SetTask(Some(Task::Findings)), passed()]), ["check"]);
    let told = after(&mut state, vec![Action::Run, summary(true)]);
    assert_eq!(told, ["StartRun", "keep_run"]);
    assert!(state.results.is_none(), "the second run has no results yet");
    assert_eq!(state.finished.len(), 1, "the first run is ranked all the same");
    after(&mut state, vec![started(), finished(), summary(true)]);
    let plan = &state.results.as_ref().unwrap().plan;
    assert_eq!(plan.task, Some(Task::Findings));
    // One that nobody waits for changes nothing.
    after(&mut state, vec![summary(true)]);
    assert_eq!(state.finished.len(), 2);
}

#[test]
fn nothing_is_scored_while_a_file_is_being_read() {
    let side = Side::References;
    let graphs = || Action::GraphsChosen { side, name: "graphs.json".to_owned() };
    let answers = || Action::AnswersChosen { judge: Judge::Green, name: "green.jsonl".to_owned() };
    for reading in [chosen(Side::Predictions), chosen(side), graphs(), answers()] {
        let mut state = ready_to_run();
        assert!(state.can_run());
        after(&mut state, vec![reading.clone()]);
        assert!(state.is_reading() && !state.can_run(), "{reading:?}");
        assert!(after(&mut state, vec![Action::Run]).is_empty(), "{reading:?}");
    }
}

#[test]
fn a_list_of_pairs_is_scored_as_given_until_the_user_names_a_task() {
    let mut state = ready_to_run();
    assert!(state.has_pair_list());
    assert_eq!(state.plan().task, None);
    after(&mut state, vec![Action::SetTask(Some(Task::Impression)), passed()]);
    assert_eq!(state.plan().task, Some(Task::Impression));
    assert_eq!(after(&mut state, vec![Action::SetTask(None), passed()]), ["check"]);
    assert_eq!(state.plan().task, None);
}

#[test]
fn results_say_when_settings_have_moved_on() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started(), finished(), summary(true)]);
    assert!(!state.results_are_old());
    after(&mut state, vec![Action::SetTask(Some(Task::Findings))]);
    assert!(state.results_are_old());
}

#[test]
fn a_study_opens_once_its_row_is_there() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started(), finished(), summary(true)]);
    assert!(after(&mut state, vec![Action::Arrived(Route::Study(0))]).is_empty());
    let row =
        ScoreRow { place: 7, id: String::new(), scores: vec![], failed: false, truncated: false };
    let rows = CoordinatorResponse::Rows { version: 1, from: 0, total: 1, rows: vec![row] };
    let effects = state.apply(respond(rows), 0.0);
    assert!(matches!(effects[..], [Effect::Request(CoordinatorRequest::Study { place: 7 })]));
}

#[test]
fn the_page_forgets_a_study_whose_view_is_left() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started(), finished(), summary(true)]);
    let row =
        ScoreRow { place: 7, id: String::new(), scores: vec![], failed: false, truncated: false };
    let rows = CoordinatorResponse::Rows { version: 1, from: 0, total: 1, rows: vec![row] };
    after(&mut state, vec![respond(rows), Action::Arrived(Route::Study(0)), study()]);
    let is_held = |state: &State| state.results.as_ref().unwrap().study.is_some();
    assert!(is_held(&state));
    after(&mut state, vec![Action::Arrived(Route::Score)]);
    assert!(!is_held(&state));
    // It may come after the user has gone.
    after(&mut state, vec![study()]);
    assert!(!is_held(&state));
    assert_eq!(after(&mut state, vec![Action::Arrived(Route::Study(0))]), ["study"]);
}

#[test]
fn when_the_coordinator_is_lost_nothing_pretends_to_be_open() {
    let mut state = ready_to_run();
    after(&mut state, vec![Action::Run, started()]);
    let effects = after(&mut state, vec![Action::CoordinatorLost]);
    assert_eq!(effects, ["ForgetFile", "ForgetFile"]);
    assert!(state.predictions.opened.is_none() && !state.run.is_busy());
    assert_eq!(state.notices.len(), 1);
    let id = state.notices[0].id;
    after(&mut state, vec![Action::Dismiss(id)]);
    assert!(state.notices.is_empty());
}

#[test]
fn the_same_trouble_is_shown_once() {
    let mut state = State::default();
    let trouble = || Action::Problem("no memory".to_owned());
    after(&mut state, vec![trouble(), trouble()]);
    assert_eq!(state.notices.len(), 1);
}

#[test]
fn a_download_carries_what_the_coordinator_wrote() {
    let mut state = State::default();
    let format = OutputFile::ScoresCsv;
    let told = CoordinatorResponse::Exported { format, text: "study_id\n".to_owned() };
    let effects = state.apply(respond(told), 0.0);
    let [Effect::Download { name, text, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((*name, text.as_str()), ("scores.csv", "study_id\n"));
}

#[test]
fn states_are_shared_and_not_copied_where_they_are_large() {
    let state = ready_to_run();
    let Check::Passed { alignment, .. } = &state.check else { panic!("not checked") };
    let copy = state.clone();
    let Check::Passed { alignment: other, .. } = &copy.check else { panic!("not checked") };
    assert!(Rc::ptr_eq(alignment, other));
}

fn sample_of_the_site(state: &mut State) {
    let reports = |key: &str| SiteSplit {
        key: key.to_owned(),
        label: "A real model".to_owned(),
        attribution: String::new(),
        licence: String::new(),
        sha256: String::new(),
        part: Part::Ready,
    };
    let (split, task) = ("iu-xray-test".to_owned(), Task::Findings);
    let sample = SiteSample { reports: reports("real"), split, task };
    let events =
        [SiteEvent::Splits(vec![reports("iu-xray-test")]), SiteEvent::Samples(vec![sample])];
    after(state, events.map(Action::Site).to_vec());
}

fn opened_by_name(side: Side, name: &str) -> Action {
    respond(CoordinatorResponse::Opened {
        side,
        studies: 590,
        shape: shape(Kind::PredictionsById),
        brings_references: false,
        name: Some(name.to_owned()),
    })
}

#[test]
fn the_sites_sample_brings_its_split_and_its_task_and_takes_them_with_it() {
    let mut state = State::default();
    assert!(after(&mut state, vec![Action::UseSiteSample("real".to_owned())]).is_empty());
    sample_of_the_site(&mut state);
    let told = after(&mut state, vec![Action::UseSiteSample("real".to_owned())]);
    assert!(told.contains(&"use_split".to_owned()) && told.contains(&"open_sample".to_owned()));
    after(&mut state, vec![opened_by_name(Side::References, "iu-xray-test")]);
    after(&mut state, vec![opened_by_name(Side::Predictions, "real")]);
    assert_eq!((state.task, state.plan().name.as_str()), (Some(Task::Findings), "A real model"));

    // The user's own predictions are of other studies and sections.
    after(&mut state, vec![chosen(Side::Predictions)]);
    assert_eq!((state.task, &state.choice), (None, &ReferenceChoice::Inside));
}

#[test]
fn a_finished_run_folds_the_set_up_and_a_cancelled_one_does_not() {
    for complete in [true, false] {
        let mut state = ready_to_run();
        after(&mut state, vec![Action::Run, started()]);
        let kept = after(&mut state, vec![finished(), summary(complete)]);
        assert_eq!(state.folded, complete);
        assert_eq!(kept.contains(&"keep_run".to_owned()), complete, "{kept:?}");
        after(&mut state, vec![Action::Fold(false)]);
        assert!(!state.folded);
    }
}
