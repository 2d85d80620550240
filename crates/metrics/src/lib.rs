//! The metrics' formulas: annotations of a reference and a candidate in, score and reasons out.
//!
//! Every module holds one metric. None of them reads a report's text together with a model: BLEU
//! takes token lists, BERTScore takes hidden states, and so on, so that each formula can be checked
//! against the official implementation's intermediate values.
//!
//! Argument order is always (reference, candidate).

pub mod bertscore;
pub mod bleu;
pub mod chexbert_labels;
pub mod cider;
pub mod coco_bleu;
pub mod coco_rouge_l;
pub mod crimson;
pub mod findings;
pub mod fineradscore;
pub mod green;
mod lcs;
pub mod multilabel;
mod nan_as_none;
pub mod ngrams;
pub mod porter;
mod python_text;
pub mod radcliq;
pub mod radgraph;
pub mod ratescore;
pub mod rouge;
pub mod semb;
mod vector;
