//! One file per family of networks: from a checkpoint's tensors and configuration to a graph.

pub mod bert;
