//! Drives a run with threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use rrgscore_packs::Pack;
use rrgscore_scoring::job::Failure;
use rrgscore_scoring::worker::WorkerError;
use rrgscore_scoring::{Job, JobId, Next, Outcome, Run, Worker};

/// What a thread sends back.
type Answer = Result<Outcome, (JobId, String)>;

/// Runs until all is done or `stop` is set; calls `watch` after every outcome.
///
/// # Errors
/// When a pack does not load. What a run already holds stays in it.
pub(crate) fn drive(
    run: &mut Run,
    packs: &[Pack],
    threads: usize,
    stop: &AtomicBool,
    mut watch: impl FnMut(&Run),
) -> Result<(), WorkerError> {
    let mut first = Worker::default();
    for pack in packs {
        first.load(pack)?;
    }
    let others: Vec<Worker> = (1..threads).map(|_| first.beside()).collect();
    let (jobs, inbox) = mpsc::sync_channel::<Box<Job>>(0);
    let inbox = Arc::new(Mutex::new(inbox));
    let (outbox, answers) = mpsc::channel::<Answer>();
    thread::scope(|scope| {
        for mut worker in others.into_iter().chain([first]) {
            let (inbox, outbox) = (Arc::clone(&inbox), outbox.clone());
            scope.spawn(move || {
                loop {
                    let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { break };
                    let answer = worker.handle(&job).map_err(|error| (job.id, error.to_string()));
                    if outbox.send(answer).is_err() {
                        break;
                    }
                }
            });
        }
        drop(outbox);
        feed(run, jobs, &answers, threads.max(1), stop, &mut watch);
    });
    Ok(())
}

/// Keeps every thread busy with one job. Dropping `jobs` at the end lets the threads go.
fn feed(
    run: &mut Run,
    jobs: mpsc::SyncSender<Box<Job>>,
    answers: &mpsc::Receiver<Answer>,
    threads: usize,
    stop: &AtomicBool,
    watch: &mut impl FnMut(&Run),
) {
    let mut out = 0;
    loop {
        while out < threads && !stop.load(Ordering::Relaxed) {
            let Next::Job(job) = run.next_job() else { break };
            if jobs.send(job).is_err() {
                return;
            }
            out += 1;
        }
        if out == 0 {
            return;
        }
        let Ok(answer) = answers.recv() else { return };
        out -= 1;
        match answer {
            Ok(outcome) => {
                let id = outcome.id;
                if let Err(error) = run.accept(outcome) {
                    run.fail(id, &Failure { message: error.to_string() });
                }
            }
            Err((id, message)) => run.fail(id, &Failure { message }),
        }
        watch(run);
    }
}
