//! The exact input of the official GREEN package, and its text from ids: prompt, conversation, ids,
//! answer. The official prompt's text is not this project's to give away: it is read from the package,
//! where that lies in the cache folder.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_decoder::{
    Checkpoint, DecodeSettings, JudgePrecision, JudgePrompt, JudgeRun, JudgeTokenizer, clean_up,
};
use rrgscore_judge::{GreenTokenizer, JudgeMetric, JudgedPair, RequestPrompt, Template};
use rrgscore_metrics::green;
use rrgscore_packs::sha256;
use rrgscore_parity::{Set, Tally, cached_file, shared_lines};
use serde::Deserialize;
use shared::{answers, convert, files, question, sources};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Record {
    id: String,
    reference: String,
    candidate: String,
    prompt: Digest,
    rendered: BTreeMap<String, Digest>,
    run: BTreeMap<String, Run>,
}

#[derive(Deserialize)]
struct Digest {
    chars: usize,
    sha256: String,
}

#[derive(Deserialize)]
struct Run {
    tokens: usize,
    ids_sha256: String,
    first8: Vec<u32>,
    last24: Vec<u32>,
    new_ids_24: Vec<u32>,
    decoded_sha256: String,
    completion: String,
}

/// The prompt of green-score 0.0.12's `utils.py` as a template.
fn official_prompt() -> Option<Template> {
    let hint = "from the PyPI package green-score 0.0.12, by pip download";
    let source = cached_file("sources/green-score/utils.py", hint)?;
    let source = String::from_utf8(source).unwrap();
    let line = source.lines().find_map(|line| line.trim().strip_prefix("prompt = f\"")).unwrap();
    let text = line.strip_suffix('"').unwrap();
    let text = text.replace("{text1}", "{reference}").replace("{text2}", "{candidate}");
    // The literal's escapes.
    let text = text.replace("\\n", "\n").replace("\\'", "'").replace("\\\"", "\"");
    Some(Template::parse(JudgeMetric::Green, &text).unwrap())
}

#[test]
fn the_official_input() {
    let Some(template) = official_prompt() else { return };
    let file = "llm_green_input.jsonl";
    let records = shared_lines::<Record>(file);
    let mut input = Tally::identical("GREEN", "a judge's input, from reports to ids", file);
    let mut output = Tally::identical("GREEN", "a judge's answer, from ids to text", file);
    let mut greedy = Tally::identical("GREEN", "a judge's answer to the official input", file);
    for model in ["tiny-green-llama", "tiny-green-mistral", "tiny-green-phi"] {
        let Some(files) = files(model) else { return };
        let sources = sources(&files);
        let checkpoint = Checkpoint::open(&sources).unwrap();
        let tokenizer = JudgeTokenizer::of_checkpoint(&checkpoint).unwrap();
        let config = checkpoint.config();
        let pack = convert(&checkpoint, config, &tokenizer, JudgePrecision::F32);
        let mut stages = pack.stages(1, JudgePrecision::F32.cache());
        for record in &records {
            input.fixture(Set::Official);
            let (reference, candidate) = (&record.reference, &record.candidate);
            let pair = JudgedPair { study: &record.id, reference, candidate, context: [None; 2] };
            let message = template.fill(&pair).remove(0);
            let prompt = message.content;
            input.same(
                (prompt.chars().count(), sha256(prompt.as_bytes())),
                (record.prompt.chars, record.prompt.sha256.clone()),
            );
            let eos = tokenizer.eos();
            let text = green::conversation(&prompt, eos);
            let rendered = &record.rendered[eos];
            input.same(
                (text.chars().count(), sha256(text.as_bytes())),
                (rendered.chars, rendered.sha256.clone()),
            );
            // The same for a server: with Llama's tokenizer the input's last token is written out.
            let (of, last) = match eos {
                "</s>" => (GreenTokenizer::Llama, eos),
                _ => (GreenTokenizer::Phi, ""),
            };
            let sent = template.clone().raw(of).unwrap().ask(&pair);
            assert_eq!(sent, RequestPrompt::Raw { prompt: format!("{text}{last}") });
            let expected = &record.run[model];
            let ids = tokenizer.encode(&text).unwrap();
            input.same(ids.len(), expected.tokens);
            input.same(&ids[..8], &expected.first8);
            input.same(&ids[ids.len() - 24..], &expected.last24);
            input.same(
                sha256(serde_json::to_string(&ids).unwrap().as_bytes()),
                expected.ids_sha256.as_str(),
            );

            output.fixture(Set::Official);
            let decoded = |new: &[u32]| {
                let text = tokenizer.decode(&[&ids, new].concat(), true).unwrap();
                clean_up(&text)
            };
            let official = decoded(&expected.new_ids_24);
            output.same(sha256(official.as_bytes()), expected.decoded_sha256.as_str());
            output.same(green::clean(&official), expected.completion.as_str());

            greedy.fixture(Set::Official);
            let limit = ids.len() + 24;
            let settings = DecodeSettings { limit, ..DecodeSettings::default() };
            let questions = [question(&record.id, &ids)];
            let found = answers(&mut stages, &questions, settings, config.eos);
            let answer = &found[&record.id];
            let new = &answer.ids[answer.prompt..];
            // transformers 4.40.0 drops the causal mask of Llama after the first token of an answer
            // when `use_cache` is false, as it is in this checkpoint's generation_config.json.
            if model == "tiny-green-llama" {
                greedy.same(new[0], expected.new_ids_24[0]);
                greedy.leave_out();
            } else {
                greedy.same(new, &expected.new_ids_24[..new.len()]);
            }

            // The same through the door that skins use.
            let prompts = [JudgePrompt { study: record.id.clone(), prompt }];
            let mut run = JudgeRun::new(tokenizer.clone(), config, &prompts, settings).unwrap();
            assert!(run.refusals().is_empty());
            let mut judgements = Vec::new();
            while let Some(pass) = run.next_pass() {
                judgements.extend(run.accept(stages[0].run(pass).unwrap()).unwrap());
            }
            assert_eq!(judgements.len(), 1);
            assert_eq!(green::clean(&judgements[0].text), green::clean(&decoded(new)));
            assert_eq!((judgements[0].tokens, judgements[0].cut_off), (new.len(), new.len() == 24));
        }
    }
    input.finish();
    output.finish();
    greedy.finish();
}
