use crate::parts::{Part, Parts, only};
use crate::{AnnotateError, ModelInfoFault};
use rrgscore_annotations::{CLASSES, ChexbertAnnotation, Labels, OBSERVATIONS, Purpose};
use rrgscore_engine::{Hidden, TensorInput};
use rrgscore_packs::{Head, Pack};
use rrgscore_text::Encoding;
use rrgscore_text::clean::{self, Cleaned};
use serde::{Deserialize, Serialize};

/// Most ids of a text (CheXbert, `bert_tokenizer.py`).
const MAX_IDS: usize = 512;

/// CheXbert out of one pack: text in, SembScore's embedding and the 14 observations out.
///
/// Sources: Smit et al. 2020; CXR-Report-Metric, `CheXbert/src/encode.py` (embedding) and
/// `label.py`, `models/bert_labeler.py` (observations).
/// - text: whitespace joined and stripped ([`clean::chexbert`]);
/// - tokens: uncased WordPiece, `[CLS] … [SEP]`, at most 512 ids (the first 511 and `[SEP]`);
/// - embedding: the last hidden state of `[CLS]`, without a pooler;
/// - observations: linear classifiers on that embedding.
#[derive(Debug)]
pub struct Chexbert {
    parts: Parts,
    heads: Part,
}

/// What CheXbert makes of a text, and what its labels follow from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChexbertReading {
    /// What metrics take.
    pub annotation: ChexbertAnnotation,
    /// The classifiers' outputs one after the other, in the order of [`OBSERVATIONS`]: 54.
    pub logits: Vec<f32>,
    /// Number of ids before truncation, without the two framing ones.
    pub pieces_total: usize,
}

impl Chexbert {
    /// Loads the tokenizer, the encoder and the classifiers of a pack.
    ///
    /// # Errors
    /// When the pack serves another metric, misses a file, its parts do not belong together, or
    /// its classifiers are not CheXbert's 14 in their order.
    pub fn from_pack(pack: &Pack) -> Result<Chexbert, AnnotateError> {
        let parts = Parts::open_first(pack, &[Purpose::Chexbert], "CheXbert's annotations")?;
        let fits = match &parts.info.head {
            Some(Head::Observations { observations }) => {
                let found = observations.iter().map(|o| (o.name.as_str(), o.classes));
                found.eq(OBSERVATIONS.into_iter().zip(CLASSES))
            }
            _ => false,
        };
        if !fits {
            return Err(AnnotateError::ModelInfo(ModelInfoFault::NotChexbert));
        }
        Ok(Chexbert { parts, heads: Part::load(pack, Pack::HEADS)? })
    }

    /// Length of an embedding.
    pub fn dim(&self) -> usize {
        self.parts.info.hidden
    }

    /// Cleans, tokenizes and encodes one text, and classifies it. The result depends on the
    /// text and the pack only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate(&self, text: &str) -> Result<ChexbertReading, AnnotateError> {
        only(self.annotate_all(&[text]))
    }

    /// As [`annotate`](Chexbert::annotate), of several texts, which is faster than one by one
    /// where they are short. Each result is that of the text alone.
    pub fn annotate_all(&self, texts: &[&str]) -> Vec<Result<ChexbertReading, AnnotateError>> {
        let cleaned: Vec<Cleaned> = texts.iter().map(|text| clean::chexbert(text)).collect();
        self.annotate_all_raw(&cleaned.iter().map(Cleaned::text).collect::<Vec<_>>())
    }

    /// As [`annotate_all`](Chexbert::annotate_all), of the texts as they are: RadEval's
    /// `get_embeddings` hands reports to the tokenizer without cleaning. The two differ only where
    /// a report holds control characters.
    pub fn annotate_all_raw(&self, texts: &[&str]) -> Vec<Result<ChexbertReading, AnnotateError>> {
        let max_ids = self.parts.info.max_ids.min(MAX_IDS);
        let encode = |text: &&str| Ok(self.parts.tokenizer.encode(text, max_ids)?);
        let encoded = self.parts.encode_encodings(texts.iter().map(encode).collect());
        let annotation = |one: Result<_, _>| {
            let (encoding, hidden) = one?;
            self.classify(&encoding, &hidden)
        };
        encoded.into_iter().map(annotation).collect()
    }

    fn classify(
        &self,
        encoding: &Encoding,
        hidden: &Hidden,
    ) -> Result<ChexbertReading, AnnotateError> {
        let embedding = hidden.token(0).unwrap_or_default().to_vec();
        let states = TensorInput::F32 { shape: &[1, embedding.len()], values: &embedding };
        let classes = CLASSES.iter().sum();
        let shape = [Some(1), Some(classes)];
        let [logits] = self.heads.run(&[("states", states)], [("logits", &shape)])?;
        let labels = Labels::from_logits(&logits.values)?;
        let truncated = encoding.truncated;
        Ok(ChexbertReading {
            annotation: ChexbertAnnotation { embedding, labels, truncated },
            logits: logits.values,
            pieces_total: encoding.pieces_total,
        })
    }
}
