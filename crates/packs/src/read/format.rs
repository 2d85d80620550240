use super::ReadAt;

/// What a file is, by its first bytes; its name does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Named tensors behind a JSON header.
    Safetensors,
    /// A zip: what torch writes since version 1.6, and Python wheels.
    Zip,
    /// What torch wrote before 1.6.
    LegacyTorch,
    /// Something compressed by gzip.
    Gzip,
    /// None of these: configurations, vocabularies, anything else.
    Other,
}

/// The pickled long with which torch's files began before 1.6: `0x1950a86a20f9469cfc6c`.
const LEGACY_MAGIC: [u8; 14] =
    [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

impl FileFormat {
    /// Looks at the first bytes of a file; one that cannot be read is [`FileFormat::Other`].
    pub fn of(data: &dyn ReadAt) -> FileFormat {
        let mut start = [0; 14];
        let length = data.size().min(start.len() as u64) as usize;
        let (filled, _) = start.split_at_mut(length);
        if data.read_at(0, filled).is_err() {
            return FileFormat::Other;
        }
        if start.starts_with(b"PK\x03\x04") {
            FileFormat::Zip
        } else if start.starts_with(&[0x1f, 0x8b]) {
            FileFormat::Gzip
        } else if start == LEGACY_MAGIC {
            FileFormat::LegacyTorch
        } else if start.get(4..10) == Some(b"\0\0\0\0{\"") {
            FileFormat::Safetensors
        } else {
            FileFormat::Other
        }
    }

    /// Whether files of this format hold weights.
    pub fn has_weights(self) -> bool {
        self != FileFormat::Other
    }
}
