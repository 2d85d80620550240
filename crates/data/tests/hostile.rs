//! Files that would be paired wrongly without a word: each is refused, or what was done is said.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{codes, dataset};
use rrgscore_data::{
    AlignError, Alignment, Code, Finding, IdMatching, JoinOptions, JoinedBy, MissingPolicy,
    ReadError, ReadOptions, Severity, Side, Task, align_with, check, read,
};

fn align(predictions: &str, references: Option<&str>) -> Result<Alignment, AlignError> {
    let (predictions, references) = (dataset(predictions), references.map(dataset));
    let join = JoinOptions::default();
    align_with(&predictions, references.as_ref(), Task::Report, MissingPolicy::Empty, join)
}

fn pairs(aligned: &Alignment) -> Vec<(&str, &str)> {
    aligned.pairs.iter().map(|pair| (pair.reference.as_str(), pair.candidate.as_str())).collect()
}

fn find(findings: &[Finding], code: Code) -> &Finding {
    findings.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{findings:?}"))
}

#[test]
fn rows_without_an_id_are_no_study_of_the_other_file() {
    // In both files it is the second row that has none.
    let predictions = "study_id,report\ns1,One.\n,Two.\ns3,Three.\n";
    let references = "study_id,report\ns3,Third.\n,Other.\ns1,First.\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("First.", "One."), ("Third.", "Three."), ("Other.", "")]);
    assert_eq!((aligned.counts.matched, aligned.counts.extra_predictions), (2, 1));
    // Nor where another field of ids joins.
    let predictions = "study_id,image_id,report\n1,a,One.\n2,,Two.\n3,c,Three.\n";
    let references = "id,image_id,report\nx,a,First.\ny,,Other.\nz,c,Third.\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("First.", "One."), ("Third.", "Three."), ("Other.", "")]);
    // An id that looks like what a row without one is called.
    let aligned = align("id,report\nrow 2,One.\ns,x\n", Some("id,report\ns,y\n,Other.\n")).unwrap();
    assert_eq!(pairs(&aligned), [("y", "x"), ("Other.", "")]);
}

#[test]
fn ids_on_one_side_only_are_refused() {
    let list = r#"["First.", "Second."]"#;
    for ids in [["s1", "s2"], ["1", "2"], ["0", "1"]] {
        let [one, two] = ids;
        let table = format!("study_id,report\n{one},One.\n{two},Two.\n");
        let refused = align(&table, Some(list)).unwrap_err();
        assert_eq!(refused, AlignError::IdsOnOneSide { side: Side::References }, "{ids:?}");
        let refused = align(list, Some(&table)).unwrap_err();
        assert_eq!(refused, AlignError::IdsOnOneSide { side: Side::Predictions }, "{ids:?}");
    }
    // A lone counter is a place, which is said.
    let aligned = align("id,report\n0,One.\n1,Two.\n", Some(list)).unwrap();
    assert_eq!(aligned.joined, JoinedBy::Place);
    assert_eq!(find(&aligned.findings, Code::PairedByPlace).severity, Severity::Warning);
}

#[test]
fn numbers_of_rows_that_begin_elsewhere_are_refused() {
    let table = |name: &str, from: usize, count: usize| {
        let rows = (0..count).map(|row| format!("{},Report {row}.\n", row + from));
        format!("{name},report\n{}", rows.collect::<String>())
    };
    for (predictions, references) in [
        (table("id", 0, 4), table("id", 1, 4)),
        (table("id", 1, 4), table("id", 0, 4)),
        (table("study_id", 0, 4), table("id", 1, 9)),
    ] {
        let error = align(&predictions, Some(&references)).unwrap_err();
        assert!(matches!(error, AlignError::CountersDiffer { .. }), "{error}");
    }
    // Some of a file that counts from 0.
    assert!(align(&table("id", 1, 2), Some(&table("id", 0, 9))).is_ok());
}

