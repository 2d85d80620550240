//! The zip form of torch's files: `NAME/data.pkl` and a stored entry `NAME/data/KEY` per storage.

use super::reason;
use super::storages::{Place, Storages};
use crate::read::pickle::{Limits, Pickle, read_pickle};
use crate::read::{Cursor, ReadAt, Section, read_all};
use flate2::bufread::DeflateDecoder;
use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use zip::{CompressionMethod, ZipArchive};

const BUFFER_BYTES: usize = 1 << 13;

/// Reads the directory and the pickle.
pub(super) fn open(data: &dyn ReadAt) -> Result<(Pickle, Storages<'_>), String> {
    let mut entries = entries(data)?;
    let pickle_name = {
        let mut names =
            entries.keys().filter(|name| *name == "data.pkl" || name.ends_with("/data.pkl"));
        match (names.next(), names.next()) {
            (Some(name), None) => name.clone(),
            (None, _) => return Err("it is a zip without data.pkl, so not torch's".to_owned()),
            _ => return Err("it has more than one data.pkl".to_owned()),
        }
    };
    let prefix = pickle_name.trim_end_matches("data.pkl").to_owned();
    if entries.contains_key(&format!("{prefix}constants.pkl")) {
        return Err("it is a TorchScript program, not a checkpoint; save the state dict".to_owned());
    }
    if let Some(place) = entries.get(&format!("{prefix}byteorder")) {
        let order = small(data, place)?;
        if order != b"little" {
            return Err("it was written by a big-endian machine, which is not supported".to_owned());
        }
    }
    let place = entries.remove(&pickle_name).ok_or("it has no data.pkl")?;
    let pickle = pickle(data, &place)?;
    let prefix = format!("{prefix}data/");
    let places = entries
        .into_iter()
        .filter_map(|(name, place)| Some((name.strip_prefix(&prefix)?.to_owned(), place)))
        .collect();
    Ok((pickle, Storages { data, places }))
}

fn pickle(data: &dyn ReadAt, place: &Place) -> Result<Pickle, String> {
    let limits = Limits::default();
    let section =
        Section::new(data, place.start, place.stored).map_err(|error| error.to_string())?;
    let stream = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(&section));
    if place.deflated {
        let inflated = DeflateDecoder::new(stream).take(limits.bytes);
        read_pickle(&mut BufReader::with_capacity(BUFFER_BYTES, inflated), &limits)
    } else {
        read_pickle(&mut { stream }, &limits)
    }
    .map_err(reason)
}

fn small(data: &dyn ReadAt, place: &Place) -> Result<Vec<u8>, String> {
    let section =
        Section::new(data, place.start, place.stored).map_err(|error| error.to_string())?;
    if place.deflated {
        return Err("its byteorder entry is compressed".to_owned());
    }
    read_all("byteorder", &section, 64).map_err(|error| error.to_string())
}

/// Whether a zip holds `data.pkl`; what a program holds beside it, a checkpoint does not.
pub(super) fn holds_pickle(data: &dyn ReadAt) -> bool {
    let ends = |names: &BTreeMap<String, Place>, name: &str| {
        names.keys().any(|path| path.rsplit('/').next() == Some(name))
    };
    entries(data).is_ok_and(|names| ends(&names, "data.pkl") && !ends(&names, "constants.pkl"))
}

/// The file of a zip whose path ends so, if it has one and at most `most` bytes.
pub(crate) fn file(data: &dyn ReadAt, end: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
    let entries = entries(data)?;
    let Some((_, place)) = entries.iter().find(|(name, _)| name.ends_with(end)) else {
        return Ok(None);
    };
    let section =
        Section::new(data, place.start, place.stored).map_err(|error| error.to_string())?;
    if place.bytes > most {
        return Err(format!("{end} has {} bytes", place.bytes));
    }
    if place.deflated {
        return super::storages::inflate(&section, place.bytes).map(Some);
    }
    read_all(end, &section, most).map(Some).map_err(|error| error.to_string())
}

/// The files in a zip by name, with the places of their bytes.
fn entries(data: &dyn ReadAt) -> Result<BTreeMap<String, Place>, String> {
    let bad = |error: zip::result::ZipError| format!("its zip directory cannot be read ({error})");
    let stream = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(data));
    let mut archive = ZipArchive::new(stream).map_err(bad)?;
    if archive.has_duplicate_names() {
        return Err("its zip directory lists a file twice".to_owned());
    }
    let mut entries = BTreeMap::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(bad)?;
        let deflated = match file.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => return Err("an entry is compressed in a way torch does not use".to_owned()),
        };
        if file.encrypted() {
            return Err("it is encrypted".to_owned());
        }
        let (stored, bytes) = (file.compressed_size(), file.size());
        let start = file.data_start().ok_or("an entry has no place")?;
        if (!deflated && stored != bytes) || Section::new(data, start, stored).is_err() {
            return Err("an entry goes past the file's end".to_owned());
        }
        let name = file.name().map_err(bad)?.into_owned();
        entries.insert(name, Place { start, stored, bytes, deflated });
    }
    Ok(entries)
}
