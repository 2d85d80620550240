//! What is written is what is read, and no bytes make a panic.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{Read, Write as _};

use proptest::prelude::*;
use rrgscore_data::{
    Field, Format, MissingPolicy, ReadOptions, Role, Task, TextEncoding, align, check, read,
};

/// Hands out pieces of changing size, as a browser or a network drive may.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 7 + 1;
        let count = self.0.len().min(buffer.len()).min(self.1 * self.1);
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

/// Texts with all that makes trouble: quotes, separators, line breaks, NA strings, any script.
fn report() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,60}",
        "[a-z\"',;\t\r\n\\\\{}\\[\\]:é肺🫁]{1,40}",
        "(NaN|None|null|-Infinity|Findings: a|Impression:b|\"\"|,){1,4}",
        any::<String>().prop_map(|text| text.replace('\0', " ")),
    ]
}

/// Distinct ids and their texts; `None` is a null.
fn studies() -> impl Strategy<Value = Vec<(String, Option<String>)>> {
    let id = "[A-Za-z0-9_.é-]{1,12}";
    prop::collection::btree_map(id, prop::option::weighted(0.9, report()), 1..12)
        .prop_map(|map: BTreeMap<_, _>| map.into_iter().collect())
}

#[derive(Clone, Copy, Debug)]
enum Bytes {
    Utf8,
    Bom,
    Utf16Le,
    Utf16Be,
}

fn encode(text: &str, bytes: Bytes, gzip: bool) -> Vec<u8> {
    let wide = |units: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(units).collect::<Vec<_>>();
    let plain = match bytes {
        Bytes::Utf8 => text.as_bytes().to_vec(),
        Bytes::Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Bytes::Utf16Le => [b"\xFF\xFE".to_vec(), wide(u16::to_le_bytes)].concat(),
        Bytes::Utf16Be => [b"\xFE\xFF".to_vec(), wide(u16::to_be_bytes)].concat(),
    };
    if !gzip {
        return plain;
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&plain).unwrap();
    encoder.finish().unwrap()
}

/// The formats that hold ids and texts.
const WITH_IDS: [Format; 10] = [
    Format::RexrankJson,
    Format::JsonMap,
    Format::JsonList,
    Format::JsonEnvelope,
    Format::JsonSplits,
    Format::JsonColumns,
    Format::JsonTable,
    Format::Jsonl,
    Format::Csv,
    Format::Tsv,
];

