//! Torch files in both forms. A zip's checksums are not looked at, so the fuzzer gets through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rrgscore_packs::TensorSource;
use rrgscore_packs::read::TorchFile;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = TorchFile::open("fuzz", &data) {
        for name in file.names() {
            if let Ok(tensor) = file.tensor(name, "fuzz") {
                assert_eq!(tensor.values.len(), tensor.shape.iter().product::<usize>());
            }
        }
    }
});
