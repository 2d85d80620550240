//! From words to scores: word embeddings, spans, the pruner, pairs of kept spans.

use super::Radgraph;
use super::pieces::{chunks, means, states};
use crate::AnnotateError;
use crate::parts::{Part, finite};
use rrgscore_engine::{Hidden, TensorInput, TensorOutput};
use rrgscore_packs::Pack;
use std::ops::Range;

/// Spans that are scored at once: 2048 spans' layers of 150 values are a few MB, while those of all
/// spans of a report of 2,000 words would be ten times as many.
const SPANS_AT_ONCE: usize = 2048;

/// Spans of which all pairs are scored at once: 96 × 96 pairs' layers of 150 values are 5.5 MB each.
const PAIRED_AT_ONCE: usize = 96;

/// The numbers by which one text's annotation is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct RadgraphScores {
    /// Ids of all word pieces, without special ones.
    pub pieces: Vec<u32>,
    /// For each word the range of its pieces; empty for a word that the tokenizer drops.
    pub word_pieces: Vec<Range<usize>>,
    /// Number of chunks in which the pieces were encoded.
    pub chunks: usize,
    /// Words × hidden values: the mean of the states of each word's pieces, zeros without any.
    pub word_embeddings: Vec<f32>,
    /// First and last word of every span, in the order in which spans are numbered.
    pub spans: Vec<(usize, usize)>,
    /// Spans × entity labels, in the order of `model.json`; the null label's 0 is not listed.
    pub entity_scores: Vec<f32>,
    /// One score per span, by which spans are kept for relations.
    pub mention_scores: Vec<f32>,
    /// Numbers of the kept spans, ascending.
    pub kept: Vec<usize>,
    /// Kept spans × kept spans × relation labels, from the first to the second; the null
    /// label's 0 is not listed.
    pub relation_scores: Vec<f32>,
    /// How far the lowest score of a kept span is above the highest of the others; infinite
    /// when all are kept.
    pub kept_margin: f32,
}

/// A text's word pieces.
pub(super) struct Pieces {
    ids: Vec<u32>,
    /// For each word the range of its pieces.
    of_words: Vec<Range<usize>>,
    /// What is encoded.
    pub(super) chunks: Vec<Vec<u32>>,
}

impl Pieces {
    pub(super) fn of(model: &Radgraph, words: &[&str]) -> Result<Pieces, AnnotateError> {
        let mut ids = Vec::new();
        let mut of_words = Vec::with_capacity(words.len());
        for word in words {
            let start = ids.len();
            ids.extend(model.parts.tokenizer.pieces(word)?);
            of_words.push(start..ids.len());
        }
        let chunks = chunks(&model.parts, model.framed, &ids);
        Ok(Pieces { ids, of_words, chunks })
    }
}

/// The scores of a text whose chunks were encoded.
pub(super) fn score(
    model: &Radgraph,
    text: Pieces,
    encoded: &[Hidden],
) -> Result<RadgraphScores, AnnotateError> {
    let Pieces { ids: pieces, of_words: word_pieces, chunks } = text;
    let (words, chunks) = (word_pieces.len(), chunks.len());
    let states = states(&model.parts, model.framed, pieces.len(), encoded);
    let word_embeddings = means(&states, model.parts.info.hidden, &word_pieces);
    // What overflowed would be hidden by a layer's ReLU.
    finite(Pack::MODEL, &word_embeddings)?;
    let spans = spans(words, model.max_span_width);

    let words = Words { model, count: words, embeddings: &word_embeddings };
    let (entity_scores, mention_scores) = words.scores(&spans)?;
    let (kept, kept_margin) = keep(&mention_scores, words.count, model.spans_per_word);
    let relation_scores = words.relation_scores(&spans, &mention_scores, &kept)?;
    Ok(RadgraphScores {
        pieces,
        word_pieces,
        chunks,
        word_embeddings,
        spans,
        entity_scores,
        mention_scores,
        kept,
        relation_scores,
        kept_margin,
    })
}

