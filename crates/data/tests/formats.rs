//! Every accepted way to write the same studies down.

#![allow(clippy::unwrap_used)]

mod common;

use std::io::Write as _;

use common::{codes, dataset};
use rrgscore_data::{
    Code, Field, Format, Kind, MissingPolicy, ReadOptions, Role, Task, TextEncoding, align, read,
};

fn text(value: &str) -> Field {
    Field::Text(value.to_owned())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const REXRANK: &str = r#"{
  "s1": {"image_path": ["a.png"], "section_findings": "Clear.", "section_impression": NaN,
         "report": "Findings: Clear. Impression: None", "model_prediction": "Lungs clear."},
  "s2": {"section_findings": null, "section_impression": "Normal.", "model_prediction": "Fine."}
}"#;

#[test]
fn rexrank_json_with_everything() {
    let data = dataset(REXRANK);
    assert_eq!(data.shape.format, Format::RexrankJson);
    assert_eq!(data.shape.kind, Kind::PredictionsAndReferencesById);
    assert_eq!(data.shape.roles[&Role::Findings], ["section_findings"]);
    assert_eq!(data.shape.ignored, ["image_path"]);
    assert_eq!(data.bytes, REXRANK.len() as u64);
    let [first, second] = data.records.as_slice() else { panic!() };
    assert_eq!((first.id.as_str(), first.row, second.row), ("s1", 1, 2));
    assert_eq!(first.findings, text("Clear."));
    assert_eq!(first.impression, Field::Null);
    assert_eq!(first.prediction, text("Lungs clear."));
    assert_eq!((&second.findings, &second.report), (&Field::Null, &Field::Absent));
    let aligned = align(&data, None, Task::Report, MissingPolicy::Refuse).unwrap();
    assert_eq!(aligned.pairs[0].reference, "Findings: Clear. Impression: None");
    assert_eq!(aligned.pairs[1].reference, "Findings: None Impression: Normal.");
}

