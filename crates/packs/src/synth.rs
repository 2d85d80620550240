//! Synthetic checkpoints in the official file formats: for tests and benchmarks.
