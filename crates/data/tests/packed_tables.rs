//! Workbooks and Parquet files: what stands in them is read as a table of text would be.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::binary::{Cell, Values, parquet, parquet_of_texts, texts, workbook};
use common::codes;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rrgscore_data::{
    Code, Dataset, Field, Format, MissingPolicy, ReadError, ReadOptions, Task, align, read,
};

fn try_read(bytes: &[u8]) -> Result<Dataset, ReadError> {
    read(bytes, &ReadOptions::default(), &mut |_| {})
}

fn ids(data: &Dataset) -> Vec<&str> {
    data.records.iter().map(|record| record.id.as_str()).collect()
}

fn of_texts(rows: &[&[&str]]) -> Dataset {
    try_read(&workbook(&[("Sheet1", texts(rows))])).unwrap()
}

#[test]
fn numbers_in_a_workbook_are_ids_as_they_are_shown() {
    let id = |cell| vec![cell, Cell::Text("Clear.".to_owned())];
    let rows = vec![
        vec![Cell::Text("study_id".to_owned()), Cell::Text("report".to_owned())],
        id(Cell::Number("50414267")),
        id(Cell::Number("50414267.5")),
        id(Cell::Text("007".to_owned())),
        id(Cell::Date(44_197)),
        // Written whole by a program, and rounded by whoever opens it.
        id(Cell::Number("1234567890123456789")),
    ];
    let data = try_read(&workbook(&[("Sheet1", rows)])).unwrap();
    assert_eq!(data.shape.format, Format::Workbook);
    assert_eq!(
        ids(&data),
        ["50414267", "50414267.5", "007", "2021-01-01", "1.2345678901234568E+18"]
    );
    let references = try_read(b"study_id,report\n50414267,Clear lungs.\n").unwrap();
    let aligned = align(&data, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
    let rounded = aligned.findings.iter().find(|f| f.code == Code::RoundedIds).unwrap();
    assert_eq!(rounded.studies, ["1.2345678901234568E+18"]);
}

#[test]
fn empty_rows_at_the_end_of_a_sheet_are_none() {
    let mut rows = texts(&[&["report"], &["Clear."], &[""], &["Large heart."], &[" "]]);
    rows.push(vec![Cell::Empty]);
    let data = try_read(&workbook(&[("Sheet1", rows)])).unwrap();
    let found: Vec<_> = data.records.iter().map(|record| &record.report).collect();
    // One in the middle keeps its place.
    assert_eq!(
        found,
        [&Field::Text("Clear.".to_owned()), &Field::Null, &Field::Text("Large heart.".to_owned())]
    );
}

#[test]
fn a_title_above_the_header_is_no_header() {
    let data = of_texts(&[
        &["Reports of the test set", "", ""],
        &["", "", ""],
        &["study_id", "prediction", "reference"],
        &["s1", "Clear.", "Clear lungs."],
    ]);
    assert_eq!((ids(&data), data.records.len()), (vec!["s1"], 1));
}

#[test]
fn names_over_several_columns_are_refused() {
    let bytes = workbook(&[(
        "Sheet1",
        texts(&[
            &["", "Radiologist", "", "Model", ""],
            &["study_id", "findings", "impression", "findings", "impression"],
            &["s1", "a", "b", "c", "d"],
        ]),
    )]);
    let error = try_read(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "the header names the column findings twice");
    assert!(error.hint().contains("by number"));
    // As in a table of text.
    let error = try_read(b"study_id,report,report\n1,a,b\n").unwrap_err();
    assert_eq!(error.to_string(), "the header names the column report twice");
}

#[test]
fn of_several_sheets_the_read_one_is_named() {
    let reports = |text: &str| texts(&[&["study_id", "report"], &["s1", text]]);
    let notes = texts(&[&["Notes"], &["Made by hand"]]);
    let data =
        try_read(&workbook(&[("Notes", notes.clone()), ("Model A", reports("Clear."))])).unwrap();
    assert!(!codes(&data.findings).contains(&Code::SheetTaken));
    assert_eq!(data.records.len(), 1);
    let data = try_read(&workbook(&[
        ("Notes", notes),
        ("Model A", reports("Clear.")),
        ("Model B", reports("Large heart.")),
    ]))
    .unwrap();
    assert_eq!(data.records[0].report, Field::Text("Clear.".to_owned()));
    let finding = data.findings.iter().find(|f| f.code == Code::SheetTaken).unwrap();
    assert_eq!(
        finding.message,
        "The workbook has several sheets of reports: Model A is read; not read: Model B."
    );
}

#[test]
fn a_parquet_file_is_a_table() {
    let bytes = parquet_of_texts(["study_id", "report"], &[("s1", "Clear."), ("s2", "Large.")]);
    let data = try_read(&bytes).unwrap();
    assert_eq!((data.shape.format, ids(&data)), (Format::Parquet, vec!["s1", "s2"]));
    assert_eq!(data.records[1].report, Field::Text("Large.".to_owned()));
}

#[test]
fn numbers_nulls_and_bytes_in_parquet() {
    // Texts that are not said to be text, as Spark writes them.
    let schema = "message schema { OPTIONAL INT64 study_id; OPTIONAL BYTE_ARRAY report; }";
    let columns = [
        Values::Numbers(vec![50_414_267, 1_234_567_890_123_456_789]),
        Values::Text(vec![Some("Clear, é."), None]),
    ];
    let data = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap();
    assert_eq!(ids(&data), ["50414267", "1234567890123456789"]);
    assert_eq!(data.records[0].report, Field::Text("Clear, é.".to_owned()));
    assert_eq!(data.records[1].report, Field::Null);
}

#[test]
fn ids_that_pandas_made_floats_of_are_joined_on_request() {
    let schema =
        "message schema { OPTIONAL DOUBLE study_id; OPTIONAL BYTE_ARRAY report (STRING); }";
    let columns = [Values::Floats(vec![50_414_267.0]), Values::Text(vec![Some("Clear.")])];
    let data = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap();
    let references = try_read(b"study_id,report\n50414267,Clear lungs.\n").unwrap();
    let error = align(&data, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap_err();
    assert_eq!(error.control(), Some(rrgscore_data::Hint::JoinLoosely));
}

#[test]
fn nested_columns_are_refused_by_name() {
    let schema = "message schema { OPTIONAL BYTE_ARRAY id (STRING); \
                  REQUIRED GROUP report { OPTIONAL BYTE_ARRAY findings (STRING); } }";
    let columns = [Values::Text(vec![Some("s1")]), Values::Text(vec![Some("Clear.")])];
    let error = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap_err();
    assert_eq!(error.to_string(), "row 1, study s1, field report: expected text, found an object");
    assert!(error.control().is_some());
}

#[test]
fn an_image_beside_the_report_is_not_read() {
    let schema = "message schema { REQUIRED GROUP image { OPTIONAL BYTE_ARRAY bytes; } \
                  OPTIONAL BYTE_ARRAY findings (STRING); }";
    let columns = [Values::Text(vec![Some("\u{1}")]), Values::Text(vec![Some("Clear.")])];
    let data = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap();
    assert!(data.shape.ids_are_rows);
    assert_eq!(data.records[0].findings, Field::Text("Clear.".to_owned()));

    // The bytes alone, beside an id and without one.
    let schema = "message schema { OPTIONAL BYTE_ARRAY image; OPTIONAL BYTE_ARRAY study_id (STRING); \
                  OPTIONAL BYTE_ARRAY findings (STRING); }";
    let png: &[u8] = &[0x89, b'P', b'N', b'G', 0xff];
    let image = Values::Bytes(vec![png]);
    let columns = [image, Values::Text(vec![Some("s1")]), Values::Text(vec![Some("Clear.")])];
    let data = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap();
    assert_eq!(ids(&data), ["s1"]);
    let schema =
        "message schema { OPTIONAL BYTE_ARRAY image; OPTIONAL BYTE_ARRAY findings (STRING); }";
    let columns = [Values::Bytes(vec![png]), Values::Text(vec![Some("Clear.")])];
    let data = try_read(&parquet(schema, &columns, WriterProperties::default())).unwrap();
    assert!(data.shape.ids_are_rows);
    assert_eq!(data.records[0].findings, Field::Text("Clear.".to_owned()));
}

#[test]
fn compressed_and_damaged_parquet_files() {
    let bytes = parquet_of_texts(["study_id", "report"], &[("s1", "Clear.")]);
    let snappy = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let schema = "message schema { OPTIONAL BYTE_ARRAY report (STRING); }";
    let columns = [Values::Text(vec![Some("Clear.")])];
    assert_eq!(try_read(&parquet(schema, &columns, snappy)).unwrap().records.len(), 1);
    // A file cut short is damaged, and no panic.
    for length in 4..bytes.len() {
        let error = try_read(&bytes[..length]).unwrap_err();
        assert!(matches!(error, ReadError::Damaged { .. }), "{length}: {error}");
    }
}