#[test]
fn a_patient_is_no_study() {
    // The studies are spelled differently; the patients are the same and had other studies.
    let predictions = "subject_id,study_id,report\np1,51,One.\np2,52,Two.\n";
    let references = "subject_id,study_id,report\np1,s60,Other.\np2,s52,Second.\n";
    let error = align(predictions, Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::NothingMatches { joins_loosely: true, .. }), "{error}");

    // Some studies join: those, and no patient.
    let references = "subject_id,study_id,report\np1,60,Other.\np2,52,Second.\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("Second.", "Two."), ("Other.", "")]);

    // Numbers that are patients' here and studies' there.
    let error = align("patient_id,report\n1,One.\n2,Two.\n", Some("study_id,report\n2,A.\n1,B.\n"));
    assert!(matches!(error.unwrap_err(), AlignError::NothingMatches { .. }));

    // Nothing but patients: several studies of one are refused, one of each is said.
    let two = "patient_id,report\np1,First.\np1,Second.\np2,Third.\n";
    let error = align("patient_id,report\np1,One.\np2,Two.\n", Some(two)).unwrap_err();
    assert!(matches!(error, AlignError::ConflictingStudies { side: Side::References, .. }));
    let one = "patient_id,study_id,report\np2,s9,Third.\np1,s8,First.\n";
    let aligned = align("patient_id,report\np1,One.\np2,Two.\n", Some(one)).unwrap();
    assert_eq!(pairs(&aligned), [("First.", "One."), ("Third.", "Two.")]);
    let said = find(&aligned.findings, Code::IdsJoined);
    assert_eq!(said.severity, Severity::Warning);
    assert!(said.message.contains("patients"), "{}", said.message);
}

#[test]
fn a_patient_who_has_one_study_each_does_not_name_the_studies() {
    // Study ids with a gap tell the rows apart no longer; the patients still do.
    let data = dataset("patient_id,study_id,report\np1,s1,a\np2,,b\np3,s3,c\n");
    assert_eq!(data.shape.id_name.as_deref(), Some("study_id"));
    let ids: Vec<_> = data.records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["s1", "row 2", "s3"]);
}

#[test]
fn counters_pair_nothing_that_other_ids_speak_against() {
    // The counters agree; the names of the images say that the files are in different order.
    let predictions = "id,image_id,report\n0,s1.png,One.\n1,s2.png,Two.\n2,s3.png,Three.\n";
    let references = "id,study_id,report\n0,s2,Second.\n1,s3,Third.\n2,s1,First.\n";
    let error = align(predictions, Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::NothingMatches { joins_loosely: true, .. }), "{error}");
    // Or that the files are of different studies.
    let references = "id,image_id,report\n0,x7,Second.\n1,x8,Third.\n2,x9,First.\n";
    let error = align(predictions, Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::NothingMatches { joins_loosely: false, .. }), "{error}");
}

#[test]
fn an_index_with_gaps_is_still_an_index() {
    // Rows were left out after they were numbered; the studies say which they are.
    let predictions = ",study_id,report\n0,1.0,One.\n2,3.0,Three.\n5,6.0,Six.\n";
    let references = ",study_id,report\n5,1,First.\n2,6,Sixth.\n0,3,Third.\n";
    let error = align(predictions, Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::NothingMatches { joins_loosely: true, .. }), "{error}");
    // Alone it joins, and that is said.
    let predictions = ",report\n5,Six.\n2,Three.\n";
    let references = ",report\n2,Third.\n5,Sixth.\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("Sixth.", "Six."), ("Third.", "Three.")]);
    assert_eq!(find(&aligned.findings, Code::IdsJoined).severity, Severity::Warning);
}

