//! Drives a run with threads that share the loaded models.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Job, Purpose, Run, Worker};
use rrgscore_session::drive::{
    Drive, DriveCommand, DriveEvent, DriveProblem, PacksHeld, WorkerId, Workers,
};

use crate::packs::FoundPack;

/// How often the wish to stop is asked for while nothing else happens.
const STOP_POLL: Duration = Duration::from_millis(100);

/// How long a run that is to stop waits for the jobs under way.
const DEADLINE: Duration = Duration::from_millis(700);

/// What a thread is told to do.
enum Order {
    Load(Purpose),
    Work(Box<Job>),
    /// Begin, or begin anew, without models.
    Begin,
}

/// Packs that are found; each is read, verified and loaded once, by the first thread of a run that
/// needs it, and stays loaded for the next run.
#[derive(Default)]
pub struct PackModels {
    packs: BTreeMap<Purpose, FoundPack>,
    loaded: Mutex<Worker>,
}

impl PackModels {
    /// Of these packs, none of them loaded; of several for the same purpose the first counts.
    #[must_use]
    pub fn new(packs: impl IntoIterator<Item = FoundPack>) -> Self {
        let mut by_purpose = BTreeMap::new();
        for pack in packs {
            by_purpose.entry(pack.purpose()).or_insert(pack);
        }
        Self { packs: by_purpose, loaded: Mutex::default() }
    }

    /// The packs, as summaries name them.
    #[must_use]
    pub fn references(&self) -> Vec<PackRef> {
        self.packs.values().map(FoundPack::reference).collect()
    }

    /// Gives a worker a model; other threads wait while it is loaded.
    fn load(&self, pack: Purpose, worker: &mut Worker) -> Result<(), String> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if !loaded.has(pack) {
            let found = self.packs.get(&pack).ok_or("it is not installed")?;
            let opened = found.open().map_err(|error| error.to_string())?;
            loaded.load(&opened).map_err(|error| error.to_string())?;
        }
        worker.share_packs_of(&loaded);
        Ok(())
    }
}

/// Runs until all is done or `stop`, which is asked every tenth of a second, says so; calls `watch`
/// when something has been scored. Gives the run with all that was scored, and what the user should
/// know.
///
/// A run that stops waits for the jobs under way, but less than a second: a thread that is not done
/// by then ends by itself after its job, whose outcome nobody hears.
pub fn drive(
    run: Run,
    models: &Arc<PackModels>,
    threads: usize,
    stop: impl FnMut() -> bool,
    watch: impl FnMut(&Run),
) -> (Run, Vec<DriveProblem>) {
    let count = threads.max(1);
    let (report, events) = channel();
    let workers = (0..count).map(|index| Thread::start(WorkerId(index), models, &report)).collect();
    let drive = Drive::new(run, Workers::new(count, PacksHeld::All));
    let mut lead = Lead { drive, workers, problems: Vec::new(), is_stopped: false };
    lead.run(&events, stop, watch);
    let Lead { drive, workers, problems, is_stopped } = lead;
    // The threads end when there can be no more orders, which go here.
    let threads: Vec<_> = workers.into_iter().filter_map(|worker| worker.handle).collect();
    if !is_stopped {
        for thread in threads {
            // A thread catches what breaks in it, and says so before it ends.
            let _ = thread.join();
        }
    }
    (drive.into_parts().0, problems)
}

/// A thread, as the driving side sees it.
struct Thread {
    orders: Sender<Order>,
    /// The job that waits with it is to be dropped.
    drops_queued: Arc<AtomicBool>,
    handle: Option<thread::JoinHandle<()>>,
}

impl Thread {
    fn start(id: WorkerId, models: &Arc<PackModels>, report: &Sender<DriveEvent>) -> Self {
        let (orders, inbox) = channel();
        let drops_queued = Arc::new(AtomicBool::new(false));
        let (models, report) = (Arc::clone(models), report.clone());
        let drops = Arc::clone(&drops_queued);
        let begun = thread::Builder::new()
            .name(format!("rrgscore-{}", id.0))
            .spawn(move || work(id, &models, &inbox, &drops, &report));
        // Without its thread nobody takes orders, which the drive hears of when it gives the first.
        Self { orders, drops_queued, handle: begun.ok() }
    }
}

