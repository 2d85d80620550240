//! Why a run has no place in a published table.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use rrgscore_data::{Counts, KNOWN_SPLITS, MissingPolicy, Task};
use rrgscore_results::{NotRanked, standing};
use rrgscore_scoring::summary::{MetricSummary, Summary, TextCounts};
use rrgscore_scoring::{Metric, Profile};

/// A finished run of BLEU-2 over all studies of a known split.
fn run(split: &str, task: Option<Task>) -> Summary {
    let metric = Metric::named("bleu2").unwrap();
    let split = KNOWN_SPLITS.iter().find(|known| known.key == split).unwrap();
    let bleu2 = MetricSummary {
        of_set: None,
        findings_f1: None,
        metric,
        column: String::new(),
        label: String::new(),
        n: 3,
        mean: Some(0.2),
        standard_error: Some(0.01),
        ci95: Some([0.1, 0.3]),
        reciprocal: None,
        missing: 0,
        truncated: 0,
        failed: 0,
        flags: BTreeMap::new(),
        judge: None,
        packs: Vec::new(),
        published_as: Some("BLEU-2".to_owned()),
        caution: None,
    };
    Summary {
        version: String::new(),
        profile: Profile::Rexrank.id().to_owned(),
        task,
        missing_policy: MissingPolicy::Refuse,
        cleaning: None,
        n: 3,
        complete: true,
        counts: Counts::default(),
        split: Some(split.with_matched(split.studies)),
        texts: TextCounts::default(),
        metrics: vec![bleu2],
        sentences: None,
        chexbert_f1: None,
        packs: Vec::new(),
        inputs: Vec::new(),
        notes: Vec::new(),
        signature: String::new(),
    }
}

fn refusal(split: &str, task: Option<Task>) -> NotRanked {
    let summary = run(split, task);
    standing(&summary, &summary.metrics[0]).unwrap_err()
}

#[test]
fn a_split_with_tables_names_the_task_that_has_none() {
    for task in [Task::Findings, Task::Report] {
        let summary = run("iu-xray-test", Some(task));
        assert_eq!(standing(&summary, &summary.metrics[0]).unwrap().task, task);
    }
    let why = refusal("iu-xray-test", Some(Task::Impression));
    assert_eq!(
        why.to_string(),
        "there is no published table for IU X-ray test under the task impression"
    );
    assert_eq!(refusal("iu-xray-test", None), NotRanked::AsGiven);
}

#[test]
fn a_split_without_tables_names_no_task() {
    let why = refusal("sample", Some(Task::Impression));
    let name = KNOWN_SPLITS.iter().find(|known| known.key == "sample").unwrap().name;
    assert_eq!(why, NotRanked::NoTable { split: name.to_owned(), task: None });
    assert_eq!(why.to_string(), format!("there is no published table for {name}"));
}
