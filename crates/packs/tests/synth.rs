//! Synthetic checkpoints are read as the official ones of their purposes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{BuildOptions, Head, Precision, Purpose, recognise};

#[test]
fn every_purpose_is_recognised_and_built() {
    for purpose in Purpose::ALL {
        let made = checkpoint(purpose, Size::Tiny, 3).unwrap();
        let options = BuildOptions { other_encoder: true, ..BuildOptions::default() };
        let recognised = recognise(&made.sources(), &options).unwrap();
        assert_eq!(recognised.purpose, purpose);
        assert!(recognised.missing.is_empty(), "{:?}", recognised.missing);

        let pack = made.build(Precision::Int8).unwrap();
        assert_eq!(pack.manifest().purpose, purpose);
        let info = pack.model_info().unwrap();
        assert_eq!((info.hidden, info.heads, info.vocabulary), (32, 4, 600));
        let layers = match purpose {
            Purpose::BertscoreMinilm => 6,
            Purpose::BertscoreDistilroberta | Purpose::BertscoreDistilbert => 5,
            _ => 3,
        };
        assert_eq!(info.layers, layers, "{purpose:?}");
        let labels = match info.head {
            None => 0,
            Some(Head::Observations { observations }) => observations.len(),
            Some(Head::Findings { names }) => names.len(),
            Some(Head::Tokens { labels }) => labels.len(),
            Some(Head::Spans { entities, .. }) => entities.len(),
        };
        let expected = match purpose {
            Purpose::BertscoreMinilm
            | Purpose::BertscoreDistilroberta
            | Purpose::BertscoreDistilbert
            | Purpose::BertscoreRadeval
            | Purpose::RatescoreSynonyms => 0,
            Purpose::SrrBert => 163,
            Purpose::SrrBertLeaves => 55,
            Purpose::SrrBertUpperWithStatuses => 73,
            Purpose::SrrBertUpper => 25,
            Purpose::RadbertCt => 18,
            Purpose::Chexbert => 14,
            Purpose::RatescoreEntities => 11,
            Purpose::Radgraph => 4,
            _ => 12,
        };
        assert_eq!(labels, expected, "{purpose:?}");
    }
}

#[test]
fn same_seed_same_bytes() {
    let of = |seed| checkpoint(Purpose::Radgraph, Size::Tiny, seed).unwrap();
    assert_eq!(of(5), of(5));
    assert_ne!(of(5), of(6));
}
