//! The shapes in which people bring files: each becomes the pairs that it means. The examples are
//! those of docs/formats.md.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::io::Write as _;

use common::codes;
use rrgscore_data::{
    Alignment, Code, Dataset, Format, IdMatching, JoinOptions, JoinedBy, MissingPolicy, ReadError,
    ReadOptions, Role, Task, TextEncoding, align_with, read,
};

fn named(name: &str, bytes: impl AsRef<[u8]>) -> Dataset {
    let options = ReadOptions { file_name: Some(name.to_owned()), ..ReadOptions::default() };
    read(bytes.as_ref(), &options, &mut |_| {}).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn paired(predictions: &Dataset, references: Option<&Dataset>, task: Task) -> Alignment {
    let join = JoinOptions::default();
    align_with(predictions, references, task, MissingPolicy::Empty, join)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn pairs(aligned: &Alignment) -> Vec<(&str, &str, &str)> {
    aligned
        .pairs
        .iter()
        .map(|pair| (pair.id.as_str(), pair.reference.as_str(), pair.candidate.as_str()))
        .collect()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Two studies, whatever holds them.
const PAIRS: [(&str, &str, &str); 2] =
    [("a1", "The lungs are clear.", "Lungs clear."), ("a2", "The heart is large.", "Big heart.")];

#[test]
fn references_in_every_shape() {
    let predictions = named("p.json", r#"{"a1": "Lungs clear.", "a2": "Big heart."}"#);
    for (name, text, format) in [
        (
            "annotation.json",
            r#"{"train": [{"id": "a0", "report": "Old.", "split": "train"}], "val": [],
                "test": [{"id": "a1", "report": "The lungs are clear."},
                         {"id": "a2", "report": "The heart is large."}]}"#,
            Format::JsonSplits,
        ),
        (
            "split.csv",
            "id,report,split\na0,Old.,train\na1,The lungs are clear.,test\na2,The heart is large.,test\n",
            Format::Csv,
        ),
        (
            "envelope.json",
            r#"{"version": 2, "mean": {"bleu": 0.5}, "data": [
                {"id": "a1", "ground_truth": "The lungs are clear."},
                {"id": "a2", "ground_truth": "The heart is large."}]}"#,
            Format::JsonEnvelope,
        ),
        (
            "columns.json",
            r#"{"id": {"0": "a2", "1": "a1"},
                "report": {"0": "The heart is large.", "1": "The lungs are clear."}}"#,
            Format::JsonColumns,
        ),
        (
            "lists.json",
            r#"{"id": ["a1", "a2"], "report": ["The lungs are clear.", "The heart is large."]}"#,
            Format::JsonColumns,
        ),
        (
            "table.json",
            r#"{"columns": ["id", "report"], "index": [0, 1],
                "data": [["a2", "The heart is large."], ["a1", "The lungs are clear."]]}"#,
            Format::JsonTable,
        ),
        (
            "index.json",
            r#"{"0": {"id": "a1", "report": "The lungs are clear."},
                "1": {"id": "a2", "report": "The heart is large."}}"#,
            Format::RexrankJson,
        ),
        (
            "schema.json",
            r#"{"schema": {"fields": [{"name": "id"}]}, "data": [
                {"id": "a1", "report": "The lungs are clear."},
                {"id": "a2", "report": "The heart is large."}]}"#,
            Format::JsonEnvelope,
        ),
        (
            "excel.csv",
            "sep=;\r\nid;report\r\na1;The lungs are clear.\r\na2;The heart is large.\r\n",
            Format::Csv,
        ),
        ("bars.csv", "id|report\na1|The lungs are clear.\na2|The heart is large.\n", Format::Csv),
        (
            "cat.csv",
            "\u{FEFF}\u{FEFF}id,report\na1,The lungs are clear.\n\u{FEFF}id,report\na2,The heart is large.\n",
            Format::Csv,
        ),
        (
            "chat.jsonl",
            "{\"id\": \"a1\", \"messages\": [{\"role\": \"user\", \"content\": \"Write\"}, \
             {\"role\": \"assistant\", \"content\": \"The lungs are clear.\"}]}\n\
             {\"id\": \"a2\", \"text\": \"The heart is large.\"}\n",
            Format::Jsonl,
        ),
    ] {
        let references = named(name, text);
        assert_eq!(references.shape.format, format, "{name}");
        let aligned = paired(&predictions, Some(&references), Task::Report);
        assert_eq!(pairs(&aligned), PAIRS, "{name}");
        assert_eq!(aligned.counts.missing, 0, "{name}");
    }
}

