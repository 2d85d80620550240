//! What a file is packed in, and files that are no text.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::bytes::{Gunzip, LayerError, Limited, Source};
use super::collect::{Collector, Layout};
use super::prefix;
use crate::error::ReadError;
use crate::options::ReadOptions;
use crate::shape::Format;

/// A file, opened as far as its bytes tell how.
pub(super) enum Opened<'s> {
    Text {
        source: Box<dyn Read + 's>,
        gzip: bool,
        zip: bool,
        /// The name of the file inside of an archive.
        name: Option<String>,
    },
    Workbook(Vec<u8>),
    Parquet(Vec<u8>),
}

/// Opens a file: gzip, a zip archive of one file, a workbook, Parquet, or text.
pub(super) fn open<'s>(
    source: &'s mut Source<'_, impl Read>,
    options: &ReadOptions,
) -> Result<Opened<'s>, ReadError> {
    let head = prefix(source)?;
    let is_gzip = head.starts_with(&[0x1F, 0x8B]);
    let mut whole: Box<dyn Read + 's> = Box::new(Cursor::new(head).chain(source));
    if is_gzip {
        whole = Box::new(Limited::new(Gunzip::new(whole), options.max_decoded_bytes));
    }
    let head = prefix(&mut whole)?;
    let is_zip = head.starts_with(b"PK\x03\x04");
    let is_parquet = head.starts_with(b"PAR1");
    let mut whole: Box<dyn Read + 's> = Box::new(Cursor::new(head).chain(whole));
    if !is_zip && !is_parquet {
        return Ok(Opened::Text { source: whole, gzip: is_gzip, zip: false, name: None });
    }
    let mut bytes = Vec::new();
    whole.read_to_end(&mut bytes).map_err(LayerError::unpack)?;
    if is_parquet {
        return Ok(Opened::Parquet(bytes));
    }
    unzip(bytes, is_gzip, options)
}

/// Opens a zip archive.
fn unzip(bytes: Vec<u8>, gzip: bool, options: &ReadOptions) -> Result<Opened<'static>, ReadError> {
    let damaged = || ReadError::NotText { looks_like: "a zip archive or a spreadsheet".to_owned() };
    let mut archive = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(|_| damaged())?;
    let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
    let mut names: Vec<String> = names.collect::<Result<_, _>>().map_err(|_| damaged())?;
    if names.iter().any(|name| name == "xl/workbook.xml") {
        return Ok(Opened::Workbook(bytes));
    }
    names.retain(|name| is_content(name));
    let name = match names.as_slice() {
        [name] => name.clone(),
        [] => return Err(ReadError::NoRecords),
        several => return Err(ReadError::SeveralFiles { count: several.len() as u64 }),
    };
    let file = archive.by_name(&name).map_err(|_| damaged())?;
    let mut content = Vec::new();
    let limit = options.max_decoded_bytes;
    file.take(limit.saturating_add(1)).read_to_end(&mut content).map_err(|_| damaged())?;
    if content.len() as u64 > limit {
        return Err(ReadError::TooLarge { limit, decompressed: true });
    }
    let source = Box::new(Cursor::new(content));
    Ok(Opened::Text { source, gzip, zip: true, name: Some(name) })
}

/// Whether a file of an archive is one that somebody put there: not a folder, and none of those
/// that systems add.
fn is_content(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    !name.ends_with('/') && !name.starts_with("__MACOSX/") && !last.starts_with('.')
}

/// Reads the first sheet of a workbook that has columns of reports.
pub(super) fn workbook(bytes: &[u8], collector: &mut Collector<'_>) -> Result<Layout, ReadError> {
    #[cfg(feature = "workbooks")]
    {
        super::workbook::sheet(bytes, collector)?;
        Ok(Layout { format: Format::Workbook, ..Layout::packed(false, false) })
    }
    #[cfg(not(feature = "workbooks"))]
    {
        let _ = (bytes, collector);
        Err(ReadError::NotBuiltIn { format: Format::Workbook })
    }
}

/// Reads a Parquet file.
pub(super) fn parquet(bytes: Vec<u8>, collector: &mut Collector<'_>) -> Result<Layout, ReadError> {
    #[cfg(feature = "parquet")]
    {
        super::parquet::rows(bytes, collector)?;
        Ok(Layout { format: Format::Parquet, ..Layout::packed(false, false) })
    }
    #[cfg(not(feature = "parquet"))]
    {
        let _ = (bytes, collector);
        Err(ReadError::NotBuiltIn { format: Format::Parquet })
    }
}
