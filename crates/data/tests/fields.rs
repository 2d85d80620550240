//! Fields that play no role: kept on request, whatever the format, and only where they make groups.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::binary::{Values, parquet, texts, workbook};
use parquet::file::properties::WriterProperties;
use rrgscore_data::{
    Alignment, Dataset, JoinOptions, MissingPolicy, ReadOptions, RepeatedIds, StudyField, Task,
    align_with, read,
};

fn with_fields(bytes: impl AsRef<[u8]>) -> Dataset {
    let options = ReadOptions { fields: true, ..ReadOptions::default() };
    read(bytes.as_ref(), &options, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

fn values<'a>(fields: &'a [StudyField], name: &str) -> Vec<Option<&'a str>> {
    let field = fields.iter().find(|field| field.name == name).unwrap();
    (0..field.of.len()).map(|at| field.value(at)).collect()
}

const TABLE: &str = "study_id,report,view,age\na,Clear lungs.,PA,63\nb,Large heart.,,7\nc,No \
                     effusion.,AP,63\n";

#[test]
fn they_are_kept_on_request_alone() {
    let plain = read(TABLE.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
    assert!(plain.fields.is_empty());
    let data = with_fields(TABLE);
    assert_eq!(values(&data.fields, "view"), [Some("PA"), None, Some("AP")]);
    assert_eq!(values(&data.fields, "age"), [Some("63"), Some("7"), Some("63")]);
    assert_eq!(Dataset { fields: Vec::new(), ..data }, plain, "nothing else is read otherwise");
}

#[test]
fn every_format_gives_the_same() {
    let rows: &[&[&str]] = &[
        &["study_id", "report", "view"],
        &["a", "Clear lungs.", "PA"],
        &["b", "Large heart.", ""],
    ];
    let column = |at: usize| {
        let cells = rows[1..].iter().map(|row| Some(row[at]).filter(|cell| !cell.is_empty()));
        Values::Text(cells.collect())
    };
    let parquet = parquet(
        "message schema { OPTIONAL BYTE_ARRAY study_id (STRING); OPTIONAL BYTE_ARRAY report \
         (STRING); OPTIONAL BYTE_ARRAY view (STRING); OPTIONAL BYTE_ARRAY pixels; }",
        &[column(0), column(1), column(2), Values::Bytes(vec![b"\xff\xd8", b"\xff\xd9"])],
        WriterProperties::default(),
    );
    let json_list = r#"[{"study_id": "a", "report": "Clear lungs.", "view": "PA", "boxes": [1]},
        {"study_id": "b", "report": "Large heart.", "view": null}]"#;
    let json_map = r#"{"a": {"report": "Clear lungs.", "view": "PA"},
        "b": {"report": "Large heart.", "more": {"view": "AP"}}}"#;
    let json_columns = r#"{"study_id": ["a", "b"], "report": ["Clear lungs.", "Large heart."],
        "view": ["PA", null], "losses": [1, 2, 3]}"#;
    let jsonl = "{\"study_id\": \"a\", \"report\": \"Clear lungs.\", \"view\": \"PA\"}\n\
                 {\"study_id\": \"b\", \"report\": \"Large heart.\"}\n";
    let json_table = r#"{"columns": ["study_id", "report", "view"], "index": [0, 1],
        "data": [["a", "Clear lungs.", "PA"], ["b", "Large heart.", null]]}"#;
    let csv = "study_id,report,view\na,Clear lungs.,PA\nb,Large heart.,\n";
    let files: [&[u8]; 8] = [
        csv.as_bytes(),
        json_list.as_bytes(),
        json_map.as_bytes(),
        json_columns.as_bytes(),
        json_table.as_bytes(),
        jsonl.as_bytes(),
        &workbook(&[("Sheet1", texts(rows))]),
        &parquet,
    ];
    for (at, bytes) in files.into_iter().enumerate() {
        let data = with_fields(bytes);
        assert_eq!(values(&data.fields, "view"), [Some("PA"), None], "file {at}");
        assert_eq!(data.fields.len(), 1, "file {at}: {:?}", data.fields);
    }
}

