//! A real run, and a pool of pretended workers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_scoring::job::{Done, PairScore, Reasons, Scored, Work};
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::{Metric, Profile, Settings};

use super::super::*;

pub(super) const PACK: Purpose = Purpose::BertscoreMinilm;
pub(super) const BLEU: &[&str] = &["bleu2"];
pub(super) const MINILM: &[&str] = &["bertscore-minilm"];
pub(super) const TWO_MODELS: &[&str] = &["bertscore-minilm", "bertscore"];

/// A run of so many studies, each a job of its own for each metric, numbered from 0.
pub(super) fn run(metrics: &[&str], studies: usize) -> Run {
    // Two of these exceed any job.
    let words = if metrics == BLEU { 20_001 } else { 130 };
    let text = "w ".repeat(words);
    let pair = |at: usize| StudyPair {
        id: format!("s{at}"),
        reference: format!("{text} {at:03}"),
        candidate: "no effusion".to_owned(),
    };
    let words_of_bleu = |at: usize| StudyPair { candidate: text.clone(), ..pair(at) };
    let pairs = (0..studies).map(|at| if metrics == BLEU { words_of_bleu(at) } else { pair(at) });
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: metrics.iter().map(|id| Metric::named(id).unwrap()).collect(),
    };
    Run::new(settings, pairs.collect::<Vec<_>>())
}

/// The drive and the state of each worker.
pub(super) struct Scene {
    pub(super) drive: Drive,
    pub(super) held: PacksHeld,
    pub(super) working: BTreeMap<usize, Box<Job>>,
    /// What a worker has beside that.
    pub(super) waiting: BTreeMap<usize, Box<Job>>,
    pub(super) loading: BTreeMap<usize, Purpose>,
    pub(super) packs: BTreeMap<usize, BTreeSet<Purpose>>,
    /// How many packs workers were told to load.
    pub(super) loads: u32,
    /// Jobs whose outcome was told, in order.
    pub(super) done: Vec<u64>,
    pub(super) spawned: Vec<usize>,
    pub(super) over: u32,
    pub(super) armed: u32,
    pub(super) problems: Vec<DriveProblem>,
}

impl Scene {
    pub(super) fn new(workers: usize, metrics: &[&str], studies: usize) -> Self {
        Self::up(workers, workers, metrics, studies)
    }

    /// With only the first `up` workers up.
    pub(super) fn up(workers: usize, up: usize, metrics: &[&str], studies: usize) -> Self {
        Self::holding(PacksHeld::One, workers, up, metrics, studies)
    }

    pub(super) fn holding(
        held: PacksHeld,
        workers: usize,
        up: usize,
        metrics: &[&str],
        studies: usize,
    ) -> Self {
        let mut scene = Self {
            drive: Drive::new(run(metrics, studies), Workers::new(workers, held)),
            held,
            working: BTreeMap::new(),
            waiting: BTreeMap::new(),
            loading: BTreeMap::new(),
            packs: BTreeMap::new(),
            loads: 0,
            done: Vec::new(),
            spawned: Vec::new(),
            over: 0,
            armed: 0,
            problems: Vec::new(),
        };
        (0..up).for_each(|at| scene.tell(DriveEvent::WorkerReady(WorkerId(at))));
        scene.tell(DriveEvent::Start);
        scene
    }

