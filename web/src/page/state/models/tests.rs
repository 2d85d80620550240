//! What the reducer of packs promises.

use std::rc::Rc;

use rrgscore_packs::{FORMAT, FORMAT_VERSION, Manifest, Precision, Purpose};

use super::*;
use crate::page::state::{Action, Effect, Part, SiteEvent, SitePack, State};
use crate::protocol::look::ResultDetail;
use crate::protocol::packs::{BuilderResponse, Found, FoundKind, LackingFile, Origin};

const MINILM: Purpose = Purpose::BertscoreMinilm;

fn manifest(id: &str, purpose: Purpose, precision: Precision, terms: &str) -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        id: id.to_owned(),
        name: "model".to_owned(),
        purpose,
        architecture: "bert".to_owned(),
        precision,
        tokenizer: "bert-wordpiece".to_owned(),
        sources: Vec::new(),
        licence: "MIT".to_owned(),
        terms: terms.to_owned(),
        measured: None,
        builder: String::new(),
        files: Vec::new(),
    }
}

fn installed(id: &str, purpose: Purpose, at: f64) -> Installed {
    let note = Note { origin: Origin::Site, at, ..Note::default() };
    Installed { manifest: manifest(id, purpose, Precision::Int8, ""), note }
}

fn site_pack(id: &str, purpose: Purpose, terms: &str) -> SitePack {
    SitePack {
        id: id.to_owned(),
        folder: "folder".to_owned(),
        name: "model".to_owned(),
        purpose,
        precision: "int8".to_owned(),
        licence: "MIT".to_owned(),
        attribution: String::new(),
        bytes: 9,
        manifest: Some(Rc::new(manifest(id, purpose, Precision::Int8, terms))),
        part: Part::Waiting,
    }
}

fn act(state: &mut State, action: ModelsAction) -> Vec<ModelsEffect> {
    let effects = state.apply(Action::Models(action), 0.0);
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Models(effect) => Some(effect),
            _ => None,
        })
        .collect()
}

fn shelf(packs: Vec<Installed>) -> ModelsAction {
    ModelsAction::Listed(Ok(Box::new(StoredPacks { packs, ..StoredPacks::default() })))
}

fn site(state: &mut State, packs: Vec<SitePack>) -> Vec<Effect> {
    state.apply(Action::Site(SiteEvent::Packs(packs)), 0.0)
}

fn fetches(effects: &[Effect]) -> usize {
    let is_fetch = |e: &&Effect| matches!(e, Effect::Models(ModelsEffect::Fetch(_)));
    effects.iter().filter(is_fetch).count()
}

#[test]
fn the_open_encoder_is_loaded_with_the_page_unless_it_is_installed() {
    let mut state = State::default();
    act(&mut state, shelf(Vec::new()));
    assert_eq!(fetches(&site(&mut state, vec![site_pack("a", MINILM, "")])), 1);
    assert!(!state.is_settled());

    let mut state = State::default();
    act(&mut state, shelf(vec![installed("a", MINILM, 1.0)]));
    assert_eq!(fetches(&site(&mut state, vec![site_pack("a", MINILM, "")])), 0);
    let serving = state.serving(Purpose::BertscoreMinilm).unwrap();
    assert_eq!((serving.part, serving.from), (Part::Ready, PackSource::Stored("a".to_owned())));
}

#[test]
fn a_pack_with_terms_or_for_another_metric_is_only_offered() {
    let mut state = State::default();
    act(&mut state, shelf(Vec::new()));
    let packs = vec![site_pack("a", MINILM, "ask first"), site_pack("b", Purpose::Chexbert, "")];
    assert_eq!(fetches(&site(&mut state, packs)), 0);
    let offered = |pack: &SitePack| pack.part == Part::Offered;
    assert!(state.site.packs.iter().flatten().all(offered));
}

#[test]
fn deleting_the_encoder_brings_the_page_s_own_back() {
    let mut state = State::default();
    act(&mut state, shelf(vec![installed("a", MINILM, 1.0)]));
    site(&mut state, vec![site_pack("a", MINILM, "")]);
    act(&mut state, ModelsAction::Delete("a".to_owned()));
    let effects = act(&mut state, ModelsAction::Deleted("a".to_owned(), Ok(())));
    assert!(effects.contains(&ModelsEffect::Fetch("a".to_owned())));
    assert!(effects.contains(&ModelsEffect::Remember(Memory::default())));
}

#[test]
fn of_several_packs_the_newest_is_used_until_the_user_chooses() {
    let mut state = State::default();
    act(&mut state, shelf(vec![installed("old", MINILM, 1.0), installed("new", MINILM, 2.0)]));
    let used = |state: &State| state.models.used(MINILM).unwrap().manifest.id.clone();
    assert_eq!(used(&state), "new");
    act(&mut state, ModelsAction::Use(MINILM, "old".to_owned()));
    assert_eq!(used(&state), "old");
    act(&mut state, ModelsAction::Installed(Box::new(installed("newest", MINILM, 3.0))));
    assert_eq!(used(&state), "newest");
}

