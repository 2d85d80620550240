//! Token ids, offsets, cleaned text and words against the Python `tokenizers` package and
//! Python's regular expressions, on synthetic reports and hostile strings.
//!
//! Made by `crates/text/tools/make_tokenizer_goldens.py`, which also trained the tokenizers.
//! The same tests run in a browser by way of `web_tokenization.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_parity::{Set, Tally};
use rrgscore_text::{Encoding, Tokenizer, clean, words};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
struct Record {
    text: String,
    bertscore: String,
    chexbert: String,
    radgraph: Vec<String>,
    radgraph_xl: Vec<String>,
    bert: Expected,
    roberta: Expected,
    mpnet: Expected,
    deberta: Expected,
}

#[derive(Deserialize)]
struct Expected {
    ids: Vec<u32>,
    tokens: Vec<String>,
    offsets: Vec<(usize, usize)>,
    ids_of_30: Vec<u32>,
}

fn records() -> Vec<Record> {
    serde_json::from_str(include_str!("goldens/tokenization.json")).unwrap()
}

fn check(
    what: &'static str,
    tokenizer: &[u8],
    text: impl Fn(&Record) -> String,
    of: impl Fn(&Record) -> &Expected,
) {
    let mut tally = Tally::identical("Tokenizers and words", what, "text/tokenization.json");
    let tokenizer = Tokenizer::from_json(tokenizer).unwrap();
    for record in records() {
        let text = text(&record);
        let expected = of(&record);
        tally.fixture(Set::Own);
        let encoding = tokenizer.encode(&text, usize::MAX).unwrap();
        assert_eq!(encoding.ids, expected.ids, "{text:?}");
        assert_eq!(encoding.tokens, expected.tokens, "{text:?}");
        let offsets: Vec<(usize, usize)> =
            encoding.offsets.iter().map(|range| (range.start, range.end)).collect();
        assert_eq!(offsets, expected.offsets, "{text:?}");
        assert!(!encoding.truncated);
        assert_eq!(encoding.pieces_total, expected.ids.len() - 2);
        for range in encoding.offsets {
            assert!(text.get(range).is_some());
        }

        let cut = tokenizer.encode(&text, 30).unwrap();
        assert_eq!(cut.ids, expected.ids_of_30);
        assert_eq!(cut.truncated, expected.ids.len() > 30);
        assert_eq!(cut.pieces_total, expected.ids.len() - 2);
        let Encoding { ids, tokens, offsets, .. } = cut;
        assert!(tokens.len() == ids.len() && offsets.len() == ids.len());
    }
    tally.finish();
}

#[test]
fn bert() {
    check(
        "BERT ids, offsets",
        include_bytes!("goldens/bert.json"),
        |r| r.text.clone(),
        |r| &r.bert,
    );
}

#[test]
fn roberta() {
    let text = |r: &Record| clean::bertscore_roberta(clean::bertscore(&r.text)).text().to_owned();
    check("RoBERTa ids, offsets", include_bytes!("goldens/roberta.json"), text, |r| &r.roberta);
}

#[test]
fn mpnet() {
    check(
        "MPNet ids, offsets",
        include_bytes!("goldens/mpnet.json"),
        |r| r.text.clone(),
        |r| &r.mpnet,
    );
}

#[test]
fn deberta() {
    check(
        "DeBERTa ids, offsets",
        include_bytes!("goldens/deberta.json"),
        |r| r.text.clone(),
        |r| &r.deberta,
    );
}

#[test]
fn cleaning() {
    for record in records() {
        assert_eq!(clean::bertscore(&record.text).text(), record.bertscore);
        assert_eq!(clean::chexbert(&record.text).text(), record.chexbert);
    }
}

#[test]
fn word_splitting() {
    let what = "words of radgraph and radgraph-xl";
    let mut tally = Tally::identical("Tokenizers and words", what, "text/tokenization.json");
    for record in records() {
        tally.fixture(Set::Own);
        let found: Vec<_> = words::radgraph(&record.text).into_iter().map(|w| w.text).collect();
        assert_eq!(found, record.radgraph, "{:?}", record.text);
        let found: Vec<_> = words::radgraph_xl(&record.text).into_iter().map(|w| w.text).collect();
        assert_eq!(found, record.radgraph_xl, "{:?}", record.text);
    }
    tally.finish();
}

#[test]
fn frames_and_ids() {
    let tokenizer = Tokenizer::from_json(include_bytes!("goldens/bert.json")).unwrap();
    let (first, last) = tokenizer.frame();
    assert_eq!((Some(first), Some(last)), (tokenizer.id("[CLS]"), tokenizer.id("[SEP]")));
    assert_eq!(tokenizer.encode("", 512).unwrap().ids, [first, last]);
    assert_eq!(tokenizer.encode("heart lungs", 0).unwrap().ids, [first, last]);
    assert_eq!(tokenizer.id("no such token"), None);
    assert_eq!(tokenizer.vocabulary(), 250);
}

#[test]
fn broken_tokenizers_are_refused() {
    let good = include_str!("goldens/bert.json");
    for bad in ["", "{}", "[1, 2]", &good[..good.len() / 2]] {
        assert!(Tokenizer::from_json(bad.as_bytes()).is_err());
    }
    let mut unframed: serde_json::Value = serde_json::from_str(good).unwrap();
    unframed["post_processor"] = serde_json::Value::Null;
    let error = Tokenizer::from_json(unframed.to_string().as_bytes()).unwrap_err();
    assert!(error.to_string().contains("0 special tokens"), "{error}");
}