    pub(super) fn tell(&mut self, event: DriveEvent) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            if let DriveEvent::Outcome(_, outcome) = &event {
                self.done.push(outcome.id.0);
            }
            for command in self.drive.on(event) {
                assert_eq!(self.over, 0, "the end is the last command");
                self.obey(command, &mut events);
            }
        }
    }

    fn obey(&mut self, command: DriveCommand, events: &mut VecDeque<DriveEvent>) {
        match command {
            DriveCommand::Load(WorkerId(at), pack) => {
                assert!(!self.working.contains_key(&at), "it would have to wait");
                self.loads += 1;
                if self.held == PacksHeld::One {
                    self.packs.remove(&at);
                }
                self.loading.insert(at, pack);
            }
            DriveCommand::Work(WorkerId(at), job) => {
                let has = |pack| self.packs.get(&at).is_some_and(|packs| packs.contains(&pack));
                assert!(job.needs().is_none_or(has));
                assert!(!self.loading.contains_key(&at));
                let beside = self.working.contains_key(&at);
                let hands = if beside { &mut self.waiting } else { &mut self.working };
                assert!(hands.insert(at, job).is_none(), "one works, one waits");
            }
            DriveCommand::DropQueued(worker) => {
                let dropped = self.waiting.remove(&worker.0);
                events.extend(dropped.map(|job| DriveEvent::JobDropped(worker, job.id)));
            }
            DriveCommand::Spawn(WorkerId(at)) => {
                self.spawned.push(at);
                self.working.remove(&at);
                self.waiting.remove(&at);
                self.loading.remove(&at);
                self.packs.remove(&at);
            }
            DriveCommand::ArmDeadline => self.armed += 1,
            DriveCommand::Progress => {}
            DriveCommand::Finished => self.over += 1,
            DriveCommand::Problem(problem) => self.problems.push(problem),
        }
    }

    /// The worker finishes what it is at.
    pub(super) fn step(&mut self, at: usize) {
        if let Some(pack) = self.loading.remove(&at) {
            self.packs.entry(at).or_default().insert(pack);
            self.tell(DriveEvent::Loaded(WorkerId(at), pack));
        } else if let Some(outcome) = self.end_job(at) {
            self.tell(outcome);
        }
    }

    /// The worker has done its job and begun the next, but has not been heard yet.
    pub(super) fn end_job(&mut self, at: usize) -> Option<DriveEvent> {
        let job = self.working.remove(&at)?;
        self.working.extend(self.waiting.remove(&at).map(|next| (at, next)));
        Some(DriveEvent::Outcome(WorkerId(at), outcome(&job)))
    }

    pub(super) fn crash(&mut self, at: usize) {
        self.tell(DriveEvent::Crashed(WorkerId(at)));
        self.tell(DriveEvent::WorkerReady(WorkerId(at)));
    }

    /// The jobs that workers work on, and those that wait with them.
    pub(super) fn hands(&self) -> [Vec<(usize, u64)>; 2] {
        [&self.working, &self.waiting]
            .map(|jobs| jobs.iter().map(|(&at, job)| (at, job.id.0)).collect())
    }

    pub(super) fn finish(&mut self) {
        let mut rounds = 0;
        while self.over == 0 {
            rounds += 1;
            assert!(rounds < 10_000, "the run does not end");
            (0..8).for_each(|at| self.step(at));
        }
        assert!(!self.drive.is_busy());
    }

    /// How many scores and failures there are.
    pub(super) fn counts(&self) -> [usize; 2] {
        counts(self.drive.run())
    }

    /// Why studies have no score.
    pub(super) fn failures(&self) -> BTreeSet<String> {
        let columns = self.drive.run().columns();
        columns.iter().flat_map(|c| c.cells.iter()).filter_map(failure).collect()
    }
}

fn failure(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Failed(failure) => Some(failure.message.clone()),
        _ => None,
    }
}

pub(super) fn counts(run: &Run) -> [usize; 2] {
    let cells = || run.columns().iter().flat_map(|column| column.cells.iter());
    let failed = cells().filter(|cell| failure(cell).is_some()).count();
    [cells().filter(|cell| cell.value().is_some()).count(), failed]
}

/// What a worker makes of a job: each pair scores 0.5.
pub(super) fn outcome(job: &Job) -> Outcome {
    let Work::Score { pairs, .. } = &job.work else {
        panic!("no other work is planned here");
    };
    let scored =
        || Scored { value: 0.5, truncated: false, flags: Vec::new(), reasons: Reasons::Plain };
    let scores = pairs.iter().map(|pair| PairScore { pair: pair.pair, result: Ok(scored()) });
    Outcome { id: job.id, done: Done::Scores { scores: scores.collect() }, encoded: 0 }
}
