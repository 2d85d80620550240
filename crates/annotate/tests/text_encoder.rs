//! Text to token embeddings with a synthetic pack.

#![allow(clippy::unwrap_used, clippy::panic)]

use rrgscore_annotate::{
    AnnotateError, Chexbert, Radgraph, RatescoreEntities, Synonyms, TextEncoder, TokenEmbeddings,
};
use rrgscore_annotations::SpaceRuns;
use rrgscore_engine::{Encoder, EngineError};
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config, wordpiece_vocabulary};
use rrgscore_packs::{ModelInfo, Pack, Precision, Purpose, sha256};

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
    let annotated =
        TextEncoder::from_pack(&tiny_pack()).unwrap().annotate(text, SpaceRuns::Joined).unwrap();
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
    let annotated =
        TextEncoder::from_pack(&pack).unwrap().annotate("lungs clear", SpaceRuns::Joined).unwrap();
    let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap();
    assert_eq!(encoder.encode(&annotated.ids).unwrap().values, annotated.hidden);
}

/// bert_score gives the ids of `[CLS]` and `[SEP]` no weight wherever they stand.
#[test]
fn literal_special_tokens_weigh_nothing() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let annotated = encoder.annotate("no [SEP] effusion [MASK]", SpaceRuns::Joined).unwrap();
    assert_eq!(annotated.tokens, ["[CLS]", "no", "[SEP]", "effusion", "[MASK]", "[SEP]"]);
    assert_eq!(annotated.special, [true, false, true, false, false, true]);
}

#[test]
fn empty_and_long_texts() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    for text in ["", "  \n\t "] {
        let annotated = encoder.annotate(text, SpaceRuns::Joined).unwrap();
        assert_eq!(annotated.ids, [id("[CLS]"), id("[SEP]")]);
        assert_eq!(annotated.pieces_total, 0);
    }
    let words = vec!["clear"; 62].join(" ");
    let fits = encoder.annotate(&words, SpaceRuns::Joined).unwrap();
    assert_eq!((fits.ids.len(), fits.truncated), (64, false));
    let long = encoder.annotate(&format!("{words} lungs edema"), SpaceRuns::Joined).unwrap();
    assert_eq!((long.ids.len(), long.truncated, long.pieces_total), (64, true, 64));
    assert_eq!(long.ids, fits.ids);
    assert_eq!(long.hidden, fits.hidden);
}

/// What two spellings of the same cleaned text give is the same to the bit.
#[test]
fn only_the_cleaned_text_matters() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let plain = encoder.annotate("no pleural effusion", SpaceRuns::Joined).unwrap();
    let spaced = encoder.annotate(" no   pleural effusion\n", SpaceRuns::Joined).unwrap();
    assert_eq!(plain.hidden, spaced.hidden);
    assert_eq!(plain.tokens, spaced.tokens);
}

#[test]
fn serialized_without_hidden_states() {
    let encoder = TextEncoder::from_pack(&tiny_pack()).unwrap();
    let annotated = encoder.annotate("no edema", SpaceRuns::Joined).unwrap();
    let json = serde_json::to_string(&annotated).unwrap();
    let restored: TokenEmbeddings = serde_json::from_str(&json).unwrap();
    assert_eq!(restored, TokenEmbeddings { hidden: vec![], ..annotated });
}

/// The same pack with another `model.json`.
fn with_model_info(pack: &Pack, change: impl FnOnce(&mut ModelInfo)) -> Pack {
    let mut info = pack.model_info().unwrap();
    change(&mut info);
    let mut manifest = pack.manifest().clone();
    let mut files = Vec::new();
    for entry in &mut manifest.files {
        let mut bytes = pack.file(&entry.name).unwrap().to_vec();
        if entry.name == Pack::MODEL_INFO {
            bytes = serde_json::to_vec(&info).unwrap();
            (entry.bytes, entry.sha256) = (bytes.len() as u64, sha256(&bytes));
            entry.parts[0].bytes = entry.bytes;
            entry.parts[0].sha256.clone_from(&entry.sha256);
        }
        files.push((entry.parts[0].name.clone(), bytes));
    }
    manifest.id = manifest.computed_id();
    Pack::open(&manifest.to_bytes().unwrap(), files).unwrap()
}

#[test]
fn tokenizer_and_model_must_fit() {
    let pack = tiny_pack();
    let refused = |change: fn(&mut ModelInfo)| {
        TextEncoder::from_pack(&with_model_info(&pack, change)).unwrap_err()
    };
    let error = refused(|info| info.vocabulary = 100);
    assert!(matches!(error, AnnotateError::Vocabulary { tokenizer: 141, model: 100 }));
    let error = refused(|info| info.hidden = 33);
    assert!(matches!(error, AnnotateError::Output { file: Pack::MODEL, .. }));
    for change in [(|info| info.vocabulary = 1000) as fn(&mut ModelInfo), |info| info.max_ids = 513]
    {
        assert!(matches!(refused(change), AnnotateError::Engine(EngineError::NotAnEncoder { .. })));
    }
}

#[test]
fn packs_of_another_purpose_are_refused() {
    let pack = tiny_pack();
    let refused = [
        Chexbert::from_pack(&pack).err(),
        Radgraph::from_pack(&pack).err(),
        RatescoreEntities::from_pack(&pack).err(),
        Synonyms::from_pack(&pack).err(),
    ];
    for error in refused {
        let error = error.unwrap();
        let found = matches!(error, AnnotateError::Purpose { found: Purpose::BertscoreMinilm, .. });
        assert!(found && error.to_string().contains("bertscore-minilm"), "{error}");
    }
}