#[test]
fn two_ids_in_one_row_must_agree() {
    for header in [
        "study_id,prediction,study_id,reference",
        "study_id,prediction,study_id.1,reference",
        "id_x,prediction,id_y,reference",
        "pred_id,prediction,ref_id,reference",
        "study_id_pred,prediction,study_id_gt,reference",
    ] {
        let agree = align(&format!("{header}\ns1,One.,s1,First.\ns2,Two.,s2,Second.\n"), None);
        assert_eq!(agree.unwrap().counts.scored, 2, "{header}");
        let shifted = format!("{header}\ns1,One.,s2,Second.\ns2,Two.,s3,Third.\n");
        let error = align(&shifted, None).expect_err(header);
        let is_right = matches!(error, AlignError::RowsContradict { count: 2, .. });
        assert!(is_right, "{header}: {error}");
    }
    // Under any names, where one column holds the other's ids in another order.
    let moved =
        "case_id,prediction,accession,reference\na7,One.,b2,F.\nb2,Two.,c9,S.\nc9,T.,a7,T.\n";
    let error = align(moved, None).unwrap_err();
    assert!(error.to_string().starts_with(
        "in the predictions case_id and accession name different studies in 3 rows: a7, b2, c9"
    ));
    // The keys of records and the ids inside.
    let keyed = r#"{"s1": {"study_id": "s2", "prediction": "a", "reference": "b"},
                    "s2": {"study_id": "s1", "prediction": "c", "reference": "d"}}"#;
    assert!(matches!(align(keyed, None).unwrap_err(), AlignError::RowsContradict { .. }));
    // An id of the answer is no second id of the study.
    let answers = r#"[{"id": "s1", "prediction_id": "u81", "prediction": "a", "reference": "b"}]"#;
    assert_eq!(align(answers, None).unwrap().pairs[0].id, "s1");
    // Nor is a patient's beside a study's.
    let both = "patient_id,study_id,prediction,reference\n1,2,a,b\n1,3,c,d\n2,1,e,f\n";
    assert_eq!(align(both, None).unwrap().counts.scored, 3);
    // Whoever says which column it is has said it.
    let mut options = ReadOptions::default();
    options.columns.insert(rrgscore_data::Role::Id, "study_id.1".to_owned());
    let said = "study_id,prediction,study_id.1,reference\ns1,One.,s2,Second.\n";
    let said = read(said.as_bytes(), &options, &mut |_| {}).unwrap();
    let join = JoinOptions::default();
    let aligned = align_with(&said, None, Task::Report, MissingPolicy::Empty, join).unwrap();
    assert_eq!(aligned.pairs[0].id, "s2");
}

#[test]
fn a_second_id_of_some_rows_can_contradict() {
    // The images of a few studies are known to both files, and one belongs to another study.
    let predictions =
        "study_id,image_id,report\n1,a,One.\n2,b,Two.\n3,x,Three.\n4,y,Four.\n5,z,F.\n";
    let references = "study_id,image_id,report\n1,b,First.\n2,q,S.\n3,r,T.\n4,s,F.\n5,t,Fifth.\n";
    let error = align(predictions, Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::IdsContradict { count: 1, .. }), "{error}");
    // A study of two images, each on its row, contradicts nothing.
    let images = "study_id,image_id,report\n1,a,One.\n1,b,One.\n2,c,Two.\n";
    assert_eq!(align(images, Some(images)).unwrap().counts.matched, 3);
}

#[test]
fn classes_are_no_references() {
    for labels in [
        ["normal", "abnormal", "normal"],
        ["No Finding", "Cardiomegaly", "Edema|Effusion"],
        ["0", "1", "0"],
        ["train", "test", "train"],
    ] {
        let rows = ["The heart is large.", "There is no effusion.", "The lungs are clear."];
        let rows: String = rows
            .iter()
            .zip(labels)
            .zip(1..)
            .map(|((report, label), id)| format!("s{id},{report},{label}\n"))
            .collect();
        let data = dataset(format!("study_id,report,label\n{rows}"));
        let dropped = find(&data.findings, Code::NotReports);
        assert!(dropped.message.starts_with("label holds"), "{}", dropped.message);
        let error = align(&format!("study_id,report,label\n{rows}"), None).unwrap_err();
        assert_eq!(error, AlignError::NoReferences, "{labels:?}");
        // A column that is said to be of reports is taken, and its texts are named.
        let named = format!("study_id,prediction,reference\n{rows}");
        if labels[0] != "0" {
            let aligned = align(&named, None).unwrap();
            let said = find(&aligned.findings, Code::NotReports);
            assert_eq!((said.severity, said.count), (Severity::Warning, 3));
        }
    }
    // Short reports under the name of a class are reports.
    let short = "{\"predict\": \"No effusion.\", \"label\": \"Effusion.\"}\n";
    assert_eq!(align(short, None).unwrap().pairs[0].reference, "Effusion.");
    // Numbers in the place of predictions.
    let data = dataset("study_id,report,prediction\n1,The heart is large.,0\n2,Clear lungs.,1\n");
    assert!(codes(&data.findings).contains(&Code::NotReports));
    assert!(data.records.iter().all(|record| !record.prediction.is_given()));
}

