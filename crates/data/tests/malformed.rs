//! Every malformed input with the message a user gets for it.

#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use rrgscore_data::{Format, ReadOptions, Role, TextEncoding, read};

/// The text of all reports here: no message may hold it.
const CANARY: &str = "CANARY";

struct Case {
    what: &'static str,
    bytes: Vec<u8>,
    options: ReadOptions,
    message: &'static str,
}

fn case(what: &'static str, bytes: impl Into<Vec<u8>>, message: &'static str) -> Case {
    Case { what, bytes: bytes.into(), options: ReadOptions::default(), message }
}

fn with(case: Case, change: impl FnOnce(&mut ReadOptions)) -> Case {
    let mut case = case;
    change(&mut case.options);
    case
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

const GOOD: &str = "study_id,report\n1,CANARY lungs\n2,CANARY heart\n";

fn bytes_and_encodings() -> Vec<Case> {
    let zip = gzip(GOOD.as_bytes());
    let cut = zip[..zip.len() - 12].to_vec();
    let mut flipped = zip.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let mut followed = zip.clone();
    followed.extend_from_slice(b"something else entirely");
    let bomb = gzip(&vec![b' '; 3_000_000]);
    let mut odd = utf16(GOOD);
    odd.pop();
    vec![
        case("no bytes", "", "the file is empty"),
        case("white space", " \r\n\t\n", "the file is empty"),
        case("a byte order mark alone", "\u{FEFF}", "the file is empty"),
        case("gzip of nothing", gzip(b""), "the file is empty"),
        case("gzip cut short", cut, "the gzip data ends in the middle"),
        case("gzip header alone", vec![0x1F, 0x8B], "the gzip data ends in the middle"),
        case("gzip with a flipped byte", flipped, "the gzip data is damaged"),
        case("gzip with a tail", followed, "the gzip data is damaged"),
        case("gzip in gzip", gzip(&zip), "this is gzip inside gzip, not a text file"),
        with(
            case(
                "a gzip bomb",
                bomb,
                "the file is larger than the limit of 1,000,000 bytes after decompression",
            ),
            |options| options.max_decoded_bytes = 1_000_000,
        ),
        with(
            case("too many bytes", GOOD, "the file is larger than the limit of 20 bytes"),
            |options| options.max_bytes = 20,
        ),
        case(
            "a spreadsheet",
            b"PK\x03\x04\x14\x00".to_vec(),
            "this is a zip archive or a spreadsheet, not a text file",
        ),
        case("a PDF", "%PDF-1.7\n", "this is a PDF, not a text file"),
        case("a pickle", vec![0x80, 0x04, 0x95, 0x10], "this is a Python pickle, not a text file"),
        case("binary data", vec![0, 1, 2, 3, 0, 0, 7, 8], "this is binary data, not a text file"),
        case(
            "UTF-32",
            vec![0xFF, 0xFE, 0, 0, b'{', 0, 0, 0],
            "this is UTF-32 text, not a text file",
        ),
        case(
            "Latin-1 bytes",
            b"study_id,report\n1,ok\n2,caf\xE9 CANARY\n".to_vec(),
            "line 3: not valid UTF-8",
        ),
        case("UTF-16 of odd length", odd, "line 3: not valid UTF-16 LE"),
        case(
            "UTF-16 with half a surrogate pair",
            [utf16("study_id,report\n1,"), vec![0x00, 0xD8, b'x', 0]].concat(),
            "line 2: not valid UTF-16 LE",
        ),
        with(
            case("UTF-8 asked for, UTF-16 given", utf16(GOOD), "line 1: not valid UTF-8"),
            |options| options.encoding = Some(TextEncoding::Utf8),
        ),
    ]
}

fn json() -> Vec<Case> {
    vec![
        case("a number", "42", "the file holds a single JSON value and no reports"),
        case("a string", "\"CANARY\"\n", "the file holds a single JSON value and no reports"),
        case("null", "null", "the file holds a single JSON value and no reports"),
        case("an empty object", "{}", "the file holds no reports"),
        case("an empty list", " [ ] ", "the file holds no reports"),
        case(
            "an object cut short",
            "{\"s1\": {\"model_prediction\": \"CANARY\"},\n \"s2\": {\"model_prediction\": \"CAN",
            "row 2 (line 2), study s2: not valid JSON: the text ends in the middle",
        ),
        case(
            "a missing comma",
            "{\"s1\": {\"model_prediction\": \"CANARY\" \"section_findings\": \"CANARY\"}}",
            "row 1 (line 1), study s1: not valid JSON: expected `,` or `}`",
        ),
        case(
            "a trailing comma",
            "[{\"id\": 1, \"prediction\": \"CANARY\"},]",
            "row 2 (line 1): not valid JSON: trailing comma",
        ),
        case(
            "single quotes",
            "{'s1': {'model_prediction': 'CANARY'}}",
            "row 1 (line 1): not valid JSON: key must be a string",
        ),
        case(
            "a raw line break in a string",
            "{\"s1\": {\"model_prediction\": \"CANARY\nCANARY\"}}",
            "row 1 (line 2), study s1: not valid JSON: control character (\\u0000-\\u001F) \
             found while parsing a string",
        ),
        case(
            "half a surrogate pair",
            "{\"s1\": {\"model_prediction\": \"CANARY \\ud83d\"}}",
            "row 1 (line 1), study s1: not valid JSON: unexpected end of hex escape",
        ),
        case(
            "two objects",
            format!("{{\"s1\": {{\"report\": \"{}\"}}}} {{\"s2\": 1}}", "x ".repeat(40_000)),
            "row 2 (line 1): not valid JSON: trailing characters",
        ),
        case(
            "a prediction that is a number",
            "{\"s1\": {\"model_prediction\": \"CANARY\"}, \"s2\": {\"model_prediction\": 7}}",
            "row 2 (line 1), study s2, field model_prediction: expected text, found a number",
        ),
        case(
            "a prediction that is an object",
            "[{\"id\": \"s1\", \"prediction\": {\"text\": \"CANARY\"}}]",
            "row 1 (line 1), study s1, field prediction: expected text, found an object",
        ),
        case(
            "a prediction of several sentences",
            "[{\"id\": \"s1\",\n\"prediction\": [\"CANARY\", \"CANARY\"]}]",
            "row 1 (line 2), study s1, field prediction: expected text, found a list of several \
             texts",
        ),
        case(
            "an id that is a list",
            "[{\"study_id\": [1], \"prediction\": \"CANARY\"}]",
            "row 1 (line 1), field study_id: expected text, found a list",
        ),
        case(
            "a record that is a number",
            "{\"s1\": \"CANARY\", \"s2\": 3}",
            "row 2 (line 1), study s2: expected a record, found a number",
        ),
        case(
            "a list of lists",
            "[[\"CANARY\", \"CANARY\"]]",
            "row 1 (line 1): expected a record, found a list of several texts",
        ),
        case(
            "unknown fields",
            "{\"s1\": {\"image_path\": [\"a.png\"], \"answer\": \"CANARY\"}}",
            "no field of the records is known to hold a report (found: image_path, answer)",
        ),
        case(
            "unknown fields with text for names",
            "[{\"CANARY lungs are clear and the heart is normal\": 1}]",
            "no field of the records is known to hold a report",
        ),
        case(
            "texts for ids",
            "{\"CANARY the lungs are clear and the heart is normal\": \"CANARY\"}",
            "row 1 (line 1): the study id looks like a sentence",
        ),
        case(
            "endless nesting",
            format!("[{{\"prediction\": {}", "[".repeat(100_000)),
            "row 1 (line 1): not valid JSON: the text ends in the middle",
        ),
        case(
            "endless nesting at the top",
            "[".repeat(100_000),
            "row 1 (line 1): not valid JSON: the text ends in the middle",
        ),
        with(
            case("too many records", "[\"CANARY\", \"CANARY\", \"CANARY\"]", "more than 2 records"),
            |options| options.max_rows = 2,
        ),
        with(
            case(
                "a text too long",
                format!("{{\"s1\": \"{}\"}}", CANARY.repeat(20)),
                "row 1 (line 1), study s1, field report: longer than 100 bytes",
            ),
            |options| options.max_record_bytes = 100,
        ),
        with(
            case(
                "an object read as a list",
                "{\"s1\": \"CANARY\"}",
                "row 1 (line 1): not valid JSON: a value of another kind than expected",
            ),
            |options| options.format = Some(Format::JsonList),
        ),
        with(
            case(
                "a column that is not there",
                "{\"s1\": {\"report\": \"CANARY\"}}",
                "there is no column output to use as prediction",
            ),
            |options| {
                options.columns.insert(Role::Prediction, "output".to_owned());
            },
        ),
    ]
}

fn json_lines() -> Vec<Case> {
    vec![
        case(
            "a broken line",
            "{\"id\": 1, \"prediction\": \"CANARY\"}\n{\"id\": 2, \"prediction\": \"CAN\n{\"id\": 3}\n",
            "row 2 (line 2), study 2: not valid JSON: control character (\\u0000-\\u001F) found \
             while parsing a string",
        ),
        case(
            "a last line cut short",
            "{\"id\": 1, \"prediction\": \"CANARY\"}\n\n{\"id\": 2, \"prediction\": \"CAN",
            "row 2 (line 3), study 2: not valid JSON: the text ends in the middle",
        ),
        case(
            "two records on a line",
            "{\"id\": 1, \"prediction\": \"CANARY\"} {\"id\": 2, \"prediction\": \"CANARY\"}\n",
            "row 2 (line 1): not valid JSON: trailing characters",
        ),
        case(
            "records over several lines",
            "{\n\"id\": 1, \"prediction\": \"CANARY\"}\n{\n\"id\": 2}\n",
            "row 1 (line 1): not valid JSON: the text ends in the middle",
        ),
        case(
            "a line that is a number",
            "{\"id\": 1, \"prediction\": \"CANARY\"}\n{}\n17\n",
            "row 3 (line 3): expected a record, found a number",
        ),
        with(
            case(
                "a line too long",
                format!("{{\"id\": 1, \"prediction\": \"{}\"}}\n", CANARY.repeat(20)),
                "row 1 (line 1): longer than 60 bytes",
            ),
            |options| options.max_record_bytes = 60,
        ),
    ]
}

fn tables() -> Vec<Case> {
    vec![
        case("a header alone", "study_id,report\n", "the file holds no reports"),
        case("a header and blank rows", "study_id,report\n\n,\n , \n", "the file holds no reports"),
        case(
            "no header",
            "s1,CANARY lungs are clear\ns2,CANARY\n",
            "the first line of the table does not name its columns",
        ),
        case(
            "plain text",
            "CANARY lungs\n",
            "the first line of the table does not name its columns",
        ),
        case(
            "ids and nothing known",
            "study_id,answer\n1,CANARY\n",
            "no field of the records is known to hold a report (found: study_id, answer)",
        ),
        case(
            "an unquoted comma",
            "study_id,report\ns1,CANARY\ns2,CANARY lungs, CANARY heart\n",
            "row 2 (line 3): 3 columns where the header has 2",
        ),
        case(
            "a missing cell",
            "study_id,prediction,reference\ns1,\"CANARY\nCANARY\",CANARY\ns2,CANARY\n",
            "row 2 (line 4): 2 columns where the header has 3",
        ),
        case(
            "a quote never closed",
            "study_id,report\ns1,\"CANARY\ns2,CANARY\n",
            "line 2: a quoted cell opens here and never closes",
        ),
        case(
            "a quote closed by the next row's",
            "study_id,report\ns1,\"CANARY\ns2,\"CANARY\"\n",
            "line 3: a quoted cell goes on after its closing quote",
        ),
        case(
            "a quote escaped by a backslash",
            "study_id,report\ns1,\"CANARY \\\"CANARY\\\" CANARY\"\n",
            "line 2: a quoted cell goes on after its closing quote",
        ),
        case(
            "report and id exchanged",
            "report,study_id\ns1,\"CANARY lungs clear, no effusion or pneumothorax seen\"\n",
            "row 1 (line 2): the study id looks like a sentence",
        ),
        case(
            "an id with a line break",
            "study_id,report\n\"s\n1\",CANARY\n",
            "row 1 (line 2): the study id holds a line break or control character",
        ),
        case(
            "an endless id",
            format!("study_id,report\n{},CANARY\n", "9".repeat(300)),
            "row 1 (line 2): the study id is longer than 256 bytes",
        ),
        with(
            case(
                "a row too long",
                format!("study_id,report\ns1,{}\n", CANARY.repeat(20)),
                "row 1 (line 2): longer than 100 bytes",
            ),
            |options| options.max_record_bytes = 100,
        ),
        with(
            case(
                "a named column that is not there",
                GOOD,
                "there is no column output to use as prediction",
            ),
            |options| {
                options.columns.insert(Role::Prediction, "output".to_owned());
            },
        ),
        with(
            case(
                "a numbered column that is not there",
                GOOD,
                "there is no column #3 to use as prediction",
            ),
            |options| {
                options.columns.insert(Role::Prediction, "#3".to_owned());
            },
        ),
        with(
            case(
                "no header and no numbers",
                GOOD,
                "the first line of the table does not name its columns",
            ),
            |options| options.header = Some(false),
        ),
    ]
}

#[test]
fn each_malformed_input_has_its_message() {
    let cases = [bytes_and_encodings(), json(), json_lines(), tables()];
    let mut wrong = Vec::new();
    for case in cases.into_iter().flatten() {
        let error = read(case.bytes.as_slice(), &case.options, &mut |_| {})
            .map(|dataset| dataset.shape)
            .expect_err(case.what);
        if error.to_string() != case.message {
            wrong.push(format!("{}: {error}\n    expected: {}", case.what, case.message));
        }
        assert!(!error.hint().is_empty(), "{}", case.what);
        let all = format!("{error} {error:?} {}", error.hint());
        assert!(!all.contains("CAN"), "{}: report text in {all}", case.what);
        let json = serde_json::to_string(&error).unwrap();
        let back: rrgscore_data::ReadError = serde_json::from_str(&json).unwrap();
        assert_eq!(back, error, "{}", case.what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A source that fails in the middle, and one that lies about how much it read.
#[test]
fn failing_sources_are_named() {
    struct Failing(u32);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => {
                    let bytes = b"study_id,report\n1,CANARY";
                    buffer[..bytes.len()].copy_from_slice(bytes);
                    Ok(bytes.len())
                }
                _ => Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "the drive is gone")),
            }
        }
    }
    let error = read(Failing(0), &ReadOptions::default(), &mut |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "the file could not be read to its end: the drive is gone");

    struct Lying;
    impl std::io::Read for Lying {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            Ok(buffer.len() + 1)
        }
    }
    let error = read(Lying, &ReadOptions::default(), &mut |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file could not be read to its end: the source returned more bytes than asked for"
    );
}
