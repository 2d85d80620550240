//! A pool of pretended annotators and a pretended desk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rrgscore_scoring::Metric;
use rrgscore_scoring::job::{Done, Work};

use super::dispatch::*;
use super::*;

const PACK: Purpose = Purpose::BertscoreMinilm;

/// A desk with so many jobs, and what came back.
#[derive(Default)]
struct Desk {
    queue: VecDeque<u64>,
    out: Vec<u64>,
    accepted: Vec<u64>,
    failed: BTreeMap<u64, String>,
    /// What jobs ask for, in turn; nothing when empty.
    encoders: Vec<&'static str>,
}

/// Dispatcher, desk and the state of each annotator.
struct Scene {
    dispatcher: Dispatcher,
    desk: Desk,
    working: BTreeMap<usize, Box<Job>>,
    /// What an annotator has beside that.
    waiting: BTreeMap<usize, Box<Job>>,
    loading: BTreeMap<usize, Purpose>,
    /// The one pack that an annotator holds.
    held: BTreeMap<usize, Purpose>,
    /// How many packs annotators were told to load.
    loads: u32,
    respawned: Vec<usize>,
    over: u32,
    armed: u32,
    problems: Vec<String>,
}

impl Scene {
    fn new(annotators: usize, jobs: u64, with_model: bool) -> Self {
        let encoders: &[&'static str] = if with_model { &["bertscore-minilm"] } else { &[] };
        Self::with(annotators, jobs, encoders)
    }

    fn with(annotators: usize, jobs: u64, encoders: &[&'static str]) -> Self {
        Self::of(annotators, annotators, jobs, encoders)
    }

    /// With only the first `up` annotators up.
    fn of(annotators: usize, up: usize, jobs: u64, encoders: &[&'static str]) -> Self {
        let (queue, encoders) = ((0..jobs).collect(), encoders.to_vec());
        let desk = Desk { queue, encoders, ..Desk::default() };
        let mut scene = Self {
            dispatcher: Dispatcher::new(annotators),
            desk,
            working: BTreeMap::new(),
            waiting: BTreeMap::new(),
            loading: BTreeMap::new(),
            held: BTreeMap::new(),
            loads: 0,
            respawned: Vec::new(),
            over: 0,
            armed: 0,
            problems: Vec::new(),
        };
        (0..up).for_each(|at| scene.tell(Event::Ready(at)));
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
                        assert!(!self.working.contains_key(&at), "it would have to wait");
                        self.loads += 1;
                        self.held.remove(&at);
                        self.loading.insert(at, pack);
                    }
                    Command::Work(at, job) => {
                        let needed = job.needs();
                        assert!(needed.is_none() || needed.as_ref() == self.held.get(&at));
                        assert!(!self.loading.contains_key(&at));
                        let beside = self.working.contains_key(&at);
                        let hands = if beside { &mut self.waiting } else { &mut self.working };
                        assert!(hands.insert(at, job).is_none(), "one works, one waits");
                    }
                    Command::Forget(at) => {
                        let dropped = self.waiting.remove(&at);
                        events.extend(dropped.map(|job| Event::Forgot(at, job.id)));
                    }
                    Command::Respawn(at) => {
                        self.respawned.push(at);
                        self.working.remove(&at);
                        self.waiting.remove(&at);
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
        } else if let Some(outcome) = self.end_job(at) {
            self.tell(outcome);
        }
    }

    /// The annotator has done its job and begun the next, but has not been heard yet.
    fn end_job(&mut self, at: usize) -> Option<Event> {
        let job = self.working.remove(&at)?;
        self.working.extend(self.waiting.remove(&at).map(|next| (at, next)));
        let done = Done::Scores { scores: Vec::new() };
        Some(Event::Outcome(at, Outcome { id: job.id, done, encoded: 0 }))
    }

    /// The jobs that annotators work on, and those that wait with them.
    fn hands(&self) -> [Vec<(usize, u64)>; 2] {
        [&self.working, &self.waiting]
            .map(|jobs| jobs.iter().map(|(&at, job)| (at, job.id.0)).collect())
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
                        Some(&id) => work(id, pairs),
                        None => work("bleu2", pairs),
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
fn one_job_waits_with_each_annotator_once_all_have_one() {
    let mut scene = Scene::new(2, 50, false);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![(0, 2), (1, 3)]]);
    scene.step(1);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 3)], vec![(0, 2), (1, 4)]]);
    let mut alone = Scene::new(1, 50, true);
    alone.step(0);
    assert_eq!(alone.hands(), [vec![(0, 0)], vec![(0, 1)]]);
}

