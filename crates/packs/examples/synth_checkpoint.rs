//! Writes the tiny synthetic BERT checkpoint of the tests, or one of BERT-base's size, into a
//! folder, for the Python scripts that make reference values from it.
//!
//! ```sh
//! cargo run -p rrgscore-packs --example synth_checkpoint -- OUT [tiny|base] [SEED]
//! ```
#![allow(clippy::disallowed_methods)]

use rrgscore_packs::arch::bert::BertConfig;
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config};
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let out = arguments.first().ok_or("usage: synth_checkpoint OUT [tiny|base] [SEED]")?;
    let config = match arguments.get(1).map_or("tiny", String::as_str) {
        "tiny" => tiny_bert_config(),
        "base" => BertConfig {
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            vocab_size: 30_522,
            max_position_embeddings: 512,
            ..tiny_bert_config()
        },
        other => return Err(format!("{other} is not tiny or base").into()),
    };
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    fs::create_dir_all(out)?;
    for file in bert_checkpoint(&config, seed)?.sources() {
        fs::write(Path::new(out).join(file.name), file.read_all()?)?;
    }
    Ok(())
}
