//! A logical file as its parts lie outside of memory.

use crate::hash::hex;
use crate::{Bytes, FileEntry, PackError, PackPart, Sha256Hex};
use sha2::{Digest, Sha256};

/// Bytes that are read at a time to be hashed.
const BLOCK: usize = 1 << 20;

/// Parts one after the other.
#[derive(Debug)]
pub(crate) struct Joined {
    /// Where each part begins, and the part.
    parts: Vec<(usize, Box<dyn Bytes>)>,
    size: usize,
}

impl Joined {
    /// Joins the parts of a file and verifies every size and the file's sha256. Only where that is
    /// another one are the parts' own hashes looked at, to say which part was changed: to hash
    /// everything twice would take half a second of a model's loading.
    ///
    /// # Errors
    /// [`PackError::PartSize`] and [`PackError::HashMismatch`].
    pub(crate) fn verified(
        file: &FileEntry,
        given: Vec<(&PackPart, Box<dyn Bytes>)>,
    ) -> Result<Joined, PackError> {
        for (part, bytes) in &given {
            let (found, expected) = (bytes.size() as u64, part.bytes);
            if found != expected {
                return Err(PackError::PartSize { part: part.name.clone(), found, expected });
            }
        }
        if hash(given.iter().map(|(_, bytes)| bytes.as_ref())) != file.sha256 {
            let changed = |(part, bytes): &&(&PackPart, Box<dyn Bytes>)| {
                hash(std::iter::once(bytes.as_ref())) != part.sha256
            };
            let name = given.iter().find(changed).map_or(&file.name, |(part, _)| &part.name);
            return Err(PackError::HashMismatch { part: name.clone() });
        }
        let (mut parts, mut size) = (Vec::new(), 0);
        for (_, bytes) in given {
            let start = size;
            size += bytes.size();
            parts.push((start, bytes));
        }
        Ok(Joined { parts, size })
    }
}

/// The sha256 of parts one after the other.
fn hash<'a>(parts: impl Iterator<Item = &'a dyn Bytes>) -> Sha256Hex {
    let (mut hash, mut block) = (Sha256::new(), Vec::new());
    for part in parts {
        for at in (0..part.size()).step_by(BLOCK) {
            block.resize(BLOCK.min(part.size() - at), 0);
            part.copy(at, &mut block);
            hash.update(&block);
        }
    }
    hex(&hash.finalize())
}

impl Bytes for Joined {
    fn size(&self) -> usize {
        self.size
    }

    fn copy(&self, mut at: usize, mut into: &mut [u8]) {
        let first = self.parts.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        for (start, part) in self.parts.iter().skip(first) {
            let from = at - start;
            let (here, rest) = into.split_at_mut(into.len().min(part.size() - from));
            part.copy(from, here);
            if rest.is_empty() {
                return;
            }
            at += here.len();
            into = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::split;
    use crate::sha256;

    #[test]
    fn pieces_may_lie_across_parts() {
        let bytes: Vec<u8> = (0..100).collect();
        for limit in [7, 10, 33, 100] {
            let file = FileEntry {
                name: "f".to_owned(),
                bytes: 100,
                sha256: sha256(&bytes),
                parts: split("f", &bytes, limit),
            };
            let cut = bytes.chunks(limit).map(|part| -> Box<dyn Bytes> { Box::new(part.to_vec()) });
            let joined = Joined::verified(&file, file.parts.iter().zip(cut).collect()).unwrap();
            assert_eq!(joined.size(), 100);
            for at in 0..100 {
                for length in [0, 1, 8, 40, 100 - at] {
                    let mut piece = vec![0; length.min(100 - at)];
                    joined.copy(at, &mut piece);
                    assert_eq!(piece, bytes[at..at + piece.len()]);
                }
            }
        }
    }
}
