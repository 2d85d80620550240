//! The root component: keeps the state, carries out effects, owns the workers.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use rrgscore_data::{ReadOptions, Side};
use web_sys::File;
use yew::prelude::*;

use super::library::{Dropped, Library, looks_like_a_model};
use super::loader::{self, Loaded};
use super::platform;
use super::pool::{Pool, PoolEvent, PoolReport};
use super::route::Route;
use super::seal;
use super::state::{Action, CompareAction, Effect, Keeping, ModelsEffect, Part, SiteEvent, State};
use super::view::{Frame, Shared, Slot, ViewAction};
use super::workers::Program;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};

/// What reaches the root.
pub(super) enum Msg {
    /// Something that the state takes in.
    Act(Action),
    /// A file was dropped or chosen.
    File(Slot, File),
    /// Files were dropped or chosen in the Models view.
    Models(Vec<Dropped>),
    /// The files of a run were dropped or chosen.
    Run(Vec<File>),
    /// The loader brought something.
    Loaded(Loaded),
    /// Something is heard of the workers.
    Pool(PoolEvent),
    /// Look again whether the page can be sealed.
    Seal,
}

/// The page.
pub(super) struct App {
    state: Rc<State>,
    /// The workers' program, once it has come.
    program: Option<Rc<Program>>,
    /// Those that read and score reports; none before the page is sealed.
    pool: Option<Pool>,
    library: Option<Library>,
    /// The program that reads workbooks and Parquet files, or why there is none.
    reader: Option<Result<Rc<Program>, String>>,
    files: [Option<File>; 2],
    /// What the loader has brought for the pool before there was one.
    brought: Vec<Loaded>,
    /// Looks again whether the page can be sealed.
    waiting: Option<Timeout>,
    /// Requests for the coordinator from before there was one; their files are not read until then.
    unsent: Vec<(CoordinatorRequest, Vec<File>)>,
    /// The files of a run that is to be opened.
    run_files: Vec<File>,
    focus: Option<&'static str>,
    act: Callback<ViewAction>,
    _listeners: Vec<EventListener>,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let state = State {
            route: platform::route(),
            theme: platform::stored_theme(),
            workers: platform::stored_workers(),
            keeping: Keeping { on: platform::keeps_annotations(), ..Keeping::default() },
            ..State::default()
        };
        platform::set_title(state.route);
        wasm_bindgen_futures::spawn_local(loader::load(ctx.link().callback(Msg::Loaded)));
        Self {
            state: Rc::new(state),
            program: None,
            pool: None,
            library: None,
            reader: None,
            files: [None, None],
            brought: Vec::new(),
            waiting: None,
            unsent: Vec::new(),
            run_files: Vec::new(),
            focus: None,
            act: ctx.link().callback(|action| match action {
                ViewAction::Act(action) => Msg::Act(action),
                ViewAction::File(into, file) => Msg::File(into, file),
                ViewAction::Models(files) => Msg::Models(files),
                ViewAction::Run(files) => Msg::Run(files),
            }),
            _listeners: listeners(ctx),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Act(action) => self.act(ctx, action),
            Msg::File(_, file) if looks_like_a_model(&file.name()) => {
                self.act(ctx, Action::Misplaced(file.name()));
            }
            Msg::Models(files) => {
                if let Some(library) = &mut self.library {
                    library.take(files);
                }
            }
            Msg::File(Slot::Reports(_), file) if is_shared_run(&file.name()) => {
                self.open_run(ctx, vec![file]);
                platform::go(Route::Compare);
            }
            Msg::File(Slot::Run, file) => self.open_run(ctx, vec![file]),
            Msg::Run(files) => self.open_run(ctx, files),
            Msg::File(Slot::Answers(judge), file) => {
                self.act(ctx, Action::AnswersChosen { judge, name: file.name() });
                self.request(CoordinatorRequest::OpenAnswers { judge }, Some(file));
            }
            Msg::File(Slot::Graphs(side), file) => {
                self.act(ctx, Action::GraphsChosen { side, name: file.name() });
                self.request(CoordinatorRequest::OpenGraphs { side }, Some(file));
            }
            Msg::File(Slot::Reports(side), file) => {
                let chosen =
                    Action::FileChosen { side, name: file.name(), bytes: file.size() as u64 };
                self.files[side as usize] = Some(file);
                self.act(ctx, chosen);
            }
            Msg::Seal => self.waiting = None,
            Msg::Loaded(loaded) => self.loaded(ctx, loaded),
            Msg::Pool(event) => {
                if let Some(report) = self.pool.as_mut().and_then(|pool| pool.on(event)) {
                    self.report(ctx, report);
                }
            }
        }
        self.seal(ctx);
        true
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if let Some(id) = self.focus.take() {
            platform::focus(id);
        }
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        html! { <Frame state={Shared(self.state.clone())} act={self.act.clone()} /> }
    }
}

