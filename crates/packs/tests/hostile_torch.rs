//! Torch files made to do harm, and odd ones that torch writes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "common/pickles.rs"]
mod pickles;

use pickles::{Tensor, state_dict};
use rrgscore_packs::read::TorchFile;
use rrgscore_packs::{PackError, TensorSource};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Six numbers as two rows of three.
const WHOLE: Tensor<'_> = Tensor {
    kind: "FloatStorage",
    key: "0",
    elements: 6,
    offset: 0,
    shape: &[2, 3],
    strides: &[3, 1],
};

fn floats() -> Vec<u8> {
    [1f32, 2., 3., 4., 5., 6.].iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn zip(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(files, CompressionMethod::Stored)
}

fn one(tensor: Tensor<'_>) -> Vec<u8> {
    let pickle = state_dict(&[("a", tensor)]);
    stored(&[("m/data.pkl", &pickle), ("m/byteorder", b"little"), ("m/data/0", &floats())])
}

fn values(bytes: &[u8]) -> Result<Vec<f32>, PackError> {
    Ok(TorchFile::open("x", &bytes)?.tensor("a", "test")?.values)
}

fn refused(bytes: &[u8]) -> String {
    values(bytes).unwrap_err().to_string()
}

#[test]
fn views_of_a_storage() {
    assert_eq!(values(&one(WHOLE)).unwrap(), [1., 2., 3., 4., 5., 6.]);
    let transposed = Tensor { shape: &[3, 2], strides: &[1, 3], ..WHOLE };
    assert_eq!(values(&one(transposed)).unwrap(), [1., 4., 2., 5., 3., 6.]);
    let column = Tensor { offset: 2, shape: &[2], strides: &[3], ..WHOLE };
    assert_eq!(values(&one(column)).unwrap(), [3., 6.]);
    let scalar = Tensor { offset: 5, shape: &[], strides: &[], ..WHOLE };
    assert_eq!(values(&one(scalar)).unwrap(), [6.]);
    let empty = Tensor { shape: &[0, 3], ..WHOLE };
    assert_eq!(values(&one(empty)).unwrap(), [0f32; 0]);
    // An axis of one element may have any stride.
    let thin = Tensor { shape: &[1, 6], strides: &[77, 1], ..WHOLE };
    assert_eq!(values(&one(thin)).unwrap(), [1., 2., 3., 4., 5., 6.]);
}

#[test]
fn views_stay_in_their_storage() {
    for tensor in [
        Tensor { offset: 1, ..WHOLE },
        Tensor { strides: &[4, 1], ..WHOLE },
        Tensor { shape: &[2, 4], strides: &[4, 1], ..WHOLE },
        Tensor { shape: &[0x7fff_ffff; 4], strides: &[1, 1, 1, 1], ..WHOLE },
        Tensor { offset: 0x7fff_ffff, shape: &[1], strides: &[1], ..WHOLE },
        // A number stands for itself, not for a million.
        Tensor { shape: &[1_000_000, 1_000_000], strides: &[0, 0], ..WHOLE },
        Tensor { shape: &[4, 3], strides: &[1, 1], ..WHOLE },
        // The storage has not as many bytes as the pickle says.
        Tensor { elements: 7, ..WHOLE },
        Tensor { elements: 5, shape: &[5], strides: &[1], ..WHOLE },
        Tensor { kind: "HalfStorage", ..WHOLE },
        Tensor { key: "1", ..WHOLE },
        Tensor { key: "../data.pkl", ..WHOLE },
    ] {
        assert!(refused(&one(tensor)).contains("tensor a"), "{tensor:?}");
    }
    let long = Tensor { kind: "LongStorage", elements: 3, shape: &[3], strides: &[1], ..WHOLE };
    assert!(refused(&one(long)).contains("int64"));
}

#[test]
fn archives_that_torch_does_not_write_as_checkpoints() {
    let pickle = state_dict(&[("a", WHOLE)]);
    let numbers = floats();
    let data: [(&str, &[u8]); 2] = [("m/data.pkl", &pickle), ("m/data/0", &numbers)];
    let with = |extra: (&str, &[u8])| refused(&stored(&[&data[..], &[extra]].concat()));
    assert!(with(("m/byteorder", b"big")).contains("big-endian"));
    assert!(with(("m/constants.pkl", b"")).contains("TorchScript"));
    assert!(with(("n/data.pkl", b"")).contains("more than one"));
    assert!(refused(&stored(&[("m/other", b"")])).contains("data.pkl"));
    assert!(refused(b"PK\x03\x04").contains("zip directory"));
    assert!(refused(b"neither").contains("torch.save"));
    assert!(values(&stored(&data)).is_ok(), "older files do not tell the byte order");
    assert!(values(&stored(&[("data.pkl", &pickle), ("data/0", &numbers)])).is_ok());
    let evil = b"\x80\x02cos\nsystem\n.";
    assert!(refused(&stored(&[("m/data.pkl", evil)])).contains("os.system"));
    let nothing = b"\x80\x02}.";
    assert!(refused(&stored(&[("m/data.pkl", nothing)])).contains("state_dict"));
}

#[test]
fn compressed_storages() {
    let pickle = state_dict(&[("a", WHOLE)]);
    let deflated = |numbers: &[u8]| {
        zip(&[("m/data.pkl", &pickle), ("m/data/0", numbers)], CompressionMethod::Deflated)
    };
    assert_eq!(values(&deflated(&floats())).unwrap(), [1., 2., 3., 4., 5., 6.]);
    // A bomb is told by its length before it is inflated.
    assert!(refused(&deflated(&vec![0; 10 << 20])).contains("shorter"));
    let bomb = zip(&[("m/data.pkl", &vec![b'N'; 80 << 20])], CompressionMethod::Deflated);
    assert!(refused(&bomb).contains("limit"));
}

/// The form before torch 1.6, by hand.
#[test]
fn legacy_files() {
    let magic = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.".to_vec();
    let version = |number: u16| {
        [b"\x80\x02M".to_vec(), number.to_le_bytes().to_vec(), b".".to_vec()].concat()
    };
    let machine = |little: u8| {
        [b"\x80\x02}".to_vec(), pickles::text("little_endian"), vec![little, b's', b'.']].concat()
    };
    let pickle = state_dict(&[("a", WHOLE)]);
    let keys = [b"\x80\x02]".to_vec(), pickles::text("0"), b"a.".to_vec()].concat();
    let storage = |length: i64| [length.to_le_bytes().to_vec(), floats()].concat();
    let file = |version: Vec<u8>, machine: Vec<u8>, storage: Vec<u8>| {
        [magic.clone(), version, machine, pickle.clone(), keys.clone(), storage].concat()
    };
    let good = file(version(1001), machine(0x88), storage(6));
    assert_eq!(values(&good).unwrap(), [1., 2., 3., 4., 5., 6.]);
    assert!(refused(&file(version(1002), machine(0x88), storage(6))).contains("newer torch"));
    assert!(refused(&file(version(1001), machine(0x89), storage(6))).contains("big-endian"));
    for length in [7, -1, i64::MAX, i64::MIN] {
        assert!(values(&file(version(1001), machine(0x88), storage(length))).is_err());
    }
    assert!(refused(&file(version(1001), machine(0x88), storage(5))).contains("shorter"));
    for length in 0..good.len() {
        assert!(values(&good[..length]).is_err(), "{length}");
    }
}
