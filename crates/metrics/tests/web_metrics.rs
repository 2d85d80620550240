//! The tests of the other files in a browser, but those that draw their inputs: the official
//! values, the project's own and, where they are on the machine that builds the tests, the
//! official code's.

#![cfg(target_arch = "wasm32")]
#![allow(dead_code, reason = "helpers of the tests that draw their inputs")]

#[path = "bertscore.rs"]
mod bertscore;
#[path = "bleu.rs"]
mod bleu;
#[path = "chexbert_labels.rs"]
mod chexbert_labels;
#[path = "coco.rs"]
mod coco;
#[path = "crimson.rs"]
mod crimson;
#[path = "fineradscore.rs"]
mod fineradscore;
#[path = "green.rs"]
mod green;
#[path = "radcliq.rs"]
mod radcliq;
#[path = "radgraph.rs"]
mod radgraph;
#[path = "ratescore.rs"]
mod ratescore;
#[path = "rouge.rs"]
mod rouge;
#[path = "semb.rs"]
mod semb;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
