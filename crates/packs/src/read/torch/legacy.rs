//! The form before torch 1.6: five pickles one after the other (magic number, version, the
//! writing machine, the object, the keys of its storages), then every storage as its length
//! and its numbers.

use super::reason;
use super::storages::{Place, Storages};
use crate::read::pickle::{Limits, Pickle, Value, read_pickle};
use crate::read::{Cursor, ReadAt};
use std::collections::BTreeMap;
use std::io::{BufReader, Seek};

/// Reads the pickles and the places of the storages.
pub(super) fn open(data: &dyn ReadAt) -> Result<(Pickle, Storages<'_>), String> {
    let limits = Limits::default();
    let mut stream = BufReader::with_capacity(1 << 16, Cursor::new(data));
    let mut next = || read_pickle(&mut stream, &limits).map_err(reason);
    let _magic = next()?;
    let version = next()?;
    if version.root() != &Value::Int(1001) {
        return Err("it has an unknown version of torch's form before 1.6; \
                    load it and save it again with a newer torch"
            .to_owned());
    }
    let machine = next()?;
    let little_endian = machine.entry(machine.root(), "little_endian");
    if little_endian.map(|id| machine.get(id)) != Some(&Value::Bool(true)) {
        return Err("it was written by a big-endian machine, which is not supported".to_owned());
    }
    let object = next()?;
    let keys = next()?;
    let at = stream.stream_position().map_err(|error| error.to_string())?;
    let places = places(data, at, &keys, &object)?;
    Ok((object, Storages { data, places }))
}

/// The storages lie in the order of `keys`; how wide their numbers are, only the object tells.
fn places(
    data: &dyn ReadAt,
    mut at: u64,
    keys: &Pickle,
    object: &Pickle,
) -> Result<BTreeMap<String, Place>, String> {
    const ENDS: &str = "it ends before its last storage";
    let Value::List(listed) = keys.root() else {
        return Err("it lists no storages".to_owned());
    };
    let used: BTreeMap<&str, u64> =
        object.storages().map(|storage| (storage.key.as_str(), storage.kind.bytes())).collect();
    let mut places = BTreeMap::new();
    for &key in listed {
        let key = keys.text(key).ok_or("a storage has no name")?;
        let width = used.get(key).ok_or("it has a storage that no tensor uses")?;
        let mut length = [0; 8];
        data.read_at(at, &mut length).map_err(|_| ENDS)?;
        let bytes = u64::from_le_bytes(length).checked_mul(*width).ok_or(ENDS)?;
        let start = at + 8;
        at = start.checked_add(bytes).filter(|end| *end <= data.size()).ok_or(ENDS)?;
        let place = Place { start, stored: bytes, bytes, deflated: false };
        if places.insert(key.to_owned(), place).is_some() {
            return Err("it lists a storage twice".to_owned());
        }
    }
    Ok(places)
}
