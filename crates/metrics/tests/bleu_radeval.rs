//! BLEU-2 against RadEval 2.2.1's own scorer.

#![cfg(test)]

use rrgscore_metrics::bleu_radeval::{bleu2, tokens};
use rrgscore_parity::{Tally, number, records};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn equals_radevals_scorer() {
    let mut tally = Tally::within("BLEU-2", "RadEval's score", "radeval.jsonl", 1e-12);
    for golden in records("radeval.jsonl") {
        tally.at(&golden);
        let text = |field: &str| golden.value[field].as_str().unwrap().to_owned();
        let (reference, candidate) = (text("reference"), text("candidate"));
        let bleu = bleu2(&tokens(&reference), &tokens(&candidate));
        tally.close(bleu.score, number(&golden.value["bleu2"]));
    }
    tally.finish();
}
