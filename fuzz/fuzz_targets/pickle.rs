//! Pickles: whatever the opcodes, nothing but a value or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rrgscore_packs::read::pickle::{Limits, read_pickle};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { bytes: 1 << 20, values: 100_000, opcodes: 1_000_000 };
    let mut stream = data;
    if let Ok(pickle) = read_pickle(&mut stream, &limits) {
        let root = pickle.root();
        pickle.entry(root, "state_dict");
        pickle.entries(root).for_each(drop);
        pickle.storages().for_each(drop);
    }
});
