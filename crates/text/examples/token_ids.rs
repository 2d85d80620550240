//! Prints the token ids of texts, for comparison with other implementations.
//!
//! ```sh
//! cargo run --release -p rrgscore-text --example token_ids -- TOKENIZER.json MAX_IDS < texts.jsonl
//! ```
//!
//! Each line in is a text as a JSON string; each line out is its ids as a JSON list.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use rrgscore_text::Tokenizer;
use std::error::Error;
use std::io::{self, BufRead, BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [tokenizer, max_ids] = arguments.as_slice() else {
        return Err("usage: token_ids TOKENIZER.json MAX_IDS < texts.jsonl".into());
    };
    let tokenizer = Tokenizer::from_json(&std::fs::read(tokenizer)?)?;
    let max_ids = max_ids.parse()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &tokenizer.encode(&text, max_ids)?.ids)?;
        writeln!(out)?;
    }
    Ok(())
}