/// The driving side.
struct Lead {
    drive: Drive,
    workers: Vec<Thread>,
    problems: Vec<DriveProblem>,
    /// Whether the run was to end before all was done.
    is_stopped: bool,
}

impl Lead {
    fn run(
        &mut self,
        events: &Receiver<DriveEvent>,
        mut stop: impl FnMut() -> bool,
        mut watch: impl FnMut(&Run),
    ) {
        let mut pending = VecDeque::from([DriveEvent::Start]);
        let mut asked = Instant::now();
        let mut deadline: Option<Instant> = None;
        loop {
            while let Some(event) = pending.pop_front() {
                for command in self.drive.on(event) {
                    let not_taken = match command {
                        DriveCommand::Load(worker, pack) => self.order(worker, Order::Load(pack)),
                        DriveCommand::Work(worker, job) => self.order(worker, Order::Work(job)),
                        DriveCommand::Spawn(worker) => self.order(worker, Order::Begin),
                        DriveCommand::DropQueued(worker) => {
                            if let Some(thread) = self.workers.get(worker.0) {
                                thread.drops_queued.store(true, Ordering::Relaxed);
                            }
                            None
                        }
                        DriveCommand::Progress => {
                            watch(self.drive.run());
                            None
                        }
                        DriveCommand::Problem(problem) => {
                            self.problems.push(problem);
                            None
                        }
                        DriveCommand::ArmDeadline => {
                            deadline = Some(Instant::now() + DEADLINE);
                            None
                        }
                        DriveCommand::Finished => return,
                    };
                    pending.extend(not_taken.map(DriveEvent::Crashed));
                }
            }
            if !self.is_stopped && asked.elapsed() >= STOP_POLL {
                asked = Instant::now();
                self.is_stopped = stop();
                if self.is_stopped {
                    pending.push_back(DriveEvent::Cancel);
                    continue;
                }
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                // What it would have started in the place of threads that still work is not needed
                // any more.
                self.drive.on(DriveEvent::Deadline);
                return;
            }
            match events.recv_timeout(STOP_POLL) {
                Ok(event) => pending.push_back(event),
                Err(RecvTimeoutError::Timeout) => {}
                // All threads are gone, which they are not while this one holds their orders.
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Hands an order to a thread; gives the worker whose thread is not there to take it.
    fn order(&self, worker: WorkerId, order: Order) -> Option<WorkerId> {
        let sent = self.workers.get(worker.0).map(|thread| thread.orders.send(order));
        (!matches!(sent, Some(Ok(())))).then_some(worker)
    }
}

/// A thread's loop: does what it is told, until there can be no more orders.
fn work(
    id: WorkerId,
    models: &PackModels,
    orders: &Receiver<Order>,
    drops_queued: &AtomicBool,
    report: &Sender<DriveEvent>,
) {
    let mut worker = Worker::default();
    while let Ok(order) = orders.recv() {
        // A worker that broke is thrown away; the models were only read.
        let done = catch_unwind(AssertUnwindSafe(|| match order {
            Order::Load(pack) => match models.load(pack, &mut worker) {
                Ok(()) => DriveEvent::Loaded(id, pack),
                Err(reason) => DriveEvent::LoadFailed(id, reason),
            },
            Order::Work(job) if drops_queued.load(Ordering::Relaxed) => {
                DriveEvent::JobDropped(id, job.id)
            }
            Order::Work(job) => match worker.handle(&job) {
                Ok(outcome) => DriveEvent::Outcome(id, outcome),
                Err(error) => {
                    DriveEvent::JobFailed(id, job.id, Failure::new(FailureKind::Worker, error))
                }
            },
            Order::Begin => {
                worker = Worker::default();
                DriveEvent::WorkerReady(id)
            }
        }));
        if report.send(done.unwrap_or(DriveEvent::Crashed(id))).is_err() {
            return;
        }
    }
}
