//! Each example of docs/formats.md is what the page says it is.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::binary::{parquet_of_texts, texts, workbook};
use rrgscore_data::{
    Dataset, Format, JoinOptions, MissingPolicy, ReadOptions, Role, Task, align_with, read,
};

const PAGE: &str = include_str!("../../../docs/formats.md");

/// A fenced example: what it is said to be, and its text.
struct Example {
    kind: &'static str,
    text: &'static str,
}

fn examples() -> Vec<Example> {
    // Behind this heading are files of scores, which are not read here.
    let (reports, _) = PAGE.split_once("\n## Runs\n").unwrap();
    let mut parts = reports.split("```");
    let mut examples = Vec::new();
    parts.next();
    while let (Some(fenced), Some(_)) = (parts.next(), parts.next()) {
        let (kind, text) = fenced.split_once('\n').unwrap();
        examples.push(Example { kind, text });
    }
    examples
}

fn written(example: &Example) -> Dataset {
    let mut options = ReadOptions::default();
    let cells = || -> Vec<Vec<&str>> {
        example.text.lines().map(|line| line.split('|').map(str::trim).collect()).collect()
    };
    let bytes = match example.kind {
        "xlsx" => {
            let cells = cells();
            workbook(&[("Sheet1", texts(&cells.iter().map(Vec::as_slice).collect::<Vec<_>>()))])
        }
        "parquet" => {
            let cells = cells();
            let rows: Vec<(&str, &str)> = cells[1..].iter().map(|row| (row[0], row[1])).collect();
            parquet_of_texts([cells[0][0], cells[0][1]], &rows)
        }
        "txt" => {
            options.file_name = Some("reports.txt".to_owned());
            example.text.as_bytes().to_vec()
        }
        "headerless" => {
            options.header = Some(false);
            options.columns.insert(Role::Report, "#1".to_owned());
            example.text.as_bytes().to_vec()
        }
        "json" | "jsonl" | "csv" => example.text.as_bytes().to_vec(),
        other => panic!("an example of a kind that is not known: {other}"),
    };
    read(bytes.as_slice(), &options, &mut |_| {})
        .unwrap_or_else(|error| panic!("{}: {error}", example.text))
}

/// The studies of an example by id: its reference where it has one, and the report.
fn studies(data: &Dataset) -> Vec<(String, String, String)> {
    // What has no references of its own meets some, by its ids or by its places.
    let ids = data.shape.has_ids();
    let references = (!data.shape.kind.has_references_inside()).then(|| {
        let one = |id: &str| match ids {
            true => format!("{{\"id\": \"{id}\", \"reference\": \"of {id}\"}}"),
            false => "\"of a row\"".to_owned(),
        };
        let known = match ids {
            true => vec!["s1", "s2"],
            false => data.records.iter().map(|record| record.id.as_str()).collect(),
        };
        let all: Vec<String> = known.into_iter().map(one).collect();
        common::dataset(format!("[{}]", all.join(",")))
    });
    let join = JoinOptions::default();
    let missing = MissingPolicy::Empty;
    let aligned = align_with(data, references.as_ref(), Task::Report, missing, join)
        .unwrap_or_else(|error| panic!("{error}"));
    aligned
        .pairs
        .into_iter()
        .map(|pair| {
            let given = references.is_none();
            (pair.id, if given { pair.reference } else { String::new() }, pair.candidate)
        })
        .collect()
}

