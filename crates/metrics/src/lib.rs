//! The metrics' formulas: annotations of a reference and a candidate in, score and reasons out.
//!
//! Every module holds one metric. None of them reads a report's text together with a model: BLEU
//! takes token lists, BERTScore takes hidden states, and so on, so that each formula can be checked
//! against the official implementation's intermediate values.
//!
//! Argument order is always (reference, candidate).

pub mod bertscore;
pub mod bleu;
pub mod bleu_radeval;
pub mod chexbert_labels;
pub mod fineradscore;
pub mod green;
mod nan_as_none;
mod python_text;
pub mod radcliq;
pub mod radgraph;
pub mod ratescore;
pub mod semb;
mod vector;