#[test]
fn no_job_waits_with_an_annotator_while_another_may_lack_one() {
    // The second annotator is not up yet.
    let mut scene = Scene::of(2, 1, 4, &[]);
    assert_eq!(scene.hands(), [vec![(0, 0)], vec![]]);
    scene.tell(Event::Ready(1));
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
    // The second still loads the pack: the second job for it is its own.
    let mut scene = Scene::with(2, 12, &two_models(2, 10));
    scene.step(0);
    assert_eq!(scene.hands(), [vec![(0, 0)], vec![]]);
    scene.step(1);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
}

#[test]
fn the_last_jobs_go_to_whoever_is_free_first() {
    for jobs in 0..=4 {
        assert!(Scene::new(2, jobs, false).waiting.is_empty());
    }
    let mut scene = Scene::new(2, 20, false);
    while scene.desk.accepted.len() < 16 {
        scene.step(0);
        scene.step(1);
    }
    assert!(scene.waiting.is_empty());
    // One annotator is slow at its last job: the other does all the rest.
    while scene.working.contains_key(&1) {
        scene.step(1);
    }
    assert_eq!(scene.desk.accepted.len(), 19);
}

/// As many jobs for one model, and as many for another after them.
fn two_models(first: usize, second: usize) -> Vec<&'static str> {
    [vec!["bertscore-minilm"; first], vec!["bertscore"; second]].concat()
}

#[test]
fn one_model_comes_after_the_other_and_is_loaded_once_by_each_annotator() {
    for annotators in [1, 2, 3] {
        let mut scene = Scene::with(annotators, 60, &two_models(30, 30));
        scene.finish();
        assert_eq!(scene.desk.accepted.len(), 60);
        assert_eq!(scene.loads, 2 * annotators as u32);
        assert!(scene.desk.accepted[..30].iter().all(|&id| id < 30), "{annotators}");
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
        let mut scene =
            Scene::with(annotators, 30, &["bertscore-minilm", "bertscore", "bertscore-minilm"]);
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
fn a_crash_is_laid_to_the_job_in_hand_and_not_to_the_one_that_waits() {
    let mut scene = Scene::new(1, 6, false);
    let (mut blamed, mut waited) = (BTreeSet::new(), Vec::new());
    while let [hand, next] = scene.hands().map(|jobs| jobs[0].1)
        && blamed.insert(hand)
    {
        waited.push(next);
        scene.tell(Event::Crashed(0));
        scene.tell(Event::Ready(0));
    }
    let distinct: BTreeSet<u64> = waited.iter().copied().collect();
    assert!(waited.len() > 2 && distinct.is_subset(&(0..6).collect()));
    scene.finish();
    scene.desk.accepted.sort_unstable();
    assert_eq!(scene.desk.accepted, (0..6).collect::<Vec<_>>());
    assert!(scene.desk.failed.is_empty());
}

#[test]
fn both_jobs_of_an_annotator_that_stopped_are_handed_out_again_in_their_order() {
    let mut scene = Scene::new(2, 50, false);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![(0, 2), (1, 3)]]);
    scene.tell(Event::Crashed(0));
    let mut again = Vec::new();
    while again.len() < 2 {
        scene.step(1);
        again.extend(scene.working.get(&1).map(|job| job.id.0).filter(|id| [0, 2].contains(id)));
    }
    assert_eq!(again, [0, 2]);
}

#[test]
fn a_cancel_drops_what_waits_and_keeps_what_is_done() {
    let mut scene = Scene::new(2, 50, false);
    scene.tell(Event::Cancel);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
    scene.step(0);
    assert_eq!(scene.over, 0);
    scene.step(1);
    assert_eq!((scene.over, scene.respawned.len()), (1, 0));
    assert_eq!(scene.desk.accepted, [0, 1]);
}

#[test]
fn a_cancel_waits_for_a_job_that_was_begun_before_it_was_heard() {
    let mut scene = Scene::new(1, 50, false);
    let first = scene.end_job(0);
    scene.tell(Event::Cancel);
    first.into_iter().for_each(|outcome| scene.tell(outcome));
    assert_eq!(scene.over, 0);
    scene.step(0);
    assert_eq!((scene.over, scene.desk.accepted.clone()), (1, vec![0, 1]));
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

fn work(id: &str, pairs: Vec<rrgscore_scoring::job::PairTexts>) -> Work {
    Work::Score { metric: Metric::named(id).unwrap(), idf: None, pairs }
}
