//! Decides which annotator does what. Knows no worker, message or clock: events in, commands out.
//!
//! The desk plans and files; annotators work. Each annotator has one job, and one more that waits
//! with it: on a busy machine it takes a while until the page is told of an outcome, and the
//! annotator would stand still for so long. As many jobs as there are annotators wait here, so
//! that none is idle while the desk answers, and so that a run's last jobs go to whoever is free
//! first. An annotator gets a pack before a job that needs it, and holds one at a time: five
//! encoders in each annotator would fill a tab, and the desk hands out one model's jobs after the
//! other's. A job whose annotator stopped is handed out again, and given up when a second one
//! stops over it.

use std::collections::{BTreeMap, VecDeque};

use rrgscore_scoring::Purpose;
use rrgscore_scoring::job::{Job, JobId, Outcome};

use crate::protocol::ToDesk;

/// A job that stopped this many annotators is given up; so is a pack.
const MOST_CRASHES: u32 = 2;
/// An annotator that could not start this many times in a row is not started again.
const MOST_FAILED_STARTS: u32 = 3;

/// What happens to the pool.
#[derive(Debug)]
pub enum Event {
    /// The desk has begun a run.
    Start,
    /// The run is to stop.
    Cancel,
    /// The time is over that annotators have to finish their job after a cancel.
    Deadline,
    /// The desk hands out a job.
    Job(Box<Job>),
    /// The desk has no job now.
    Wait,
    /// The desk has no further job.
    Done,
    /// An annotator is up.
    Ready(usize),
    /// An annotator has loaded a pack.
    Loaded(usize, Purpose),
    /// An annotator could not load a pack: why.
    LoadFailed(usize, String),
    /// An annotator has done its job.
    Outcome(usize, Outcome),
    /// An annotator could not do its job: why.
    Failed(usize, JobId, String),
    /// An annotator has dropped the job that waited with it, as it was told to.
    Forgot(usize, JobId),
    /// An annotator stopped.
    Crashed(usize),
}

/// What the pool is to do.
#[derive(Debug)]
pub enum Command {
    /// Send this to the desk.
    Ask(ToDesk),
    /// Send a pack to an annotator, which forgets the one that it held.
    Load(usize, Purpose),
    /// Give a job to an annotator, perhaps while it still works on another.
    Work(usize, Box<Job>),
    /// Tell an annotator to drop the job that waits with it.
    Forget(usize),
    /// End an annotator and start another in its place.
    Respawn(usize),
    /// Tell [`Event::Deadline`] after the time that a cancel may take.
    ArmDeadline,
    /// The run is over.
    Over,
    /// Tell the user.
    Problem(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Idle,
    Running,
    Cancelling,
}

/// One annotator, as the dispatcher sees it.
#[derive(Debug, Default)]
struct Slot {
    ready: bool,
    dead: bool,
    failed_starts: u32,
    pack: Option<Purpose>,
    loading: Option<Purpose>,
    /// What it works on.
    job: Option<JobId>,
    /// What it works on next; only beside a job.
    next: Option<JobId>,
}

impl Slot {
    fn is_free(&self) -> bool {
        self.ready && self.job.is_none() && self.loading.is_none()
    }

    /// Whether it will ask for work of its own accord, now or once it is up.
    fn is_hungry(&self) -> bool {
        !self.dead && self.job.is_none()
    }

    /// Whether a job could wait with it.
    fn has_room(&self) -> bool {
        self.job.is_some() && self.next.is_none()
    }

    /// Jobs that could be given to it.
    fn room(&self) -> usize {
        if self.dead {
            0
        } else {
            usize::from(self.job.is_none()) + usize::from(self.next.is_none())
        }
    }

    /// Whether it can do a job with the pack that it holds.
    fn can(&self, job: &Job) -> bool {
        job.needs().is_none_or(|pack| self.pack == Some(pack))
    }

    /// A job is not with it any more.
    fn ended(&mut self, id: JobId) {
        if self.next == Some(id) {
            self.next = None;
        } else if self.job == Some(id) {
            self.job = self.next.take();
        }
    }
}

/// The pool's mind.
#[derive(Debug, Default)]
pub struct Dispatcher {
    slots: Vec<Slot>,
    phase: Phase,
    /// Jobs from the desk that no annotator has yet.
    backlog: VecDeque<Box<Job>>,
    /// Jobs asked for and not yet answered.
    asked: usize,
    /// The desk said to wait; asking again makes sense once something has come back.
    waiting: bool,
    /// The desk said that there is no further job.
    drained: bool,
    crashes: BTreeMap<JobId, u32>,
    load_crashes: BTreeMap<Purpose, u32>,
    /// Packs that cannot be used, and why.
    broken: BTreeMap<Purpose, String>,
}

impl Dispatcher {
    /// A pool of that many annotators, none of them up yet.
    pub fn new(annotators: usize) -> Self {
        Self { slots: (0..annotators).map(|_| Slot::default()).collect(), ..Self::default() }
    }

