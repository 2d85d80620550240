//! Hashes of what packs of all architectures give, the same on every machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{Encoder, NamedGraph, TensorInput, TensorOutput};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};
use std::fmt::Write;

/// Numbers of tokens that are run.
const LENGTHS: [usize; 5] = [1, 2, 7, 33, 60];

/// One line per purpose and precision: hashes of the states, and of what stands on them.
pub(crate) fn table() -> String {
    let mut table = String::new();
    for purpose in Purpose::ALL {
        for precision in [Precision::Int8, Precision::F16, Precision::F32] {
            let pack = checkpoint(purpose, Size::Tiny, 5).unwrap().build(precision).unwrap();
            let mut hash = Hash::default();
            let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap();
            let mut heads = Heads::of(&pack);
            let texts = LENGTHS
                .map(|length| (0..length).map(|at| (7 + at * 31 % 500) as u32).collect::<Vec<_>>());
            let together = encoder.encode_batch(&texts.each_ref().map(Vec::as_slice)).unwrap();
            for (ids, together) in texts.iter().zip(together) {
                let hidden = encoder.encode(ids).unwrap();
                assert_eq!(hidden, together, "{purpose:?} {precision}: texts alone and together");
                hash.add(&hidden.values);
                heads.run(ids.len(), &hidden.values);
            }
            let (states, heads) = (hash.0, heads.hash.0);
            writeln!(table, "{} {precision}: {states:016x} {heads:016x}", purpose.id()).unwrap();
        }
    }
    table
}

/// FNV-1a over the bits of values (Fowler, Noll and Vo).
struct Hash(u64);

impl Default for Hash {
    fn default() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn add(&mut self, values: &[f32]) {
        for byte in values.iter().flat_map(|value| value.to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

/// The graphs that stand on an encoder.
struct Heads {
    classifiers: Option<NamedGraph>,
    spans: Option<(NamedGraph, NamedGraph)>,
    hash: Hash,
}

impl Heads {
    fn of(pack: &Pack) -> Heads {
        let load = |file| pack.file(file).ok().map(|onnx| NamedGraph::load(onnx).unwrap());
        let spans = load(Pack::SPANS).zip(load(Pack::RELATIONS));
        Heads { classifiers: load(Pack::HEADS), spans, hash: Hash::default() }
    }

    fn run(&mut self, tokens: usize, states: &[f32]) {
        let shape = [tokens, states.len() / tokens];
        let states = TensorInput::F32 { shape: &shape, values: states };
        if let Some(graph) = &self.classifiers {
            self.hash.add(&graph.run(&[("states", states)]).unwrap()["logits"].values);
        }
        let Some((spans, relations)) = &self.spans else { return };
        // One span from each token to the last of the next two.
        let starts: Vec<i64> = (0..tokens as i64).collect();
        let ends: Vec<i64> =
            starts.iter().map(|start| (start + 2).min(tokens as i64 - 1)).collect();
        let index = |values| TensorInput::I64 { shape: &shape[..1], values };
        let inputs = [("words", states), ("starts", index(&starts)), ("ends", index(&ends))];
        let found = spans.run(&inputs).unwrap();
        let input = |name: &str| {
            let TensorOutput { shape, values } = &found[name];
            TensorInput::F32 { shape, values }
        };
        let names = ["span_vectors", "mention_scores"];
        let scores = relations.run(&names.map(|name| (name, input(name)))).unwrap();
        self.hash.add(&found["entity_scores"].values);
        self.hash.add(&found["mention_scores"].values);
        self.hash.add(&scores["relation_scores"].values);
    }
}
