//! What workers are given, and what becomes of a run when they fail, stop or are told to.

mod scene;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;

use rrgscore_scoring::job::Done;

use self::scene::{BLEU, MINILM, PACK, Scene, TWO_MODELS, counts, outcome, run};
use super::*;

#[test]
fn every_job_is_done_once_by_any_number_of_workers() {
    for workers in [1, 2, 7] {
        for studies in [0, 1, 2, 50] {
            for metrics in [BLEU, MINILM] {
                let mut scene = Scene::new(workers, metrics, studies);
                scene.finish();
                scene.done.sort_unstable();
                assert_eq!(scene.done, (0..studies as u64).collect::<Vec<_>>());
                assert_eq!((scene.over, scene.counts()), (1, [studies, 0]));
            }
        }
    }
}

#[test]
fn one_job_waits_with_each_worker_once_all_have_one() {
    let mut scene = Scene::new(2, BLEU, 50);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![(0, 2), (1, 3)]]);
    scene.step(1);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 3)], vec![(0, 2), (1, 4)]]);
    let mut alone = Scene::new(1, MINILM, 50);
    alone.step(0);
    assert_eq!(alone.hands(), [vec![(0, 0)], vec![(0, 1)]]);
}

#[test]
fn no_job_waits_with_a_worker_while_another_may_lack_one() {
    // The second worker is not up yet.
    let mut scene = Scene::up(2, 1, BLEU, 4);
    assert_eq!(scene.hands(), [vec![(0, 0)], vec![]]);
    scene.tell(DriveEvent::WorkerReady(WorkerId(1)));
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
    // The second still loads the pack: the second job for it is its own.
    let mut scene = Scene::new(2, TWO_MODELS, 2);
    scene.step(0);
    assert_eq!(scene.hands(), [vec![(0, 0)], vec![]]);
    scene.step(1);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
}

#[test]
fn the_last_jobs_go_to_whoever_is_free_first() {
    for studies in 0..=4 {
        assert!(Scene::new(2, BLEU, studies).waiting.is_empty());
    }
    let mut scene = Scene::new(2, BLEU, 20);
    while scene.done.len() < 16 {
        scene.step(0);
        scene.step(1);
    }
    assert!(scene.waiting.is_empty());
    // One worker is slow at its last job: the other does all the rest.
    while scene.working.contains_key(&1) {
        scene.step(1);
    }
    assert_eq!(scene.done.len(), 19);
}

#[test]
fn one_model_comes_after_the_other_and_is_loaded_once_by_each_worker() {
    for held in [PacksHeld::One, PacksHeld::All] {
        for workers in [1, 2, 3] {
            let mut scene = Scene::holding(held, workers, workers, TWO_MODELS, 30);
            scene.finish();
            assert_eq!(scene.done.len(), 60);
            assert_eq!(scene.loads, 2 * workers as u32);
            assert!(scene.done[..30].iter().all(|&id| id < 30), "{workers}");
        }
    }
}

#[test]
fn a_pack_comes_before_the_first_job_that_needs_it_and_only_once() {
    let mut scene = Scene::new(2, MINILM, 20);
    assert!(scene.working.is_empty());
    assert_eq!(scene.loading, BTreeMap::from([(0, PACK), (1, PACK)]));
    scene.step(0);
    assert!(scene.working.contains_key(&0));
    scene.step(0);
    assert!(!scene.loading.contains_key(&0));
}

