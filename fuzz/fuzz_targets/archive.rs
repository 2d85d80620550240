//! Tar archives. The fuzzer writes the tar; it is wrapped in a gzip of stored blocks here,
//! because a mutated gzip would be refused for its checksum. Inputs that are a gzip already are
//! read as they are.
#![no_main]

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use rrgscore_packs::read::{Archive, ArchiveLimits};
use std::io::Write;
use std::ops::ControlFlow;

fuzz_target!(|data: &[u8]| {
    let limits = ArchiveLimits { weights: 1 << 22, small_file: 1 << 20, total: 1 << 23, ..ArchiveLimits::default() };
    let go_on = &mut |_| ControlFlow::Continue(());
    let bytes = if data.starts_with(&[0x1f, 0x8b]) {
        data.to_vec()
    } else {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(data).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    };
    if let Ok(archive) = Archive::read("fuzz", &bytes, true, &limits, go_on) {
        assert!(archive.files.keys().all(|name| !name.contains("..") && !name.starts_with('/')));
    }
});
