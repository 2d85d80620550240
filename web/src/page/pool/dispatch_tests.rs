//! A pool of pretended annotators and a pretended desk.

use std::collections::{BTreeMap, VecDeque};

use rrgscore_scoring::job::{Done, Work};
use rrgscore_scoring::metric::Encoder;

use super::dispatch::*;
use super::*;

const PACK: PackUse = PackUse::BertscoreMinilm;

/// A desk with so many jobs, and what came back.
#[derive(Default)]
struct Desk {
    queue: VecDeque<u64>,
    out: Vec<u64>,
    accepted: Vec<u64>,
    failed: BTreeMap<u64, String>,
    /// What jobs ask for, in turn; nothing when empty.
    encoders: Vec<Encoder>,
}

/// Dispatcher, desk and the state of each annotator.
struct Scene {
    dispatcher: Dispatcher,
    desk: Desk,
    working: BTreeMap<usize, Box<Job>>,
    loading: BTreeMap<usize, PackUse>,
    /// The one pack that an annotator holds.
    held: BTreeMap<usize, PackUse>,
    respawned: Vec<usize>,
    over: u32,
    armed: u32,
    problems: Vec<String>,
}

impl Scene {
    fn new(annotators: usize, jobs: u64, with_model: bool) -> Self {
        let encoders: &[Encoder] = if with_model { &[Encoder::Minilm] } else { &[] };
        Self::with(annotators, jobs, encoders)
    }

    fn with(annotators: usize, jobs: u64, encoders: &[Encoder]) -> Self {
        let (queue, encoders) = ((0..jobs).collect(), encoders.to_vec());
        let desk = Desk { queue, encoders, ..Desk::default() };
        let mut scene = Self {
            dispatcher: Dispatcher::new(annotators),
            desk,
            working: BTreeMap::new(),
            loading: BTreeMap::new(),
            held: BTreeMap::new(),
            respawned: Vec::new(),
            over: 0,
            armed: 0,
            problems: Vec::new(),
        };
        (0..annotators).for_each(|at| scene.tell(Event::Ready(at)));
        scene.tell(Event::Start);
        scene
    }

    fn tell(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for command in self.dispatcher.on(event) {
                match command {
                    Command::Ask(message) => events.extend(self.desk.answer(message)),
                    Command::Load(at, pack) => {
                        self.held.remove(&at);
                        self.loading.insert(at, pack);
                    }
                    Command::Work(at, job) => {
                        let needed = job.needs();
                        assert!(needed.is_none() || needed.as_ref() == self.held.get(&at));
                        self.working.insert(at, job);
                    }
                    Command::Respawn(at) => {
                        self.respawned.push(at);
                        self.working.remove(&at);
                        self.loading.remove(&at);
                        self.held.remove(&at);
                    }
                    Command::ArmDeadline => self.armed += 1,
                    Command::Over => self.over += 1,
                    Command::Problem(text) => self.problems.push(text),
                }
            }
        }
    }

    /// The annotator finishes what it is at.
    fn step(&mut self, at: usize) {
        if let Some(pack) = self.loading.remove(&at) {
            self.held.insert(at, pack);
            self.tell(Event::Loaded(at, pack));
        } else if let Some(job) = self.working.remove(&at) {
            let done = Done::Scores { scores: Vec::new() };
            self.tell(Event::Outcome(at, Outcome { id: job.id, done, encoded: 0 }));
        }
    }

    fn finish(&mut self) {
        let mut rounds = 0;
        while self.over == 0 {
            rounds += 1;
            assert!(rounds < 10_000, "the run does not end");
            (0..8).for_each(|at| self.step(at));
        }
    }
}

impl Desk {
    fn answer(&mut self, message: ToDesk) -> Option<Event> {
        match message {
            ToDesk::NextJob => Some(match self.queue.pop_front() {
                Some(id) => {
                    self.out.push(id);
                    let pairs = Vec::new();
                    let work = match self.encoders.get(id as usize % self.encoders.len().max(1)) {
                        Some(&encoder) => Work::BertScore { encoder, idf: None, pairs },
                        None => Work::Bleu2 { radeval: false, pairs },
                    };
                    Event::Job(Box::new(Job { id: JobId(id), work }))
                }
                None if self.out.is_empty() => Event::Done,
                None => Event::Wait,
            }),
            ToDesk::Accept { outcome } => {
                self.out.retain(|&id| id != outcome.id.0);
                self.accepted.push(outcome.id.0);
                None
            }
            ToDesk::Requeue { id } => {
                self.out.retain(|&out| out != id.0);
                self.queue.push_front(id.0);
                None
            }
            ToDesk::Fail { id, message } => {
                self.out.retain(|&out| out != id.0);
                self.failed.insert(id.0, message);
                None
            }
            other => panic!("the pool has no business with {other:?}"),
        }
    }
}

