//! Files that are no text, made for tests: workbooks and Parquet files.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// A cell of a sheet.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    /// As it stands in the file.
    Number(&'static str),
    /// A day, by the number that spreadsheets keep.
    Date(u32),
    Empty,
}

pub fn texts(rows: &[&[&str]]) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| row.iter().map(|cell| Cell::Text((*cell).to_owned())).collect()).collect()
}

pub fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\r', "&#13;").replace('\n', "&#10;")
}

/// A workbook of sheets by name; texts stand in their cells.
pub fn workbook(sheets: &[(&str, Vec<Vec<Cell>>)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let (mut list, mut relations, mut types) = (String::new(), String::new(), String::new());
    let mut parts: Vec<(String, String)> = Vec::new();
    for (at, (name, rows)) in (1..).zip(sheets) {
        let mut cells = String::new();
        for (row_number, row) in (1..).zip(rows) {
            write!(cells, "<row r=\"{row_number}\">").unwrap();
            for (column, cell) in (b'A'..).zip(row) {
                let place = format!("{}{row_number}", char::from(column));
                match cell {
                    Cell::Text(text) => write!(
                        cells,
                        "<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                        escaped(text)
                    ),
                    Cell::Number(number) => write!(cells, "<c r=\"{place}\"><v>{number}</v></c>"),
                    Cell::Date(day) => write!(cells, "<c r=\"{place}\" s=\"1\"><v>{day}</v></c>"),
                    Cell::Empty => write!(cells, "<c r=\"{place}\" s=\"0\"/>"),
                }
                .unwrap();
            }
            cells.push_str("</row>");
        }
        let path = format!("worksheets/sheet{at}.xml");
        write!(list, "<sheet name=\"{}\" sheetId=\"{at}\" r:id=\"r{at}\"/>", escaped(name))
            .unwrap();
        write!(
            relations,
            "<Relationship Id=\"r{at}\" Type=\"{REL}/worksheet\" Target=\"{path}\"/>"
        )
        .unwrap();
        write!(types, "<Override PartName=\"/xl/{path}\" ContentType=\"{SHEET}.worksheet+xml\"/>")
            .unwrap();
        let sheet =
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{cells}</sheetData></worksheet>");
        parts.push((format!("xl/{path}"), sheet));
    }
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    );
    write!(relations, "<Relationship Id=\"s\" Type=\"{REL}/styles\" Target=\"styles.xml\"/>")
        .unwrap();
    parts.extend([
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{SHEET}.sheet.main+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{REL}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REL}\"><sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}</Relationships>"),
        ),
        ("xl/styles.xml".to_owned(), styles),
    ]);
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    zip(&parts)
}

/// The values of a column of a Parquet file; `None` is a null.
pub enum Values<'a> {
    Text(Vec<Option<&'a str>>),
    Bytes(Vec<&'a [u8]>),
    Numbers(Vec<i64>),
    Floats(Vec<f64>),
}

/// A Parquet file of a schema as Parquet's own tools write it, and the values of its leaves. Lists
/// hold one value each.
pub fn parquet(schema: &str, columns: &[Values<'_>], properties: WriterProperties) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in columns {
        let mut leaf = group.next_column().unwrap().unwrap();
        match column {
            Values::Text(values) => {
                let texts: Vec<ByteArray> =
                    values.iter().flatten().map(|text| ByteArray::from(*text)).collect();
                let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
                leaf.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
            }
            Values::Bytes(values) => {
                let bytes: Vec<ByteArray> =
                    values.iter().map(|value| ByteArray::from(value.to_vec())).collect();
                let levels = vec![1; values.len()];
                leaf.typed::<ByteArrayType>().write_batch(&bytes, Some(&levels), None).unwrap();
            }
            Values::Numbers(values) => {
                let levels = vec![1; values.len()];
                leaf.typed::<Int64Type>().write_batch(values, Some(&levels), None).unwrap();
            }
            Values::Floats(values) => {
                let levels = vec![1; values.len()];
                leaf.typed::<DoubleType>().write_batch(values, Some(&levels), None).unwrap();
            }
        }
        leaf.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// A Parquet file of two columns of texts.
pub fn parquet_of_texts(names: [&str; 2], rows: &[(&str, &str)]) -> Vec<u8> {
    let [one, two] = names;
    let schema = format!(
        "message schema {{ OPTIONAL BYTE_ARRAY {one} (STRING); OPTIONAL BYTE_ARRAY {two} (STRING); }}"
    );
    let columns = [
        Values::Text(rows.iter().map(|(one, _)| Some(*one)).collect()),
        Values::Text(rows.iter().map(|(_, two)| Some(*two)).collect()),
    ];
    parquet(&schema, &columns, WriterProperties::default())
}
