//! R2Gen's cleaning of reports against its own functions.

#![cfg(test)]

use rrgscore_parity::{Tally, shared_records};
use rrgscore_text::clean::{R2GenData, r2gen};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn equals_the_official_cleaning() {
    let mut tally = Tally::identical("COCO", "R2Gen's cleaning", "r2gen_clean.jsonl");
    for golden in shared_records("r2gen_clean.jsonl") {
        tally.at(&golden);
        let text = golden.value["text"].as_str().unwrap();
        for (data, field) in [(R2GenData::IuXray, "iu_xray"), (R2GenData::MimicCxr, "mimic_cxr")] {
            tally.same(Some(r2gen(data, text).as_str()), golden.value[field].as_str());
        }
    }
    tally.finish();
}

/// Worked out by hand from the official replacements.
#[test]
fn odd_rules_are_kept() {
    let clean = |text| r2gen(R2GenData::IuXray, text);
    assert_eq!(clean("1. Clear. 2. T-spine <3 cm."), "clear . t-spine 3 cm .");
    assert_eq!(clean("At 21. Normal"), "at 2normal .");
    assert_eq!(clean("A.. . B"), "a .  . b .");
    assert_eq!(clean(""), " .");
    let clean = |text| r2gen(R2GenData::MimicCxr, text);
    assert_eq!(clean("The ___ is\n  clear."), "the  is clear .");
}