/// First and last word of every span of at most `widest` words, by first, then by last word.
fn spans(words: usize, widest: usize) -> Vec<(usize, usize)> {
    (0..words)
        .flat_map(|start| {
            (start..words.min(start.saturating_add(widest))).map(move |end| (start, end))
        })
        .collect()
}

/// The numbers of the ⌈words · share⌉ spans with the highest scores, at least one, ascending
/// (`entity_beam_pruner.py`; the product is taken in f32 there). Of equal scores the earlier
/// span is kept; which one torch.topk takes is not specified.
fn keep(scores: &[f32], words: usize, share: f64) -> (Vec<usize>, f32) {
    let count = (words as f32 * share as f32).ceil() as usize;
    let count = count.clamp(1, scores.len().max(1));
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let score = |at: &usize| scores.get(*at).copied().unwrap_or(f32::NEG_INFINITY);
    order.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
    let margin = match (order.get(count - 1), order.get(count)) {
        (Some(last), Some(next)) => score(last) - score(next),
        _ => f32::INFINITY,
    };
    order.truncate(count);
    order.sort_unstable();
    (order, margin)
}

/// A text's words, and the model that scores their spans.
struct Words<'a> {
    model: &'a Radgraph,
    count: usize,
    embeddings: &'a [f32],
}

/// The kept spans, as the relation classifier takes them.
struct Kept {
    vectors: Vec<f32>,
    width: usize,
    scores: Vec<f32>,
}

impl Words<'_> {
    /// Entity scores and mention scores of all spans.
    fn scores(&self, spans: &[(usize, usize)]) -> Result<(Vec<f32>, Vec<f32>), AnnotateError> {
        let (mut entities, mut mentions) = (Vec::new(), Vec::new());
        let labels = self.model.entity_labels.len();
        for block in spans.chunks(SPANS_AT_ONCE) {
            let count = Some(block.len());
            let outputs: [(&str, &[_]); 2] =
                [("entity_scores", &[count, Some(labels)]), ("mention_scores", &[count])];
            let [of_entities, of_mentions] = self.run(&self.model.spans, block, outputs)?;
            entities.extend(of_entities.values);
            mentions.extend(of_mentions.values);
        }
        Ok((entities, mentions))
    }

    /// Runs a graph on some spans, for which only the words between their first and their last are
    /// looked at.
    fn run<const N: usize>(
        &self,
        part: &Part,
        spans: &[(usize, usize)],
        outputs: [(&str, &[Option<usize>]); N],
    ) -> Result<[TensorOutput; N], AnnotateError> {
        let hidden = self.model.parts.info.hidden;
        let first = spans.iter().map(|&(start, _)| start).min().unwrap_or(0);
        let last = spans.iter().map(|&(_, end)| end).max().unwrap_or(0);
        let embeddings =
            self.embeddings.get(first * hidden..(last + 1) * hidden).unwrap_or_default();
        let words = [embeddings.len() / hidden.max(1), hidden];
        let starts: Vec<i64> = spans.iter().map(|&(start, _)| (start - first) as i64).collect();
        let ends: Vec<i64> = spans.iter().map(|&(_, end)| (end - first) as i64).collect();
        let count = [spans.len()];
        let inputs = [
            ("words", TensorInput::F32 { shape: &words, values: embeddings }),
            ("starts", TensorInput::I64 { shape: &count, values: &starts }),
            ("ends", TensorInput::I64 { shape: &count, values: &ends }),
        ];
        part.run(&inputs, outputs)
    }

    /// Relation scores of all pairs of kept spans, the only ones whose vectors are put together.
    fn relation_scores(
        &self,
        spans: &[(usize, usize)],
        mention_scores: &[f32],
        kept: &[usize],
    ) -> Result<Vec<f32>, AnnotateError> {
        let spans: Vec<(usize, usize)> =
            kept.iter().filter_map(|&at| spans.get(at).copied()).collect();
        let scores = kept.iter().filter_map(|&at| mention_scores.get(at).copied()).collect();
        let mut kept = Kept { vectors: Vec::new(), width: 0, scores };
        for block in spans.chunks(SPANS_AT_ONCE) {
            let outputs: [(&str, &[_]); 1] = [("span_vectors", &[Some(block.len()), None])];
            let [vectors] = self.run(&self.model.vectors, block, outputs)?;
            kept.width = vectors.shape.last().copied().unwrap_or(0);
            kept.vectors.extend(vectors.values);
        }
        let labels = self.model.relation_labels.len();
        let count = kept.scores.len();
        let mut all = vec![0.0; count * count * labels];
        for block in pair_blocks(count) {
            let scores = kept.relation_scores(&self.model.relations, &block, labels)?;
            let mut rows = scores.chunks_exact(labels);
            for &from in &block {
                for &to in &block {
                    let at = (from * count + to) * labels;
                    if let (Some(place), Some(row)) = (all.get_mut(at..at + labels), rows.next()) {
                        place.copy_from_slice(row);
                    }
                }
            }
        }
        Ok(all)
    }
}

