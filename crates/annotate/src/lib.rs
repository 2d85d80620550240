//! Text in, typed annotation out: one annotator per model.
//!
//! | metric | annotator | packs' purposes |
//! |---|---|---|
//! | BERTScore | [`TextEncoder`] | `bertscore-distilroberta`, `bertscore-minilm`, `bertscore-distilbert`, `bertscore-radeval` |
//! | SembScore, CheXbert's observations | [`Chexbert`] | `chexbert` |
//! | SRR-BERT, F1RadBERT-CT | [`Findings`] | `srr-bert` and its other sets, `radbert-ct` |
//! | RadGraph-F1 | [`Radgraph`] | `radgraph`, `radgraph-xl`, `modern-radgraph-xl` |
//! | RaTEScore | [`ReportEntities`], [`RatescoreEntities`], [`Synonyms`] | `ratescore-entities`, `ratescore-synonyms` |
//!
//! Each refuses a pack of another purpose. A text runs through its model alone, at its own
//! length: an annotation depends on the text and the pack, and on nothing else.

mod chexbert;
mod entities;
mod error;
mod findings;
mod measure;
mod parts;
mod probes;
mod radgraph;
mod report_entities;
mod synonyms;
mod text_encoder;

pub use chexbert::{Chexbert, ChexbertReading};
pub use entities::{RatescoreEntities, SentenceEntities};
pub use error::{AnnotateError, ModelInfoFault, OutputFault, PackDifference, SentenceRulesFault};
pub use findings::{Findings, FindingsReading};
pub use measure::measure;
pub use radgraph::{Radgraph, RadgraphReading, RadgraphScores};
pub use report_entities::ReportEntities;
pub use synonyms::Synonyms;
pub use text_encoder::{TextEncoder, TokenEmbeddings};
