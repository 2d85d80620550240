//! Runs a pack's ONNX graph with tract: token ids in, hidden states out.
