//! The workers: one desk and some annotators.
//!
//! Every worker is made from a `blob:` URL, because such a worker stands under the page's content
//! security policy wherever the page is served from; a worker loaded by URL does not. It is handed
//! the compiled module by message and fetches nothing, ever.

mod dispatch;
#[cfg(test)]
mod dispatch_tests;
mod workers;

use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer};
use rrgscore_scoring::Purpose;
#[cfg(test)]
use rrgscore_scoring::job::{Job, JobId, Outcome};
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::Callback;

pub use dispatch::{Command, Dispatcher, Event};
pub use workers::{Program, Told, WorkerHandle};

use crate::page::library::Keeper;
use crate::page::state::models::Equipment;
use crate::protocol::{FromAnnotator, FromDesk, ToAnnotator, ToDesk};

/// How long annotators may go on after a cancel before they are stopped, in milliseconds.
const CANCEL_PATIENCE: u32 = 700;

/// Which worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// The desk.
    Desk,
    /// An annotator.
    Annotator(usize),
}

/// What comes from the workers to the page.
#[derive(Debug)]
pub enum PoolEvent {
    /// A worker said something, or stopped.
    Told(Seat, Told),
    /// The patience after a cancel is over.
    Deadline,
    /// A pack was read from the browser's files for an annotator.
    Read {
        /// The annotator.
        at: usize,
        /// How many annotators had been started when it asked.
        started: u32,
        /// The files, or why they could not be read.
        files: Result<PackFiles, String>,
    },
}

/// What the pool tells the page.
#[derive(Debug)]
pub enum Report {
    /// The desk told something.
    Desk(Box<FromDesk>),
    /// The desk stopped; a new one has been started.
    DeskLost,
    /// An annotator has loaded a model.
    Loaded,
    /// The run is over.
    Over,
    /// Something the user should know.
    Problem(String),
}

/// A pack's files, ready to be sent.
#[derive(Debug)]
pub struct PackFiles {
    /// File names, `pack.json` first.
    pub names: Vec<String>,
    /// Their bytes, in that order.
    pub bytes: Vec<ArrayBuffer>,
}

/// The workers and what they are at.
pub struct Pool {
    program: Rc<Program>,
    events: Callback<PoolEvent>,
    desk: Option<WorkerHandle>,
    annotators: Vec<WorkerHandle>,
    dispatcher: Dispatcher,
    /// Packs that came with the page.
    packs: BTreeMap<Purpose, PackFiles>,
    /// Where the packs of a run are.
    equipment: Vec<(Purpose, Equipment)>,
    keeper: Option<Rc<Keeper>>,
    /// Annotators started so far in each seat: a pack that was read for one is not sent to its
    /// successor.
    started: BTreeMap<usize, u32>,
    splits: BTreeMap<String, ArrayBuffer>,
    wanted: usize,
    deadline: Option<Timeout>,
}

impl Pool {
    /// Starts the desk. Annotators are started by the first run.
    pub fn new(program: Rc<Program>, annotators: usize, events: Callback<PoolEvent>) -> Self {
        let mut pool = Self {
            program,
            events,
            desk: None,
            annotators: Vec::new(),
            dispatcher: Dispatcher::default(),
            packs: BTreeMap::new(),
            equipment: Vec::new(),
            keeper: None,
            started: BTreeMap::new(),
            splits: BTreeMap::new(),
            wanted: annotators.max(1),
            deadline: None,
        };
        pool.start_desk();
        pool
    }

    /// Starts a desk and hands it the splits there are.
    fn start_desk(&mut self) {
        self.desk = self.spawn(Seat::Desk);
        for (name, bytes) in &self.splits {
            self.send_split(name, bytes);
        }
    }

    fn started(&self, at: usize) -> u32 {
        self.started.get(&at).copied().unwrap_or(0)
    }

    fn spawn(&mut self, seat: Seat) -> Option<WorkerHandle> {
        if let Seat::Annotator(at) = seat {
            *self.started.entry(at).or_default() += 1;
        }
        let events = self.events.clone();
        self.program.start(Callback::from(move |told| events.emit(PoolEvent::Told(seat, told))))
    }

    /// Has the bytes of a pack for annotators that will need it.
    pub fn add_pack(&mut self, purpose: Purpose, files: PackFiles) {
        self.packs.insert(purpose, files);
    }

