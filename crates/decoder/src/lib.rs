//! Runs a language model for GREEN.
//!
//! A checkpoint comes in as its authors publish it ([`Checkpoint`]), is converted file by file
//! ([`Conversion`]) into a pack of a configuration, a tokenizer and weights ([`JudgeManifest`]), and
//! runs in one worker or in several, each holding a share of the layers ([`Stage`]). [`Decoding`] says
//! which rows go through them next; it holds no model and knows no clock. [`JudgeRun`] puts GREEN's
//! conversation and the official decoding around it, while workers or threads hold the stages.
//!
//! ```text
//! checkpoint ── Conversion ──> parts, pack.json
//! pack ── load_stage ──> Stage, Stage, …      questions ──> Decoding ── Pass ──> stages ──> answers
//! ```
//!
//! The same pack gives the same answers to the bit: natively and in WebAssembly, alone or in a batch, on
//! one worker or many, with drafts or without.

mod checkpoint;
mod config;
mod convert;
mod error;
mod judge;
mod model;
mod pack;
mod run;
mod tokenizer;

pub use checkpoint::{Checkpoint, TensorRows};
pub use config::{DecoderConfig, Family};
pub use convert::{Conversion, ConversionProgress, ConversionState};
pub use error::DecoderError;
pub use judge::{JudgePrompt, JudgeRun, Judgement, Refusal};
pub use model::{Embedding, LanguageHead, Stage};
pub use pack::{
    JUDGE_PACK_FORMAT, JUDGE_PACK_VERSION, JudgeManifest, JudgePrecision, PartSink, PartSource,
    load_config, load_stage, load_tokenizer, share,
};
pub use rrgscore_kernels::CacheFormat;
pub use run::{
    Candidate, DecodeSettings, DecodedAnswer, Decoding, DecodingProgress, Pass, PassRows, Question,
    SequenceCommand, SequenceId, Span, Stop,
};
pub use tokenizer::{JudgeTokenizer, TokenizerKind, TokenizerRules, clean_up};
