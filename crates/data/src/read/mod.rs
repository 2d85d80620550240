//! Reads any accepted file into a [`Dataset`].

mod bytes;
mod collect;
mod decode;
mod json;
mod jsonl;
mod literals;
mod quotes;
mod sniff;
mod table;

use std::io::{self, Cursor, Read};

use crate::error::ReadError;
use crate::options::ReadOptions;
use crate::record::Dataset;
use crate::shape::Format;

use bytes::{Gunzip, LayerError, Limited, Source};
use collect::{Collector, Layout};
use decode::Decoded;

/// How many bytes are looked at to guess what a file is.
const PREFIX: usize = 64 * 1024;

/// Reads a file of predictions, references or pairs, whatever its format.
///
/// What the file is, is guessed from its content (never from a name): gzip by its magic
/// bytes, the encoding by a byte order mark or the pattern of zero bytes, the format by the
/// first 64 KiB, the roles of columns and keys by their names. Each guess stands in
/// [`Dataset::shape`] and can be overridden by `options`.
///
/// The source is read once, from front to back, in pieces of 64 KiB; besides the records only
/// small buffers are held. `progress` is called after each piece with the number of bytes
/// taken from `source` so far.
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
    let (records, shape, findings) = parsed;
    Ok(Dataset { records, shape, sha256, bytes, findings })
}

type Parsed = (Vec<crate::Record>, crate::Shape, Vec<crate::Finding>);

fn parse(source: &mut Source<'_, impl Read>, options: &ReadOptions) -> Result<Parsed, ReadError> {
    let head = prefix(source)?;
    let gzip = head.starts_with(&[0x1F, 0x8B]);
    let whole = Cursor::new(head).chain(source);
    let mut plain: Box<dyn Read + '_> =
        if gzip { Box::new(Gunzip::new(whole)) } else { Box::new(whole) };
    let head = if gzip {
        plain = Box::new(Limited::new(plain, options.max_decoded_bytes));
        prefix(&mut plain)?
    } else {
        // The same bytes again; the first reading of them is in the chain.
        prefix(&mut plain)?
    };
    let guess = decode::sniff(&head, options.encoding)?;
    let whole = Cursor::new(head).chain(plain);
    let mut text = Decoded::new(whole, guess);
    let head = prefix(&mut text)?;
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < PREFIX {
        return Err(ReadError::Empty);
    }
    let complete = head.len() < PREFIX;
    let found = sniff::format(&head, complete, options)?;
    let text = Cursor::new(head).chain(text);

    let mut collector = Collector::new(options);
    match found.format {
        Format::RexrankJson | Format::JsonMap => json::object(text, &mut collector)?,
        Format::JsonList => json::list(text, &mut collector)?,
        Format::Jsonl => jsonl::lines(text, &mut collector)?,
        Format::Csv | Format::Tsv => table::rows(text, found.delimiter, &mut collector)?,
    }
    collector.finish(Layout {
        format: found.format,
        gzip,
        encoding: guess.encoding,
        bom: guess.bom > 0,
        delimiter: found.format.is_table().then_some(char::from(found.delimiter)),
    })
}

/// The first bytes of a source: [`PREFIX`] of them, or fewer if there are no more.
fn prefix(source: &mut dyn Read) -> Result<Vec<u8>, ReadError> {
    let mut head = Vec::with_capacity(PREFIX);
    source.take(PREFIX as u64).read_to_end(&mut head).map_err(LayerError::unpack)?;
    Ok(head)
}
