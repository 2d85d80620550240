//! Tasks, policies, duplicates and order.

#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, dataset};
use rrgscore_data::{
    AlignError, Code, MissingPolicy, ReferenceSource, Severity, Task, align, check,
};

const REFERENCES: &str = r#"{
  "s1": {"section_findings": "Lungs clear.", "section_impression": "Normal."},
  "s2": {"section_findings": null, "section_impression": "No change."},
  "s3": {"section_findings": "Effusion.", "section_impression": ""},
  "s4": {"section_findings": "None", "section_impression": null}
}"#;

fn pairs(aligned: &rrgscore_data::Alignment) -> Vec<(&str, &str, &str)> {
    aligned
        .pairs
        .iter()
        .map(|pair| (pair.id.as_str(), pair.reference.as_str(), pair.candidate.as_str()))
        .collect()
}

#[test]
fn task_report_compares_the_glue_string_with_the_whole_prediction() {
    let predictions = dataset("study_id,report\ns3,Findings: x Impression: y\ns1, b\ns2,c\ns4,d\n");
    let references = dataset(REFERENCES);
    let aligned =
        align(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
    assert_eq!(
        pairs(&aligned),
        [
            ("s3", "Findings: Effusion. Impression: ", "Findings: x Impression: y"),
            ("s1", "Findings: Lungs clear. Impression: Normal.", " b"),
            ("s2", "Findings: None Impression: No change.", "c"),
            ("s4", "Findings: None Impression: None", "d"),
        ]
    );
    assert_eq!(aligned.references, ReferenceSource::Separate);
    let both = aligned.findings.iter().find(|f| f.code == Code::BothSectionsMissing).unwrap();
    assert_eq!((both.count, both.studies.as_slice()), (1, ["s4".to_owned()].as_slice()));
}

#[test]
fn task_findings_compares_findings_alone() {
    let predictions = dataset(
        r#"{"s1": "FINDINGS: Clear.\nIMPRESSION: Normal.", "s2": "x", "s3": "No header.", "s4": "y"}"#,
    );
    let references = dataset(REFERENCES);
    let aligned =
        align(&predictions, Some(&references), Task::Findings, MissingPolicy::Refuse).unwrap();
    assert_eq!(
        pairs(&aligned),
        [("s1", "Lungs clear.", "Clear."), ("s3", "Effusion.", "No header.")]
    );
    let counts = aligned.counts;
    assert_eq!((counts.without_findings, counts.missing_references), (2, 2));
    assert_eq!((counts.candidates_cut, counts.references_cut), (1, 0));
    let skipped = aligned.findings.iter().find(|f| f.code == Code::NoFindingsSection).unwrap();
    assert_eq!(skipped.message, "2 studies have no findings section, and will not be scored.");
}

#[test]
fn plain_references_are_taken_as_given_or_cut_to_their_findings() {
    let predictions = dataset("study_id,report\n1,a\n2,b\n3,c\n");
    let references = dataset(
        "study_id,report\n1,Findings: Clear. Impression: Normal.\n2,Clear.\n3,Findings: Impression: x\n",
    );
    let report =
        align(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
    assert_eq!(report.pairs[0].reference, "Findings: Clear. Impression: Normal.");
    let findings =
        align(&predictions, Some(&references), Task::Findings, MissingPolicy::Refuse).unwrap();
    assert_eq!(pairs(&findings), [("1", "Clear.", "a"), ("2", "Clear.", "b")]);
    assert_eq!((findings.counts.references_cut, findings.counts.without_findings), (1, 1));
}

#[test]
fn missing_predictions_follow_the_policy() {
    // Absent, null, empty, white space, and NA text.
    let predictions =
        dataset(r#"{"s6": "ok", "s5": null, "s4": "", "s3": " \n", "s2": "None", "s0": "extra"}"#);
    let references = dataset(
        r#"{"s1": "r1", "s2": "r2", "s3": "r3", "s4": "r4", "s5": "r5", "s6": "r6", "s7": null}"#,
    );
    let with = |policy| align(&predictions, Some(&references), Task::Report, policy);

    let refused = with(MissingPolicy::Refuse).unwrap_err();
    assert_eq!(refused.to_string(), "5 of 6 studies have no prediction: s5, s4, s3, s2, s1");
    assert!(refused.hint().contains("score them as empty, or exclude them"));

    let empty = with(MissingPolicy::Empty).unwrap();
    let ids: Vec<_> = empty.pairs.iter().map(|p| (p.id.as_str(), p.candidate.as_str())).collect();
    assert_eq!(ids, [("s6", "ok"), ("s5", ""), ("s4", ""), ("s3", ""), ("s2", ""), ("s1", "")]);
    let counts = empty.counts;
    assert_eq!((counts.scored, counts.matched, counts.scored_as_empty), (6, 1, 5));
    assert_eq!((counts.missing, counts.empty_predictions, counts.excluded), (5, 4, 0));
    assert_eq!((counts.extra_predictions, counts.missing_references), (1, 1));
    assert_eq!((counts.predictions, counts.references), (6, 7));

    let excluded = with(MissingPolicy::Exclude).unwrap();
    assert_eq!(pairs(&excluded), [("s6", "r6", "ok")]);
    assert_eq!((excluded.counts.excluded, excluded.counts.scored), (5, 1));
    assert_eq!(excluded.missing, MissingPolicy::Exclude);
}

#[test]
fn repeated_studies_are_kept_once_or_refused() {
    let references = dataset(r#"{"s1": "r1", "s2": "r2"}"#);
    let same = dataset("study_id,report\ns1,a\ns2,b\ns1,a\n");
    let aligned = align(&same, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
    assert_eq!(pairs(&aligned), [("s1", "r1", "a"), ("s2", "r2", "b")]);
    assert_eq!(aligned.counts.duplicates, 1);
    let warning = aligned.findings.iter().find(|f| f.code == Code::DuplicateStudies).unwrap();
    assert_eq!(warning.severity, Severity::Warning);

    let different = dataset(r#"{"s1": "a", "s2": "b", "s1": "c", "s1": "d"}"#);
    let error = align(&different, Some(&references), Task::Report, MissingPolicy::Empty);
    assert_eq!(
        error.unwrap_err().to_string(),
        "1 study stands more than once in the predictions with different texts: s1"
    );
    let error = align(&same, Some(&different), Task::Report, MissingPolicy::Empty);
    assert!(error.unwrap_err().to_string().contains("in the references"));
}

#[test]
fn files_in_the_wrong_place_are_named() {
    let references = dataset(REFERENCES);
    let predictions = dataset(r#"{"s1": {"model_prediction": "a"}}"#);
    let with = |predictions, references| {
        align(predictions, references, Task::Report, MissingPolicy::Exclude).unwrap_err()
    };
    assert_eq!(with(&predictions, None), AlignError::NoReferences);
    assert_eq!(with(&references, None), AlignError::NoPredictions);
    assert_eq!(with(&references, Some(&predictions)), AlignError::NoPredictions);
    assert_eq!(with(&predictions, Some(&predictions)), AlignError::NoReferencesInFile);
    let findings = check(&references, Some(&predictions), Task::Report, MissingPolicy::Exclude);
    assert!(codes(&findings).contains(&Code::Swapped));

    let pairs = dataset("prediction,reference\na,b\n");
    assert_eq!(with(&pairs, Some(&references)), AlignError::ReferencesForPairList);
    assert_eq!(
        with(&pairs, Some(&references)).to_string(),
        "the predictions file already pairs each prediction with its reference"
    );
}

#[test]
fn ids_that_differ_in_form_only_are_explained() {
    let references = dataset(r#"{"50000001": "a", "50000002": "b", "50000003": "c"}"#);
    for (predictions, what) in [
        (r#"{"s50000001": "x", "s50000002": "y"}"#, "a prefix"),
        (r#"{"50000001.0": "x", "50000002.0": "y"}"#, "zeros in front or a number's form"),
        (r#"{"p10/50000001.dcm": "x", "p10/50000002.dcm": "y"}"#, "folders or a file ending"),
        (r#"{" 50000001": "x", "50000002 ": "y"}"#, "white space around them"),
        (r#"{"0050000001": "x", "0050000002": "y"}"#, "zeros in front or a number's form"),
    ] {
        let data = dataset(predictions);
        let error = align(&data, Some(&references), Task::Report, MissingPolicy::Empty);
        let error = error.unwrap_err();
        assert_eq!(error.to_string(), "no study id of the predictions is among the references");
        assert!(
            error.hint().starts_with(&format!("2 would match but for {what}")),
            "{}",
            error.hint()
        );
    }
    let data = dataset(r#"{"CXR1": "x"}"#);
    let error = align(&data, Some(&references), Task::Report, MissingPolicy::Empty).unwrap_err();
    assert!(error.hint().contains("ids such as CXR1"));
    // Some match, some would.
    let data = dataset(r#"{"50000001": "x", "s50000002": "y"}"#);
    let findings = check(&data, Some(&references), Task::Report, MissingPolicy::Empty);
    assert!(codes(&findings).contains(&Code::IdFormat));
}

#[test]
fn nothing_to_score_is_an_error() {
    let references = dataset(r#"{"s1": {"section_findings": null, "section_impression": "x"}}"#);
    let predictions = dataset(r#"{"s1": "a"}"#);
    let error = align(&predictions, Some(&references), Task::Findings, MissingPolicy::Empty);
    assert_eq!(
        error.unwrap_err().to_string(),
        "no study can be scored: no reference has a findings section"
    );
    let empty = dataset(r#"{"s1": "None"}"#);
    let error = align(&empty, Some(&references), Task::Report, MissingPolicy::Exclude);
    assert_eq!(
        error.unwrap_err().to_string(),
        "no study can be scored: every prediction is missing or empty"
    );
}

#[test]
fn references_inside_give_way_to_given_ones() {
    let predictions = dataset(
        r#"{"s1": {"model_prediction": "a", "section_findings": "old", "section_impression": "x"}}"#,
    );
    let references = dataset(r#"{"s1": "new"}"#);
    let aligned =
        align(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
    assert_eq!(aligned.pairs[0].reference, "new");
    assert!(codes(&aligned.findings).contains(&Code::ReferencesReplaced));
}