#[test]
fn workers_that_come_with_their_packs_load_none() {
    let mut drive = Drive::new(run(TWO_MODELS, 3), Workers::new(2, PacksHeld::All));
    let mut events = VecDeque::new();
    for worker in [0, 1].map(WorkerId) {
        events.push_back(DriveEvent::WorkerReady(worker));
        for pack in [Purpose::BertscoreMinilm, Purpose::BertscoreDistilroberta] {
            events.push_back(DriveEvent::Loaded(worker, pack));
        }
    }
    events.push_back(DriveEvent::Start);
    let mut finished = 0;
    while let Some(event) = events.pop_front() {
        for command in drive.on(event) {
            match command {
                DriveCommand::Work(worker, job) => {
                    events.push_back(DriveEvent::Outcome(worker, outcome(&job)));
                }
                DriveCommand::Progress => {}
                DriveCommand::Finished => finished += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((finished, counts(drive.run())), (1, [6, 0]));
}

#[test]
fn no_more_workers_load_a_pack_than_there_are_jobs_for_it() {
    let scene = Scene::new(7, MINILM, 2);
    assert_eq!(scene.loading.len(), 2);
}

#[test]
fn a_job_whose_worker_stopped_is_done_by_another() {
    let mut scene = Scene::new(2, BLEU, 5);
    scene.crash(0);
    assert_eq!(scene.spawned, [0]);
    scene.finish();
    assert_eq!(scene.counts(), [5, 0]);
}

#[test]
fn a_job_that_stopped_two_workers_fails_and_the_others_are_done() {
    let mut scene = Scene::new(1, BLEU, 3);
    for _ in 0..2 {
        assert_eq!(scene.working[&0].id.0, 0);
        // The job that is handed out again comes after those that lie here.
        scene.crash(0);
        while scene.working.get(&0).is_some_and(|job| job.id.0 != 0) {
            scene.step(0);
        }
    }
    scene.finish();
    scene.done.sort_unstable();
    assert_eq!((scene.done.as_slice(), scene.counts()), ([1, 2].as_slice(), [2, 1]));
    assert!(scene.failures().first().is_some_and(|why| why.contains("stopped twice")));
}

#[test]
fn a_run_with_a_job_that_always_stops_its_worker_ends() {
    let mut scene = Scene::new(2, BLEU, 12);
    let mut crashes = 0;
    while scene.over == 0 {
        for at in 0..2 {
            if scene.working.get(&at).is_some_and(|job| job.id.0 == 3) {
                crashes += 1;
                scene.crash(at);
            } else {
                scene.step(at);
            }
        }
    }
    assert_eq!((crashes, scene.counts()), (2, [11, 1]));
}

#[test]
fn a_crash_is_laid_to_the_job_in_hand_and_not_to_the_one_that_waits() {
    let mut scene = Scene::new(1, BLEU, 6);
    let (mut blamed, mut waited) = (BTreeSet::new(), Vec::new());
    while let [hand, next] = scene.hands().map(|jobs| jobs[0].1)
        && blamed.insert(hand)
    {
        waited.push(next);
        scene.crash(0);
    }
    let distinct: BTreeSet<u64> = waited.iter().copied().collect();
    assert!(waited.len() > 2 && distinct.is_subset(&(0..6).collect()));
    scene.finish();
    assert_eq!(scene.counts(), [6, 0]);
}

#[test]
fn both_jobs_of_a_worker_that_stopped_are_handed_out_again_in_their_order() {
    let mut scene = Scene::new(2, BLEU, 50);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![(0, 2), (1, 3)]]);
    scene.tell(DriveEvent::Crashed(WorkerId(0)));
    let mut again = Vec::new();
    while again.len() < 2 {
        scene.step(1);
        again.extend(scene.working.get(&1).map(|job| job.id.0).filter(|id| [0, 2].contains(id)));
    }
    assert_eq!(again, [0, 2]);
}

#[test]
fn a_cancel_drops_what_waits_and_keeps_what_is_done() {
    let mut scene = Scene::new(2, BLEU, 50);
    scene.tell(DriveEvent::Cancel);
    assert_eq!(scene.hands(), [vec![(0, 0), (1, 1)], vec![]]);
    scene.step(0);
    assert_eq!(scene.over, 0);
    scene.step(1);
    assert_eq!((scene.over, scene.spawned.len()), (1, 0));
    assert_eq!((scene.done.as_slice(), scene.counts()), ([0, 1].as_slice(), [2, 0]));
}

#[test]
fn a_cancel_waits_for_a_job_that_was_begun_before_it_was_heard() {
    let mut scene = Scene::new(1, BLEU, 50);
    let first = scene.end_job(0);
    scene.tell(DriveEvent::Cancel);
    first.into_iter().for_each(|outcome| scene.tell(outcome));
    assert_eq!(scene.over, 0);
    scene.step(0);
    assert_eq!((scene.over, scene.counts()), (1, [2, 0]));
}

#[test]
fn a_cancel_waits_for_the_jobs_in_hand_and_no_longer_than_the_deadline() {
    let mut scene = Scene::new(2, BLEU, 50);
    scene.tell(DriveEvent::Cancel);
    assert_eq!((scene.armed, scene.over), (1, 0));
    scene.step(0);
    assert_eq!(scene.over, 0);
    assert!(!scene.working.contains_key(&0), "no new job is begun");
    scene.tell(DriveEvent::Deadline);
    assert_eq!((scene.spawned.clone(), scene.over), (vec![1], 1));
}

#[test]
fn a_run_that_goes_on_after_a_cancel_does_the_rest() {
    for by_force in [false, true] {
        let mut scene = Scene::new(2, MINILM, 12);
        // Both have the pack, and each has done a job.
        (0..4).for_each(|step| scene.step(step % 2));
        scene.tell(DriveEvent::Cancel);
        if by_force {
            scene.tell(DriveEvent::Deadline);
            (0..2).for_each(|at| scene.tell(DriveEvent::WorkerReady(WorkerId(at))));
        } else {
            (0..2).for_each(|at| scene.step(at));
        }
        assert_eq!((scene.over, scene.drive.is_busy()), (1, false));
        let before = scene.done.clone();
        scene.over = 0;
        scene.tell(DriveEvent::Start);
        scene.finish();
        assert_eq!(scene.counts(), [12, 0]);
        let all: BTreeSet<u64> = scene.done.iter().copied().collect();
        assert_eq!((all.len(), scene.done.len()), (12, 12), "after {before:?}");
    }
}

#[test]
fn a_cancel_before_the_workers_are_up_ends_at_once() {
    let mut scene = Scene::up(2, 0, BLEU, 10);
    scene.tell(DriveEvent::Cancel);
    assert_eq!((scene.over, scene.armed), (1, 0));
}

#[test]
fn a_pack_that_cannot_be_loaded_fails_its_jobs_with_the_reason_told_once() {
    let mut scene = Scene::new(2, TWO_MODELS, 40);
    for at in 0..2 {
        scene.loading.remove(&at);
        let why = "the tokenizer is damaged".to_owned();
        scene.tell(DriveEvent::LoadFailed(WorkerId(at), why));
    }
    scene.finish();
    assert_eq!(scene.counts(), [40, 40]);
    assert_eq!(scene.failures(), BTreeSet::from(["the tokenizer is damaged".to_owned()]));
    let reason = "the tokenizer is damaged".to_owned();
    assert_eq!(scene.problems, [DriveProblem::Pack { pack: PACK, reason }]);
}

#[test]
fn a_pack_that_stops_workers_while_loading_is_given_up() {
    let mut scene = Scene::new(1, MINILM, 4);
    (0..2).for_each(|_| scene.crash(0));
    scene.finish();
    assert_eq!(scene.counts(), [0, 4]);
}

#[test]
fn workers_that_cannot_start_end_the_run_with_a_word_and_are_tried_again_by_the_next_start() {
    let mut scene = Scene::up(2, 0, BLEU, 3);
    for at in [0, 1] {
        (0..3).for_each(|_| scene.tell(DriveEvent::Crashed(WorkerId(at))));
    }
    assert_eq!((scene.over, scene.problems.as_slice()), (1, [DriveProblem::NoWorkers].as_slice()));
    assert_eq!(scene.spawned, [0, 1, 0, 0, 1, 1]);
    (scene.over, scene.spawned) = (0, Vec::new());
    scene.tell(DriveEvent::Start);
    assert_eq!((scene.over, scene.spawned.clone()), (0, vec![0, 1]));
    scene.tell(DriveEvent::WorkerReady(WorkerId(1)));
    scene.finish();
    assert_eq!(scene.counts(), [3, 0]);
}

#[test]
fn a_run_without_workers_ends_with_a_word() {
    let scene = Scene::new(0, BLEU, 3);
    assert_eq!((scene.over, scene.problems.as_slice()), (1, [DriveProblem::NoWorkers].as_slice()));
}

#[test]
fn an_outcome_that_does_not_answer_its_job_fails_it() {
    let mut scene = Scene::new(1, BLEU, 4);
    let Some(DriveEvent::Outcome(worker, mut wrong)) = scene.end_job(0) else { panic!() };
    wrong.done = Done::Scores { scores: Vec::new() };
    scene.tell(DriveEvent::Outcome(worker, wrong));
    scene.finish();
    assert_eq!(scene.counts(), [3, 1]);
    assert!(scene.failures().first().is_some_and(|why| why.contains("does not answer it")));
}

#[test]
fn an_outcome_of_another_job_fails_the_job_in_hand() {
    let mut scene = Scene::new(2, BLEU, 8);
    let Some(DriveEvent::Outcome(worker, mut wrong)) = scene.end_job(0) else { panic!() };
    // The job of the other worker, which has not answered yet.
    wrong.id = JobId(1);
    scene.tell(DriveEvent::Outcome(worker, wrong));
    scene.finish();
    assert_eq!(scene.counts(), [7, 1]);
    assert!(scene.failures().first().is_some_and(|why| why.contains("answered job 1")));
}

#[test]
fn a_late_outcome_of_an_earlier_run_changes_nothing_and_frees_its_worker() {
    let mut scene = Scene::new(1, BLEU, 1);
    let late = scene.end_job(0);
    let workers = std::mem::replace(
        &mut scene.drive,
        Drive::new(run(BLEU, 0), Workers::new(0, PacksHeld::One)),
    )
    .into_parts()
    .1;
    scene.drive = Drive::new(run(BLEU, 1).numbered_from(1 << 32), workers);
    scene.tell(DriveEvent::Start);
    assert!(scene.working.is_empty(), "the worker is still at the earlier job");
    late.into_iter().for_each(|outcome| scene.tell(outcome));
    assert_eq!(scene.counts(), [0, 0]);
    scene.finish();
    assert_eq!(scene.counts(), [1, 0]);
}

#[test]
fn a_start_starts_the_workers_that_are_not_up() {
    let mut scene = Scene::up(3, 1, BLEU, 9);
    assert_eq!(scene.spawned, [1, 2]);
    scene.tell(DriveEvent::WorkerReady(WorkerId(1)));
    scene.finish();
    (scene.over, scene.spawned) = (0, Vec::new());
    // They last longer than a run.
    scene.tell(DriveEvent::Start);
    assert_eq!((scene.over, scene.spawned.len()), (1, 0));
}

#[test]
fn a_run_without_jobs_needs_no_worker() {
    let scene = Scene::up(2, 0, BLEU, 0);
    assert_eq!((scene.over, scene.spawned.len(), scene.problems.len()), (1, 0, 0));
}

#[test]
fn a_worker_that_there_is_not_is_a_problem() {
    let mut scene = Scene::new(1, BLEU, 1);
    scene.tell(DriveEvent::Crashed(WorkerId(5)));
    assert_eq!(scene.problems, [DriveProblem::UnknownWorker(WorkerId(5))]);
}

#[test]
fn progress_is_told_once_for_an_event_and_before_the_end() {
    let mut scene = Scene::new(1, BLEU, 1);
    let Some(last) = scene.end_job(0) else { panic!() };
    let commands = scene.drive.on(last);
    assert!(matches!(commands[..], [DriveCommand::Progress, DriveCommand::Finished]));
}

#[test]
fn a_loop_does_a_run_and_can_break_off() {
    let work = |job: &Job| Ok(outcome(job));
    let packs = BTreeSet::from([PACK]);
    let (done, problems) =
        Drive::run_here(run(TWO_MODELS, 5), &packs, work, |_| ControlFlow::Continue(()));
    assert_eq!(counts(&done), [5, 5]);
    let [DriveProblem::Pack { pack: Purpose::BertscoreDistilroberta, .. }] = problems[..] else {
        panic!("{problems:?}")
    };
    let (broken, _) = Drive::run_here(run(BLEU, 50), &packs, work, |run| {
        if counts(run)[0] == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((counts(&broken), broken.is_complete()), ([3, 0], false));
}
