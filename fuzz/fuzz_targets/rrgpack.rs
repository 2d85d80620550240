//! Pack files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rrgscore_packs::rrgpack;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = rrgpack::read("fuzz", &data) {
        for part in &file.parts {
            assert!(part.start + part.bytes <= data.len() as u64);
        }
        let _ = file.open("fuzz", &data);
    }
});