    /// Lets packs be read from the browser's files.
    pub fn set_keeper(&mut self, keeper: Rc<Keeper>) {
        self.keeper = Some(keeper);
    }

    /// Decides which packs annotators get, from the next run on. Annotators that may have loaded
    /// others are ended.
    pub fn equip(&mut self, equipment: Vec<(Purpose, Equipment)>) {
        if self.equipment != equipment {
            self.equipment = equipment;
            self.annotators.clear();
        }
    }

    /// Hands the bytes of a built-in split to the desk.
    pub fn add_split(&mut self, name: String, bytes: ArrayBuffer) {
        self.send_split(&name, &bytes);
        self.splits.insert(name, bytes);
    }

    fn send_split(&self, name: &str, bytes: &ArrayBuffer) {
        let Some(desk) = &self.desk else { return };
        let copies = Array::of1(&bytes.slice(0));
        desk.send(&text(&ToDesk::AddSplit { name: name.to_owned() }), Some(&copies), None);
    }

    /// Uses another number of annotators, from the next run on.
    pub fn resize(&mut self, annotators: usize) {
        self.wanted = annotators.max(1);
    }

    /// Sends a message to the desk.
    pub fn ask(&self, message: &ToDesk, file: Option<&File>) {
        if let Some(desk) = &self.desk {
            desk.send(&text(message), None, file);
        }
    }

    /// Lets the annotators work on the run that the desk has begun.
    pub fn work(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        if self.annotators.len() != self.wanted {
            self.annotators.clear();
            for at in 0..self.wanted {
                let annotator = self.spawn(Seat::Annotator(at));
                self.annotators.extend(annotator);
            }
            self.dispatcher = Dispatcher::new(self.annotators.len());
            if self.annotators.is_empty() {
                reports.push(Report::Problem("This browser could not start a worker.".to_owned()));
                reports.push(Report::Over);
                return reports;
            }
        }
        self.dispatch(Event::Start, &mut reports);
        reports
    }

    /// Stops the run: within the patience, or by force.
    pub fn stop(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        self.dispatch(Event::Cancel, &mut reports);
        reports
    }

    /// Takes in what comes from the workers.
    pub fn on(&mut self, event: PoolEvent) -> Vec<Report> {
        let mut reports = Vec::new();
        match event {
            PoolEvent::Read { at, started, files } if started == self.started(at) => {
                match (files, self.annotators.get(at)) {
                    (Ok(PackFiles { names, bytes }), Some(worker)) => {
                        let bytes: Array = bytes.into_iter().collect();
                        worker.send(&text(&ToAnnotator::Load { names }), Some(&bytes), None);
                    }
                    (Err(why), _) => self.dispatch(Event::LoadFailed(at, why), &mut reports),
                    (Ok(_), None) => {}
                }
            }
            PoolEvent::Read { .. } => {}
            PoolEvent::Deadline => self.dispatch(Event::Deadline, &mut reports),
            PoolEvent::Told(seat, Told::Up) => self.seat(seat),
            PoolEvent::Told(Seat::Desk, Told::Text(text, _)) => {
                match serde_json::from_str::<FromDesk>(&text) {
                    Ok(told) => self.desk_told(told, &mut reports),
                    Err(_) => reports.push(Report::Problem(VERSIONS_DIFFER.to_owned())),
                }
            }
            PoolEvent::Told(Seat::Annotator(at), Told::Text(text, _)) => {
                match serde_json::from_str::<FromAnnotator>(&text) {
                    Ok(told) => {
                        if matches!(told, FromAnnotator::Loaded { .. }) {
                            reports.push(Report::Loaded);
                        }
                        self.dispatch(from_annotator(at, told), &mut reports);
                    }
                    Err(_) => reports.push(Report::Problem(VERSIONS_DIFFER.to_owned())),
                }
            }
            PoolEvent::Told(Seat::Desk, Told::Stopped) => {
                let was_up = self.desk.as_ref().is_some_and(|desk| desk.is_up());
                self.desk = None;
                if was_up {
                    self.start_desk();
                    reports.push(Report::DeskLost);
                } else {
                    reports.push(Report::Problem(
                        "The page's worker could not be started in this browser. It needs \
                         WebAssembly with SIMD: a current Firefox, Chrome, Edge or Safari."
                            .to_owned(),
                    ));
                }
            }
            PoolEvent::Told(Seat::Annotator(at), Told::Stopped) => {
                self.dispatch(Event::Crashed(at), &mut reports);
            }
        }
        reports
    }

