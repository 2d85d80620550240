//! Checkpoint readers, ONNX graph layout, quantization and the pack format.