#[test]
fn a_pack_that_the_browser_removed_is_noticed_and_can_be_forgotten() {
    let mut state = State::default();
    let lost = Remembered::of(&installed("gone", MINILM, 1.0));
    let memory = Memory { installed: vec![lost.clone()], ..Memory::default() };
    act(&mut state, ModelsAction::Remembered(Box::new(memory)));
    act(&mut state, shelf(vec![installed("here", MINILM, 1.0)]));
    assert_eq!(state.models.lost, [lost]);
    let effects = act(&mut state, ModelsAction::Forget("gone".to_owned()));
    assert!(state.models.lost.is_empty());
    let ModelsEffect::Remember(memory) = &effects[0] else { panic!("{effects:?}") };
    assert_eq!(memory.installed.len(), 1);
}

#[test]
fn what_the_site_cannot_finish_is_cleaned_away() {
    let mut state = State::default();
    site(&mut state, vec![site_pack("mine", Purpose::Chexbert, "")]);
    let partial = |id: &str| Partial { id: id.to_owned(), bytes: 1 };
    let left = vec![partial("mine"), partial("crashed")];
    let looked = StoredPacks { partial: left, ..StoredPacks::default() };
    let effects = act(&mut state, ModelsAction::Listed(Ok(Box::new(looked))));
    assert!(effects.contains(&ModelsEffect::Clean(vec!["mine".to_owned()])));
    assert_eq!(state.models.partial("mine"), Some(1));
}

fn found(lacking: Vec<LackingFile>, terms: &str) -> ModelsAction {
    let found = Found {
        item: "chexbert.pth".to_owned(),
        kind: FoundKind::Checkpoint,
        purpose: Purpose::Chexbert,
        name: "CheXbert".to_owned(),
        licence: String::new(),
        terms: terms.to_owned(),
        files: Vec::new(),
        lacking,
    };
    let response = BuilderResponse::Found { found: vec![found] };
    ModelsAction::Bench(BenchAction::Responded(Box::new(response)))
}

fn bench(action: BenchAction) -> ModelsAction {
    ModelsAction::Bench(action)
}

#[test]
fn nothing_is_converted_before_all_files_are_there_and_the_terms_accepted() {
    let mut state = State::default();
    let lacking = vec![LackingFile { file: "config.json".to_owned(), hint: String::new() }];
    assert_eq!(act(&mut state, bench(BenchAction::Dropped)), [ModelsEffect::Look(Vec::new())]);
    act(&mut state, found(lacking, "ask first"));
    act(&mut state, bench(BenchAction::Accept("chexbert.pth".to_owned(), true)));
    assert!(act(&mut state, bench(BenchAction::Go)).is_empty());

    act(&mut state, bench(BenchAction::Dropped));
    act(&mut state, found(Vec::new(), "ask first"));
    assert!(act(&mut state, bench(BenchAction::Go)).is_empty());
    act(&mut state, bench(BenchAction::Accept("chexbert.pth".to_owned(), true)));
    act(&mut state, bench(BenchAction::Precision(Precision::F16)));
    let item = "chexbert.pth".to_owned();
    let order = BuildOrder { item, precision: Precision::F16, accepted: true, afresh: false };
    let build = ModelsEffect::Build(order);
    assert_eq!(act(&mut state, bench(BenchAction::Go)), [build]);
}

#[test]
fn a_converted_pack_is_measured_and_stands_also_when_that_fails() {
    let mut state = State::default();
    act(&mut state, bench(BenchAction::Dropped));
    act(&mut state, found(Vec::new(), ""));
    act(&mut state, bench(BenchAction::Go));
    let pack = Box::new(installed("made", Purpose::Chexbert, 1.0));
    let response = BuilderResponse::Installed { pack, peak: 7 };
    let effects = act(&mut state, bench(BenchAction::Responded(Box::new(response))));
    let (id, item) = ("made".to_owned(), "chexbert.pth".to_owned());
    assert!(effects.contains(&ModelsEffect::Measure { id, item }));
    act(&mut state, bench(BenchAction::Lost));
    let Bench::Done(batch) = &state.models.bench else { panic!("{:?}", state.models.bench) };
    let [outcome] = batch.done.as_slice() else { panic!("{batch:?}") };
    assert!(outcome.unmeasured.is_some() && outcome.peak == 7);
    assert!(state.models.pack("made").is_some());
}