#[test]
fn the_reference_texts_of_a_known_split_are_no_predictions() {
    let split = dataset(rrgscore_data::samples::SPLIT.text);
    let model = dataset(rrgscore_data::samples::MODEL_B.text);
    for task in [Task::Findings, Task::Report] {
        let findings = check(&split, Some(&model), task, MissingPolicy::Exclude);
        let swapped: Vec<_> = findings.iter().filter(|f| f.code == Code::Swapped).collect();
        assert!(swapped.iter().any(|f| f.control == Some(rrgscore_data::Hint::ExchangeFiles)));
        if task == Task::Report {
            assert!(swapped.iter().any(|finding| finding.message
                == "The predictions are the reference texts of Synthetic sample."));
        }
        let right = check(&model, Some(&split), task, MissingPolicy::Exclude);
        assert!(!codes(&right).contains(&Code::Swapped));
    }
}

#[test]
fn a_blank_line_in_a_column_of_reports_keeps_its_place() {
    let predictions = "report\nNo acute process.\n\nMild cardiomegaly.\n\n";
    let references = "report\nNo acute process today.\nClear.\nStable.\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(
        pairs(&aligned),
        [
            ("No acute process today.", "No acute process."),
            ("Clear.", ""),
            ("Stable.", "Mild cardiomegaly."),
        ]
    );
    assert!(codes(&aligned.findings).contains(&Code::BlankLines));
    // One blank line each, in different places, and the last line without an end.
    let aligned = align("report\nA.\n\nB.\nC.", Some("report\nA.\nX.\n\nC.")).unwrap();
    assert_eq!(pairs(&aligned), [("A.", "A."), ("X.", ""), ("C.", "C.")]);
    // Lines that a program has ended twice are no blank lines.
    let doubled = "report\r\r\nA.\r\r\nB.\r\r\nC.\r\r\n";
    let data = dataset(doubled);
    assert_eq!((data.records.len(), data.records[2].row), (3, 3));
    assert!(data.findings.is_empty());
    // Inside of quotes there are no lines.
    assert_eq!(dataset("report\n\"A\n\nB\"\nC\n").records.len(), 2);
}

#[test]
fn splits_are_named_wherever_they_matter() {
    // The same id in two splits with different texts: the one that the predictions say.
    let references = "id,report,split\n1,Old.,train\n2,Older.,train\n1,New.,test\n2,Newer.,test\n";
    let error = align("id,report\n1,a\n2,b\n", Some(references)).unwrap_err();
    assert!(matches!(error, AlignError::ConflictingStudies { side: Side::References, .. }));
    let aligned = align("id,report,split\n1,a,test\n2,b,test\n", Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("New.", "a"), ("Newer.", "b")]);
    let taken = find(&aligned.findings, Code::SplitTaken);
    assert!(taken.message.contains("those of test are used"), "{}", taken.message);
    // One file of pairs with all splits in it is scored whole, and that is said.
    let all = "id,prediction,reference,split\n1,a,b,train\n2,c,d,test\n";
    let aligned = align(all, None).unwrap();
    let said = find(&aligned.findings, Code::SeveralSplits);
    assert_eq!(said.severity, Severity::Warning);
    assert!(said.message.contains("train and test"), "{}", said.message);
}

