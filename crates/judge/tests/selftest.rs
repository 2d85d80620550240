//! The self-test's pairs, and what it says of judges that are known to be good, blind or mute.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use rrgscore_judge::selftest::{Alteration, SelfTestPair, Verdict, judge, pairs};
use rrgscore_judge::{Answers, JudgeMetric};
use rrgscore_metrics::fineradscore::number_lines;
use serde_json::json;

#[test]
fn the_pairs_are_what_they_say() {
    assert_eq!(pairs().len(), 20);
    let ids: BTreeSet<_> = pairs().iter().map(|pair| pair.id).collect();
    assert_eq!(ids.len(), 20);
    let lines = |text: &str| -> Vec<String> {
        number_lines(text)
            .split('[')
            .skip(1)
            .map(|l| l.split_once("] ").unwrap().1.trim().into())
            .collect()
    };
    for pair in pairs() {
        let (reference, candidate) = (lines(pair.reference), lines(pair.candidate));
        let same: Vec<_> = candidate.iter().filter(|line| reference.contains(line)).collect();
        match pair.relation {
            Alteration::Identical => assert_eq!(pair.reference, pair.candidate),
            Alteration::FindingDropped => {
                assert_eq!((same.len(), candidate.len() + 1), (candidate.len(), reference.len()));
            }
            _ => {
                assert_eq!((same.len() + 1, candidate.len()), (candidate.len(), reference.len()));
                let line = &candidate[pair.line.unwrap()];
                assert!(!reference.contains(line), "{}", pair.id);
            }
        }
        let (left, right) = (pair.reference.matches("left"), pair.reference.matches("right"));
        if pair.relation == Alteration::SideSwapped {
            assert!(left.count() + right.count() > 0);
        }
    }
    for relation in Alteration::ALL {
        assert_eq!(pairs().iter().filter(|pair| pair.relation == relation).count(), 4);
    }
}

fn answers(answer: impl Fn(&SelfTestPair) -> String) -> Answers {
    let line = |pair: &SelfTestPair| json!({"id": pair.id, "response": answer(pair)}).to_string();
    Answers::read(&pairs().iter().map(line).collect::<Vec<_>>().join("\n"), None).unwrap()
}

const LETTERS: [char; 6] = ['a', 'b', 'c', 'd', 'e', 'f'];

fn edits(lines: &[&str]) -> String {
    let edit = json!({"corrections": "x", "clinical severity": "Urgent error", "comments": "y",
                      "error category": ["Omission of finding"]});
    let edits = lines.iter().map(|line| (line.to_string(), edit.clone()));
    serde_json::Value::Object(edits.collect()).to_string()
}

fn green(errors: &str, matched: usize) -> String {
    format!(
        "[Explanation]:\nx\n\n[Clinically Significant Errors]:\n{errors}\n\n\
         [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n{matched}. a"
    )
}

#[test]
fn a_sound_judge_is_right_everywhere() {
    let green = answers(|pair| match pair.category {
        None => green("None", 3),
        Some(category) => green(&format!("({}) Error: 1. x", LETTERS[category]), 2),
    });
    let report = judge(JudgeMetric::Green, &green);
    assert_eq!(report.right, 20);
    assert!(report.by_relation.values().all(|&counts| counts == (4, 4)));

    let edits = answers(|pair| match (pair.relation, pair.line) {
        (Alteration::Identical, _) => edits(&[]),
        (_, None) => edits(&["None"]),
        (_, Some(line)) => edits(&[&line.to_string()]),
    });
    assert_eq!(judge(JudgeMetric::Fineradscore, &edits).right, 20);
}

/// Whatever a judge says without looking at the reports, it is right about a few of them only.
#[test]
fn a_judge_that_always_says_the_same_is_found_out() {
    let blind = judge(JudgeMetric::Green, &answers(|_| green("None", 3)));
    assert_eq!(blind.right, 4);
    assert_eq!(blind.rows.iter().filter(|row| row.verdict == Verdict::Wrong).count(), 16);
    for letter in LETTERS {
        let same = answers(|_| green(&format!("({letter}) Error: 1. x"), 3));
        let report = judge(JudgeMetric::Green, &same);
        assert!(report.right <= 6, "({letter}): {}", report.right);
        assert_eq!(report.by_relation[&Alteration::Identical], (0, 4));
    }
    let all: String = LETTERS.map(|letter| format!("({letter}) Error: 1. x\n")).concat();
    assert_eq!(judge(JudgeMetric::Green, &answers(|_| green(all.trim(), 3))).right, 0);

    assert_eq!(judge(JudgeMetric::Fineradscore, &answers(|_| "{}".to_owned())).right, 4);
    for line in ["None", "0", "1", "2", "3"] {
        let report = judge(JudgeMetric::Fineradscore, &answers(|_| edits(&[line])));
        assert!(report.right <= 4, "{line}: {}", report.right);
    }
    let all = judge(JudgeMetric::Fineradscore, &answers(|_| edits(&["None", "0", "1", "2", "3"])));
    assert_eq!(all.right, 0);
}

#[test]
fn a_judge_that_babbles_or_is_silent_is_not_right() {
    for metric in JudgeMetric::ALL {
        let report = judge(metric, &answers(|_| "Both reports are fine.".to_owned()));
        assert!(report.rows.iter().all(|row| row.verdict == Verdict::Unreadable));
        let report = judge(metric, &Answers::default());
        assert!(report.rows.iter().all(|row| row.verdict == Verdict::Unanswered));
    }
}