#[test]
fn several_models_are_installed_one_after_the_other_and_one_that_fails_stops_no_other() {
    let mut state = State::default();
    act(&mut state, bench(BenchAction::Dropped));
    let one = |item: &str, lacking: bool| Found {
        item: item.to_owned(),
        kind: FoundKind::Checkpoint,
        purpose: Purpose::Chexbert,
        name: item.to_owned(),
        licence: String::new(),
        terms: String::new(),
        files: Vec::new(),
        lacking: lacking
            .then(|| LackingFile { file: "config.json".to_owned(), hint: String::new() })
            .into_iter()
            .collect(),
    };
    let found = vec![one("a", false), one("b", true), one("c", false), one("d", false)];
    let respond = |response| bench(BenchAction::Responded(Box::new(response)));
    act(&mut state, respond(BuilderResponse::Found { found }));
    act(&mut state, bench(BenchAction::Precision(Precision::F32)));
    let order = |item: &str, afresh| {
        let item = item.to_owned();
        let precision = Precision::F32;
        ModelsEffect::Build(BuildOrder { item, precision, accepted: false, afresh })
    };
    assert_eq!(act(&mut state, bench(BenchAction::Go)), [order("a", false)]);
    let f32_pack = |id: &str| {
        let manifest = manifest(id, Purpose::Chexbert, Precision::F32, "");
        let pack = Box::new(Installed { manifest, note: Note::default() });
        BuilderResponse::Installed { pack, peak: 7 }
    };
    let effects = act(&mut state, respond(f32_pack("a")));
    assert!(effects.contains(&order("c", true)), "{effects:?}");
    let message = "the file is cut off".to_owned();
    let effects = act(&mut state, respond(BuilderResponse::Failed { message }));
    assert_eq!(effects, [order("d", true)]);
    let effects = act(&mut state, respond(f32_pack("d")));
    assert!(effects.contains(&ModelsEffect::Stop { keep_files: true }), "{effects:?}");
    let Bench::Done(batch) = &state.models.bench else { panic!("{:?}", state.models.bench) };
    assert_eq!((batch.done.len(), batch.failed.len()), (2, 1));
}

#[test]
fn examples_are_scored_with_the_packs_in_use_and_the_shelf_is_read_again() {
    let mut state = State::default();
    let chexbert = Purpose::Chexbert;
    act(&mut state, shelf(vec![installed("old", chexbert, 1.0), installed("new", chexbert, 2.0)]));
    act(&mut state, ModelsAction::Use(chexbert, "old".to_owned()));
    let look = ModelsEffect::Look(vec!["old".to_owned()]);
    assert_eq!(act(&mut state, bench(BenchAction::Dropped)), [look]);
    let responded = |response| bench(BenchAction::Responded(Box::new(response)));
    let stage = "scoring the examples".to_owned();
    act(&mut state, responded(BuilderResponse::Progress { stage, done: 1, of: 3 }));
    assert_eq!(state.models.bench, Bench::Proving([1, 3]));
    assert!(state.models.is_busy());
    let title = "5 of 7 published values agree".to_owned();
    let proof = ResultDetail { title, ..ResultDetail::default() };
    let effects = act(&mut state, responded(BuilderResponse::Proved { proof: proof.clone() }));
    assert_eq!(effects, [ModelsEffect::Stop { keep_files: false }, ModelsEffect::List]);
    assert_eq!(state.models.bench, Bench::Proved(proof));
    act(&mut state, bench(BenchAction::Clear));
    assert_eq!(state.models.bench, Bench::Empty);
}

#[test]
fn scoring_examples_can_be_stopped() {
    let mut state = State::default();
    act(&mut state, bench(BenchAction::Dropped));
    let progress = BuilderResponse::Progress { stage: String::new(), done: 0, of: 2 };
    act(&mut state, bench(BenchAction::Responded(Box::new(progress))));
    let effects = act(&mut state, bench(BenchAction::Clear));
    assert_eq!(effects, [ModelsEffect::Stop { keep_files: false }]);
    assert_eq!(state.models.bench, Bench::Empty);
}

#[test]
fn cancelling_a_conversion_keeps_what_was_dropped() {
    let mut state = State::default();
    act(&mut state, bench(BenchAction::Dropped));
    act(&mut state, found(Vec::new(), ""));
    act(&mut state, bench(BenchAction::Go));
    let effects = act(&mut state, bench(BenchAction::Clear));
    let stop = ModelsEffect::Stop { keep_files: true };
    assert_eq!(effects, [stop, ModelsEffect::Look(Vec::new()), ModelsEffect::List]);
}

#[test]
fn every_purpose_has_a_publication_and_a_column() {
    for purpose in Purpose::ALL {
        assert!(!publication(purpose).files.is_empty(), "{}", purpose.id());
        assert!(!Models::columns_of(purpose).is_empty(), "{}", purpose.id());
    }
    let radcliq = columns().into_iter().find(|column| column.name == "RadCliQ-v1").unwrap();
    assert_eq!(radcliq.needs.len(), 3);
    assert!(radcliq.needs.contains(&Purpose::Chexbert));
}
