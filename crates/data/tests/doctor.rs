//! What the doctor says of odd texts. Every message here is one that a user reads.

#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, dataset};
use rrgscore_data::{Code, Finding, MissingPolicy, Severity, Task, check};

fn table(rows: impl IntoIterator<Item = (String, String)>) -> rrgscore_data::Dataset {
    let mut text = "prediction,reference\n".to_owned();
    for (prediction, reference) in rows {
        text.push_str(&format!("\"{prediction}\",\"{reference}\"\n"));
    }
    dataset(text)
}

fn find(findings: &[Finding], code: Code) -> Option<&Finding> {
    findings.iter().find(|finding| finding.code == code)
}

fn look(data: &rrgscore_data::Dataset) -> Vec<Finding> {
    check(data, None, Task::Report, MissingPolicy::Exclude)
}

#[test]
fn a_sound_file_has_notes_only() {
    let findings = look(&table((0..20).map(|i| (format!("Clear {i}."), format!("Normal {i}.")))));
    assert_eq!(codes(&findings), [Code::Matched, Code::ScoredAsGiven]);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Note));
    assert_eq!(findings[0].message, "20 of 20 studies have both a prediction and a reference.");
}

#[test]
fn copies_are_noticed() {
    let findings = look(&table(
        (0..10).map(|i| (format!("Clear {}.", if i < 7 { i } else { 99 }), format!("Clear {i}."))),
    ));
    let finding = find(&findings, Code::Identical).unwrap();
    assert_eq!(finding.message, "7 of 10 predictions equal their reference word for word.");
    let findings =
        look(&table((0..10).map(|i| (format!("Clear {}.", i % 3), format!("Clear {i}.")))));
    assert_eq!(find(&findings, Code::Identical), None);
}

#[test]
fn exchanged_columns_are_noticed() {
    let findings =
        look(&table((0..10).map(|i| (format!("XXXX seen on {i}."), format!("Clear {i}.")))));
    assert_eq!(find(&findings, Code::Swapped).unwrap().count, 10);

    let split = dataset(
        "study_id,report\n1,Real one.\n2,Real two.\n3,Real three.\n4,Real four.\n5,Real five.\n",
    );
    let pairs = dataset(
        "study_id,prediction,reference\n1,Real one.,a\n2,Real two.,b\n3,Real three.,c\n\
         4,Real four.,d\n5,Real five.,e\n",
    );
    let findings = check(&pairs, Some(&split), Task::Report, MissingPolicy::Exclude);
    assert_eq!(findings[0].code, Code::ReferencesForPairList);
    assert_eq!(
        find(&findings, Code::Swapped).unwrap().message,
        "5 predictions are the reference texts of their study."
    );
}

#[test]
fn damaged_and_long_texts_are_counted_by_side() {
    let long = "word ".repeat(351);
    let findings = look(&table([
        ("The patientâ€™s heart".to_owned(), "Clear.".to_owned()),
        ("A caf\u{C3}\u{A9}.".to_owned(), format!("{long}\u{FFFD}")),
        (long, "Clear é.".to_owned()),
    ]));
    let mojibake: Vec<_> =
        findings.iter().filter(|finding| finding.code == Code::Mojibake).collect();
    assert_eq!((mojibake[0].count, mojibake[1].count), (2, 1));
    assert_eq!(mojibake[0].studies, ["1", "2"]);
    let long: Vec<_> =
        findings.iter().filter(|finding| finding.code == Code::LongReports).collect();
    assert_eq!(long[0].message, "1 prediction has more than 350 words and may be cut by a model.");
    assert_eq!(long[0].studies, ["3"]);
    assert_eq!(long[1].message, "1 reference has more than 350 words and may be cut by a model.");
}

#[test]
fn texts_of_a_program_are_named_on_either_side() {
    let rows = [
        ("['no effusion .']", "No effusion."),
        ("[\"\"heart is large\"\"]", "The heart is large."),
        ("Clear.</s>", "<unk> Clear."),
        ("Stable.", "Stable [2] nodules."),
    ];
    let findings = look(&table(rows.map(|(p, r)| (p.to_owned(), r.to_owned()))));
    let lists = find(&findings, Code::ListLiterals).unwrap();
    assert_eq!(
        (lists.severity, lists.studies.as_slice()),
        (Severity::Warning, ["1", "2"].map(str::to_owned).as_slice())
    );
    let special: Vec<_> = findings.iter().filter(|f| f.code == Code::SpecialTokens).collect();
    assert_eq!(special.len(), 2);
    assert_eq!((special[0].studies[0].as_str(), special[1].studies[0].as_str()), ("3", "3"));
    assert!(special[0].message.starts_with("1 prediction has special tokens"));
}

