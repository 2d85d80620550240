//! The forward pass and greedy decoding against transformers 4.40.0 on tiny checkpoints, f32 packs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_decoder::{
    CacheFormat, DecodeSettings, JudgePrecision, Pass, PassRows, Question, Span,
};
use rrgscore_parity::{Set, Tally, shared_lines};
use serde::Deserialize;
use shared::{Packed, packed, question};
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODELS: [&str; 3] = ["tiny-green-llama", "tiny-green-mistral", "tiny-green-phi"];

#[derive(Deserialize)]
struct Generated {
    id: String,
    model: String,
    ids: Vec<u32>,
    logits_last_64: Option<Vec<f32>>,
    logits_last_norm: Option<f64>,
    top5: Option<Vec<(u32, f32)>>,
    #[serde(default)]
    hidden: Vec<Hidden>,
    greedy: Option<Greedy>,
}

#[derive(Deserialize)]
struct Hidden {
    after: String,
    position: usize,
    first8: Vec<f32>,
}

#[derive(Deserialize)]
struct Greedy {
    ids: Vec<u32>,
    stop: String,
    margins: Vec<f32>,
}

/// The hidden states after each layer but the last, whose stage gives tokens.
fn states(packed: &Packed, ids: &[u32]) -> Vec<Vec<f32>> {
    let span = Span { sequence: 0, start: 0, rows: ids.len() as u32, wanted: 0 };
    let rows = PassRows::Tokens(ids.to_vec());
    let mut pass = Pass { number: 0, commands: Vec::new(), spans: vec![span], rows };
    let mut states = Vec::new();
    for mut stage in packed.stages(packed.config().layers, CacheFormat::F32) {
        pass = stage.run(pass).unwrap();
        if let PassRows::Hidden(hidden) = &pass.rows {
            states.push(hidden.clone());
        }
    }
    states
}

#[test]
fn hidden_states_and_greedy_continuations() {
    let file = "llm_generate.jsonl";
    let mut hidden_states = Tally::within("GREEN", "a judge's hidden states", file, 1e-4);
    let mut logits = Tally::within("GREEN", "a judge's last logits", file, 1e-4);
    let mut greedy = Tally::identical("GREEN", "a judge's greedy continuation", file);
    let records = shared_lines::<Generated>(file);
    for model in MODELS {
        let Some(packed) = packed(model, JudgePrecision::F32) else { return };
        let (config, mut whole) = (packed.config(), packed.stages(1, CacheFormat::F32));
        for record in records.iter().filter(|record| record.model == model) {
            let Some(expected) = &record.greedy else { continue };
            let width = config.hidden;
            hidden_states.fixture(Set::Official);
            let after = states(&packed, &record.ids);
            for hidden in &record.hidden {
                let layer = hidden.after.strip_prefix("layer_").and_then(|n| n.parse().ok());
                let Some(found) = layer.and_then(|layer: usize| after.get(layer)) else { continue };
                hidden_states.all_close(&found[hidden.position * width..][..8], &hidden.first8);
            }
            logits.fixture(Set::Official);
            let found = whole[0].logits(&record.ids, 1).unwrap();
            logits.all_close(&found[..64], record.logits_last_64.as_ref().unwrap());
            let norm = found.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt();
            logits.close(norm, record.logits_last_norm.unwrap());
            for &(id, logit) in record.top5.as_ref().unwrap() {
                logits.close(f64::from(found[id as usize]), f64::from(logit));
            }
            greedy.fixture(Set::Official);
            assert!(expected.margins.iter().all(|&margin| margin > 1e-3), "{}", record.id);
            let limit = record.ids.len() + 64;
            let settings = DecodeSettings { limit, ..DecodeSettings::default() };
            let questions = [question(&record.id, &record.ids)];
            let answers = shared::answers(&mut whole, &questions, settings, config.eos);
            let answer = &answers[&record.id];
            greedy.same(&answer.ids[answer.prompt..], &expected.ids);
            greedy.same(serde_json::to_value(answer.stop).unwrap(), expected.stop.as_str());
        }
    }
    for tally in [hidden_states, logits, greedy] {
        tally.finish();
    }
}

#[derive(Deserialize)]
struct Batch {
    model: String,
    members: Vec<String>,
    new_ids: Vec<Vec<u32>>,
    pad_id: u32,
}

/// Official batches are padded on the left; here nothing is padded, and a batch gives the bits of
/// single runs.
#[test]
fn batches() {
    let mut tally = Tally::identical("GREEN", "a judge's batches of four", "llm_batches.jsonl");
    let records: BTreeMap<String, Generated> = shared_lines::<Generated>("llm_generate.jsonl")
        .into_iter()
        .map(|record| (record.id.clone(), record))
        .collect();
    for batch in shared_lines::<Batch>("llm_batches.jsonl") {
        tally.fixture(Set::Official);
        let packed = packed(&batch.model, JudgePrecision::F32).unwrap();
        let questions: Vec<Question> =
            batch.members.iter().map(|id| question(id, &records[id].ids)).collect();
        // Each answer may have 64 tokens, but the limit is of prompt and answer together.
        let steps = batch.new_ids[0].len();
        let longest = questions.iter().map(|question| question.ids.len()).max().unwrap();
        let settings = DecodeSettings { limit: longest + steps, ..DecodeSettings::default() };
        let together = packed.answers(&questions, settings, 1);
        for (question, new) in questions.iter().zip(&batch.new_ids) {
            let alone = packed.answers(std::slice::from_ref(question), settings, 1);
            let (alone, answer) = (&alone[&question.study], &together[&question.study]);
            assert_eq!(alone, answer);
            assert_eq!(alone.least_margin.to_bits(), answer.least_margin.to_bits());
            let end = new.iter().position(|&id| id == batch.pad_id).map_or(new.len(), |at| at + 1);
            tally.same(&answer.ids[answer.prompt..][..end], &new[..end]);
        }
    }
    tally.finish();
}

#[derive(Deserialize)]
struct Internals {
    model: String,
    ids: Vec<u32>,
    layer_0_out: Vec<Vec<f32>>,
    logits_last: Vec<f32>,
}

#[test]
fn internals() {
    let file = "llm_internals.jsonl";
    let mut tally = Tally::within("GREEN", "a judge's first layer and all logits", file, 1e-4);
    for record in shared_lines::<Internals>(file) {
        tally.fixture(Set::Official);
        let packed = packed(&record.model, JudgePrecision::F32).unwrap();
        let after = states(&packed, &record.ids);
        tally.all_close(&after[0], &record.layer_0_out.concat());
        let found = packed.stages(1, CacheFormat::F32)[0].logits(&record.ids, 1).unwrap();
        tally.all_close(&found, &record.logits_last);
    }
    tally.finish();
}
