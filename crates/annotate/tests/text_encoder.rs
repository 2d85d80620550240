//! Text to token embeddings with a synthetic pack.

#![allow(clippy::unwrap_used, clippy::panic)]

use rrgscore_annotate::{AnnotateError, TextEncoder, TokenEmbeddings};
use rrgscore_engine::Encoder;
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config, wordpiece_vocabulary};
use rrgscore_packs::{Pack, Precision};

fn tiny_pack() -> Pack {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    checkpoint.build(Precision::Int8).unwrap()
}

fn id(token: &str) -> u32 {
    wordpiece_vocabulary().iter().position(|t| t == token).unwrap() as u32
}

#[test]
fn tokens_stand_where_they_came_from() {
    let text = "  The   HEART is\nnormal; no pneumothorax.  ";
    let annotated = TextEncoder::from_pack(&tiny_pack()).unwrap().annotate(text).unwrap();
    let expected = [
        ("[CLS]", ""),
        ("the", "The"),
        ("heart", "HEART"),
        ("is", "is"),
        ("normal", "normal"),
        (";", ";"),
        ("no", "no"),
        ("pneumo", "pneumo"),
        ("##thorax", "thorax"),
        (".", "."),
        ("[SEP]", ""),
    ];
    assert_eq!(annotated.tokens, expected.map(|(token, _)| token));
    assert_eq!(annotated.ids, expected.map(|(token, _)| id(token)));
    let found: Vec<&str> = annotated.offsets.iter().map(|range| &text[range.clone()]).collect();
    assert_eq!(found, expected.map(|(_, word)| word));
    let special: Vec<bool> = expected.iter().map(|(token, _)| token.starts_with('[')).collect();
    assert_eq!(annotated.special, special);
    assert_eq!((annotated.dim, annotated.hidden.len()), (32, 32 * expected.len()));
    assert!(!annotated.truncated);
    assert_eq!(annotated.pieces_total, expected.len() - 2);
}

/// The hidden states are the engine's for the same ids.
#[test]
fn hidden_states_are_the_encoders() {
    let pack = tiny_pack();
    let annotated = TextEncoder::from_pack(&pack).unwrap().annotate("lungs clear").unwrap();
    let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap();
    assert_eq!(encoder.encode(&annotated.ids).unwrap().values, annotated.hidden);
}

/// bert_score gives the ids of `[CLS]` and `[SEP]` no weight wherever they stand.
#[test]
fn literal_special_tokens_weigh_nothing() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let annotated = encoder.annotate("no [SEP] effusion [MASK]").unwrap();
    assert_eq!(annotated.tokens, ["[CLS]", "no", "[SEP]", "effusion", "[MASK]", "[SEP]"]);
    assert_eq!(annotated.special, [true, false, true, false, false, true]);
}

#[test]
fn empty_and_long_texts() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    for text in ["", "  \n\t "] {
        let annotated = encoder.annotate(text).unwrap();
        assert_eq!(annotated.ids, [id("[CLS]"), id("[SEP]")]);
        assert_eq!(annotated.pieces_total, 0);
    }
    let words = vec!["clear"; 62].join(" ");
    let fits = encoder.annotate(&words).unwrap();
    assert_eq!((fits.ids.len(), fits.truncated), (64, false));
    let long = encoder.annotate(&format!("{words} lungs edema")).unwrap();
    assert_eq!((long.ids.len(), long.truncated, long.pieces_total), (64, true, 64));
    assert_eq!(long.ids, fits.ids);
    assert_eq!(long.hidden, fits.hidden);
}

/// What two spellings of the same cleaned text give is the same to the bit.
#[test]
fn only_the_cleaned_text_matters() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let plain = encoder.annotate("no pleural effusion").unwrap();
    let spaced = encoder.annotate(" no   pleural effusion\n").unwrap();
    assert_eq!(plain.hidden, spaced.hidden);
    assert_eq!(plain.tokens, spaced.tokens);
}

#[test]
fn serialized_without_hidden_states() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let annotated = encoder.annotate("no edema").unwrap();
    let json = serde_json::to_string(&annotated).unwrap();
    let restored: TokenEmbeddings = serde_json::from_str(&json).unwrap();
    assert_eq!(restored, TokenEmbeddings { hidden: vec![], ..annotated });
}

#[test]
fn tokenizer_and_model_must_fit() {
    let mut config = tiny_bert_config();
    config.vocab_size = 100;
    let checkpoint = bert_checkpoint(&config, 1).unwrap();
    let pack = checkpoint.build(Precision::F32).unwrap();
    let error = TextEncoder::from_pack(&pack).unwrap_err();
    assert!(matches!(error, AnnotateError::Vocabulary { tokenizer: 141, model: 100 }));
}