#[test]
fn a_model_that_says_the_same_of_every_study_is_named() {
    let few = |texts: usize, studies: usize| {
        let rows = (0..studies).map(|i| (format!("Clear {}.", i % texts), format!("Normal {i}.")));
        look(&table(rows))
    };
    for (texts, studies, severity, message) in [
        (1, 5, Severity::Warning, "There is 1 distinct prediction in 5 studies"),
        (3, 12, Severity::Note, "There are 3 distinct predictions in 12 studies"),
    ] {
        let findings = few(texts, studies);
        let finding = find(&findings, Code::FewDistinct).unwrap();
        assert_eq!(finding.severity, severity);
        assert!(finding.message.starts_with(message), "{}", finding.message);
    }
    assert_eq!(find(&few(5, 8), Code::FewDistinct), None);
}

#[test]
fn case_and_language_of_one_side_are_named() {
    let findings = look(&table(
        (0..3).map(|i| (format!("lungs are clear {i} ."), format!("The lungs are clear {i}."))),
    ));
    let case = find(&findings, Code::CaseDiffers).unwrap();
    assert_eq!(case.message, "The predictions are all in lower case and the references are not.");
    let german = "Kein Erguss und keine Stauung, das Herz ist normal breit.";
    let findings = look(&table(
        (0..6).map(|i| (format!("{german} {i}"), format!("The heart is normal {i}."))),
    ));
    assert_eq!(
        find(&findings, Code::NotEnglish).unwrap().message,
        "The predictions are mostly not English."
    );
    assert_eq!(findings.iter().filter(|finding| finding.code == Code::NotEnglish).count(), 1);
}

#[test]
fn errors_come_first_and_missing_predictions_are_told_under_each_policy() {
    let references = dataset(r#"{"s1": "a", "s2": "b", "s3": "c"}"#);
    let predictions = dataset(r#"{"s1": "x", "s2": "nan"}"#);
    for (policy, severity, message) in [
        (MissingPolicy::Refuse, Severity::Error, "2 of 3 studies have no prediction: s2, s3."),
        (
            MissingPolicy::Empty,
            Severity::Warning,
            "2 studies have a reference but no prediction: scored as empty.",
        ),
        (
            MissingPolicy::Exclude,
            Severity::Warning,
            "2 studies have a reference but no prediction: left out of the means.",
        ),
    ] {
        let findings = check(&predictions, Some(&references), Task::Report, policy);
        assert!(findings.is_sorted_by_key(|finding| finding.severity));
        let missing = find(&findings, Code::MissingPredictions).unwrap();
        assert_eq!((missing.severity, missing.message.as_str()), (severity, message));
        assert_eq!(missing.studies, ["s2", "s3"]);
        let empty = find(&findings, Code::EmptyPredictions).unwrap();
        assert_eq!(
            empty.message,
            "1 study has an empty prediction (no text, null, NaN or \"None\")."
        );
    }
}

#[test]
fn a_file_alone_is_checked_for_what_can_be_seen() {
    let findings = check(
        &dataset("study_id,report\n1,The patientâ€™s heart\n2,\n"),
        None,
        Task::Report,
        MissingPolicy::Refuse,
    );
    assert_eq!(codes(&findings), [Code::NoReferences, Code::EmptyPredictions, Code::Mojibake]);
}

#[test]
fn no_finding_holds_report_text() {
    let canary = "CANARY";
    let predictions = dataset(format!(
        "study_id,report\n1,{canary}â€™ Findings: {canary} Impression: {canary}\n2,None\n3,{canary}\n3,{canary}\n9,{canary}\n"
    ));
    let references = dataset(format!(
        r#"{{"1": {{"section_findings": "{canary}", "section_impression": "NaN"}}, "2": {{"section_findings": "{canary}"}},
             "3": {{"section_findings": "", "section_impression": null}}, "4": {{"section_findings": "{}"}}}}"#,
        format!("{canary} ").repeat(400)
    ));
    for task in Task::ALL {
        for policy in MissingPolicy::ALL {
            let findings = check(&predictions, Some(&references), task, policy);
            assert!(findings.len() > 4);
            let told = serde_json::to_string(&findings).unwrap();
            assert!(!told.contains("CANARY"), "{told}");
        }
    }
}
