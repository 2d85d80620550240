//! ONNX graphs of the encoders and of what stands on them, laid out for the engine.
//!
//! | model | module |
//! |---|---|
//! | BERT, RoBERTa (CheXbert, RadGraph, BERTScore, SRR-BERT, RadBERT-CT) | [`bert`] |
//! | DistilBERT (RadEval's BERTScore) | [`distilbert`] |
//! | MPNet (BioLORD) | [`mpnet`] |
//! | DeBERTa-v2 and v3 (RaTE-NER) | [`deberta`] |
//! | ModernBERT (RadGraph, RadEval-BERTScore) | [`modernbert`] |
//! | DyGIE++'s span and relation classifiers (RadGraph) | [`dygie`] |
//! | classifiers on states (CheXbert, RaTE-NER, SRR-BERT, RadBERT-CT) | [`classifiers`] |
//!
//! In all encoders query, key and value are one product, the attention's 1/√d is folded into
//! the query's weights, everything that does not depend on the text is computed when the graph
//! is written, and only the layers that a metric reads are there. Poolers are left out where no
//! classifier stands on them.

pub mod bert;
mod classifiers;
mod config;
pub mod deberta;
pub mod distilbert;
pub mod dygie;
mod encoder;
pub mod modernbert;
pub mod mpnet;
mod post_norm;
mod probe;
mod relations;
mod relative;
mod rotary;
mod spans;
mod writer;

pub use classifiers::{Classifier, LOGITS, STATES, classifiers, pooled_classifier};
pub use config::EncoderConfig;
pub use encoder::{ATTENTION_MASK, HIDDEN, INPUT_IDS, encoder};
