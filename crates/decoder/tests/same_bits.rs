//! The same answers to the bit, however the work is cut: batches, workers, drafts, passes, shared
//! beginnings, instructions. On models of random weights, the same in a browser.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_decoder::{
    DecodeSettings, DecodedAnswer, DecoderError, Decoding, Family, JudgePrecision, PassRows,
    Question,
};
use shared::random::{RandomModel, byte_tokenizer};
use shared::{Packed, convert, question};
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODELS: [(Family, bool); 4] =
    [(Family::Llama, false), (Family::Llama, true), (Family::Mistral, false), (Family::Phi, false)];

fn packed(family: Family, tied: bool, precision: JudgePrecision) -> Packed {
    let model = RandomModel::new(family, 4, tied);
    convert(&model, &model.config, &byte_tokenizer(), precision)
}

/// Prompts that share a beginning, some of them a longer one, one nothing.
fn questions() -> Vec<Question> {
    let tokenizer = byte_tokenizer();
    let prompt = |reference: &str, candidate: &str| {
        format!("Compare these two reports. Reference: {reference} Candidate: {candidate}\n")
    };
    let same = "The heart is of normal size and the lungs are clear.";
    let texts = [
        prompt(same, "No acute disease."),
        prompt("Small left effusion.", "Clear lungs."),
        prompt(same, "Cardiomegaly."),
        "x".to_owned(),
        prompt(same, "Small effusion on the left."),
        prompt("Small left effusion.", "Small left effusion."),
        prompt(same, "No acute disease."),
    ];
    let question = |(at, text): (usize, &String)| {
        question(&format!("study {at}"), &tokenizer.encode(text).unwrap())
    };
    texts.iter().enumerate().map(question).collect()
}

fn bits(answers: &BTreeMap<String, DecodedAnswer>) -> Vec<(String, Vec<u32>, u32)> {
    answers
        .values()
        .map(|answer| (answer.study.clone(), answer.ids.clone(), answer.least_margin.to_bits()))
        .collect()
}

#[test]
fn cut_as_it_may_be() {
    let questions = questions();
    for (family, tied) in MODELS {
        for precision in [JudgePrecision::F32, JudgePrecision::Int8, JudgePrecision::Q4] {
            let packed = packed(family, tied, precision);
            let plain = DecodeSettings { batch: 1, limit: 150, ..DecodeSettings::default() };
            // One by one, each alone in the model.
            let mut expected = BTreeMap::new();
            for question in &questions {
                expected.extend(packed.answers(std::slice::from_ref(question), plain, 1));
            }
            assert!(expected.values().all(|answer| answer.ids.len() > answer.prompt));
            for (workers, batch, drafts, rows) in
                [(1, 1, 0, 256), (1, 8, 0, 256), (2, 3, 0, 7), (4, 2, 6, 256), (1, 4, 16, 33)]
            {
                let settings = DecodeSettings { batch, groups: workers, rows, drafts, limit: 150 };
                let found = packed.answers(&questions, settings, workers);
                assert_eq!(bits(&found), bits(&expected), "{family:?} {precision:?} {settings:?}");
            }
        }
    }
}

/// Guesses save passes where a text repeats itself.
#[test]
fn drafts_save_passes() {
    let mut model = RandomModel::new(Family::Llama, 4, false);
    model.forgetful = true;
    let packed = convert(&model, &model.config, &byte_tokenizer(), JudgePrecision::F32);
    let passes = |drafts: usize| {
        let settings = DecodeSettings { batch: 1, drafts, limit: 400, ..DecodeSettings::default() };
        let mut stage = packed.stages(1, packed.manifest.precision.cache()).remove(0);
        let mut decoding = Decoding::new(questions()[..1].to_vec(), settings, 256).unwrap();
        while let Some(pass) = decoding.next_pass() {
            decoding.accept(stage.run(pass).unwrap()).unwrap();
        }
        let progress = decoding.progress();
        (progress.answer_tokens, progress.passes)
    };
    let (plain, guessed) = (passes(0), passes(8));
    assert_eq!(plain.0, guessed.0);
    assert!(2 * guessed.1 < plain.1, "{plain:?} {guessed:?}");
}

