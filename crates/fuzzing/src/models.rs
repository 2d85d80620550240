//! What comes with a model: sentence rules, tokenizers, graphs.

use rrgscore_text::Tokenizer;
use rrgscore_text::sentences::Rules;

const REPORT: &str = "Dr. Who was seen. The heart is large, 3.5 cm; no effusion.\nStable café.";

/// Sentence rules, and sentences by them.
pub(crate) fn rush_rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(rules) = Rules::parse(text) {
        for range in rules.split(REPORT) {
            assert!(REPORT.get(range).is_some());
        }
    }
}

/// A `tokenizer.json`, and tokens by it.
pub(crate) fn tokenizer(data: &[u8]) {
    if let Ok(tokenizer) = Tokenizer::from_json(data)
        && let Ok(encoding) = tokenizer.encode(REPORT, 32)
    {
        assert!(encoding.ids.len() <= 32);
        assert_eq!(encoding.ids.len(), encoding.offsets.len());
        for range in encoding.offsets {
            assert!(REPORT.get(range).is_some());
        }
    }
}

/// The engine's graphs, as an encoder and as what stands on one.
#[cfg(feature = "engine")]
pub(crate) fn onnx(data: &[u8]) {
    use rrgscore_engine::{Encoder, NamedGraph};
    let _ = NamedGraph::load(data);
    if let Ok(encoder) = Encoder::load(data) {
        let _ = encoder.encode(&[0, 1, 2]);
    }
}
