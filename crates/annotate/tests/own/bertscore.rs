use super::TOLERANCE;
use rrgscore_annotate::TextEncoder;
use rrgscore_annotations::SpaceRuns;
use rrgscore_metrics::bertscore::{Baseline, BatchPadding, Tokens, plain_weights, score};
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Goldens {
    texts: Vec<Text>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    hidden: Option<Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct Pair {
    reference: usize,
    candidate: usize,
    scores: [f32; 3],
}

/// CXR-Report-Metric's.
pub(crate) fn check(pack: &Pack) {
    let goldens: Goldens = serde_json::from_str(include_str!("../goldens/bertscore.json")).unwrap();
    check_goldens(pack, goldens, "BERTScore", "annotate/bertscore.json", (None, SpaceRuns::Joined));
}

/// Token ids, hidden states, and precision, recall and F1 of pairs, raw or rescaled.
pub(crate) fn check_goldens(
    pack: &Pack,
    goldens: Goldens,
    metric: &'static str,
    file: &'static str,
    (baseline, runs): (Option<&Baseline>, SpaceRuns),
) {
    let encoder = TextEncoder::from_pack(pack).unwrap();
    let mut texts = Tally::within(metric, "token states", file, TOLERANCE);
    let mut scores = Tally::within(metric, "P, R, F1", file, 1e-5);
    let mut annotated = Vec::new();
    for text in &goldens.texts {
        let found = encoder.annotate(&text.text, runs).unwrap();
        texts.fixture(Set::Own);
        texts.same(&found.ids, &text.ids);
        assert_eq!(encoder.token_ids(&text.text, runs).unwrap(), text.ids);
        if let Some(hidden) = &text.hidden {
            texts.all_close(&found.hidden, &hidden.concat());
        }
        for range in &found.offsets {
            assert!(text.text.get(range.clone()).is_some());
        }
        annotated.push(found);
    }
    for pair in goldens.pairs {
        let (reference, candidate) = (&annotated[pair.reference], &annotated[pair.candidate]);
        let weights = [reference, candidate].map(|text| {
            let (first, last) = (text.ids[0], text.ids[text.ids.len() - 1]);
            plain_weights(&text.ids, &[first, last])
        });
        let reference = Tokens::new(&reference.hidden, reference.dim, &weights[0]).unwrap();
        let candidate = Tokens::new(&candidate.hidden, candidate.dim, &weights[1]).unwrap();
        let raw = score(reference, candidate, BatchPadding::NONE).unwrap().raw;
        let found = baseline.map_or(raw, |baseline| baseline.rescale(raw));
        let found = [found.precision as f32, found.recall as f32, found.f1 as f32];
        scores.fixture(Set::Own);
        scores.all_close(&found, &pair.scores);
    }
    texts.finish();
    scores.finish();
}
