//! A judge's pack: a configuration, a tokenizer and weights, in parts.

mod files;
mod manifest;
mod precision;

pub(crate) use files::{
    CONFIG_FILE, ConfigFile, EMBEDDING_FILE, FileReader, HEAD_FILE, JudgeFile, TOKENIZER_FILE,
    layer_file,
};
pub use files::{PartSink, PartSource, load_config, load_stage, load_tokenizer, share};
pub use manifest::{JUDGE_PACK_FORMAT, JUDGE_PACK_VERSION, JudgeManifest};
pub use precision::JudgePrecision;
