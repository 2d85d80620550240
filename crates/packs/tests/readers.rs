//! The readers over the project's own checkpoints, which torch and safetensors wrote.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_packs::read::{Archive, ArchiveLimits, FileFormat, SafetensorsFile, TorchFile};
use rrgscore_packs::{PackError, TensorSource};
use std::ops::ControlFlow;

fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/checkpoints/");
    #[allow(clippy::disallowed_methods, reason = "tests read their own files")]
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn archive(bytes: &[u8], keep_weights: bool) -> Result<Archive, PackError> {
    let go_on = &mut |_| ControlFlow::Continue(());
    Archive::read("a.tar.gz", &bytes, keep_weights, &ArchiveLimits::default(), go_on)
}

#[test]
fn formats_are_told_by_content() {
    let of = |name: &str| FileFormat::of(&file(name));
    assert_eq!(of("chexbert.pth"), FileFormat::Zip);
    assert_eq!(of("BioLORD-2023-C-legacy/pytorch_model.bin"), FileFormat::LegacyTorch);
    assert_eq!(of("BioLORD-2023-C/model.safetensors"), FileFormat::Safetensors);
    assert_eq!(of("radgraph.tar.gz"), FileFormat::Gzip);
    assert_eq!(of("tiny-modernbert/config.json"), FileFormat::Other);
    assert_eq!(FileFormat::of(&Vec::new()), FileFormat::Other);
}

/// safetensors and torch's form before 1.6 wrote the same model.
#[test]
fn two_formats_of_one_model_are_equal() {
    let (new, old) =
        (file("BioLORD-2023-C/model.safetensors"), file("BioLORD-2023-C-legacy/pytorch_model.bin"));
    let new = SafetensorsFile::open("new", &new).unwrap();
    let old = TorchFile::open("old", &old).unwrap();
    let names: Vec<&str> = new.names().collect();
    assert_eq!(names, old.names().collect::<Vec<_>>());
    assert!(names.len() > 30);
    for name in names {
        assert_eq!(new.tensor(name, "MPNet").unwrap(), old.tensor(name, "MPNet").unwrap());
    }
}

#[test]
fn a_training_checkpoint_is_its_model() {
    let bytes = file("chexbert.pth");
    let tensors = TorchFile::open("chexbert.pth", &bytes).unwrap();
    assert_eq!(tensors.shapes()["module.linear_heads.13.weight"], [2, 16]);
    assert_eq!(tensors.shapes()["module.bert.embeddings.position_ids"], [1, 128]);
    assert!(tensors.names().all(|name| name.starts_with("module.")));
    let heads = tensors.shaped("module.linear_heads.0.weight", &[4, 16], "CheXbert").unwrap();
    assert!(heads.values.iter().any(|value| *value != 0.0));
    let positions = tensors.tensor("module.bert.embeddings.position_ids", "CheXbert");
    assert!(positions.unwrap_err().to_string().contains("int64"));
}

#[test]
fn archives_of_both_publishers() {
    for (name, dataset) in [
        ("radgraph.tar.gz", "radgraph"),
        ("model.tar.gz", "None"),
        ("radgraph-xl.tar.gz", "radgraph-xl"),
    ] {
        let read = archive(&file(name), true).unwrap();
        let labels = format!("vocabulary/{dataset}__ner_labels.txt");
        assert!(read.files.contains_key(&labels), "{name}: {:?}", read.files.keys());
        assert!(read.files.contains_key("config.json"));
        assert_eq!(read.sha256, rrgscore_packs::sha256(&file(name)));
        let weights = read.weights.unwrap();
        assert_eq!(weights.len() as u64, read.weights_bytes);
        assert_eq!(weights.capacity(), weights.len());
        let weights = TorchFile::open("weights.th", &weights).unwrap();
        assert!(weights.has(&format!("_ner._ner_scorers.{dataset}__ner_labels.1._module.weight")));

        let passed_over = archive(&file(name), false).unwrap();
        assert_eq!((passed_over.weights, passed_over.sha256), (None, read.sha256));
    }
}

#[test]
fn reading_an_archive_can_be_stopped() {
    let bytes = file("radgraph.tar.gz");
    let stop = &mut |_| ControlFlow::Break(());
    let error = Archive::read("a", &bytes, true, &ArchiveLimits::default(), stop).unwrap_err();
    assert!(matches!(error, PackError::Cancelled));
}

/// Whatever is cut off or flipped is an error or still a checkpoint, never a crash.
#[test]
fn damaged_files_are_errors() {
    for name in ["chexbert.pth", "BioLORD-2023-C-legacy/pytorch_model.bin"] {
        let bytes = file(name);
        for length in (0..bytes.len()).step_by(997) {
            if let Ok(tensors) = TorchFile::open("x", &&bytes[..length]) {
                for tensor in tensors.names() {
                    tensors.tensor(tensor, "x").ok();
                }
            }
        }
        for at in (0..bytes.len()).step_by(313) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x41;
            if let Ok(tensors) = TorchFile::open("x", &bytes) {
                for tensor in tensors.names() {
                    tensors.tensor(tensor, "x").ok();
                }
            }
        }
    }
    let bytes = file("radgraph.tar.gz");
    for length in (0..bytes.len()).step_by(4999) {
        let error = archive(&bytes[..length], true).unwrap_err();
        assert!(matches!(error, PackError::BadSource { .. }), "{error}");
    }
    for at in (0..bytes.len()).step_by(4999) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x41;
        assert!(archive(&bytes, true).is_err() || at < 10, "byte {at}");
    }
}