/// What the document itself tells: a changed address, and files dropped beside the drop zone,
/// which the browser would otherwise open in place of the page.
fn listeners(ctx: &Context<App>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let arrived = ctx.link().callback(|()| Msg::Act(Action::Arrived(platform::route())));
    let mut listeners = vec![EventListener::new(&window, "hashchange", move |_| arrived.emit(()))];
    for kind in ["dragover", "drop"] {
        let options = gloo_events::EventListenerOptions::enable_prevent_default();
        listeners.push(EventListener::new_with_options(&window, kind, options, |event| {
            event.prevent_default();
        }));
    }
    listeners
}

impl App {
    fn act(&mut self, ctx: &Context<Self>, action: Action) {
        let before = self.state.route;
        let effects = Rc::make_mut(&mut self.state).apply(action, platform::now());
        if self.state.route != before {
            self.moved(before);
        }
        for effect in effects {
            self.carry_out(ctx, effect);
        }
    }

    /// Has the files of a run read, to be compared.
    fn open_run(&mut self, ctx: &Context<Self>, files: Vec<File>) {
        self.run_files = files;
        self.act(ctx, Action::Compare(CompareAction::Dropped));
    }

    /// A view has replaced another: name it, and take keyboard and reader to its beginning.
    fn moved(&mut self, before: Route) {
        platform::set_title(self.state.route);
        match (before, self.state.route) {
            (Route::Study(_), Route::Study(_)) => {}
            // Back where the study was opened from.
            (Route::Study(_), Route::Score) => self.focus = Some("studies"),
            _ => {
                self.focus = Some("main");
                platform::scroll_up();
            }
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            // Another tab may have switched that off.
            Effect::Request(CoordinatorRequest::Keep) if !platform::keeps_annotations() => {}
            Effect::Request(request) => self.request(request, None),
            Effect::OpenRun(number) => {
                let files = std::mem::take(&mut self.run_files);
                self.request(CoordinatorRequest::OpenRun { number }, files);
            }
            Effect::Compare(runs) => {
                if let Some(pool) = &mut self.pool {
                    pool.compare(runs);
                }
            }
            Effect::StopComparing => {
                if let Some(pool) = &mut self.pool {
                    pool.stop_comparing();
                }
            }
            Effect::RememberKeeping(on) => platform::remember_keeping(on),
            Effect::Open(side, options) => {
                let file = self.files[side as usize].clone();
                let options = named(*options, file.as_ref());
                self.request(CoordinatorRequest::Open { side, options }, file);
            }
            Effect::Read(side) => self.read(ctx, side),
            Effect::Models(effect) => self.carry_out_models(ctx, effect),
            Effect::ForgetFile(side) => self.files[side as usize] = None,
            Effect::ExchangeFiles => self.files.swap(0, 1),
            Effect::StartRun { run, packs, sanity } => {
                if let Some(pool) = &mut self.pool {
                    pool.start(run, packs, sanity);
                }
            }
            Effect::Download { name, mime, text } => {
                if platform::download(name, mime, &text).is_err() {
                    self.act(ctx, Action::Problem(format!("This browser could not save {name}.")));
                }
            }
            Effect::Go(route) => platform::go(route),
            Effect::Paint(theme) => platform::paint(theme),
            Effect::Resize(workers) => {
                platform::store_workers(workers);
                if let Some(pool) = &mut self.pool {
                    pool.resize(number_of(workers));
                }
            }
            Effect::Focus(id) => self.focus = Some(id),
        }
    }

    fn carry_out_models(&mut self, ctx: &Context<Self>, effect: ModelsEffect) {
        let site = self.state.site.packs.clone().unwrap_or_default();
        if let ModelsEffect::Fetch(id) = &effect {
            if let Some(pack) = site.into_iter().find(|pack| pack.id == *id) {
                let bring = ctx.link().callback(Msg::Loaded);
                wasm_bindgen_futures::spawn_local(loader::load_pack(pack, bring));
            }
        } else if let Some(library) = &mut self.library {
            library.carry_out(effect, &site);
        }
    }

