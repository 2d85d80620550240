//! Safetensors headers and tensors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rrgscore_packs::TensorSource;
use rrgscore_packs::read::SafetensorsFile;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = SafetensorsFile::open("fuzz", &data) {
        for name in file.names() {
            if let Ok(tensor) = file.tensor(name, "fuzz") {
                assert_eq!(tensor.values.len(), tensor.shape.iter().product::<usize>());
            }
        }
    }
});
