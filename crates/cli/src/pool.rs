//! Drives a run with threads that share the loaded models.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::{Job, Purpose, Run, Worker};
use rrgscore_session::drive::{
    Drive, DriveCommand, DriveEvent, DriveProblem, PacksHeld, WorkerId, Workers,
};

use crate::packs::Found;

/// How often the wish to stop is looked for while nothing else happens.
const STOP_POLL: Duration = Duration::from_millis(100);

/// What a thread is told to do.
enum Order {
    Load(Purpose),
    Work(Box<Job>),
    /// Begin, or begin anew, without models.
    Begin,
}

/// The packs of a run; each is read, verified and loaded once, by the first thread that needs it.
struct Models<'a> {
    packs: BTreeMap<Purpose, &'a Found>,
    loaded: Mutex<Worker>,
}

impl Models<'_> {
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

/// Runs until all is done or `stop` is set; calls `watch` when something has been scored. Gives
/// the run with all that was scored, and what the user should know.
pub(crate) fn drive<'a>(
    run: Run,
    packs: impl IntoIterator<Item = &'a Found>,
    threads: usize,
    stop: &AtomicBool,
    watch: impl FnMut(&Run),
) -> (Run, Vec<DriveProblem>) {
    let models = Models {
        packs: packs.into_iter().map(|pack| (pack.purpose(), pack)).collect(),
        loaded: Mutex::new(Worker::default()),
    };
    let count = threads.max(1);
    // Set for a thread: the job that waits with it is to be dropped.
    let drops: Vec<AtomicBool> = (0..count).map(|_| AtomicBool::new(false)).collect();
    let (report, events) = channel();
    thread::scope(|scope| {
        let mut orders = Vec::with_capacity(count);
        for (index, drops_queued) in drops.iter().enumerate() {
            let (sender, inbox) = channel();
            let (models, report) = (&models, report.clone());
            scope.spawn(move || work(WorkerId(index), models, &inbox, drops_queued, &report));
            orders.push(sender);
        }
        let mut lead = Lead {
            drive: Drive::new(run, Workers::new(count, PacksHeld::All)),
            orders,
            drops: &drops,
            problems: Vec::new(),
        };
        lead.run(&events, stop, watch);
        // The threads end when there can be no more orders, which go with `lead`.
        (lead.drive.into_parts().0, lead.problems)
    })
}

/// The driving side.
struct Lead<'a> {
    drive: Drive,
    orders: Vec<Sender<Order>>,
    drops: &'a [AtomicBool],
    problems: Vec<DriveProblem>,
}

impl Lead<'_> {
    fn run(
        &mut self,
        events: &Receiver<DriveEvent>,
        stop: &AtomicBool,
        mut watch: impl FnMut(&Run),
    ) {
        let mut next = Some(DriveEvent::Start);
        let mut cancelled = false;
        loop {
            if let Some(event) = next.take() {
                for command in self.drive.on(event) {
                    match command {
                        DriveCommand::Load(worker, pack) => self.order(worker, Order::Load(pack)),
                        DriveCommand::Work(worker, job) => self.order(worker, Order::Work(job)),
                        DriveCommand::Spawn(worker) => self.order(worker, Order::Begin),
                        DriveCommand::DropQueued(worker) => {
                            if let Some(drops) = self.drops.get(worker.0) {
                                drops.store(true, Ordering::Relaxed);
                            }
                        }
                        DriveCommand::Progress => watch(self.drive.run()),
                        DriveCommand::Problem(problem) => self.problems.push(problem),
                        // A thread cannot be ended; its job is done in a moment.
                        DriveCommand::ArmDeadline => {}
                        DriveCommand::Finished => return,
                    }
                }
            }
            if stop.load(Ordering::Relaxed) && !cancelled {
                cancelled = true;
                next = Some(DriveEvent::Cancel);
                continue;
            }
            match events.recv_timeout(STOP_POLL) {
                Ok(event) => next = Some(event),
                Err(RecvTimeoutError::Timeout) => {}
                // All threads are gone, which they are not while this one holds their orders.
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn order(&self, worker: WorkerId, order: Order) {
        if let Some(orders) = self.orders.get(worker.0) {
            // A thread hears orders for as long as they can come.
            let _ = orders.send(order);
        }
    }
}

/// A thread's loop: does what it is told, until there can be no more orders.
fn work(
    id: WorkerId,
    models: &Models<'_>,
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
