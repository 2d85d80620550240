//! Why a run has no place in a published table.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use rrgscore_data::{Counts, KNOWN_SPLITS, MissingPolicy, StudyPair, Task};
use rrgscore_results::published::{Edition, embedded};
use rrgscore_results::{
    NotRanked, Results, SubmittedRow, read_summary, standing, standings, summary_json,
};
use rrgscore_scoring::summary::{MetricSummary, Provenance, Summary, TextCounts};
use rrgscore_scoring::{Metric, Profile, Run, Settings};

fn paper() -> &'static Edition {
    embedded().edition("paper").unwrap()
}

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
        format_version: rrgscore_scoring::summary::SUMMARY_FORMAT,
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
    standing(paper(), &summary, &summary.metrics[0]).unwrap_err()
}

#[test]
fn a_split_with_tables_names_the_task_that_has_none() {
    for task in [Task::Findings, Task::Report] {
        let summary = run("iu-xray-test", Some(task));
        assert_eq!(standing(paper(), &summary, &summary.metrics[0]).unwrap().task, task);
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

/// The real sample's published place: BLEU-2 0.2430 ± 0.0142 over the 590 studies of IU X-ray under
/// findings, which the site has as 0.244 of Cvt2distilgpt2-IU and the paper as 0.24 ± 0.01.
#[test]
fn a_run_stands_in_every_edition_among_its_equals() {
    let mut summary = run("iu-xray-test", Some(Task::Findings));
    summary.metrics[0].mean = Some(0.2430);
    summary.metrics[0].ci95 = Some([0.2430 - 0.0142, 0.2430 + 0.0142]);
    let found = standings(&embedded().editions, &summary);
    let editions: Vec<&str> = found.iter().map(|standing| standing.edition.as_str()).collect();
    assert_eq!(editions, ["paper", "site-2025-09"]);
    let (paper, site) = (&found[0], &found[1]);
    assert!(paper.rank.ties.contains(&"Cvt2distilgpt2_IU".to_owned()));
    assert_eq!(site.rank.above.as_ref().unwrap().model, "Cvt2distilgpt2-IU");
    assert_eq!((paper.rank.of, site.rank.of), (17, 26));
    assert!(paper.rank.places.best < paper.rank.places.worst);
    assert!(site.to_string().contains("Cvt2distilgpt2-IU (0.244)"), "{site}");
    assert!(site.to_string().contains("; by intervals "), "{site}");
}

#[test]
fn a_row_for_another_leaderboard_is_checked() {
    let checked = |summary: &Summary| {
        SubmittedRow::checked("ours", summary).map_err(|error| error.to_string())
    };
    let summary = run("iu-xray-test", Some(Task::Findings));
    let why = checked(&summary).unwrap_err();
    assert!(why.starts_with("the signature is not the one"), "{why}");

    // As a run is summarised, so that it is signed; then changed.
    let text = summary_of_a_run();
    let summary = read_summary(&text).unwrap();
    assert!(summary.is_signed());
    assert!(checked(&summary).unwrap_err().contains("not over a split with a published table"));
    let mut changed = summary.clone();
    changed.profile = "radeval".to_owned();
    assert!(!changed.is_signed());
    let mut later = summary;
    later.format_version += 1;
    let later = serde_json::to_string(&later).unwrap();
    assert!(read_summary(&later).unwrap_err().to_string().contains("take a newer one"));
    // What was written before there was a version is of the first form.
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    old.as_object_mut().unwrap().remove("format_version");
    assert_eq!(read_summary(&old.to_string()).unwrap().format_version, 1);
}

/// `summary.json` of a run over one study that was not begun.
fn summary_of_a_run() -> String {
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Findings),
        missing: MissingPolicy::Refuse,
        metrics: vec![Metric::named("bleu2").unwrap()],
        cleaning: None,
    };
    let text = "no effusion".to_owned();
    let pair = StudyPair { id: "a".to_owned(), reference: text.clone(), candidate: text };
    let run = Run::new(settings, vec![pair]);
    summary_json(&Results::new(&run, &Provenance::default(), &[]).summary).unwrap()
}
