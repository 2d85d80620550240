//! Every f32 pack beside two engines that share no code with this one: stock tract-onnx
//! (`tests/oracle`, a workspace of its own) and onnxruntime (`crates/packs/tools/check_onnx.py`).
//!
//! onnxruntime needs a Python that has numpy and onnxruntime, named by `RRGSCORE_PYTHON` or found as
//! `python3`; where there is none the test says so and is counted as skipped.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests run other programs over files")]

use rrgscore_engine::{Encoder, NamedGraph, TensorInput};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LENGTHS: [usize; 3] = [1, 7, 33];

/// Folders with this engine's results and the packs that gave them.
fn written(test: &str) -> [PathBuf; 2] {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let folders = ["results", "packs"].map(|name| out.join(name));
    let [results, packs] = &folders;
    fs::create_dir_all(results).unwrap();
    for purpose in Purpose::ALL {
        let pack = checkpoint(purpose, Size::Tiny, 5).unwrap().build(Precision::F32).unwrap();
        let cases: Vec<Value> = LENGTHS.map(|length| case(&pack, length)).into();
        let golden = json!({ "encoder": cases }).to_string();
        fs::write(results.join(format!("{}.json", purpose.id())), golden).unwrap();
        let folder = packs.join(purpose.id()).join("f32");
        fs::create_dir_all(&folder).unwrap();
        for file in [Pack::MODEL, Pack::HEADS] {
            if let Ok(bytes) = pack.file(file) {
                fs::write(folder.join(file), bytes).unwrap();
            }
        }
    }
    folders
}

/// The states of some tokens, and the logits where classifiers stand on them.
fn case(pack: &Pack, tokens: usize) -> Value {
    let ids: Vec<u32> = (0..tokens).map(|at| (7 + at * 31 % 500) as u32).collect();
    let hidden = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap().encode(&ids).unwrap();
    let rows: Vec<usize> = (0..tokens).collect();
    let states: Vec<&[f32]> = hidden.values.chunks_exact(hidden.dim).collect();
    let mut case = json!({ "ids": ids, "rows": rows, "hidden": states });
    if let Ok(heads) = pack.file(Pack::HEADS) {
        let shape = [tokens, hidden.dim];
        let states = TensorInput::F32 { shape: &shape, values: &hidden.values };
        let logits =
            &NamedGraph::load(heads).unwrap().run(&[("states", states)]).unwrap()["logits"];
        let rows: Vec<&[f32]> = logits.values.chunks_exact(logits.values.len() / tokens).collect();
        case["logits"] = json!(rows);
    }
    case
}

/// Runs a program over the folders, which must find all packs near.
fn assert_near(program: &mut Command, folders: &[PathBuf; 2], closing: &str) {
    let checked = program.args(folders).output().unwrap();
    let printed = String::from_utf8_lossy(&checked.stdout);
    let errors = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{printed}\n{errors}");
    assert!(printed.contains(&format!("{} {closing}", Purpose::ALL.len())), "{printed}");
}

#[test]
fn stock_tract_computes_the_same() {
    let folders = written("tract");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    // Beside the project's own builds: what it needs is built once, and kept.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../oracle");
    cargo.args(["run", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir"]);
    cargo.arg(target).arg("--").env_remove("RUSTFLAGS");
    assert_near(&mut cargo, &folders, "packs checked with tract-onnx");
}

#[test]
fn onnxruntime_computes_the_same() {
    let python = std::env::var("RRGSCORE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import numpy, onnxruntime"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        rrgscore_parity::skipped(
            "no Python with numpy and onnxruntime is here; RRGSCORE_PYTHON names one",
        );
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/tools/check_onnx.py");
    let folders = written("onnxruntime");
    assert_near(Command::new(python).arg(script), &folders, "packs checked with onnxruntime");
}