#[test]
fn predictions_in_every_shape() {
    let references =
        named("r.json", r#"{"a1": "The lungs are clear.", "a2": "The heart is large."}"#);
    for (name, text) in [
        (
            "llava.jsonl",
            "{\"question_id\": \"a1\", \"prompt\": \"x\", \"text\": \"Lungs clear.\"}\n\
             {\"question_id\": \"a2\", \"prompt\": \"x\", \"text\": \"Big heart.\"}\n",
        ),
        (
            "answers.json",
            r#"[{"question_id": "a1", "question": "x", "answer": "Lungs clear."},
                {"question_id": "a2", "question": "x", "answer": "Big heart."}]"#,
        ),
        (
            "pipeline.json",
            r#"[{"id": "a1", "generated_text": [{"role": "user", "content": "Write"},
                 {"role": "assistant", "content": "Lungs clear."}]},
                {"id": "a2", "generated_text": "Big heart."}]"#,
        ),
        (
            "batch.json",
            r#"[[{"image_id": "a1", "generated_text": "Lungs clear."}],
                [{"image_id": "a2", "generated_text": "Big heart."}]]"#,
        ),
        (
            "openai.jsonl",
            "{\"custom_id\": \"a1\", \"response\": {\"body\": {\"choices\": [{\"message\": \
             {\"role\": \"assistant\", \"content\": \"Lungs clear.\"}}]}}}\n\
             {\"custom_id\": \"a2\", \"response\": {\"body\": {\"choices\": [{\"message\": \
             {\"role\": \"assistant\", \"content\": \"Big heart.\"}}]}}}\n",
        ),
        (
            "predictions.json",
            r#"{"model": "m", "predictions": [{"study_id": "a1", "prediction": "Lungs clear."},
                {"study_id": "a2", "prediction": "Big heart."}]}"#,
        ),
        ("names.csv", "StudyInstanceUID,generated_reports\na1,Lungs clear.\na2,Big heart.\n"),
        ("volume.csv", "VolumeName,predict\na1,Lungs clear.\na2,Big heart.\n"),
        ("counter.csv", "id,image_id,report\n0,a1,Lungs clear.\n1,a2,Big heart.\n"),
        ("index.csv", ",img_id,report\n0,a2,Big heart.\n1,a1,Lungs clear.\n"),
    ] {
        let predictions = named(name, text);
        let aligned = paired(&predictions, Some(&references), Task::Report);
        let mut found = pairs(&aligned);
        found.sort_unstable();
        assert_eq!(found, PAIRS, "{name}");
    }
    let packed =
        zip(&[("__MACOSX/._p.csv", "x"), ("p.csv", "id,report\na1,Lungs clear.\na2,Big heart.\n")]);
    let predictions = named("p.zip", packed);
    assert!(predictions.shape.zip);
    assert_eq!(pairs(&paired(&predictions, Some(&references), Task::Report)), PAIRS);
}

#[test]
fn one_answer_of_an_api_is_a_record() {
    let references = named("r.json", r#"{"a1": "The lungs are clear."}"#);
    let text = r#"{"custom_id": "a1", "response": {"body": {"choices": [{"message": {"role": "assistant", "content": "Lungs clear."}}]}}}"#;
    let predictions = named("openai.jsonl", text);
    assert_eq!(pairs(&paired(&predictions, Some(&references), Task::Report)), PAIRS[..1]);
}

#[test]
fn answers_to_questions_are_of_either_side() {
    let answers = |one: &str, two: &str| {
        let line = |id: &str, text: &str| {
            format!("{{\"question_id\": \"{id}\", \"question\": \"x\", \"answer\": \"{text}\"}}\n")
        };
        named("answers.jsonl", line("a1", one) + &line("a2", two))
    };
    let predictions = answers("Lungs clear.", "Big heart.");
    let references = answers("The lungs are clear.", "The heart is large.");
    assert_eq!(pairs(&paired(&predictions, Some(&references), Task::Report)), PAIRS);
}

#[test]
fn pairs_side_by_side_in_every_shape() {
    for (name, text) in [
        (
            "radeval.json",
            "{\n  \"references\": [\n    \"The lungs are clear.\",\n    \"The heart is large.\"\n  ],\n  \
             \"hypotheses\": [\n    \"Lungs clear.\",\n    \"Big heart.\"\n  ]\n}",
        ),
        (
            "compact.json",
            r#"{"references": ["The lungs are clear.", "The heart is large."], "hypotheses": ["Lungs clear.", "Big heart."]}"#,
        ),
        (
            "llamafactory.jsonl",
            "{\"prompt\": \"x\", \"predict\": \"Lungs clear.\", \"label\": \"The lungs are clear.\"}\n\
             {\"prompt\": \"x\", \"predict\": \"Big heart.\", \"label\": \"The heart is large.\"}\n",
        ),
        (
            "results.json",
            r#"{"average": {"score": 0.5}, "results": [
                {"ground_truth": "The lungs are clear.", "predicted": "Lungs clear."},
                {"ground_truth": "The heart is large.", "predicted": "Big heart."}]}"#,
        ),
        (
            "vqa.csv",
            "index,question,answer,prediction\n1,x,The lungs are clear.,Lungs clear.\n2,x,The heart is large.,Big heart.\n",
        ),
    ] {
        let aligned = paired(&named(name, text), None, Task::Report);
        let texts: Vec<_> = pairs(&aligned).into_iter().map(|(_, r, c)| (r, c)).collect();
        assert_eq!(texts, PAIRS.map(|(_, r, c)| (r, c)), "{name}");
    }
}

