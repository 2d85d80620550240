//! BLEU-2 against fast-bleu 0.0.90 as CXR-Report-Metric calls it.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(not(target_arch = "wasm32"))]
use rrgscore_metrics::bleu::{Bleu, spans};
use rrgscore_metrics::bleu::{bleu2, compare, tokens};
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
    let (bleu, matches) = compare(&reference, &candidate);
    let counts: Vec<_> = bleu.orders.iter().map(|order| (order.matched, order.total)).collect();
    assert_eq!(counts, [(2, 7), (0, 6)]);
    assert_eq!(matches.candidate, [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(matches.reference, [1, 0, 0, 0, 1, 0]);
    // "is on" is a matched pair that begins at "is".
    let (_, matches) = compare(&tokens("it is on"), &tokens("is on the"));
    assert_eq!((matches.reference, matches.candidate), (vec![0, 3, 1], vec![3, 1, 0]));
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
        let (bleu, matches) = compare(&reference, &candidate);
        prop_assert!((0.0..=1.0).contains(&bleu.score));
        for n in [1, 2] {
            let grams = |tokens: &[String], flags: &[u8]| -> Vec<Vec<String>> {
                let cut = |t: &String| t.split('\0').next().unwrap().to_owned();
                let cut: Vec<String> = tokens.iter().map(cut).collect();
                let begins = |at: &usize| flags[*at] >> (n - 1) & 1 == 1;
                let mut grams: Vec<_> =
                    (0..cut.len()).filter(begins).map(|at| cut[at..at + n].to_vec()).collect();
                grams.sort();
                grams
            };
            let matched = grams(&candidate, &matches.candidate);
            prop_assert_eq!(matched.len(), bleu.orders[n - 1].matched as usize);
            prop_assert_eq!(matched.len(), counted(&reference, &candidate, n));
            // Each has one of its own on the other side.
            prop_assert_eq!(matched, grams(&reference, &matches.reference));
        }
    }

    #[test]
    fn clipped_counts_are_symmetric(reference in report(), candidate in report()) {
        let counts = |bleu: Bleu| bleu.orders.iter().map(|order| order.matched).collect::<Vec<_>>();
        let forth = counts(bleu2(&reference, &candidate));
        prop_assert_eq!(forth, counts(bleu2(&candidate, &reference)));
    }

    #[test]
    fn spans_are_where_the_tokens_are(text in "[ .\\PCΣİẞ]{0,40}") {
        let (spans, tokens) = (spans(&text), tokens(&text));
        prop_assert_eq!(spans.len(), tokens.len());
        for (span, token) in spans.into_iter().zip(tokens) {
            // A final sigma is told from what follows, which may stand outside of the token.
            let fold = |text: &str| text.to_lowercase().replace('ς', "σ");
            prop_assert_eq!(fold(&text[span]), fold(&token));
        }
    }
}