impl Kept {
    /// Relation scores of all pairs of some of the spans.
    fn relation_scores(
        &self,
        relations: &Part,
        block: &[usize],
        labels: usize,
    ) -> Result<Vec<f32>, AnnotateError> {
        let count = block.len();
        let row = |&at: &usize| self.vectors.get(at * self.width..(at + 1) * self.width);
        let vectors = block.iter().filter_map(row).collect::<Vec<_>>().concat();
        let scores: Vec<f32> =
            block.iter().filter_map(|&at| self.scores.get(at).copied()).collect();
        let [scores] = relations.run(
            &[
                (
                    "span_vectors",
                    TensorInput::F32 { shape: &[count, self.width], values: &vectors },
                ),
                ("mention_scores", TensorInput::F32 { shape: &[count], values: &scores }),
            ],
            [("relation_scores", &[Some(count), Some(count), Some(labels)])],
        )?;
        Ok(scores.values)
    }
}

/// Sets of at most [`PAIRED_AT_ONCE`] of `count` things, so that any two things are together
/// in one of them.
fn pair_blocks(count: usize) -> Vec<Vec<usize>> {
    if count <= PAIRED_AT_ONCE {
        return vec![(0..count).collect()];
    }
    let all: Vec<usize> = (0..count).collect();
    let halves: Vec<&[usize]> = all.chunks(PAIRED_AT_ONCE / 2).collect();
    let mut blocks = Vec::new();
    for (at, first) in halves.iter().enumerate() {
        for second in halves.iter().skip(at + 1) {
            blocks.push([*first, *second].concat());
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_in_their_order() {
        assert_eq!(spans(3, 2), [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]);
        assert_eq!(spans(1, 12), [(0, 0)]);
    }

    #[test]
    fn the_highest_are_kept_in_their_order() {
        let scores = [0.5, 3.0, -1.0, 2.0, 2.5];
        assert_eq!(keep(&scores, 4, 0.5), (vec![1, 4], 0.5));
        assert_eq!(keep(&scores, 5, 0.5), (vec![1, 3, 4], 1.5));
        assert_eq!(keep(&scores, 1, 0.1), (vec![1], 0.5));
        assert_eq!(keep(&[1.0, 1.0, 1.0], 3, 0.5), (vec![0, 1], 0.0));
        assert_eq!(keep(&[1.0], 1, 8.0), (vec![0], f32::INFINITY));
        // The product is rounded to f32: 0.6 is a little more there than 3/5.
        assert_eq!(keep(&[0.0; 20], 5, 0.6).0.len(), (5.0f32 * 0.6f32).ceil() as usize);
    }

    #[test]
    fn any_two_spans_meet() {
        for count in [1, 96, 97, 143, 150] {
            let mut met = vec![false; count * count];
            for block in pair_blocks(count) {
                assert!(block.len() <= PAIRED_AT_ONCE);
                for &a in &block {
                    for &b in &block {
                        met[a * count + b] = true;
                    }
                }
            }
            assert!(met.into_iter().all(|met| met));
        }
    }
}
