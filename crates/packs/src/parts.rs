use crate::{PackPart, sha256};

/// The largest part of a pack in bytes, 32 MiB: static hosts cap the size of a file, and a
/// download that broke off resumes at a part.
pub const MAX_PART_BYTES: usize = 32 * 1024 * 1024;

/// Cuts a file into parts of at most `limit` bytes. A file that fits is one part of its own
/// name, so that any ONNX runtime opens it as it lies; others get the suffixes `.000`, `.001`, …
pub(crate) fn split(file: &str, bytes: &[u8], limit: usize) -> Vec<PackPart> {
    let part = |name: String, bytes: &[u8]| PackPart {
        name,
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    };
    if bytes.len() <= limit {
        return vec![part(file.to_owned(), bytes)];
    }
    bytes
        .chunks(limit)
        .enumerate()
        .map(|(index, chunk)| part(format!("{file}.{index:03}"), chunk))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_fits_keeps_its_name() {
        let names = |bytes: &[u8]| -> Vec<(String, u64)> {
            split("f", bytes, 4).into_iter().map(|part| (part.name, part.bytes)).collect()
        };
        assert_eq!(names(b""), [("f".to_owned(), 0)]);
        assert_eq!(names(b"abcd"), [("f".to_owned(), 4)]);
        assert_eq!(names(b"abcde"), [("f.000".to_owned(), 4), ("f.001".to_owned(), 1)]);
    }
}
