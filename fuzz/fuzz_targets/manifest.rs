//! Manifests: what is read and written again is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rrgscore_packs::Manifest;

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = Manifest::parse(data) {
        let written = manifest.to_bytes().expect("a manifest is written");
        assert_eq!(Manifest::parse(&written).expect("what was written is read"), manifest);
    }
});