/// Writes studies as another program would.
fn write(studies: &[(String, Option<String>)], format: Format) -> String {
    let value = |text: &Option<String>| serde_json::to_string(text).unwrap();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let table = |separator: &str| {
        let rows = studies.iter().map(|(id, text)| {
            let text = text.as_ref().map(|text| quoted(text)).unwrap_or_default();
            format!("{}{separator}{text}\r\n", quoted(id))
        });
        format!("study_id{separator}report\r\n{}", rows.collect::<String>())
    };
    let each = |entry: &dyn Fn(&str, &str) -> String, between: &str| {
        let entries = studies
            .iter()
            .map(|(id, text)| entry(&serde_json::to_string(id).unwrap(), &value(text)));
        entries.collect::<Vec<_>>().join(between)
    };
    match format {
        Format::RexrankJson => format!(
            "{{{}}}",
            each(&|id, text| format!("{id}: {{\"x\": [NaN], \"report\": {text}}}"), ",\n")
        ),
        Format::JsonMap => format!("{{{}}}", each(&|id, text| format!("{id}: {text}"), ",")),
        Format::JsonList => {
            format!("[{}]", each(&|id, text| format!("{{\"report\": {text}, \"id\": {id}}}"), ","))
        }
        Format::Jsonl => each(&|id, text| format!("{{\"id\": {id}, \"report\": {text}}}"), "\n"),
        Format::JsonEnvelope => format!(
            "{{\"mean\": 0.5, \"results\": [{}]}}",
            each(&|id, text| format!("{{\"study_id\": {id}, \"report\": {text}}}"), ",")
        ),
        Format::JsonSplits => format!(
            "{{\"train\": [], \"test\": [{}]}}",
            each(&|id, text| format!("{{\"id\": {id}, \"report\": {text}}}"), ",")
        ),
        Format::JsonColumns => format!(
            "{{\"study_id\": [{}], \"report\": [{}]}}",
            each(&|id, _| id.to_owned(), ","),
            each(&|_, text| text.to_owned(), ",\n")
        ),
        Format::JsonTable => format!(
            "{{\"columns\": [\"study_id\", \"report\"], \"index\": [0], \"data\": [{}]}}",
            each(&|id, text| format!("[{id}, {text}]"), ",")
        ),
        Format::Csv => table(","),
        Format::Tsv => table("\t"),
        Format::Lines | Format::Workbook | Format::Parquet => unreachable!(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(
        studies in studies(),
        format in prop::sample::select(WITH_IDS.to_vec()),
        bytes in prop::sample::select(vec![Bytes::Utf8, Bytes::Bom, Bytes::Utf16Le, Bytes::Utf16Be]),
        gzip: bool,
        guess: bool,
    ) {
        // An id that is a field's name makes a map of one text look like a record.
        let clear = !(matches!(format, Format::JsonMap | Format::JsonColumns) && studies.len() == 1);
        let options = ReadOptions {
            format: (!(guess && clear)).then_some(format),
            ..ReadOptions::default()
        };
        let file = encode(&write(&studies, format), bytes, gzip);
        let data = read(Pieces(&file, 0), &options, &mut |_| {}).unwrap();
        prop_assert_eq!(data.bytes, file.len() as u64);
        prop_assert_eq!(data.shape.gzip, gzip);
        let back: Vec<(String, Option<String>)> = data
            .records
            .iter()
            .map(|record| (record.id.clone(), record.report.text().map(str::to_owned)))
            .collect();
        // A table cannot tell an empty text from none.
        let expected: Vec<(String, Option<String>)> = studies
            .into_iter()
            .map(|(id, text)| (id, text.filter(|text| !format.is_table() || !text.is_empty())))
            .collect();
        prop_assert_eq!(back, expected);
        // Whole and in pieces are one.
        prop_assert_eq!(&read(file.as_slice(), &options, &mut |_| {}).unwrap(), &data);
    }

    #[test]
    fn every_study_is_accounted_for(predicted in studies(), known in studies(), findings: bool) {
        let task = if findings { Task::Findings } else { Task::Report };
        let list = |studies: &[(String, Option<String>)]| {
            let options =
                ReadOptions { format: Some(Format::JsonMap), ..ReadOptions::default() };
            read(write(studies, Format::JsonMap).as_bytes(), &options, &mut |_| {}).unwrap()
        };
        let (predictions, references) = (list(&predicted), list(&known));
        for policy in MissingPolicy::ALL {
            prop_assert!(!check(&predictions, Some(&references), task, policy).is_empty());
            let Ok(aligned) = align(&predictions, Some(&references), task, policy) else { continue };
            let counts = aligned.counts;
            prop_assert_eq!(counts.scored, aligned.pairs.len() as u64);
            prop_assert_eq!(counts.scored, counts.matched + counts.scored_as_empty);
            prop_assert_eq!(counts.missing, counts.scored_as_empty + counts.excluded);
            prop_assert_eq!(counts.references, counts.matched + counts.missing + counts.missing_references);
            let in_both = predicted.iter().filter(|(id, _)| known.iter().any(|(other, _)| other == id));
            prop_assert_eq!(counts.predictions, in_both.count() as u64 + counts.extra_predictions);
        }
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        all_readings(&bytes);
    }

    #[test]
    fn no_damage_makes_a_panic(
        studies in studies(),
        format in prop::sample::select(WITH_IDS.to_vec()),
        gzip: bool,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut file = encode(&write(&studies, format), Bytes::Utf8, gzip);
        for (place, byte) in damage {
            let place = place.index(file.len());
            file[place] = byte;
        }
        file.truncate(cut.index(file.len()) + 1);
        all_readings(&file);
    }

    #[test]
    fn nothing_like_json_or_a_table_makes_a_panic(
        text in "([\\[\\]{}:,\"\\\\ \nNaInfity-]|\"id\"|\"report\"|\"a\"|null|1|study_id,report\n){0,40}",
    ) {
        all_readings(text.as_bytes());
    }
}

/// Reads bytes as everything they could be taken for.
fn all_readings(bytes: &[u8]) {
    let encodings = [None, Some(TextEncoding::Windows1252), Some(TextEncoding::Utf16Be)];
    for format in [None].into_iter().chain(Format::ALL.map(Some)) {
        for encoding in encodings {
            for header in [None, Some(false)] {
                let mut options = ReadOptions {
                    format,
                    encoding,
                    header,
                    max_decoded_bytes: 1 << 20,
                    ..ReadOptions::default()
                };
                if header == Some(false) {
                    options.columns.insert(Role::Report, "#1".to_owned());
                }
                let Ok(data) = read(Pieces(bytes, 3), &options, &mut |_| {}) else { continue };
                for record in &data.records {
                    assert!(!record.id.is_empty() || record.report == Field::Absent);
                }
                for task in Task::ALL {
                    let _ = check(&data, Some(&data), task, MissingPolicy::Refuse);
                    let _ = align(&data, None, task, MissingPolicy::Empty);
                }
            }
        }
    }
}
