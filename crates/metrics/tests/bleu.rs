//! BLEU-2 against fast-bleu 0.0.90 as CXR-Report-Metric calls it.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::bleu::{bleu2, matches, tokens};
use rrgscore_parity::{Tally, number, records};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Officially an absent report (NaN) is scored as the word it prints as.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("nan")
}

#[test]
fn equals_the_official_scores() {
    let mut tally = Tally::within("BLEU-2", "score", "bleu.jsonl", 1e-12);
    for golden in records("bleu.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let reference = tokens(text(&record["reference"]));
        let candidate = tokens(text(&record["candidate"]));
        for (field, ours) in [("ref_tokens", &reference), ("cand_tokens", &candidate)] {
            if let Some(official) = record.get(field) {
                tally.same(&serde_json::json!(ours), official);
            }
        }
        tally.close(bleu2(&reference, &candidate).score, number(&record["bleu2"]));
    }
    tally.finish();
}

#[test]
fn tokens_split_on_spaces_and_before_full_stops_only() {
    assert_eq!(tokens("A.B 1.2  x,\ty."), ["a", ".b", "1", ".2", "x,\ty", "."]);
    assert_eq!(tokens("..."), [".", ".", "."]);
    assert_eq!(tokens(" "), [""; 0]);
}

#[test]
fn counts_are_clipped_and_say_where_they_matched() {
    // Papineni et al. 2002, example 2: seven "the" against two.
    let reference = tokens("the cat is on the mat");
    let candidate = tokens("the the the the the the the");
    let bleu = bleu2(&reference, &candidate);
    assert_eq!((bleu.matched, bleu.total), ([2, 0], [7, 6]));
    let [unigrams, bigrams] = matches(&reference, &candidate);
    let places: Vec<_> = unigrams.iter().map(|m| (m.candidate, m.reference)).collect();
    assert_eq!(places, [(0, 0), (1, 4)]);
    assert!(bigrams.is_empty());
}

#[cfg(not(target_arch = "wasm32"))]
fn report() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec!["no", "the", "heart", "lungs", ".", "is", "clear", "\0x"]);
    prop::collection::vec(word.prop_map(str::to_owned), 0..30)
}

/// Clipped matches counted the slow way, with joined strings.
fn counted(reference: &[String], candidate: &[String], n: usize) -> usize {
    let grams = |tokens: &[String]| -> Vec<String> {
        let cut: Vec<&str> = tokens.iter().map(|t| t.split('\0').next().unwrap()).collect();
        cut.windows(n).map(|window| window.join(" ")).collect()
    };
    let mut rest = grams(reference);
    let hit = |gram: &String| rest.iter().position(|r| r == gram).map(|at| rest.swap_remove(at));
    grams(candidate).iter().filter_map(hit).count()
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn identical_reports_score_one_from_two_tokens_on(report in report()) {
        let expected = match report.len() {
            0 => 0.0,
            1 => 0.1f64.sqrt(),
            _ => 1.0,
        };
        prop_assert!((bleu2(&report, &report).score - expected).abs() < 1e-15);
    }

    #[test]
    fn scores_stay_in_bounds_and_matches_are_true(reference in report(), candidate in report()) {
        let bleu = bleu2(&reference, &candidate);
        prop_assert!((0.0..=1.0).contains(&bleu.score));
        for (n, list) in matches(&reference, &candidate).iter().enumerate() {
            prop_assert_eq!(list.len(), bleu.matched[n] as usize);
            prop_assert_eq!(list.len(), counted(&reference, &candidate, n + 1));
            let mut used: Vec<_> = list.iter().map(|m| m.reference).collect();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), list.len());
        }
    }

    #[test]
    fn clipped_counts_are_symmetric(reference in report(), candidate in report()) {
        let forth = bleu2(&reference, &candidate).matched;
        prop_assert_eq!(forth, bleu2(&candidate, &reference).matched);
    }
}
