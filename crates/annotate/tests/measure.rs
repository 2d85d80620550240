//! Packs against the f32 packs of the same checkpoints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod own;

use own::packs::{ALL, BIOLORD, CHEXBERT, PHYSIONET, RADGRAPH, build};
use rrgscore_annotate::{AnnotateError, measure};
use rrgscore_packs::Precision::{F16, F32, Int8};
use rrgscore_packs::{Bytes, Pack};
use std::collections::BTreeMap;

/// A pack is at no distance from itself.
#[test]
fn the_same_pack_is_the_same() {
    for checkpoint in ALL {
        let pack = build(checkpoint, F32);
        let found = measure(&pack, &pack).unwrap();
        assert_eq!((found.texts, found.max_difference, found.mean_difference), (16, 0.0, 0.0));
        assert!((found.min_cosine - 1.0).abs() < 1e-12 && (found.mean_cosine - 1.0).abs() < 1e-12);
        assert!(found.vectors >= 16);
        let kinds: Vec<&str> = found.decisions.iter().map(|d| d.what.as_str()).collect();
        let expected: &[&str] = match checkpoint.name {
            "chexbert" => &["observations"],
            "ratescore-entities" => &["token labels"],
            "bertscore-distilroberta"
            | "bertscore-distilbert"
            | "bertscore-radeval"
            | "ratescore-synonyms" => &[],
            "srr-bert" | "srr-bert-upper-with-statuses" | "radbert-ct" => &["findings"],
            _ => &["span labels", "relations"],
        };
        assert_eq!(kinds, expected);
        for decision in found.decisions {
            assert!(decision.of > 0 && decision.same == decision.of, "{}", decision.what);
        }
    }
}

/// Bytes as a browser keeps them.
#[derive(Debug)]
struct Elsewhere(Vec<u8>);

impl Bytes for Elsewhere {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn copy(&self, at: usize, into: &mut [u8]) {
        into.copy_from_slice(&self.0[at..at + into.len()]);
    }
}

/// So is one whose graph is read from outside of memory.
#[test]
fn a_graph_that_stays_outside_is_the_same() {
    for checkpoint in ALL {
        for precision in [F32, F16, Int8] {
            let pack = build(checkpoint, precision);
            let parts = pack.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
            let mut parts: BTreeMap<String, Vec<u8>> = parts.collect();
            let outside = Pack::open_outside(&pack.manifest_bytes().unwrap(), |part| {
                Ok(Box::new(Elsewhere(parts.remove(&part.name).unwrap())))
            });
            let found = measure(&pack, &outside.unwrap()).unwrap();
            assert_eq!((found.texts, found.max_difference), (16, 0.0));
        }
    }
}

/// Fewer bits are further away, and never far.
#[test]
fn smaller_packs_are_close() {
    for checkpoint in ALL {
        let reference = build(checkpoint, F32);
        let half = measure(&reference, &build(checkpoint, F16)).unwrap();
        let int8 = measure(&reference, &build(checkpoint, Int8)).unwrap();
        assert!(0.0 < half.mean_difference && half.mean_difference < int8.mean_difference);
        for (found, least) in [(&half, 0.9999), (&int8, 0.95)] {
            assert!(found.mean_difference <= found.max_difference);
            let cosines = (found.min_cosine, found.mean_cosine);
            assert!(
                least < cosines.0 && cosines.0 <= cosines.1,
                "{}: {cosines:?}",
                checkpoint.name
            );
            for decision in &found.decisions {
                assert!(decision.same <= decision.of);
            }
        }
        println!("{}: f16 {half:?}\nint8 {int8:?}", checkpoint.name);
    }
}

/// One vector per text where the metric reads one; 14 decisions each.
#[test]
fn what_is_counted() {
    let chexbert = build(&CHEXBERT, F32);
    let found = measure(&chexbert, &chexbert).unwrap();
    assert_eq!((found.vectors, found.decisions[0].of), (16, 16 * 14));
    let biolord = build(&BIOLORD, F32);
    assert_eq!(measure(&biolord, &biolord).unwrap().vectors, 16);
}

#[test]
fn packs_of_different_models_are_not_compared() {
    let (chexbert, radgraph) = (build(&CHEXBERT, F32), build(&RADGRAPH, F32));
    let refused = measure(&chexbert, &radgraph);
    assert!(matches!(refused, Err(AnnotateError::NotComparable(_))));
    // The same purpose, other weights: far apart, but comparable.
    assert!(measure(&build(&PHYSIONET, F32), &radgraph).unwrap().max_difference > 0.0);
}
