//! Predictions and references as text.

use rrgscore_data::{
    Dataset, Format, JoinOptions, MissingPolicy, ReadOptions, Task, align_with, check_with, read,
};

/// Small limits, so that what is made up is read in no time.
fn small() -> ReadOptions {
    ReadOptions {
        max_decoded_bytes: 1 << 22,
        max_rows: 10_000,
        max_record_bytes: 1 << 18,
        ..ReadOptions::default()
    }
}

/// Reads bytes and does with the result all that a session does.
pub(crate) fn all(data: &[u8], options: &ReadOptions) {
    if let Ok(dataset) = read(data, options, &mut |_| {}) {
        used(&dataset, data.len());
    }
}

/// Reads bytes that may be packed.
pub(crate) fn small_all(data: &[u8]) {
    all(data, &small());
}

/// What holds of every file that was read, and of what is made of it.
fn used(dataset: &Dataset, bytes: usize) {
    assert_eq!(dataset.bytes, bytes as u64);
    assert!(!dataset.records.is_empty() && dataset.records.len() as u64 <= small().max_rows);
    for field in &dataset.other_ids {
        assert_eq!(field.ids.len(), dataset.records.len());
    }
    for task in Task::ALL {
        for references in [None, Some(dataset)] {
            let missing = MissingPolicy::Empty;
            let join = JoinOptions::default();
            let findings = check_with(dataset, references, task, missing, join);
            assert!(findings.is_sorted_by_key(|finding| finding.severity));
            let Ok(aligned) = align_with(dataset, references, task, missing, join) else {
                continue;
            };
            let counts = aligned.counts;
            assert_eq!(counts.scored, aligned.pairs.len() as u64);
            assert_eq!(counts.scored, counts.matched + counts.scored_as_empty);
        }
    }
    let json = serde_json::to_vec(dataset).expect("a data set is written");
    let back: Dataset = serde_json::from_slice(&json).expect("what was written is read");
    assert!(back == *dataset);
}

fn with_format(data: &[u8], format: Format) {
    all(data, &ReadOptions { format: Some(format), ..small() });
}

/// CSV and TSV.
pub(crate) fn table(data: &[u8]) {
    with_format(data, Format::Csv);
    with_format(data, Format::Tsv);
}

/// One JSON value, in each of the forms that it can have.
pub(crate) fn json(data: &[u8]) {
    let formats = [
        Format::RexrankJson,
        Format::JsonList,
        Format::JsonEnvelope,
        Format::JsonColumns,
        Format::JsonTable,
    ];
    formats.into_iter().for_each(|format| with_format(data, format));
}

/// JSON Lines.
pub(crate) fn json_lines(data: &[u8]) {
    with_format(data, Format::Jsonl);
}

/// One report per line.
pub(crate) fn lines(data: &[u8]) {
    with_format(data, Format::Lines);
}

/// Whatever the bytes are taken for.
pub(crate) fn guessed(data: &[u8]) {
    small_all(data);
    let file_name = Some("reports.txt".to_owned());
    all(data, &ReadOptions { file_name, ..small() });
}

/// The options as another program would write them, in the first line; the file in the others.
pub(crate) fn options(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (line, file) = data.split_at(end);
    let file = file.get(1..).unwrap_or_default();
    let _ = serde_json::from_slice::<JoinOptions>(line);
    if let Ok(options) = serde_json::from_slice::<ReadOptions>(line) {
        let limits = small();
        let options = ReadOptions {
            max_decoded_bytes: options.max_decoded_bytes.min(limits.max_decoded_bytes),
            max_rows: options.max_rows.min(limits.max_rows),
            ..options
        };
        all(file, &options);
    }
}
