//! Writes a synthetic checkpoint into a folder, for the Python scripts that make reference
//! values from it and for benchmarks.
//!
//! ```sh
//! cargo run -p rrgscore-packs --example synth_checkpoint -- OUT [tiny|base] [SEED] [PURPOSE]
//! ```
//!
//! PURPOSE is what the pack is for, e.g. `chexbert`: the checkpoint is then in the form of that
//! purpose's official one. Without it, it is the fixed toy BERT of the tests or one of
//! BERT-base's size.
#![allow(clippy::disallowed_methods)]

use rrgscore_packs::Purpose;
use rrgscore_packs::arch::bert::BertConfig;
use rrgscore_packs::synth::{
    Size, SyntheticCheckpoint, bert_checkpoint, checkpoint, tiny_bert_config,
};
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let usage = "usage: synth_checkpoint OUT [tiny|base] [SEED] [PURPOSE]";
    let out = arguments.first().ok_or(usage)?;
    let size = match arguments.get(1).map_or("tiny", String::as_str) {
        "tiny" => Size::Tiny,
        "base" => Size::Base,
        other => return Err(format!("{other} is not tiny or base").into()),
    };
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let made = match arguments.get(3) {
        Some(id) => {
            let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.id() == id);
            checkpoint(purpose.ok_or_else(|| format!("{id} is no purpose"))?, size, seed)?
        }
        None => bert_checkpoint(&bert(size), seed)?,
    };
    write(&made, Path::new(out))
}

fn bert(size: Size) -> BertConfig {
    match size {
        Size::Tiny => tiny_bert_config(),
        Size::Base => BertConfig {
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            vocab_size: 30_522,
            max_position_embeddings: 512,
            ..tiny_bert_config()
        },
    }
}

fn write(checkpoint: &SyntheticCheckpoint, out: &Path) -> Result<(), Box<dyn Error>> {
    for (name, bytes) in checkpoint.files() {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap_or(out))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