    /// Whether a run is under way.
    pub fn is_busy(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Takes in an event and says what to do.
    pub fn on(&mut self, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        self.take(event, &mut commands);
        self.pump(&mut commands);
        commands
    }

    fn take(&mut self, event: Event, out: &mut Vec<Command>) {
        match event {
            Event::Start => {
                self.phase = Phase::Running;
                self.backlog.clear();
                (self.asked, self.waiting, self.drained) = (0, false, false);
                self.crashes.clear();
                self.broken.clear();
                self.load_crashes.clear();
            }
            Event::Cancel => {
                self.backlog.clear();
                if self.slots.iter().any(|slot| slot.job.is_some()) {
                    self.phase = Phase::Cancelling;
                    let waited = |&at: &usize| self.slots[at].next.is_some();
                    out.extend((0..self.slots.len()).filter(waited).map(Command::Forget));
                    out.push(Command::ArmDeadline);
                } else {
                    self.phase = Phase::Idle;
                    out.push(Command::Over);
                }
            }
            Event::Deadline if self.phase == Phase::Cancelling => {
                for at in 0..self.slots.len() {
                    if self.slots[at].job.is_some() {
                        self.respawn(at, out);
                    }
                }
            }
            Event::Deadline => {}
            Event::Job(job) => {
                self.asked = self.asked.saturating_sub(1);
                if self.phase == Phase::Running {
                    self.backlog.push_back(job);
                }
            }
            Event::Wait => {
                self.asked = self.asked.saturating_sub(1);
                self.waiting = true;
            }
            Event::Done => {
                self.asked = self.asked.saturating_sub(1);
                self.drained = true;
            }
            Event::Ready(at) => self.with(at, |slot| {
                (slot.ready, slot.failed_starts) = (true, 0);
            }),
            Event::Loaded(at, pack) => self.with(at, |slot| {
                slot.loading = None;
                slot.pack = Some(pack);
            }),
            Event::LoadFailed(at, why) => {
                let slot = self.slots.get_mut(at);
                let (pack, id) = slot.map_or((None, None), |slot| (slot.loading.take(), slot.job));
                if let Some(pack) = pack {
                    self.broken.insert(pack, why);
                } else if let Some(id) = id {
                    // Not even the message was understood: nobody would ever answer the job.
                    self.with(at, |slot| slot.ended(id));
                    self.back(ToDesk::Fail { id, message: why }, out);
                }
            }
            Event::Outcome(at, outcome) => {
                self.with(at, |slot| slot.ended(outcome.id));
                self.back(ToDesk::Accept { outcome }, out);
            }
            Event::Failed(at, id, message) => {
                self.with(at, |slot| slot.ended(id));
                self.back(ToDesk::Fail { id, message }, out);
            }
            // The desk is told nothing: a run that goes on hands out anew all that was out.
            Event::Forgot(at, id) => self.with(at, |slot| slot.ended(id)),
            Event::Crashed(at) => self.crashed(at, out),
        }
    }

    fn with(&mut self, at: usize, change: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.slots.get_mut(at) {
            change(slot);
        }
    }

    /// Something goes back to the desk, which may now have a job again.
    fn back(&mut self, message: ToDesk, out: &mut Vec<Command>) {
        (self.waiting, self.drained) = (false, false);
        out.push(Command::Ask(message));
    }

    fn respawn(&mut self, at: usize, out: &mut Vec<Command>) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot { failed_starts: slot.failed_starts, ..Slot::default() };
            out.push(Command::Respawn(at));
        }
    }

    fn crashed(&mut self, at: usize, out: &mut Vec<Command>) {
        let Some(slot) = self.slots.get_mut(at) else { return };
        if !slot.ready {
            slot.failed_starts += 1;
            if slot.failed_starts >= MOST_FAILED_STARTS {
                slot.dead = true;
                if self.slots.iter().all(|slot| slot.dead) && self.phase != Phase::Idle {
                    out.push(Command::Problem(
                        "No worker could be started, so nothing can be scored. Perhaps this \
                         browser has too little memory left; close other tabs and reload."
                            .to_owned(),
                    ));
                    self.phase = Phase::Idle;
                    self.backlog.clear();
                    out.push(Command::Over);
                }
                return;
            }
        }
        let (job, next, loading) = (slot.job, slot.next, slot.loading);
        self.respawn(at, out);
        if let Some(pack) = loading {
            let crashes = self.load_crashes.entry(pack).or_default();
            *crashes += 1;
            if *crashes >= MOST_CRASHES {
                let why = "the model stopped its worker while it was loaded, perhaps for lack of \
                           memory; try fewer workers";
                self.broken.insert(pack, why.to_owned());
            }
        }
        // Before the other, so that the desk has them in their order again.
        if let Some(id) = next {
            self.back(ToDesk::Requeue { id }, out);
        }
        let Some(id) = job else { return };
        let crashes = self.crashes.entry(id).or_default();
        *crashes += 1;
        let message = if *crashes >= MOST_CRASHES {
            let message = "its worker stopped twice over it, perhaps for lack of memory".to_owned();
            ToDesk::Fail { id, message }
        } else {
            ToDesk::Requeue { id }
        };
        self.back(message, out);
    }

