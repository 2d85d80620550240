//! The graphs are standard ONNX: onnxruntime loads them and computes what the official model
//! classes compute from the same checkpoints (`tools/make_arch_goldens.py`).
//!
//! Needs a Python with numpy and onnxruntime, named by `RRGSCORE_PYTHON` or found as `python3`;
//! says so and passes where there is none.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "what was skipped is said")]
#![allow(clippy::disallowed_methods, reason = "the test runs a script over files")]

mod common;

use rrgscore_packs::{BuildOptions, Pack, Precision, build};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

/// A golden's name and the files that its checkpoint is made of.
const CHECKPOINTS: [(&str, &[&str]); 7] = [
    ("chexbert", &["chexbert.pth", "bert-base-uncased/"]),
    ("distilroberta-base", &["distilroberta-base/"]),
    ("BioLORD-2023-C", &["BioLORD-2023-C/"]),
    ("RaTE-NER-Deberta", &["RaTE-NER-Deberta/"]),
    ("radgraph", &["radgraph.tar.gz", "tiny-pubmedbert/"]),
    ("radgraph-xl", &["radgraph-xl.tar.gz", "tiny-pubmedbert/"]),
    ("modern-radgraph-xl", &["modern-radgraph-xl.tar.gz", "tiny-modernbert/"]),
];

fn python() -> Option<String> {
    let python = std::env::var("RRGSCORE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import numpy, onnxruntime"]).output();
    found.is_ok_and(|output| output.status.success()).then_some(python)
}

#[test]
fn onnxruntime_computes_what_the_official_classes_compute() {
    let Some(python) = python() else {
        rrgscore_parity::skipped(
            "no Python with numpy and onnxruntime is here; RRGSCORE_PYTHON names one",
        );
        return;
    };
    let files = common::own();
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("onnxruntime");
    for (name, parts) in CHECKPOINTS {
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            let sources = files.only(parts);
            let go_on = &mut |_| ControlFlow::Continue(());
            let pack = build(&sources.sources(), &BuildOptions::at(precision), go_on).unwrap();
            let folder = out.join(name).join(precision.name());
            std::fs::create_dir_all(&folder).unwrap();
            for file in [Pack::MODEL, Pack::HEADS, Pack::SPANS, Pack::RELATIONS] {
                if let Ok(bytes) = pack.file(file) {
                    std::fs::write(folder.join(file), bytes).unwrap();
                }
            }
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = Command::new(python)
        .arg(here.join("tools/check_onnx.py"))
        .arg(here.join("tests/goldens"))
        .arg(&out)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&checked.stdout);
    let errors = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{printed}\n{errors}");
    assert!(printed.contains("21 packs checked"), "{printed}");
}
