//! The parts of a judge's pack in a folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

use rrgscore_decoder::{DecoderError, PartSink, PartSource};
use rrgscore_packs::PackPart;

/// A folder that holds `pack.json` and the parts.
#[derive(Debug, Clone)]
pub(super) struct JudgeFolder(pub(super) PathBuf);

fn failed(part: &str, error: &std::io::Error) -> DecoderError {
    DecoderError::Part { part: part.to_owned(), reason: error.to_string() }
}

impl PartSink for JudgeFolder {
    fn write(&mut self, part: &str, bytes: &[u8]) -> Result<(), DecoderError> {
        fs::write(self.0.join(part), bytes).map_err(|error| failed(part, &error))
    }
}

impl PartSource for JudgeFolder {
    fn read(&self, part: &PackPart, buffer: &mut [u8]) -> Result<(), DecoderError> {
        File::open(self.0.join(&part.name))
            .and_then(|mut file| file.read_exact(buffer))
            .map_err(|error| failed(&part.name, &error))
    }
}
