//! Reads any accepted file into a [`Dataset`].

mod archive;
mod bytes;
mod chat;
mod collect;
mod columns;
mod decode;
mod json;
mod jsonl;
mod lines;
mod literals;
mod marks;
#[cfg(feature = "parquet")]
mod parquet;
mod quotes;
mod rewrite;
mod rows;
mod sniff;
mod table;
#[cfg(feature = "workbooks")]
mod workbook;

use std::io::{self, Cursor, Read};

use crate::error::ReadError;
use crate::finding::Finding;
use crate::options::ReadOptions;
use crate::record::{Dataset, IdField, Record};
use crate::shape::{Format, Shape};
use crate::study_field::StudyField;

use archive::Opened;
use bytes::{LayerError, Source};
use collect::{Collector, Layout};
use decode::Decoded;
use marks::WithoutMarks;
use rewrite::Rewritten;

/// How many bytes are looked at to guess what a file is.
const PREFIX: usize = 64 * 1024;

/// Reads a file of predictions, references or pairs, whatever its format.
///
/// What the file is, is guessed from its content: gzip and zip by their magic bytes, the
/// encoding by a byte order mark or the pattern of zero bytes, the format by the first 64 KiB,
/// the roles of columns and keys by their names. A file's name ([`ReadOptions::file_name`])
/// decides only whether text that is neither JSON nor a table has one report per line. Each guess
/// stands in [`Dataset::shape`] and can be overridden by `options`.
///
/// The source is read once, from front to back, in pieces of 64 KiB; besides the records only
/// small buffers are held, but for a zip archive, a workbook or a Parquet file, which are read
/// whole. `progress` is called after each piece with the number of bytes taken from `source` so
/// far.
///
/// Invalid UTF-8 is an error, never replaced: a report with replacement characters would be
/// scored wrongly without a word. Windows-1252 can be asked for in `options`.
///
/// # Errors
/// See [`ReadError`]. No error holds report text.
pub fn read<R: Read>(
    source: R,
    options: &ReadOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Dataset, ReadError> {
    let mut source = Source::new(source, options.max_bytes, progress);
    let parsed = parse(&mut source, options)?;
    // What follows the last record was never asked for, but belongs to the file's hash.
    io::copy(&mut source, &mut io::sink()).map_err(LayerError::unpack)?;
    let (sha256, bytes) = source.finish();
    let Parsed { records, other_ids, splits, fields, shape, findings } = parsed;
    Ok(Dataset { records, other_ids, splits, fields, shape, sha256, bytes, findings })
}

/// What a file holds, besides its hash and size.
struct Parsed {
    records: Vec<Record>,
    other_ids: Vec<IdField>,
    splits: Vec<String>,
    fields: Vec<StudyField>,
    shape: Shape,
    findings: Vec<Finding>,
}

fn parse(source: &mut Source<'_, impl Read>, options: &ReadOptions) -> Result<Parsed, ReadError> {
    let mut collector = Collector::new(options);
    let layout = match archive::open(source, options)? {
        Opened::Text { source, gzip, zip, name } => {
            let name = name.as_deref().or(options.file_name.as_deref());
            text(source, name, &mut collector, Layout::packed(gzip, zip))?
        }
        Opened::Workbook(bytes) => archive::workbook(&bytes, &mut collector)?,
        Opened::Parquet(bytes) => archive::parquet(bytes, &mut collector)?,
    };
    collector.finish(layout)
}

/// Reads text: JSON, a table, or one report per line.
fn text(
    mut source: Box<dyn Read + '_>,
    name: Option<&str>,
    collector: &mut Collector<'_>,
    layout: Layout,
) -> Result<Layout, ReadError> {
    let options = collector.options();
    let head = prefix(&mut source)?;
    let guess = decode::sniff(&head, options.encoding)?;
    let whole = Cursor::new(head).chain(source);
    let mut text = Rewritten::new(Decoded::new(whole, guess), WithoutMarks::default());
    let head = prefix(&mut text)?;
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < PREFIX {
        return Err(ReadError::Empty);
    }
    let complete = head.len() < PREFIX;
    let found = sniff::format(&head, complete, name, options)?;
    let mut text = Cursor::new(head).chain(text);

    match found.format {
        Format::RexrankJson | Format::JsonMap => json::object(text, collector)?,
        Format::JsonList => json::list(text, collector)?,
        Format::JsonEnvelope | Format::JsonSplits => json::lists(text, collector)?,
        Format::JsonColumns => columns::columns(text, collector)?,
        Format::JsonTable => columns::table(text, collector)?,
        Format::Jsonl => jsonl::lines(text, collector)?,
        Format::Lines => lines::lines(text, collector)?,
        Format::Csv | Format::Tsv | Format::Workbook | Format::Parquet => {
            let skipped = sniff::skip_separator_line(&mut text, found.separator_line)?;
            table::rows(text, found.delimiter, skipped, collector)?;
        }
    }
    Ok(Layout {
        format: found.format,
        encoding: guess.encoding,
        bom: guess.bom > 0,
        delimiter: found.format.is_table().then_some(char::from(found.delimiter)),
        ..layout
    })
}

/// The first bytes of a source: [`PREFIX`] of them, or fewer if there are no more.
fn prefix(source: &mut dyn Read) -> Result<Vec<u8>, ReadError> {
    let mut head = Vec::with_capacity(PREFIX);
    source.take(PREFIX as u64).read_to_end(&mut head).map_err(LayerError::unpack)?;
    Ok(head)
}

/// Reads by a library that panics over some damaged files, where panics can be caught. Nothing is
/// used of what was collected by then.
#[cfg(any(feature = "parquet", feature = "workbooks"))]
fn caught(format: Format, read: impl FnOnce() -> Result<(), ReadError>) -> Result<(), ReadError> {
    let read = std::panic::AssertUnwindSafe(read);
    std::panic::catch_unwind(read).unwrap_or(Err(ReadError::Damaged { format }))
}