#[test]
fn lists_of_unequal_lengths_and_several_lists_are_refused() {
    let refused =
        |text: &str| read(text.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap_err();
    let error = refused(r#"{"references": ["a", "b"], "hypotheses": ["c"]}"#);
    assert_eq!(
        error.to_string(),
        "the field references has 2 values and the field hypotheses has 1"
    );
    let text = r#"{"a": [{"id": 1, "report": "x"}], "rest": [{"note": "no report"}],
                   "c": [{"id": 1, "report": "y"}], "b": 3}"#;
    assert_eq!(
        refused(text).to_string(),
        "row 4 (line 2), study b: expected a record, found a number"
    );
    let envelope = ReadOptions { format: Some(Format::JsonEnvelope), ..ReadOptions::default() };
    let error = read(text.as_bytes(), &envelope, &mut |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "the file holds several lists of reports (found: a, c)");
    let two = zip(&[("a.csv", "id,report\n1,x\n"), ("b.csv", "id,report\n1,x\n")]);
    let error = read(two.as_slice(), &ReadOptions::default(), &mut |_| {}).unwrap_err();
    assert_eq!(error, ReadError::SeveralFiles { count: 2 });
}

#[test]
fn one_report_per_line_keeps_the_place_of_a_blank_line() {
    let predictions = named("hyp.tok", "No acute process.\n\nMild cardiomegaly, stable.\n");
    let references = named("ref.txt", "No acute process today.\nClear.\nMild cardiomegaly.\n");
    assert_eq!(predictions.shape.format, Format::Lines);
    let aligned = paired(&predictions, Some(&references), Task::Report);
    assert_eq!(
        pairs(&aligned),
        [
            ("1", "No acute process today.", "No acute process."),
            ("2", "Clear.", ""),
            ("3", "Mild cardiomegaly.", "Mild cardiomegaly, stable."),
        ]
    );
    assert_eq!(aligned.joined, JoinedBy::Place);
    let found = codes(&aligned.findings);
    assert!(found.contains(&Code::PairedByPlace) && found.contains(&Code::BlankLines));
    // A table by another name is a table, and plain text without a name is not guessed at.
    assert_eq!(named("p.txt", "study_id,report\n1,x\n").shape.format, Format::Csv);
    let error = read(&b"Clear.\nStable.\n"[..], &ReadOptions::default(), &mut |_| {});
    assert_eq!(error.unwrap_err(), ReadError::NoHeader);
}

#[test]
fn a_table_without_a_header_loses_no_study() {
    let options = |role| ReadOptions {
        header: Some(false),
        columns: [(role, "#1".to_owned())].into(),
        ..ReadOptions::default()
    };
    let predictions = b"no effusion .\nheart is normal .\n";
    let references = b"no effusion seen .\nheart is normal in size .\n";
    let predictions = read(&predictions[..], &options(Role::Prediction), &mut |_| {}).unwrap();
    let references = read(&references[..], &options(Role::Reference), &mut |_| {}).unwrap();
    let aligned = paired(&predictions, Some(&references), Task::Report);
    assert_eq!(aligned.counts.scored, 2);
    assert_eq!(aligned.pairs[0].candidate, "no effusion .");
}

#[test]
fn sections_that_a_file_lacks_are_not_none() {
    let one = named("p.csv", "id,Findings,Predicted\n1,Lungs are clear.,Lungs clear.\n");
    let aligned = paired(&one, None, Task::Report);
    assert_eq!(pairs(&aligned), [("1", "Lungs are clear.", "Lungs clear.")]);
    assert_eq!(aligned.task, Task::Findings);
    assert!(codes(&aligned.findings).contains(&Code::TaskFollows));

    let references = named(
        "r.csv",
        "study_id,findings,impression\n7,Clear lungs.,No pneumonia seen.\n8,Tube in place.,Stable.\n",
    );
    let predictions = named("p.csv", "study_id,report\n7,No pneumonia.\n8,Stable.\n");
    let aligned = paired(&predictions, Some(&references), Task::Impression);
    assert_eq!(
        pairs(&aligned),
        [("7", "No pneumonia seen.", "No pneumonia."), ("8", "Stable.", "Stable.")]
    );
    // A predictions file may bring its own sections.
    let own =
        named("p.csv", "findings,impression,study_id\nClear.,No pneumonia.,7\nTube.,Stable.,8\n");
    let aligned = paired(&own, Some(&references), Task::Findings);
    assert_eq!(pairs(&aligned)[1], ("8", "Tube in place.", "Tube."));
    let aligned = paired(&own, Some(&references), Task::Report);
    assert_eq!(aligned.pairs[0].candidate, "Findings: Clear. Impression: No pneumonia.");
    let generated =
        named("p.csv", "id,findings,generated_findings\n7,The lungs are clear.,Clear.\n");
    assert_eq!(
        pairs(&paired(&generated, None, Task::Report)),
        [("7", "The lungs are clear.", "Clear.")]
    );
    // A section that is not there cannot be asked for.
    let error =
        align_with(&one, None, Task::Impression, MissingPolicy::Empty, JoinOptions::default());
    assert_eq!(error.unwrap_err().to_string(), "the references have no impression section");
}

#[test]
fn findings_none_with_its_full_stop_is_no_findings() {
    let references = named(
        "r.json",
        r#"{"p1": {"report": "Findings: None. Impression: 1. NO CHANGE."},
            "p2": {"report": "Findings: Clear. Impression: None."}}"#,
    );
    let predictions = named(
        "p.json",
        r###"{"p1": "**Findings:** Clear.\n**Impression:** Stable.", "p2": "## Findings\nClear.\n## Impression\nNone."}"###,
    );
    let aligned = paired(&predictions, Some(&references), Task::Findings);
    assert_eq!(pairs(&aligned), [("p2", "Clear.", "Clear.")]);
    assert_eq!(aligned.counts.without_findings, 1);
}