    /// Gives out what there is, asks for more, and notices the end.
    fn pump(&mut self, out: &mut Vec<Command>) {
        match self.phase {
            Phase::Idle => {}
            Phase::Cancelling => {
                if self.slots.iter().all(|slot| slot.job.is_none()) {
                    self.phase = Phase::Idle;
                    out.push(Command::Over);
                }
            }
            Phase::Running => {
                self.fail_what_cannot_be_done(out);
                self.give_out(out);
                self.give_ahead(out);
                self.ask_for_more(out);
                let busy = self.slots.iter().any(|slot| slot.job.is_some());
                if self.drained && self.asked == 0 && self.backlog.is_empty() && !busy {
                    self.phase = Phase::Idle;
                    out.push(Command::Over);
                }
            }
        }
    }

    fn fail_what_cannot_be_done(&mut self, out: &mut Vec<Command>) {
        let broken = self.broken.clone();
        let (bad, good) = std::mem::take(&mut self.backlog)
            .into_iter()
            .partition(|job| job.needs().is_some_and(|pack| broken.contains_key(&pack)));
        self.backlog = good;
        let bad: VecDeque<Box<Job>> = bad;
        for job in bad {
            if let Some(why) = job.needs().and_then(|pack| broken.get(&pack)) {
                let (id, message) = (job.id, why.clone());
                self.back(ToDesk::Fail { id, message }, out);
                out.push(Command::Problem(format!("A model could not be used: {why}.")));
            }
        }
    }

    fn give_out(&mut self, out: &mut Vec<Command>) {
        for at in 0..self.slots.len() {
            if !self.slots[at].is_free() {
                continue;
            }
            let slot = &self.slots[at];
            if let Some(found) = self.backlog.iter().position(|job| slot.can(job)) {
                if let Some(job) = self.backlog.remove(found) {
                    self.slots[at].job = Some(job.id);
                    out.push(Command::Work(at, job));
                }
                continue;
            }
            // Not more annotators load a pack than there are jobs that wait for it.
            let wanted = self.backlog.iter().filter_map(|job| job.needs()).find(|pack| {
                let jobs = self.backlog.iter().filter(|job| job.needs() == Some(*pack)).count();
                let loading = self.slots.iter().filter(|s| s.loading == Some(*pack)).count();
                loading < jobs
            });
            if let Some(pack) = wanted {
                (self.slots[at].pack, self.slots[at].loading) = (None, Some(pack));
                out.push(Command::Load(at, pack));
            }
        }
    }

    /// Gives annotators that work a job to go on with, of what is left when every annotator that
    /// does not work has its share and as many jobs as there are annotators stay here: no
    /// annotator is to have two jobs while another has none.
    fn give_ahead(&mut self, out: &mut Vec<Command>) {
        let kept = self.alive() + self.slots.iter().filter(|slot| slot.is_hungry()).count();
        for at in 0..self.slots.len() {
            let slot = &self.slots[at];
            if !slot.has_room() || self.backlog.len() <= kept {
                continue;
            }
            let found =
                self.backlog.iter().position(|job| slot.can(job) && self.is_spare(job.needs()));
            if let Some(job) = found.and_then(|found| self.backlog.remove(found)) {
                self.slots[at].next = Some(job.id);
                out.push(Command::Work(at, job));
            }
        }
    }

    /// Whether there are more jobs for a pack than annotators that may yet want one of them.
    fn is_spare(&self, pack: Option<Purpose>) -> bool {
        let loads_another =
            |slot: &Slot| pack.is_some() && slot.loading.is_some_and(|p| Some(p) != pack);
        let wanted =
            self.slots.iter().filter(|slot| slot.is_hungry() && !loads_another(slot)).count();
        self.backlog.iter().filter(|job| job.needs() == pack).count() > wanted
    }

    fn alive(&self) -> usize {
        self.slots.iter().filter(|slot| !slot.dead).count()
    }

    /// Asks for what annotators have room for, and for one job each to lie here.
    fn ask_for_more(&mut self, out: &mut Vec<Command>) {
        if self.waiting || self.drained {
            return;
        }
        let room: usize = self.slots.iter().map(Slot::room).sum();
        while self.backlog.len() + self.asked < self.alive() + room {
            self.asked += 1;
            out.push(Command::Ask(ToDesk::NextJob));
        }
    }
}
