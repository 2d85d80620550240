//! What all annotators take out of a pack.

use crate::{AnnotateError, OutputFault};
use rrgscore_engine::{Encoder, EngineError, Hidden, NamedGraph, Sizes, TensorInput, TensorOutput};
use rrgscore_packs::{Bytes, ModelInfo, Pack, Purpose};
use rrgscore_text::{Encoding, Tokenizer};

/// A pack's tokenizer, encoder and description.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) tokenizer: Tokenizer,
    pub(crate) encoder: Encoder,
    pub(crate) info: ModelInfo,
}

impl Parts {
    /// Opens a pack that serves one of `purposes`; `wanted` says in an error what for.
    pub(crate) fn open(
        pack: &Pack,
        purposes: &[Purpose],
        wanted: &'static str,
    ) -> Result<Parts, AnnotateError> {
        Parts::load(pack, purposes, wanted, Encoder::load_sized)
    }

    /// The same, where the first token's state alone is read: its encoder gives no other.
    pub(crate) fn open_first(
        pack: &Pack,
        purposes: &[Purpose],
        wanted: &'static str,
    ) -> Result<Parts, AnnotateError> {
        Parts::load(pack, purposes, wanted, Encoder::load_first)
    }

    fn load(
        pack: &Pack,
        purposes: &[Purpose],
        wanted: &'static str,
        load: fn(&dyn Bytes, Sizes) -> Result<Encoder, EngineError>,
    ) -> Result<Parts, AnnotateError> {
        let found = pack.manifest().purpose;
        if !purposes.contains(&found) {
            return Err(AnnotateError::Purpose { found, wanted });
        }
        let info = pack.model_info()?;
        let tokenizer = Tokenizer::from_json(pack.file(Pack::TOKENIZER)?)?;
        if tokenizer.vocabulary() > info.vocabulary {
            return Err(AnnotateError::Vocabulary {
                tokenizer: tokenizer.vocabulary(),
                model: info.vocabulary,
            });
        }
        let sizes = Sizes { vocabulary: info.vocabulary, max_ids: info.max_ids };
        let encoder = load(pack.bytes(Pack::MODEL)?, sizes)?;
        if encoder.dim() != info.hidden {
            return Err(wrong_shape(Pack::MODEL, &[encoder.dim()], &[Some(info.hidden)]));
        }
        Ok(Parts { tokenizer, encoder, info })
    }

    /// The hidden states of framed ids, all finite.
    pub(crate) fn encode(&self, ids: &[u32]) -> Result<Hidden, AnnotateError> {
        let hidden = self.encoder.encode(ids)?;
        finite(Pack::MODEL, &hidden.values)?;
        Ok(hidden)
    }

    /// The same of several texts, each result that of [`encode`](Parts::encode): what is wrong with
    /// one is told of that one.
    pub(crate) fn encode_all(&self, texts: &[&[u32]]) -> Vec<Result<Hidden, AnnotateError>> {
        match self.encoder.encode_batch(texts) {
            Ok(all) => {
                let checked = |hidden: Hidden| finite(Pack::MODEL, &hidden.values).map(|()| hidden);
                all.into_iter().map(checked).collect()
            }
            Err(_) => texts.iter().map(|ids| self.encode(ids)).collect(),
        }
    }

    /// The same of what the tokenizer made of texts, with that; where it failed, its error.
    pub(crate) fn encode_encodings(
        &self,
        encodings: Vec<Result<Encoding, AnnotateError>>,
    ) -> Vec<Result<(Encoding, Hidden), AnnotateError>> {
        let ids = encodings.iter().filter_map(|one| one.as_ref().ok());
        let ids: Vec<&[u32]> = ids.map(|encoding| encoding.ids.as_slice()).collect();
        let mut hidden = self.encode_all(&ids).into_iter();
        let no_states =
            || AnnotateError::Output { file: Pack::MODEL, fault: OutputFault::NoResult };
        let with_states = |encoding: Result<Encoding, AnnotateError>| {
            let encoding = encoding?;
            Ok((encoding, hidden.next().unwrap_or_else(|| Err(no_states()))?))
        };
        encodings.into_iter().map(with_states).collect()
    }
}