/// A conversion that broke off goes on at the file it had reached, and gives the same pack.
#[test]
fn conversions_go_on() {
    use rrgscore_decoder::{Conversion, ConversionProgress};
    let (model, tokenizer) = (RandomModel::new(Family::Phi, 3, false), byte_tokenizer());
    let whole = convert(&model, &model.config, &tokenizer, JudgePrecision::Q4);
    let mut parts = shared::Parts::default();
    let begin =
        || Conversion::new(&model, model.config.clone(), &tokenizer, JudgePrecision::Q4).unwrap();
    let mut state = begin().state().clone();
    loop {
        let mut conversion = begin().resumed(state);
        if !conversion.step(&mut parts).unwrap() {
            assert_eq!(conversion.finish("tiny", Vec::new()).unwrap(), whole.manifest);
            break;
        }
        // Through its stored form, as a page keeps it.
        let stored = serde_json::to_vec(conversion.state()).unwrap();
        state = serde_json::from_slice(&stored).unwrap();
        let ConversionProgress { files_done, files, bytes_done, bytes } = conversion.progress();
        assert!(files_done <= files && bytes_done <= bytes + 4096);
    }
    assert_eq!(parts.0, whole.parts.0);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let packed = packed(Family::Llama, false, JudgePrecision::Q4);
    let settings = DecodeSettings { limit: 20, ..DecodeSettings::default() };
    let long = question("long", &[1; 20]);
    let error = Decoding::new(vec![long], settings, 256).unwrap_err();
    assert!(matches!(error, DecoderError::PromptTooLong { tokens: 20, limit: 20, .. }));
    assert!(Decoding::new(vec![question("empty", &[])], settings, 256).is_err());

    let mut decoding = Decoding::new(vec![question("a", &[1, 2])], settings, 256).unwrap();
    let pass = decoding.next_pass().unwrap();
    assert!(decoding.next_pass().is_none());
    let mut stages = packed.stages(2, packed.manifest.precision.cache());
    // The second stage has no table, the first one gives no tokens.
    assert!(stages[1].run(pass.clone()).is_err());
    let half = stages[0].run(pass.clone()).unwrap();
    assert!(decoding.accept(half).is_err());
    let mut unknown = pass;
    unknown.rows = PassRows::Tokens(vec![1, 9999]);
    assert!(matches!(stages[0].run(unknown), Err(DecoderError::UnknownToken { id: 9999, .. })));

    // A part that was changed is named.
    let mut changed = packed;
    changed.parts.0.get_mut("layer-001.bin").unwrap()[99] ^= 1;
    let error = rrgscore_decoder::load_stage(
        &changed.manifest,
        &changed.parts,
        0..4,
        changed.manifest.precision.cache(),
    );
    assert!(error.unwrap_err().to_string().contains("layer-001.bin"));
    let bytes = changed.manifest.to_bytes().unwrap();
    assert_eq!(rrgscore_decoder::JudgeManifest::parse(&bytes).unwrap(), changed.manifest);
    let edited = String::from_utf8(bytes).unwrap().replace("layer-001.bin", "layer-009.bin");
    assert!(rrgscore_decoder::JudgeManifest::parse(edited.as_bytes()).is_err());
}

/// Hashes of logits, made by the scalar code's twins on x86-64; a browser must give the same.
#[test]
fn logits_are_those_of_the_table() {
    let mut table = String::new();
    for (family, tied) in MODELS {
        for precision in [JudgePrecision::F32, JudgePrecision::Int8, JudgePrecision::Q4] {
            let packed = packed(family, tied, precision);
            let mut stage = packed.stages(1, precision.cache()).remove(0);
            let logits = stage.logits(&questions()[1].ids, 3).unwrap();
            let hash = logits
                .iter()
                .flat_map(|value| value.to_bits().to_le_bytes())
                .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                });
            let id = &packed.manifest.id[..16];
            table += &format!("{family:?} {tied} {}: pack {id} {hash:016x}\n", precision.name());
        }
    }
    println!("{table}");
    assert!(table == include_str!("bits.txt"), "other bits than those of the table");
}
