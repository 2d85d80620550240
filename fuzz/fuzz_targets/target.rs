//! A target of the fuzzer: that of `rrgscore-fuzzing` whose name the program has.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| rrgscore_fuzzing::run(env!("CARGO_BIN_NAME"), data));
