//! Files that are no text. The fuzzer writes what is packed; the packing with its checksums is put
//! around it here, because a mutated one would be refused for them. Inputs that are packed already
//! are read as they are.

use std::io::{Cursor, Write as _};

use crate::data::small_all;

const ZIP: &[u8] = b"PK\x03\x04";
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Gzip and zip: the first byte says which is put around the rest.
pub(crate) fn packed(data: &[u8]) {
    if data.starts_with(ZIP) || data.starts_with(GZIP) {
        return small_all(data);
    }
    let Some((first, rest)) = data.split_first() else { return };
    match first % 3 {
        0 => small_all(&gzip(rest)),
        1 => small_all(&zip(&[("reports.csv", rest)])),
        // Whatever it is named, and beside another file.
        _ => {
            let (name, file) = rest.split_at(rest.len().min(8));
            small_all(&zip(&[(&String::from_utf8_lossy(name), file), (".hidden", b"x")]));
        }
    }
}

/// The sheet of a workbook.
pub(crate) fn workbook(data: &[u8]) {
    if data.starts_with(ZIP) {
        return small_all(data);
    }
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const SHEETS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    small_all(&zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", SHEETS.as_bytes()),
        ("xl/worksheets/sheet1.xml", data),
    ]));
}

/// Parquet files. The mark at their beginning, without which nothing is read, is put there.
pub(crate) fn parquet(data: &[u8]) {
    let mut file = data.to_vec();
    if let Some(mark) = file.get_mut(..4) {
        mark.copy_from_slice(b"PAR1");
    }
    small_all(&file);
}

/// A zip of stored files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        // A name that stands twice is refused by the writer.
        if archive.start_file(*name, stored).is_ok() {
            archive.write_all(content).expect("a Vec takes all bytes");
        }
    }
    archive.finish().expect("a Vec takes all bytes").into_inner()
}

/// A gzip of stored blocks.
pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = GZIP.to_vec();
    out.extend([8, 0, 0, 0, 0, 0, 0, 255]);
    for block in data.chunks(0xffff) {
        let length = block.len() as u16;
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    let mut crc = flate2::Crc::new();
    crc.update(data);
    out.extend(crc.sum().to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}
