//! From word pieces to the embeddings of words.

use crate::parts::Parts;
use rrgscore_engine::Hidden;
use std::ops::Range;

/// The ids that are encoded for some pieces, chunk by chunk. Chunks are encoded each by itself, so
/// positions start anew in each (`pretrained_transformer_embedder.py`, `_fold_long_sequences`).
///
/// `framed` tells whether `[CLS] … [SEP]` stands around each chunk. The package asks the
/// tokenizer's class for that (`pretrained_transformer_indexer.py`, `_postprocess_output`:
/// `build_inputs_with_special_tokens`). BERT's class adds them. ModernBERT's, transformers'
/// generic `PreTrainedTokenizerFast`, adds nothing, although the framing tokens are counted
/// everywhere else.
pub(super) fn chunks(parts: &Parts, framed: bool, pieces: &[u32]) -> Vec<Vec<u32>> {
    let most = parts.info.max_ids;
    if !framed {
        return pieces.chunks(most).map(<[u32]>::to_vec).collect();
    }
    let (first, last) = parts.tokenizer.frame();
    let framed = |chunk: &[u32]| [&[first], chunk, &[last]].concat();
    pieces.chunks(most - 2).map(framed).collect()
}

/// The states that the package takes for the pieces, one row each, of those of their chunks.
///
/// A model that never sees the framing tokens takes each piece's state from one place further on.
/// The last pieces are without a row then.
pub(super) fn states(parts: &Parts, framed: bool, pieces: usize, chunks: &[Hidden]) -> Vec<f32> {
    let (hidden, most) = (parts.info.hidden, parts.info.max_ids);
    if framed {
        let inner = |chunk: &Hidden| {
            let rows = hidden..chunk.values.len().saturating_sub(hidden);
            chunk.values.get(rows).unwrap_or_default().to_vec()
        };
        return chunks.iter().flat_map(inner).collect();
    }
    let states: Vec<f32> = chunks.iter().flat_map(|chunk| &chunk.values).copied().collect();
    moved_on(pieces, most)
        .into_iter()
        .flat_map(|place| states.iter().skip(place * hidden).take(hidden))
        .copied()
        .collect()
}

/// For each piece, in order, the place whose state stands for it where the framing tokens are
/// counted and not there. Of every chunk of a text that needs more than one, the first and last
/// place are taken for framing tokens and left out, but for the first and last of all
/// (`_unfold_long_sequences`); the first of all stands for `[CLS]`.
fn moved_on(pieces: usize, most: usize) -> Vec<usize> {
    let chunks = pieces.div_ceil(most);
    if chunks < 2 {
        return (1..pieces).collect();
    }
    let inner = most - 2;
    (0..pieces.saturating_sub(2 * chunks))
        .map(|at| at / inner * most + 1 + at % inner)
        .chain([pieces - 1])
        .collect()
}

/// The mean of each range of rows, as far as there are rows; zeros where there are none.
pub(super) fn means(rows: &[f32], width: usize, ranges: &[Range<usize>]) -> Vec<f32> {
    let mut means = vec![0.0; ranges.len() * width];
    for (mean, range) in means.chunks_exact_mut(width).zip(ranges) {
        let mut count = 0.0f32;
        for row in rows.chunks_exact(width).skip(range.start).take(range.len()) {
            count += 1.0;
            for (sum, value) in mean.iter_mut().zip(row) {
                *sum += value;
            }
        }
        for sum in mean {
            *sum /= count.max(1.0);
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_pieces() {
        let rows = [1.0, 2.0, 3.0, 6.0];
        assert_eq!(means(&rows, 2, &[0..2, 2..2, 1..3]), [2.0, 4.0, 0.0, 0.0, 3.0, 6.0]);
        assert_eq!(means(&rows, 2, &[2..4, 5..6]), [0.0; 4]);
    }

    #[test]
    fn places_of_uncounted_frames() {
        assert_eq!(moved_on(1, 6), [0; 0]);
        assert_eq!(moved_on(6, 6), [1, 2, 3, 4, 5]);
        // Chunks 0–5, 6–11, 12–13; 5, 6, 11 and 12 are taken for framing tokens.
        assert_eq!(moved_on(14, 6), [1, 2, 3, 4, 7, 8, 9, 10, 13]);
        // The last chunk is its last place.
        assert_eq!(moved_on(7, 6), [1, 2, 3, 6]);
        assert_eq!(moved_on(8, 6), [1, 2, 3, 4, 7]);
    }
}