    /// Has a side's file read by a reader.
    fn read(&mut self, ctx: &Context<Self>, side: Side) {
        let Some(file) = self.files[side as usize].clone() else { return };
        match (&self.reader, &mut self.pool) {
            (Some(Ok(program)), Some(pool)) => {
                let options = named(self.state.side(side).options.clone(), Some(&file));
                pool.read(side, options, file, program);
            }
            (Some(Err(message)), _) => {
                let failed = CoordinatorResponse::OpenFailed { side, message: message.clone() };
                self.act(ctx, Action::Coordinator(Rc::new(failed)));
            }
            // The coordinator, who asks for it, is started after both are there.
            (None, _) | (_, None) => {}
        }
    }

    /// Seals the page once all has come that it needs, and only then starts what reads reports.
    /// The Models view needs the network, so it is left open until there is something to read.
    fn seal(&mut self, ctx: &Context<Self>) {
        let (Some(program), Some(library)) = (&self.program, &mut self.library) else { return };
        let wanted = self.state.route != Route::Models || !self.unsent.is_empty();
        let is_there = self.state.is_settled() && !self.state.models.is_busy();
        if self.pool.is_some() || !wanted || !is_there {
            return;
        }
        match if library.is_waiting() { Ok(false) } else { seal::close() } {
            Ok(true) => {}
            Ok(false) => {
                let again = ctx.link().callback(|()| Msg::Seal);
                self.waiting.get_or_insert_with(|| Timeout::new(50, move || again.emit(())));
                return;
            }
            Err(_) => {
                self.program = None;
                let why = Part::Failed("the page could not be sealed; reload it".to_owned());
                return self.act(ctx, Action::Site(SiteEvent::Engine(why)));
            }
        }
        let program = program.clone();
        Rc::make_mut(&mut self.state).sealed = true;
        library.restart();
        let events = ctx.link().callback(Msg::Pool);
        let mut pool = Pool::new(program, number_of(self.state.workers), events);
        pool.set_pack_store(library.pack_store());
        if self.state.keeping.on {
            pool.request(CoordinatorRequest::ReadKept, None);
        }
        self.pool = Some(pool);
        for loaded in std::mem::take(&mut self.brought) {
            self.loaded(ctx, loaded);
        }
        for (request, files) in std::mem::take(&mut self.unsent) {
            self.request(request, files);
        }
    }

    fn request(&mut self, request: CoordinatorRequest, files: impl IntoIterator<Item = File>) {
        match &mut self.pool {
            Some(pool) => pool.request(request, files),
            None => self.unsent.push((request, files.into_iter().collect())),
        }
    }

    fn loaded(&mut self, ctx: &Context<Self>, loaded: Loaded) {
        match loaded {
            Loaded::Shown(event) => self.act(ctx, Action::Site(event)),
            Loaded::Program(program) => {
                let program = Rc::new(program);
                let happened = ctx.link().callback(|action| Msg::Act(Action::Models(action)));
                self.library = Some(Library::open(program.clone(), happened));
                self.program = Some(program);
            }
            Loaded::Reader(program) => {
                self.reader = Some(program.map(Rc::new));
                self.act(ctx, Action::Site(SiteEvent::Reader));
            }
            Loaded::Reports(name, bytes) => match &mut self.pool {
                Some(pool) => pool.add_reports(name, bytes),
                None => self.brought.push(Loaded::Reports(name, bytes)),
            },
            Loaded::Pack(purpose, files) => match &mut self.pool {
                Some(pool) => pool.add_pack(purpose, files),
                None => self.brought.push(Loaded::Pack(purpose, files)),
            },
        }
    }

    fn report(&mut self, ctx: &Context<Self>, report: PoolReport) {
        self.act(
            ctx,
            match report {
                PoolReport::Response(response) => Action::Coordinator(Rc::from(response)),
                PoolReport::Compared(response) => {
                    Action::Compare(CompareAction::Responded(Box::new(response)))
                }
                PoolReport::CoordinatorLost => Action::CoordinatorLost,
                PoolReport::Problem(text) => Action::Problem(text),
            },
        );
    }
}

/// Whether a file's name is that of a run that was shared: it is none of reports.
fn is_shared_run(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".share.json")
}

/// The options with the name of the file that they are for.
fn named(options: ReadOptions, file: Option<&File>) -> ReadOptions {
    ReadOptions { file_name: file.map(File::name), ..options }
}

fn number_of(workers: u32) -> usize {
    let workers = if workers == 0 { platform::fitting_workers() } else { workers };
    workers as usize
}