#[test]
fn numbers_and_truth_values_are_as_they_are_written() {
    let data = with_fields(
        r#"[{"id": 1, "report": "Clear lungs.", "age": 63, "portable": true, "dose": 1.50},
            {"id": 2, "report": "Large heart.", "age": 64, "portable": false, "dose": null}]"#,
    );
    assert_eq!(values(&data.fields, "age"), [Some("63"), Some("64")]);
    assert_eq!(values(&data.fields, "portable"), [Some("true"), Some("false")]);
    assert_eq!(values(&data.fields, "dose"), [Some("1.50"), None]);
}

#[test]
fn texts_and_what_tells_every_study_apart_are_no_groups() {
    let mut table = "study_id,report,history,number,sex\n".to_owned();
    for at in 0..=StudyField::MAX_VALUES {
        let sex = if at % 2 == 0 { "F" } else { "M" };
        let history = "cough for a week ".repeat(at % 9);
        table.push_str(&format!("s{at},Clear lungs.,{history},{at},{sex}\n"));
    }
    let fields = with_fields(table).fields;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["sex"]);
    assert_eq!(fields[0].of.len(), StudyField::MAX_VALUES + 1);
}

fn aligned(predictions: &str, references: Option<&str>, join: JoinOptions) -> Alignment {
    let (predictions, references) = (with_fields(predictions), references.map(with_fields));
    let (task, missing) = (Task::Report, MissingPolicy::Exclude);
    align_with(&predictions, references.as_ref(), task, missing, join).unwrap()
}

#[test]
fn studies_have_the_fields_of_their_own_reference() {
    // Another order, a study that is missing, one that nobody predicted, a repeated one.
    let predictions = "study_id,prediction,view\nc,No fluid.,x\na,Clear.,x\nz,Clear.,x\n";
    let references = format!("{TABLE}d,Pleural effusion.,LAT,1\na,Clear lungs.,wrong,0\n");
    let aligned = aligned(predictions, Some(&references), JoinOptions::default());
    let ids: Vec<&str> = aligned.pairs.iter().map(|pair| pair.id.as_str()).collect();
    assert_eq!(ids, ["c", "a"]);
    assert_eq!(values(&aligned.fields, "view"), [Some("AP"), Some("PA")]);
}

#[test]
fn pairs_have_the_fields_of_their_own_row() {
    let pairs = "id,prediction,reference,sex\na,Clear.,Clear lungs.,F\na,,Large heart.,M\na,No \
                 fluid.,No effusion.,M\n";
    let join = JoinOptions { repeated: RepeatedIds::Refuse, ..JoinOptions::default() };
    let aligned = aligned(pairs, None, join);
    assert_eq!(values(&aligned.fields, "sex"), [Some("F"), Some("M")]);
}

#[test]
fn splits_are_a_field_beside_others() {
    let table = "study_id,report,split,sex\na,Clear lungs.,test,F\nb,Large heart.,val,M\n";
    let predictions = "study_id,prediction\nb,Big heart.\na,Clear.\n";
    let aligned = aligned(predictions, Some(table), JoinOptions::default());
    assert_eq!(values(&aligned.fields, "split"), [Some("val"), Some("test")]);
}

/// Ages and indications are kept whole, for a judge; they make groups only where others would.
#[test]
fn what_tells_of_the_patient_is_kept_whole() {
    let long = "cough ".repeat(40);
    let mut table = "study_id,report,indication,note,patient-age\n".to_owned();
    for row in 0..600 {
        table += &format!("s{row},Clear lungs.,{long}{row},{long}{row},{row}\n");
    }
    let data = with_fields(&table);
    let names: Vec<&str> = data.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["indication", "patient-age"]);
    assert!(data.fields.iter().all(|field| !field.makes_groups()));
    assert_eq!(values(&data.fields, "indication")[599], Some(format!("{long}599").as_str()));
    assert!(with_fields(TABLE).fields.iter().all(StudyField::makes_groups));
}