/// The same two predictions, in every format, give the same pairs.
#[test]
fn predictions_in_every_format() {
    let references = dataset(REXRANK);
    for (input, format) in [
        (r#"{"s1": "Lungs, clear.", "s2": "Fine."}"#, Format::JsonMap),
        (r#"{"s1": ["Lungs, clear."], "s2": ["Fine."]}"#, Format::JsonMap),
        (r#"{"s1": {"prediction": "Lungs, clear."}, "s2": {"hyp": "Fine."}}"#, Format::RexrankJson),
        (
            r#"[{"id": "s1", "hyp": "Lungs, clear."}, {"id": "s2", "hyp": "Fine."}]"#,
            Format::JsonList,
        ),
        (
            "{\"study_id\": \"s1\", \"candidate\": \"Lungs, clear.\"}\r\n\n{\"study_id\": \"s2\", \"candidate\": \"Fine.\"}",
            Format::Jsonl,
        ),
        ("study_id,report\ns1,\"Lungs, clear.\"\ns2,Fine.\n", Format::Csv),
        ("study_id,report\r\ns1,\"Lungs, clear.\"\r\ns2,Fine.\r\n", Format::Csv),
        ("\"Study ID\",\"Generated Report\"\ns1,\"Lungs, clear.\"\ns2,Fine.", Format::Csv),
        ("report;study_id\n\"Lungs, clear.\";s1\nFine.;s2\n", Format::Csv),
        ("REPORT\tStudy-ID\nLungs, clear.\ts1\nFine.\ts2\n", Format::Tsv),
        (",report\ns1,\"Lungs, clear.\"\ns2,Fine.\n", Format::Csv),
        ("image_id,pred\ns1,\"Lungs, clear.\"\ns2,Fine.\n,\n", Format::Csv),
    ] {
        let bytes = input.as_bytes();
        let bom = [b"\xEF\xBB\xBF", bytes].concat();
        let little: Vec<u8> = input.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = input.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let two_members = {
            let (front, back) = bytes.split_at(bytes.len() / 2);
            [gzip(front), gzip(back)].concat()
        };
        for (bytes, gz, encoding) in [
            (bytes.to_vec(), false, TextEncoding::Utf8),
            (gzip(bytes), true, TextEncoding::Utf8),
            (two_members, true, TextEncoding::Utf8),
            (bom, false, TextEncoding::Utf8),
            ([b"\xFF\xFE", little.as_slice()].concat(), false, TextEncoding::Utf16Le),
            ([b"\xFE\xFF", big.as_slice()].concat(), false, TextEncoding::Utf16Be),
            (gzip(&little), true, TextEncoding::Utf16Le),
            (big, false, TextEncoding::Utf16Be),
        ] {
            let data = dataset(&bytes);
            assert_eq!(
                (data.shape.format, data.shape.gzip, data.shape.encoding),
                (format, gz, encoding),
                "{input}"
            );
            let aligned =
                align(&data, Some(&references), Task::Report, MissingPolicy::Refuse).unwrap();
            let candidates: Vec<_> = aligned
                .pairs
                .iter()
                .map(|pair| (pair.id.as_str(), pair.candidate.as_str()))
                .collect();
            assert_eq!(candidates, [("s1", "Lungs, clear."), ("s2", "Fine.")], "{input}");
        }
    }
}

#[test]
fn pairs_in_every_format() {
    for input in [
        r#"[{"id": 7, "prediction": "a", "reference": "b"}, {"id": 7, "prediction": "c", "reference": "d"}]"#,
        "{\"hyp\": \"a\", \"ref\": \"b\", \"id\": 7}\n{\"hyp\": \"c\", \"ref\": \"d\", \"id\": 7}\n",
        "id,reference,prediction\n7,b,a\n7,d,c\n",
        "id\tgt\treport\n7\tb\ta\n7\td\tc\n",
    ] {
        let data = dataset(input);
        assert_eq!(data.shape.kind, Kind::PairList, "{input}");
        let aligned = align(&data, None, Task::Findings, MissingPolicy::Refuse).unwrap();
        let pairs: Vec<_> = aligned
            .pairs
            .iter()
            .map(|pair| (pair.id.as_str(), pair.reference.as_str(), pair.candidate.as_str()))
            .collect();
        assert_eq!(pairs, [("7", "b", "a"), ("7", "d", "c")], "{input}");
        assert!(codes(&aligned.findings).contains(&Code::RepeatedIds));
    }
}

#[test]
fn a_pair_list_without_ids_is_numbered_by_row() {
    for input in [
        "reference,prediction\nb,a\n\"d\n\nd\",c\n",
        r#"[{"prediction": "a", "reference": "b"}, {"prediction": "c", "reference": "d\n\nd"}]"#,
        "{\"prediction\": \"a\", \"reference\": \"b\"}\n{\"prediction\": \"c\", \"reference\": \"d\\n\\nd\"}",
    ] {
        let data = dataset(input);
        assert!(data.shape.ids_are_rows);
        let aligned = align(&data, None, Task::Report, MissingPolicy::Refuse).unwrap();
        let ids: Vec<_> = aligned.pairs.iter().map(|pair| pair.id.as_str()).collect();
        assert_eq!(ids, ["1", "2"]);
        assert_eq!(aligned.pairs[1].reference, "d\n\nd");
    }
}

#[test]
fn one_line_of_json_lines_is_a_record_and_no_map() {
    let data = dataset(r#"{"id": "1", "prediction": "a", "reference": "b"}"#);
    assert_eq!((data.shape.format, data.shape.kind), (Format::Jsonl, Kind::PairList));
    let data = dataset(r#"{"CXR1": "a", "CXR2": null}"#);
    assert_eq!((data.shape.format, data.shape.kind), (Format::JsonMap, Kind::ReportsById));
    assert_eq!(data.records[1].report, Field::Null);
}

#[test]
fn a_file_longer_than_the_look_ahead_is_sniffed_alike() {
    let long = "word ".repeat(30_000);
    let map = dataset(format!(r#"{{"s1": "{long}"}}"#));
    assert_eq!(map.shape.format, Format::JsonMap);
    let lines = dataset(format!("{{\"id\": 1, \"prediction\": \"{long}\"}}\n"));
    assert_eq!(lines.shape.format, Format::Jsonl);
    let object = dataset(format!(r#"{{"s1": {{"prediction": "{long}"}}}}"#));
    assert_eq!(object.shape.format, Format::RexrankJson);
    let table = dataset(format!("study_id,report\ns1,\"{long}\"\n"));
    assert_eq!(table.records[0].report, text(&long));
}

#[test]
fn numeric_ids_keep_their_text() {
    for (id, expected) in [
        ("50414267", "50414267"),
        ("1.50", "1.50"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0", "-0"),
        ("\"007\"", "007"),
        ("\"a\\u0062\"", "ab"),
    ] {
        let data = dataset(format!(r#"[{{"id": {id}, "prediction": "a"}}]"#));
        assert_eq!(data.records[0].id, expected);
    }
    assert_eq!(dataset("study_id,report\n007,a\n").records[0].id, "007");
}

#[test]
fn missing_ids_are_named_by_row() {
    let data = dataset(r#"[{"id": "s1", "pred": "a"}, {"pred": "b"}, {"id": null, "pred": "c"}]"#);
    let ids: Vec<_> = data.records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["s1", "row 2", "row 3"]);
    assert_eq!(data.findings[0].message, "2 rows have no study id.");
}

#[test]
fn keys_twice_in_a_record_are_noticed_and_the_last_counts() {
    let data = dataset(r#"{"s1": {"prediction": "a", "prediction": "b"}}"#);
    assert_eq!(data.records[0].prediction, text("b"));
    assert_eq!(codes(&data.findings), [Code::DuplicateKeys]);
}

#[test]
fn of_two_names_for_a_role_the_better_counts_and_is_told() {
    let data = dataset("id,output,model_prediction\n1,a,b\n");
    assert_eq!(data.records[0].prediction, text("b"));
    assert_eq!(
        data.findings[0].message,
        "Both model_prediction and output could be the prediction; model_prediction is used."
    );
}

#[test]
fn guesses_can_be_overridden() {
    let with = |change: &dyn Fn(&mut ReadOptions), bytes: &[u8]| {
        let mut options = ReadOptions::default();
        change(&mut options);
        read(bytes, &options, &mut |_| {}).unwrap()
    };
    let named = with(
        &|options| {
            options.columns.insert(Role::Prediction, "Answer".to_owned());
            options.columns.insert(Role::Id, "who".to_owned());
        },
        b"who,answer,id\ns1,a,x\n",
    );
    assert_eq!((named.records[0].id.as_str(), &named.records[0].prediction), ("s1", &text("a")));
    let numbered = with(
        &|options| {
            options.header = Some(false);
            options.columns.insert(Role::Prediction, "#2".to_owned());
            options.columns.insert(Role::Id, "#1".to_owned());
        },
        b"s1,a\ns2,b\n",
    );
    assert_eq!((numbered.records.len(), numbered.shape.kind), (2, Kind::PredictionsById));
    let latin = with(
        &|options| options.encoding = Some(TextEncoding::Windows1252),
        b"study_id,report\ns1,caf\xE9\n",
    );
    assert_eq!(latin.records[0].report, text("café"));
    let piped = with(&|options| options.delimiter = Some('|'), b"study_id|report\ns1|a\n");
    assert_eq!(piped.records[0].report, text("a"));
    let lines =
        with(&|options| options.format = Some(Format::Jsonl), br#"{"answer": 1, "report": "a"}"#);
    assert_eq!(lines.shape.format, Format::Jsonl);
    let nested = with(
        &|options| {
            options.columns.insert(Role::Prediction, "answer".to_owned());
        },
        br#"{"s1": {"answer": "a", "report": "b"}}"#,
    );
    assert_eq!(nested.shape.kind, Kind::PredictionsAndReferencesById);
}

#[test]
fn progress_counts_the_bytes_as_given() {
    let bytes = gzip(b"study_id,report\n1,a\n");
    let mut seen = Vec::new();
    let data = read(bytes.as_slice(), &ReadOptions::default(), &mut |count| seen.push(count));
    assert_eq!(seen.last(), Some(&(bytes.len() as u64)));
    assert!(seen.is_sorted());
    assert_eq!(data.unwrap().bytes, bytes.len() as u64);
}

#[test]
fn datasets_and_alignments_cross_a_worker_border() {
    let data = dataset(REXRANK);
    let there = serde_json::to_string(&data).unwrap();
    assert_eq!(serde_json::from_str::<rrgscore_data::Dataset>(&there).unwrap(), data);
    let aligned = align(&data, None, Task::Report, MissingPolicy::Refuse).unwrap();
    let there = serde_json::to_string(&aligned).unwrap();
    assert_eq!(serde_json::from_str::<rrgscore_data::Alignment>(&there).unwrap(), aligned);
}