/// The one result of one text.
pub(crate) fn only<T>(mut all: Vec<Result<T, AnnotateError>>) -> Result<T, AnnotateError> {
    all.pop().unwrap_or_else(|| {
        Err(AnnotateError::Output { file: Pack::MODEL, fault: OutputFault::NoResult })
    })
}

/// A graph of a pack that stands on the encoder.
#[derive(Debug)]
pub(crate) struct Part {
    file: &'static str,
    graph: NamedGraph,
}

impl Part {
    pub(crate) fn load(pack: &Pack, file: &'static str) -> Result<Part, AnnotateError> {
        Ok(Part { file, graph: NamedGraph::load(pack.file(file)?)? })
    }

    /// The same where no more than some of the outputs are read.
    pub(crate) fn load_only(
        pack: &Pack,
        file: &'static str,
        outputs: &[&str],
    ) -> Result<Part, AnnotateError> {
        Ok(Part { file, graph: NamedGraph::load_only(pack.file(file)?, outputs)? })
    }

    /// Runs the graph, and takes the outputs of these names and shapes; a length that
    /// `model.json` does not tell is `None`.
    pub(crate) fn run<const N: usize>(
        &self,
        inputs: &[(&str, TensorInput<'_>)],
        outputs: [(&str, &[Option<usize>]); N],
    ) -> Result<[TensorOutput; N], AnnotateError> {
        let mut given = self.graph.run(inputs)?;
        let mut taken = [const { TensorOutput { shape: Vec::new(), values: Vec::new() } }; N];
        for ((name, shape), place) in outputs.into_iter().zip(&mut taken) {
            let output = given.remove(name).ok_or_else(|| AnnotateError::Output {
                file: self.file,
                fault: OutputFault::Missing { name: name.to_owned() },
            })?;
            let same = |(&found, expected): (&usize, &Option<usize>)| {
                expected.is_none_or(|expected| expected == found)
            };
            if output.shape.len() != shape.len() || !output.shape.iter().zip(shape).all(same) {
                return Err(wrong_shape(self.file, &output.shape, shape));
            }
            finite(self.file, &output.values)?;
            *place = output;
        }
        Ok(taken)
    }
}

/// The position of the first largest value of a score 0 for nothing, followed by `scores`
/// (torch.max takes the first of equals), and how far it is above the next.
pub(crate) fn choose_with_null(scores: &[f32]) -> (usize, f32) {
    choose(std::iter::once(0.0).chain(scores.iter().copied()))
}

/// The position of the first largest score, and how far it is above the next largest.
pub(crate) fn choose(scores: impl Iterator<Item = f32>) -> (usize, f32) {
    let (mut best, mut first, mut second) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
    for (at, score) in scores.enumerate() {
        if score > first {
            (best, first, second) = (at, score, first);
        } else if score > second {
            second = score;
        }
    }
    (best, first - second)
}

fn wrong_shape(file: &'static str, found: &[usize], expected: &[Option<usize>]) -> AnnotateError {
    let (found, expected) = (found.to_vec(), expected.to_vec());
    AnnotateError::Output { file, fault: OutputFault::Shape { found, expected } }
}

pub(crate) fn finite(file: &'static str, values: &[f32]) -> Result<(), AnnotateError> {
    if values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    Err(AnnotateError::Output { file, fault: OutputFault::NotFinite })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_is_chosen() {
        assert_eq!(choose([1.0, 3.0, 3.0, 2.0].into_iter()), (1, 0.0));
        assert_eq!(choose([1.0, 3.5, 3.0].into_iter()), (1, 0.5));
        assert_eq!(choose_with_null(&[-1.0, -2.0]), (0, 1.0));
        assert_eq!(choose_with_null(&[0.0]), (0, 0.0));
        assert_eq!(choose_with_null(&[-1.0, 2.0]), (2, 2.0));
    }
}