#[test]
fn ids_that_differ_by_case_or_space_are_joined_only_on_request() {
    let references = "id,report\nS1,First.\ns 2,Second.\n";
    for (predictions, what) in [
        ("id,report\ns1,a\nS 2,b\n", "case"),
        ("id,report\n\"S1 \",a\n\" s 2\",b\n", "white space"),
    ] {
        let error = align(predictions, Some(references)).unwrap_err();
        assert!(error.hint().contains(what), "{}", error.hint());
        let (one, two) = (dataset(predictions), dataset(references));
        let join = JoinOptions { ids: IdMatching::Loose, ..JoinOptions::default() };
        let aligned = align_with(&one, Some(&two), Task::Report, MissingPolicy::Refuse, join);
        assert_eq!(pairs(&aligned.unwrap()), [("First.", "a"), ("Second.", "b")]);
    }
    // Two ids of one file that become one by it are left alone.
    let twice = "id,report\ns1,a\nS1,b\n";
    let (one, two) = (dataset(twice), dataset("id,report\ns1 ,First.\n"));
    let join = JoinOptions { ids: IdMatching::Loose, ..JoinOptions::default() };
    let aligned = align_with(&one, Some(&two), Task::Report, MissingPolicy::Refuse, join);
    assert_eq!(pairs(&aligned.unwrap()), [("First.", "a")]);
}

#[test]
fn records_of_several_programs_in_one_file_are_of_one_side() {
    let references = r#"{"a": "First.", "b": "Second."}"#;
    let predictions = "{\"id\": \"a\", \"report\": \"One.\"}\n{\"id\": \"b\", \"hyp\": \"Two.\"}\n";
    let aligned = align(predictions, Some(references)).unwrap();
    assert_eq!(pairs(&aligned), [("First.", "One."), ("Second.", "Two.")]);
    let mixed = r#"[{"id": "a", "report": "First."}, {"id": "b", "reference": "Second."}]"#;
    let aligned = align("id,report\na,One.\nb,Two.\n", Some(mixed)).unwrap();
    assert_eq!(pairs(&aligned), [("First.", "One."), ("Second.", "Two.")]);
}

#[test]
fn a_single_rounded_id_is_named() {
    let references = "study_id,report\n1.5E+12,a\nb1,b\nb2,c\n";
    let aligned = align("study_id,report\n1.5E+12,a\nb1,b\nb2,c\n", Some(references)).unwrap();
    let rounded: Vec<_> =
        aligned.findings.iter().filter(|finding| finding.code == Code::RoundedIds).collect();
    assert_eq!(rounded.len(), 2);
    assert_eq!(rounded[0].studies, ["1.5E+12"]);
}

#[test]
fn unknown_options_are_refused() {
    for options in [r#"{"delimeter": ";"}"#, r#"{"columns": {"pred": "x"}}"#, r#"{"header": 1}"#] {
        assert!(serde_json::from_str::<ReadOptions>(options).is_err(), "{options}");
    }
    for options in [r#"{"id": "loose"}"#, r#"{"ids": "fuzzy"}"#] {
        assert!(serde_json::from_str::<JoinOptions>(options).is_err(), "{options}");
    }
    let options: ReadOptions = serde_json::from_str(r#"{"delimiter": ";"}"#).unwrap();
    assert_eq!(options.delimiter, Some(';'));
}

/// What a hint advises has to be there in every skin: no skin can raise a limit.
#[test]
fn no_hint_names_a_limit_that_nobody_can_raise() {
    let place = rrgscore_data::Place::default();
    for error in [
        ReadError::TooLarge { limit: 1, decompressed: false },
        ReadError::TooManyRows { limit: 1 },
        ReadError::RecordTooLong { place, limit: 1 },
    ] {
        assert!(!error.hint().contains("limit"), "{}", error.hint());
    }
}