    /// A worker's module is up: tell it its role.
    fn seat(&self, seat: Seat) {
        let (worker, role) = match seat {
            Seat::Desk => (self.desk.as_ref(), "desk"),
            Seat::Annotator(at) => (self.annotators.get(at), "annotator"),
        };
        if let Some(worker) = worker {
            worker.take_seat(role);
        }
    }

    fn desk_told(&mut self, told: FromDesk, reports: &mut Vec<Report>) {
        match told {
            FromDesk::Job { job } => self.dispatch(Event::Job(job), reports),
            FromDesk::Wait => self.dispatch(Event::Wait, reports),
            FromDesk::Done => self.dispatch(Event::Done, reports),
            other => reports.push(Report::Desk(Box::new(other))),
        }
    }

    fn dispatch(&mut self, event: Event, reports: &mut Vec<Report>) {
        for command in self.dispatcher.on(event) {
            match command {
                Command::Ask(message) => self.ask(&message, None),
                Command::Load(at, pack) => self.load(at, pack, reports),
                Command::Work(at, job) => {
                    if let Some(worker) = self.annotators.get(at) {
                        worker.send(&text(&ToAnnotator::Work { job }), None, None);
                    }
                }
                Command::Forget(at) => {
                    if let Some(worker) = self.annotators.get(at) {
                        worker.send(&text(&ToAnnotator::Forget), None, None);
                    }
                }
                Command::Respawn(at) => {
                    // Dropping the old handle ends the old worker.
                    let fresh = self.spawn(Seat::Annotator(at));
                    match (fresh, self.annotators.get_mut(at)) {
                        (Some(fresh), Some(worker)) => *worker = fresh,
                        _ => self.dispatch(Event::Crashed(at), reports),
                    }
                }
                Command::ArmDeadline => {
                    let events = self.events.clone();
                    let ring = move || events.emit(PoolEvent::Deadline);
                    self.deadline = Some(Timeout::new(CANCEL_PATIENCE, ring));
                }
                Command::Over => {
                    self.deadline = None;
                    reports.push(Report::Over);
                }
                Command::Problem(text) => reports.push(Report::Problem(text)),
            }
        }
    }

    fn load(&mut self, at: usize, pack: Purpose, reports: &mut Vec<Report>) {
        let kept = self.equipment.iter().find_map(|(purpose, from)| match from {
            Equipment::Kept(id) if *purpose == pack => Some(id.clone()),
            _ => None,
        });
        if let (Some(id), Some(keeper)) = (kept, &self.keeper) {
            let (keeper, events, started) = (keeper.clone(), self.events.clone(), self.started(at));
            // Read anew for each annotator and handed over: nothing of it stays in the page.
            spawn_local(async move {
                let files = keeper.read(&id).await;
                events.emit(PoolEvent::Read { at, started, files });
            });
            return;
        }
        let (Some(worker), Some(files)) = (self.annotators.get(at), self.packs.get(&pack)) else {
            let why = "its files were not loaded with the page".to_owned();
            self.dispatch(Event::LoadFailed(at, why), reports);
            return;
        };
        // Each annotator gets a copy of its own; the page keeps the bytes for the next one.
        let copies: Array = files.bytes.iter().map(|bytes| bytes.slice(0)).collect();
        worker.send(&text(&ToAnnotator::Load { names: files.names.clone() }), Some(&copies), None);
    }
}

const VERSIONS_DIFFER: &str =
    "The page and its workers are of different versions. Reload the page.";

fn from_annotator(at: usize, told: FromAnnotator) -> Event {
    match told {
        FromAnnotator::Ready => Event::Ready(at),
        FromAnnotator::Loaded { pack } => Event::Loaded(at, pack),
        FromAnnotator::LoadFailed { message } => Event::LoadFailed(at, message),
        FromAnnotator::Outcome { outcome } => Event::Outcome(at, outcome),
        FromAnnotator::Failed { id, message } => Event::Failed(at, id, message),
        FromAnnotator::Forgot { id } => Event::Forgot(at, id),
    }
}

/// A message as text. Every message can be written: they are plain data with string keys.
fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
