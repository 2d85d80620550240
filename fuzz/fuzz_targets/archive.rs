//! Tar archives. The fuzzer writes the tar; it is wrapped in a gzip of stored blocks here,
//! because a mutated gzip would be refused for its checksum. Inputs that are a gzip already are
//! read as they are.
#![no_main]

use flate2::Crc;
use libfuzzer_sys::fuzz_target;
use rrgscore_packs::read::{Archive, ArchiveLimits};
use std::ops::ControlFlow;

fuzz_target!(|data: &[u8]| {
    let limits = ArchiveLimits {
        weights: 1 << 22,
        small_file: 1 << 20,
        total: 1 << 23,
        ..ArchiveLimits::default()
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let bytes = if data.starts_with(&[0x1f, 0x8b]) { data.to_vec() } else { stored(data) };
    if let Ok(archive) = Archive::read("fuzz", &bytes, true, &limits, go_on) {
        assert!(archive.files.keys().all(|name| !name.contains("..") && !name.starts_with('/')));
    }
});

/// A gzip of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for block in data.chunks(0xffff) {
        let length = block.len() as u16;
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    let mut crc = Crc::new();
    crc.update(data);
    out.extend(crc.sum().to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}