#[test]
fn every_job_is_done_once_by_any_number_of_annotators() {
    for annotators in [1, 2, 7] {
        for jobs in [0, 1, 2, 50] {
            for with_model in [false, true] {
                let mut scene = Scene::new(annotators, jobs, with_model);
                scene.finish();
                scene.desk.accepted.sort_unstable();
                assert_eq!(scene.desk.accepted, (0..jobs).collect::<Vec<_>>());
                assert_eq!(scene.over, 1);
            }
        }
    }
}

#[test]
fn a_pack_comes_before_the_first_job_that_needs_it_and_only_once() {
    let mut scene = Scene::new(2, 20, true);
    assert!(scene.working.is_empty());
    assert_eq!(scene.loading, BTreeMap::from([(0, PACK), (1, PACK)]));
    scene.step(0);
    assert!(scene.working.contains_key(&0));
    scene.step(0);
    assert!(!scene.loading.contains_key(&0));
}

#[test]
fn an_annotator_holds_one_pack_at_a_time() {
    for annotators in [1, 2, 3] {
        let mut scene = Scene::with(
            annotators,
            30,
            &[Encoder::Minilm, Encoder::Distilroberta, Encoder::Minilm],
        );
        scene.finish();
        scene.desk.accepted.sort_unstable();
        assert_eq!(scene.desk.accepted, (0..30).collect::<Vec<_>>());
        assert!(scene.desk.failed.is_empty());
    }
}

#[test]
fn no_more_annotators_load_a_pack_than_there_are_jobs_for_it() {
    let scene = Scene::new(7, 2, true);
    assert_eq!(scene.loading.len(), 2);
}

#[test]
fn a_job_whose_annotator_stopped_is_done_by_another() {
    let mut scene = Scene::new(2, 5, false);
    scene.tell(Event::Crashed(0));
    assert_eq!(scene.respawned, [0]);
    scene.tell(Event::Ready(0));
    scene.finish();
    assert_eq!(scene.desk.accepted.len(), 5);
    assert!(scene.desk.failed.is_empty());
}

#[test]
fn a_job_that_stopped_two_annotators_is_given_up_and_the_others_are_done() {
    let mut scene = Scene::new(1, 3, false);
    for _ in 0..2 {
        assert_eq!(scene.working[&0].id.0, 0);
        // One annotator: the job handed out again comes after the one that waits here.
        scene.tell(Event::Crashed(0));
        scene.tell(Event::Ready(0));
        while scene.working.get(&0).is_some_and(|job| job.id.0 != 0) {
            scene.step(0);
        }
    }
    scene.finish();
    scene.desk.accepted.sort_unstable();
    assert_eq!(scene.desk.accepted, [1, 2]);
    assert_eq!(scene.desk.failed.keys().copied().collect::<Vec<_>>(), [0]);
}

#[test]
fn a_cancel_waits_for_the_jobs_in_hand_and_no_longer_than_the_deadline() {
    let mut scene = Scene::new(2, 50, false);
    scene.tell(Event::Cancel);
    assert_eq!((scene.armed, scene.over), (1, 0));
    scene.step(0);
    assert_eq!(scene.over, 0);
    assert!(!scene.working.contains_key(&0), "no new job is begun");
    scene.tell(Event::Deadline);
    assert_eq!((scene.respawned.clone(), scene.over), (vec![1], 1));
}

#[test]
fn a_run_after_a_cancel_does_everything() {
    let mut scene = Scene::new(2, 10, true);
    scene.tell(Event::Cancel);
    assert_eq!(scene.over, 1);
    scene.desk.queue = (0..10).collect();
    scene.desk.out.clear();
    scene.over = 0;
    scene.tell(Event::Start);
    scene.finish();
    assert_eq!(scene.desk.accepted.len(), 10);
}

#[test]
fn a_pack_that_cannot_be_loaded_fails_its_jobs_with_the_reason() {
    let mut scene = Scene::new(1, 4, true);
    scene.loading.clear();
    scene.tell(Event::LoadFailed(0, "the tokenizer is damaged".to_owned()));
    scene.finish();
    assert_eq!(scene.desk.failed.len(), 4);
    assert!(scene.desk.failed[&3].contains("damaged"));
    assert!(!scene.problems.is_empty());
}

#[test]
fn a_pack_that_stops_annotators_while_loading_is_given_up() {
    let mut scene = Scene::new(1, 4, true);
    for _ in 0..2 {
        scene.tell(Event::Crashed(0));
        scene.tell(Event::Ready(0));
    }
    scene.finish();
    assert_eq!(scene.desk.failed.len(), 4);
}

#[test]
fn annotators_that_cannot_start_end_the_run_with_a_word() {
    let mut scene = Scene::new(0, 3, false);
    scene.dispatcher = Dispatcher::new(2);
    scene.tell(Event::Start);
    for _ in 0..3 {
        scene.tell(Event::Crashed(0));
        scene.tell(Event::Crashed(1));
    }
    assert_eq!(scene.over, 1);
    assert_eq!(scene.problems.len(), 1);
}
