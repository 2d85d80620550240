//! Random tensors and the official file formats around them.

use super::random::SplitMix64;
use crate::PackError;
use serde_json::{Map, Value, json};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// The tensors of a checkpoint: names, shapes and how their values are drawn.
pub(super) struct Weights {
    tensors: Vec<Random>,
    seed: u64,
}

/// A tensor of nearly normal values.
struct Random {
    name: String,
    shape: Vec<usize>,
    mean: f32,
    deviation: f32,
}

impl Random {
    fn count(&self) -> usize {
        self.shape.iter().product()
    }
}

impl Weights {
    pub(super) fn new(seed: u64) -> Weights {
        Weights { tensors: Vec::new(), seed }
    }

    pub(super) fn add(&mut self, name: String, shape: &[usize], mean: f32, deviation: f32) {
        self.tensors.push(Random { name, shape: shape.to_vec(), mean, deviation });
    }

    /// An embedding table.
    pub(super) fn table(&mut self, name: String, rows: usize, width: usize) {
        self.add(name, &[rows, width], 0.0, 0.05);
    }

    /// A weight whose outputs deviate by `gain` where its inputs deviate by 1. Of 768 inputs and
    /// a gain of 1.1 that is a deviation of 0.04, as published encoders have it.
    pub(super) fn matrix(&mut self, name: String, inputs: usize, outputs: usize, gain: f32) {
        self.add(name, &[outputs, inputs], 0.0, gain / (inputs as f32).sqrt());
    }

    /// torch's `Linear`.
    pub(super) fn linear(&mut self, name: &str, inputs: usize, outputs: usize, gain: f32) {
        self.matrix(format!("{name}.weight"), inputs, outputs, gain);
        self.add(format!("{name}.bias"), &[outputs], 0.0, 0.02);
    }

    /// torch's `LayerNorm`.
    pub(super) fn norm(&mut self, name: &str, width: usize) {
        self.add(format!("{name}.weight"), &[width], 1.0, 0.1);
        self.add(format!("{name}.bias"), &[width], 0.0, 0.05);
    }

    /// Calls with the bytes of each tensor; the value of each depends on the seed and on the
    /// tensors before it.
    fn for_each(
        &self,
        mut each: impl FnMut(usize, &Random, Vec<u8>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        let mut random = SplitMix64::new(self.seed);
        for (index, tensor) in self.tensors.iter().enumerate() {
            let mut bytes = Vec::with_capacity(4 * tensor.count());
            for _ in 0..tensor.count() {
                let value = tensor.mean + tensor.deviation * random.next_normal();
                bytes.extend_from_slice(&value.to_le_bytes());
            }
            each(index, tensor, bytes)?;
        }
        Ok(())
    }

    /// `model.safetensors`.
    pub(super) fn safetensors(&self) -> Result<Vec<u8>, PackError> {
        let mut header = Map::new();
        let mut at = 0;
        for tensor in &self.tensors {
            let end = at + 4 * tensor.count();
            let entry = json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": [at, end]});
            header.insert(tensor.name.clone(), entry);
            at = end;
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        // The data begins at a multiple of 8.
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut file = Vec::with_capacity(8 + header.len() + at);
        file.extend((header.len() as u64).to_le_bytes());
        file.extend(header);
        self.for_each(|_, _, bytes| {
            file.extend(bytes);
            Ok(())
        })?;
        Ok(file)
    }

    /// What `torch.save` writes of a dict of tensors, in a dict under `key` when there is one: a
    /// zip of stored entries, a pickle and one file per storage.
    pub(super) fn torch_zip(&self, name: &str, key: Option<&str>) -> Result<Vec<u8>, PackError> {
        let room = self.tensors.iter().map(|tensor| 4 * tensor.count() + 512).sum();
        let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(room)));
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let mut entry = |file: &str, bytes: &[u8]| {
            zip.start_file(format!("{name}/{file}"), options).map_err(|error| failed(&error))?;
            zip.write_all(bytes).map_err(|error| failed(&error))
        };
        entry("data.pkl", &self.pickle(key))?;
        entry("byteorder", b"little")?;
        self.for_each(|index, _, bytes| entry(&format!("data/{index}"), &bytes))?;
        entry("version", b"3\n")?;
        Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
    }

    /// The pickle of protocol 2 that rebuilds the tensors: `torch._utils._rebuild_tensor_v2`
    /// of a persistent id, an offset, the shape and the strides for each.
    fn pickle(&self, key: Option<&str>) -> Vec<u8> {
        let mut pickle = Pickle(b"\x80\x02}".to_vec());
        if let Some(key) = key {
            pickle.text(key);
            pickle.0.push(b'}');
        }
        for (index, tensor) in self.tensors.iter().enumerate() {
            pickle.text(&tensor.name);
            pickle.0.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
            pickle.text("storage");
            pickle.0.extend(b"ctorch\nFloatStorage\n");
            pickle.text(&index.to_string());
            pickle.text("cpu");
            pickle.number(tensor.count());
            pickle.0.extend(b"tQ");
            pickle.number(0);
            pickle.numbers(&tensor.shape);
            let strides = (1..=tensor.shape.len())
                .map(|axis| tensor.shape.iter().skip(axis).product())
                .collect::<Vec<usize>>();
            pickle.numbers(&strides);
            pickle.0.extend(b"\x89ccollections\nOrderedDict\n)RtRs");
        }
        if key.is_some() {
            pickle.0.push(b's');
        }
        pickle.0.push(b'.');
        pickle.0
    }
}

struct Pickle(Vec<u8>);

impl Pickle {
    fn text(&mut self, text: &str) {
        self.0.push(b'X');
        self.0.extend((text.len() as u32).to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.0.push(b'J');
        self.0.extend((number as u32).to_le_bytes());
    }

    fn numbers(&mut self, numbers: &[usize]) {
        self.0.push(b'(');
        for &number in numbers {
            self.number(number);
        }
        self.0.push(b't');
    }
}

/// A gzipped tar of files.
pub(super) fn tar_gz(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackError> {
    let room = files.iter().map(|(_, bytes)| bytes.len() + 1024).sum();
    let gzip = flate2::write::GzEncoder::new(Vec::with_capacity(room), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes.as_slice()).map_err(|error| failed(&error))?;
    }
    let gzip = tar.into_inner().map_err(|error| failed(&error))?;
    gzip.finish().map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> PackError {
    PackError::Graph { reason: format!("the synthetic checkpoint cannot be written: {error}") }
}
