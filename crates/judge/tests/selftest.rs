//! The self-test's pairs, and what it says of judges that are known to be good, blind or mute.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use rrgscore_judge::selftest::{Relation, SelfTestPair, Verdict, judge, pairs};
use rrgscore_judge::{Answers, Metric};
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
            .map(|l| l.split_once("] ").unwrap().1.into())
            .collect()
    };
    for pair in pairs() {
        let (reference, candidate) = (lines(pair.reference), lines(pair.candidate));
        let same: Vec<_> = candidate.iter().filter(|line| reference.contains(line)).collect();
        match pair.relation {
            Relation::Identical => assert_eq!(pair.reference, pair.candidate),
            Relation::FindingDropped => {
                assert_eq!((same.len(), candidate.len() + 1), (candidate.len(), reference.len()));
            }
            _ => {
                assert_eq!((same.len() + 1, candidate.len()), (candidate.len(), reference.len()));
                let line = &candidate[pair.line.unwrap()];
                assert!(!reference.contains(line), "{}", pair.id);
            }
        }
        let (left, right) = (pair.reference.matches("left"), pair.reference.matches("right"));
        if pair.relation == Relation::SideSwapped {
            assert!(left.count() + right.count() > 0);
        }
    }
    for relation in Relation::ALL {
        assert_eq!(pairs().iter().filter(|pair| pair.relation == relation).count(), 4);
    }
}

fn answers(answer: impl Fn(&SelfTestPair) -> String) -> Answers {
    let line = |pair: &SelfTestPair| json!({"id": pair.id, "response": answer(pair)}).to_string();
    Answers::read(&pairs().iter().map(line).collect::<Vec<_>>().join("\n"), None).unwrap()
}

fn green(errors: &str, matched: usize) -> String {
    format!(
        "[Explanation]:\nx\n\n[Clinically Significant Errors]:\n{errors}\n\n\
         [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n{matched}. a"
    )
}

#[test]
fn a_sound_judge_is_right_everywhere() {
    let green = answers(|pair| {
        let letter = match pair.relation {
            Relation::Identical => return green("None", 3),
            Relation::FindingDropped => 'b',
            Relation::NegationFlipped => 'a',
            Relation::SideSwapped => 'c',
            Relation::SeverityRaised => 'd',
        };
        green(&format!("({letter}) Error: 1. x"), 2)
    });
    let report = judge(Metric::Green, &green);
    assert_eq!(report.right, 20);
    assert!(report.by_relation.values().all(|&counts| counts == (4, 4)));

    let edits = answers(|pair| {
        let edit = json!({"corrections": "x", "clinical severity": "Urgent error",
                          "comments": "y", "error category": ["Omission of finding"]});
        match pair.relation {
            Relation::Identical => "{}".to_owned(),
            Relation::FindingDropped => json!({"None": edit}).to_string(),
            _ => json!({pair.line.unwrap().to_string(): edit}).to_string(),
        }
    });
    assert_eq!(judge(Metric::Fineradscore, &edits).right, 20);
}

#[test]
fn a_judge_that_always_says_the_same_is_found_out() {
    let blind = judge(Metric::Green, &answers(|_| green("None", 3)));
    assert_eq!(blind.right, 4);
    assert!(blind.rows.iter().filter(|row| row.verdict == Verdict::Wrong).count() == 16);
    let strict = judge(Metric::Green, &answers(|_| green("(b) Missing: 1. x", 3)));
    // A negation makes a finding either missing or false.
    assert_eq!(strict.right, 8);
    assert_eq!(strict.by_relation[&Relation::FindingDropped], (4, 4));
    assert_eq!(strict.by_relation[&Relation::NegationFlipped], (4, 4));
    assert_eq!(strict.by_relation[&Relation::Identical], (0, 4));
    assert_eq!(judge(Metric::Fineradscore, &answers(|_| "{}".to_owned())).right, 4);
}

#[test]
fn a_judge_that_babbles_or_is_silent_is_not_right() {
    for metric in Metric::ALL {
        let report = judge(metric, &answers(|_| "Both reports are fine.".to_owned()));
        assert!(report.rows.iter().all(|row| row.verdict == Verdict::Unreadable));
        let report = judge(metric, &Answers::default());
        assert!(report.rows.iter().all(|row| row.verdict == Verdict::Unanswered));
    }
}