/// What each example holds, in the order of the page: how it begins, its format, and its studies.
type Expected = (&'static str, Format, &'static [(&'static str, &'static str, &'static str)]);

const CLEAR: (&str, &str, &str) = ("s1", "", "Lungs clear.");
const BIG: (&str, &str, &str) = ("s2", "", "Big heart.");
const BOTH: &[(&str, &str, &str)] = &[CLEAR, BIG];
const COMMA: &[(&str, &str, &str)] = &[("s1", "", "Lungs clear, no effusion."), BIG];
const REFERENCES: &[(&str, &str, &str)] =
    &[("s1", "", "The lungs are clear."), ("s2", "", "The heart is big.")];
const PAIRS: &[(&str, &str, &str)] =
    &[("1", "The lungs are clear.", "Lungs clear."), ("2", "No effusion.", "Small effusion.")];

const EXPECTED: &[Expected] = &[
    (
        "{\"s1\": {\"section",
        Format::RexrankJson,
        &[
            ("s1", "Findings: Clear. Impression: None", "Fine."),
            ("s2", "Findings: None Impression: Normal.", "Clear."),
        ],
    ),
    ("{\"s1\": \"Lungs", Format::JsonMap, BOTH),
    ("[{\"id\": \"s1\"", Format::JsonList, BOTH),
    ("{\"question_id\"", Format::Jsonl, BOTH),
    ("{\"custom_id\"", Format::Jsonl, BOTH),
    ("{\"train\"", Format::JsonSplits, REFERENCES),
    ("image_id,report,split", Format::Csv, REFERENCES),
    ("{\"average\"", Format::JsonEnvelope, BOTH),
    ("{\"study_id\": {\"0\"", Format::JsonColumns, BOTH),
    ("{\"columns\"", Format::JsonTable, BOTH),
    ("{\"0\": {\"study_id\"", Format::RexrankJson, BOTH),
    ("{\"schema\"", Format::JsonEnvelope, BOTH),
    ("{\"study_id\": [", Format::JsonColumns, BOTH),
    ("study_id,report", Format::Csv, COMMA),
    ("sep=;", Format::Csv, COMMA),
    ("StudyInstanceUID|", Format::Csv, COMMA),
    (",image_id,report", Format::Csv, BOTH),
    (
        "findings,impression,study_id",
        Format::Csv,
        &[
            ("s1", "", "Findings: Lungs clear. Impression: Normal."),
            ("s2", "", "Findings: Big heart. Impression: Cardiomegaly."),
        ],
    ),
    ("Reports of the test set |", Format::Workbook, BOTH),
    ("study_id | report", Format::Parquet, BOTH),
    (
        "No acute process.\n\n",
        Format::Lines,
        &[("1", "", "No acute process."), ("2", "", ""), ("3", "", "Mild cardiomegaly, stable.")],
    ),
    (
        "No acute process.\n\"",
        Format::Csv,
        &[("1", "", "No acute process."), ("2", "", "Mild cardiomegaly, stable.")],
    ),
    ("[\"Lungs", Format::JsonList, &[("1", "", "Lungs clear."), ("2", "", "Big heart.")]),
    (
        "Report Impression",
        Format::Csv,
        &[("1", "", "Lungs clear."), ("2", "", "Big heart, stable.")],
    ),
    ("{\"references\"", Format::JsonColumns, PAIRS),
    ("{\"prompt\"", Format::Jsonl, PAIRS),
    (
        "index,question,answer,prediction",
        Format::Csv,
        &[("0", "The lungs are clear.", "Lungs clear."), ("1", "No effusion.", "Small effusion.")],
    ),
];

#[test]
fn each_example_is_read_as_the_page_says() {
    let examples = examples();
    assert_eq!(examples.len(), EXPECTED.len(), "an example without a test, or the other way");
    for (example, (begins, format, expected)) in examples.iter().zip(EXPECTED) {
        assert!(example.text.starts_with(begins), "{begins} is not {}", example.text);
        let data = written(example);
        assert_eq!(data.shape.format, *format, "{}", example.text);
        let found = studies(&data);
        let found: Vec<_> =
            found.iter().map(|(id, r, c)| (id.as_str(), r.as_str(), c.as_str())).collect();
        assert_eq!(found, *expected, "{}", example.text);
    }
}

/// The names that the page gives for what a paper says are names of columns.
#[test]
fn the_table_of_papers_has_a_row_per_name() {
    let (_, table) = PAGE.split_once("## A paper says X").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    for name in
        ["radgraph-f1", "radgraph-partial", "bleu2", "bertscore", "semb", "ratescore", "radcliq-v1"]
    {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}