#[test]
fn references_can_be_read_otherwise_too() {
    let options =
        ReadOptions { encoding: Some(TextEncoding::Windows1252), ..ReadOptions::default() };
    let references = read(
        &b"path_to_image,section_findings\na/b.jpg,caf\xE9 clear\n"[..],
        &options,
        &mut |_| {},
    );
    let predictions = named("p.csv", "path_to_image,report\na/b.jpg,café clear\n");
    let aligned = paired(&predictions, Some(&references.unwrap()), Task::Findings);
    assert_eq!(pairs(&aligned), [("a/b.jpg", "café clear", "café clear")]);
}

#[test]
fn ids_are_joined_loosely_when_that_is_asked_for() {
    let references = named("r.csv", "study_id,report\ns50000001,Clear.\ns50000002,Effusion.\n");
    let predictions = named("p.csv", "study_id,report\n50000001,x\n50000002.0,y\n");
    let with = |ids| {
        let join = JoinOptions { ids, ..JoinOptions::default() };
        align_with(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse, join)
    };
    let refused = with(IdMatching::Exact).unwrap_err();
    assert_eq!(refused.control(), Some(rrgscore_data::Hint::JoinLoosely));
    let aligned = with(IdMatching::Loose).unwrap();
    assert_eq!(pairs(&aligned), [("s50000001", "Clear.", "x"), ("s50000002", "Effusion.", "y")]);
    assert_eq!(aligned.counts.joined_loosely, 2);
    assert!(codes(&aligned.findings).contains(&Code::JoinedLoosely));
}

#[test]
fn numbers_of_classes_are_no_references() {
    let predictions = named("p.csv", "study_id,report,label\n1,Clear.,0\n2,Effusion.,1\n");
    assert!(!predictions.shape.has(Role::Reference));
    let references = named("r.csv", "study_id,report\n1,Lungs clear.\n2,An effusion.\n");
    assert_eq!(paired(&predictions, Some(&references), Task::Report).counts.scored, 2);
}
