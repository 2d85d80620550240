//! SRR-BERT's sentences against RadEval's own function on NLTK's Punkt: on invented texts by what
//! Punkt learnt of the project's own sentences, and on public reports by what it learnt of English,
//! where both are at hand (neither is committed).
//!
//! The goldens of the invented texts are made by `crates/annotate/tools/make_radeval_goldens.py`. The
//! tests run in a browser too, by way of `web_sentences.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_parity::{Set, Tally, punkt_files, shared_lines};
use rrgscore_text::sentences::punkt::{Punkt, PunktError};
use rrgscore_text::sentences::srr;
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
struct SrrRecord {
    text: String,
    sentences: Vec<String>,
}

/// What Punkt learnt, as a pack carries it.
fn punkt<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Punkt {
    let mut lines = String::new();
    for (kind, file) in files {
        for line in file.lines().filter(|line| !line.is_empty()) {
            lines.push_str(&format!("{kind}\t{line}\n"));
        }
    }
    Punkt::parse(&lines).unwrap()
}

macro_rules! own {
    ($file:literal) => {
        include_str!(concat!("../../../tests/checkpoints/punkt_tab/english/", $file))
    };
}

fn own() -> Punkt {
    punkt(
        [
            ("abbreviation", own!("abbrev_types.txt")),
            ("collocation", own!("collocations.tab")),
            ("context", own!("ortho_context.tab")),
            ("starter", own!("sent_starters.txt")),
        ]
        .into_iter(),
    )
}

#[test]
fn invented_texts_by_what_was_learnt_of_our_own() {
    let punkt = own();
    let records: Vec<SrrRecord> =
        serde_json::from_str(include_str!("goldens/srr_sentences.json")).unwrap();
    assert!(records.len() > 400);
    let what = "SRR-BERT's, by what was learnt of our own";
    let mut tally = Tally::identical("Sentences", what, "text/srr_sentences.json");
    for record in records {
        tally.fixture(Set::Own);
        tally.same(srr::split(&record.text, Some(&punkt)), record.sentences);
    }
    tally.finish();
}

#[test]
fn public_reports_by_what_was_learnt_of_english() {
    let file = "srr_sentence_split.jsonl";
    let Some(files) = punkt_files() else { return };
    let kinds = ["abbreviation", "collocation", "context", "starter"];
    let texts = files.iter().map(|(_, bytes)| std::str::from_utf8(bytes).unwrap());
    let punkt = punkt(kinds.into_iter().zip(texts));
    let mut tally = Tally::identical("Sentences", "SRR-BERT's", file);
    for record in shared_lines::<SrrRecord>(file) {
        tally.fixture(Set::Official);
        tally.same(srr::split(&record.text, Some(&punkt)), record.sentences);
    }
    tally.finish();
}

#[test]
fn long_and_odd_texts_end_in_time() {
    let punkt = own();
    let long = "2. The 1.5 cm nodule is no longer seen. ".repeat(250);
    assert_eq!(srr::split(&long, Some(&punkt)).len(), 250);
    for odd in ["\u{0}", "\u{10ffff}", ".", ". ", "! ", "A", "\n", "\u{a0}", " ", "\\", "1", "--"] {
        for punkt in [Some(&punkt), None] {
            assert!(!srr::split(&odd.repeat(3000), punkt).is_empty());
        }
    }
}

#[test]
fn what_is_not_of_the_form_is_refused() {
    for (lines, line) in [
        ("abbreviation\tdr\nwhat\tis\tthis", 2),
        ("context\tword\tmany", 1),
        ("starter\ta\tb", 1),
        ("collocation\ta", 1),
    ] {
        assert_eq!(Punkt::parse(lines).unwrap_err(), PunktError { line });
    }
}
