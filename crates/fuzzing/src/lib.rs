//! What every reader of foreign bytes must stand: whatever the bytes are, a result or an error.
//!
//! Each [`Target`] is a reader with what is asserted of its result. The fuzzer (`fuzz/`) makes up
//! inputs for them; the inputs that are kept (`fuzz/corpus/`) are read again by the test
//! `replay`, with every run of the tests. See docs/fuzzing.md.

#![allow(clippy::expect_used, clippy::panic, reason = "a target fails by panicking")]

mod data;
mod judge;
mod models;
mod packed;
mod packs;

/// A reader of foreign bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: the fuzzer's program and the folder of its kept inputs.
    pub name: &'static str,
    /// Reads an input; panics where the reader's result is not what it may be.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "table", run: data::table },
    Target { name: "json", run: data::json },
    Target { name: "json_lines", run: data::json_lines },
    Target { name: "lines", run: data::lines },
    Target { name: "guessed", run: data::guessed },
    Target { name: "options", run: data::options },
    Target { name: "packed", run: packed::packed },
    Target { name: "workbook", run: packed::workbook },
    Target { name: "parquet", run: packed::parquet },
    Target { name: "answers", run: judge::answers },
    Target { name: "judge_files", run: judge::files },
    Target { name: "graphs", run: judge::graphs },
    Target { name: "summary", run: judge::summary },
    Target { name: "shard", run: judge::shard },
    Target { name: "rush_rules", run: models::rush_rules },
    Target { name: "tokenizer", run: models::tokenizer },
    #[cfg(feature = "engine")]
    Target { name: "onnx", run: models::onnx },
    Target { name: "pickle", run: packs::pickle },
    Target { name: "torch_file", run: packs::torch_file },
    Target { name: "safetensors", run: packs::safetensors },
    Target { name: "archive", run: packs::archive },
    Target { name: "rrgpack", run: packs::rrgpack },
    Target { name: "manifest", run: packs::manifest },
];

/// Runs the target of this name.
///
/// # Panics
/// When there is none, or when the target's reader does what it may not.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(data);
}
