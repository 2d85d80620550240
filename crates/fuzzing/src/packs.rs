//! Checkpoints and packs.

use std::ops::ControlFlow;

use rrgscore_packs::read::pickle::{Limits, read_pickle};
use rrgscore_packs::read::{Archive, ArchiveLimits, SafetensorsFile, TorchFile};
use rrgscore_packs::{Manifest, TensorSource};

/// Pickles: whatever the opcodes, nothing but a value or an error.
pub(crate) fn pickle(data: &[u8]) {
    let limits = Limits { bytes: 1 << 20, values: 100_000, opcodes: 1_000_000 };
    let mut stream = data;
    if let Ok(pickle) = read_pickle(&mut stream, &limits) {
        let root = pickle.root();
        pickle.entry(root, "state_dict");
        pickle.entries(root).for_each(drop);
        pickle.storages().for_each(drop);
    }
}

/// Torch files in both forms. A zip's checksums are not looked at, so the fuzzer gets through.
pub(crate) fn torch_file(data: &[u8]) {
    if let Ok(file) = TorchFile::open("fuzz", &data) {
        tensors(&file, file.names());
    }
}

/// Safetensors headers and tensors.
pub(crate) fn safetensors(data: &[u8]) {
    if let Ok(file) = SafetensorsFile::open("fuzz", &data) {
        tensors(&file, file.names());
    }
}

/// A tensor has as many values as its shape says.
fn tensors<'a>(file: &impl TensorSource, names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        if let Ok(tensor) = file.tensor(name, "fuzz") {
            assert_eq!(tensor.values.len(), tensor.shape.iter().product::<usize>());
        }
    }
}

/// Tar archives, which stand in a gzip.
pub(crate) fn archive(data: &[u8]) {
    let limits = ArchiveLimits {
        weights: 1 << 22,
        small_file: 1 << 20,
        total: 1 << 23,
        ..ArchiveLimits::default()
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let is_gzip = data.starts_with(&[0x1f, 0x8b]);
    let bytes = if is_gzip { data.to_vec() } else { crate::packed::gzip(data) };
    if let Ok(archive) = Archive::read("fuzz", &bytes, true, &limits, go_on) {
        assert!(archive.files.keys().all(|name| !name.contains("..") && !name.starts_with('/')));
    }
}

/// Pack files: parts lie inside the file.
pub(crate) fn rrgpack(data: &[u8]) {
    if let Ok(file) = rrgscore_packs::rrgpack::read("fuzz", &data) {
        for part in &file.parts {
            assert!(part.start + part.bytes <= data.len() as u64);
        }
        let _ = file.open("fuzz", &data);
    }
}

/// Manifests: what is read and written again is the same.
pub(crate) fn manifest(data: &[u8]) {
    if let Ok(manifest) = Manifest::parse(data) {
        let written = manifest.to_bytes().expect("a manifest is written");
        assert_eq!(Manifest::parse(&written).expect("what was written is read"), manifest);
    }
}
