//! Writes standard ONNX graphs: the messages ([`proto`]), a small builder ([`graph`]) and the
//! stored forms of weights ([`weights`]).

pub mod graph;
pub mod weights;

pub use rrgscore_onnx as proto;
