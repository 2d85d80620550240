//! The embedded sample does what the page's first visitor needs: it can be scored.

#![allow(clippy::unwrap_used)]

mod common;

use common::dataset;
use rrgscore_data::{Code, Format, Kind, MissingPolicy, Severity, Task, align, samples};

#[test]
fn both_models_align_with_the_split_under_both_tasks() {
    let split = dataset(samples::SPLIT.text);
    assert_eq!((split.records.len(), split.shape.kind), (40, Kind::ReferencesById));
    for (model, format) in
        [(samples::MODEL_A, Format::RexrankJson), (samples::MODEL_B, Format::Csv)]
    {
        let predictions = dataset(model.text);
        assert_eq!(predictions.shape.format, format);
        for task in Task::ALL {
            let aligned = align(&predictions, Some(&split), task, MissingPolicy::Refuse).unwrap();
            assert_eq!(aligned.counts.scored, 40);
            assert_eq!(aligned.split.unwrap().label(), "Synthetic sample, 40 of 40 studies");
            assert!(
                aligned.findings.iter().all(|finding| finding.severity == Severity::Note),
                "{:?}",
                aligned.findings
            );
        }
    }
}

#[test]
fn the_reports_are_varied() {
    let split = dataset(samples::SPLIT.text);
    let mut texts: Vec<_> = split.records.iter().filter_map(|r| r.findings.text()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 40);
    let words = |text: &&str| text.split_whitespace().count();
    assert!(texts.iter().map(words).min() < Some(5) && texts.iter().map(words).max() > Some(40));
}

/// References with the ids of a known split and other texts give other scores than the published
/// ones.
#[test]
fn other_texts_under_the_ids_of_a_known_split_are_noticed() {
    let predictions = dataset(samples::MODEL_B.text);
    let changed = dataset(samples::SPLIT.text.replacen("The", "This", 1));
    for (split, differs) in [(dataset(samples::SPLIT.text), false), (changed, true)] {
        let aligned =
            align(&predictions, Some(&split), Task::Report, MissingPolicy::Refuse).unwrap();
        let found = aligned.findings.iter().any(|f| f.code == Code::OtherReferenceTexts);
        assert_eq!(found, differs);
    }
}
