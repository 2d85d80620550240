//! RadGraph: entities and relations of a report, by DyGIE++.
//!
//! Sources: Jain et al. 2021 (RadGraph); Wadden et al. 2019 (DyGIE++); the radgraph package
//! 0.1.18 (`radgraph.py`, `utils.py`, `dygie/`), CXR-Report-Metric (`dygie/`, `inference.py`).

mod decode;
mod pieces;
mod scores;
mod words;

pub(crate) use decode::decisions;
use scores::Pieces;
pub use scores::RadgraphScores;

use crate::parts::{Part, Parts, only};
use crate::{AnnotateError, ModelInfoFault};
use rrgscore_annotations::{Purpose, RadgraphAnnotation};
use rrgscore_engine::Hidden;
use rrgscore_packs::{Head, Pack};
use serde::{Deserialize, Serialize};
use words::Splitting;

/// RadGraph out of one pack (RadGraph 1.0, RadGraph-XL, or the latter on ModernBERT): text in,
/// the official graph out.
///
/// A report is one sentence of words; word pieces are encoded in chunks of at most the model's
/// length, and nothing is cut off. All spans of up to `max_span_width` words are scored; the
/// highest-scoring label makes an entity unless the null label's 0 is as high. Entities may
/// nest and overlap.
#[derive(Debug)]
pub struct Radgraph {
    parts: Parts,
    /// The scores of spans, of which there are many.
    spans: Part,
    /// The vectors of spans, which are read for the few that are kept.
    vectors: Part,
    relations: Part,
    splitting: Splitting,
    framed: bool,
    entity_labels: Vec<String>,
    relation_labels: Vec<String>,
    max_span_width: usize,
    spans_per_word: f64,
}

/// What RadGraph makes of a text, and how close its decisions were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RadgraphReading {
    /// What metrics take.
    pub annotation: RadgraphAnnotation,
    /// Number of word pieces, without special ones.
    pub pieces: usize,
    /// How far the closest decision (a span's label, the last span that relations are looked
    /// for, a pair's relation) was from falling otherwise. Below about 1e-4 another order of
    /// summing may decide otherwise.
    pub min_margin: f32,
}

impl Radgraph {
    /// Loads the tokenizer, the encoder, and the classifiers of a pack.
    ///
    /// # Errors
    /// When the pack serves another metric, misses a file, or its parts do not belong together.
    pub fn from_pack(pack: &Pack) -> Result<Radgraph, AnnotateError> {
        let purposes = [Purpose::Radgraph, Purpose::RadgraphXl, Purpose::ModernRadgraphXl];
        let parts = Parts::open(pack, &purposes, "RadGraph's annotations")?;
        let refuse = AnnotateError::ModelInfo;
        let Some(Head::Spans {
            dataset,
            entities,
            relations,
            max_span_width,
            spans_per_word,
            framed,
        }) = parts.info.head.clone()
        else {
            return Err(refuse(ModelInfoFault::NoSpans));
        };
        if entities.is_empty() || relations.is_empty() || max_span_width == 0 {
            return Err(refuse(ModelInfoFault::EmptySpans));
        }
        if !(spans_per_word > 0.0 && spans_per_word.is_finite()) || parts.info.max_ids < 3 {
            return Err(refuse(ModelInfoFault::NothingKept));
        }
        Ok(Radgraph {
            spans: Part::load_only(pack, Pack::SPANS, &["entity_scores", "mention_scores"])?,
            vectors: Part::load_only(pack, Pack::SPANS, &["span_vectors"])?,
            relations: Part::load(pack, Pack::RELATIONS)?,
            splitting: Splitting::of_dataset(&dataset),
            framed,
            entity_labels: entities,
            relation_labels: relations,
            max_span_width,
            spans_per_word,
            parts,
        })
    }

    /// Annotates one text. The result depends on the text and the pack only.
    ///
    /// `None` when the text has no words: it is empty or whitespace only. What that means is
    /// for the metric to say: officially the package's `RadGraph` annotates the word `None` in
    /// place of an empty text and fails on whitespace, its `F1RadGraph` scores 0 without
    /// annotating an empty side, CXR-Report-Metric leaves an absent report without a graph.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate(&self, text: &str) -> Result<Option<RadgraphReading>, AnnotateError> {
        only(self.annotate_all(&[text]))
    }

    /// The same of several texts, which is faster than one by one where they are short. Each
    /// result is that of [`annotate`](Radgraph::annotate).
    pub fn annotate_all(
        &self,
        texts: &[&str],
    ) -> Vec<Result<Option<RadgraphReading>, AnnotateError>> {
        let annotation = |(text, scores): (&&str, Result<Option<RadgraphScores>, _>)| {
            let Some(scores) = scores? else { return Ok(None) };
            self.decide(text, scores).map(Some)
        };
        texts.iter().zip(self.scores_of_all(texts)).map(annotation).collect()
    }

    fn decide(&self, text: &str, scores: RadgraphScores) -> Result<RadgraphReading, AnnotateError> {
        let words = self.splitting.words(text);
        let decisions = decisions(&scores);
        let spelled: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
        let graph = decode::graph(
            &spelled,
            &scores,
            &decisions,
            &self.entity_labels,
            &self.relation_labels,
        )?;
        let words = words.iter().map(|word| (word.range.start as u32, word.range.end as u32));
        let words = words.collect();
        Ok(RadgraphReading {
            annotation: RadgraphAnnotation { graph, words, chunks: scores.chunks as u32 },
            pieces: scores.pieces.len(),
            min_margin: decisions.min_margin,
        })
    }

    /// The numbers that an annotation is decided by; `None` as from
    /// [`annotate`](Radgraph::annotate).
    ///
    /// # Errors
    /// As [`annotate`](Radgraph::annotate).
    pub fn scores(&self, text: &str) -> Result<Option<RadgraphScores>, AnnotateError> {
        only(self.scores_of_all(&[text]))
    }

    fn scores_of_all(&self, texts: &[&str]) -> Vec<Result<Option<RadgraphScores>, AnnotateError>> {
        let pieces = |text: &&str| {
            let words = self.splitting.words(text);
            let seen: Vec<&str> = words.iter().map(words::seen_by_encoder).collect();
            if seen.is_empty() { Ok(None) } else { Pieces::of(self, &seen).map(Some) }
        };
        let pieces: Vec<Result<Option<Pieces>, AnnotateError>> = texts.iter().map(pieces).collect();
        let chunks = pieces.iter().flatten().flatten().flat_map(|text| &text.chunks);
        let chunks: Vec<&[u32]> = chunks.map(Vec::as_slice).collect();
        let mut encoded = self.parts.encode_all(&chunks).into_iter();
        let scores = |pieces: Result<Option<Pieces>, AnnotateError>| {
            let Some(text) = pieces? else { return Ok(None) };
            // All of a text's, also where one failed: the next text's come after them.
            let own: Vec<_> = encoded.by_ref().take(text.chunks.len()).collect();
            let own: Vec<Hidden> = own.into_iter().collect::<Result<_, _>>()?;
            scores::score(self, text, &own).map(Some)
        };
        pieces.into_iter().map(scores).collect()
    }
}
