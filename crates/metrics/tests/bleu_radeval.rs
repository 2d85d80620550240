//! BLEU-2 against RadEval 2.2.1's own scorer.

#![cfg(test)]

mod common;

use common::{assert_close, number, records};
use rrgscore_metrics::bleu_radeval::{bleu2, tokens};

#[test]
fn equals_radevals_scorer() {
    for golden in records("radeval.jsonl") {
        let text = |field: &str| golden.value[field].as_str().unwrap().to_owned();
        let (reference, candidate) = (text("reference"), text("candidate"));
        let bleu = bleu2(&tokens(&reference), &tokens(&candidate));
        assert_close(bleu.score, number(&golden.value["bleu2"]), 1e-12, &golden.place);
    }
}
