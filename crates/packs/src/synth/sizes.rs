use crate::Purpose;

/// How large a synthetic checkpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A toy, for tests.
    Tiny,
    /// The official model's sizes.
    Base,
}

/// The sizes of an encoder.
pub(super) struct Sizes {
    pub(super) hidden: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) intermediate: usize,
    pub(super) vocabulary: usize,
    /// Width of the feed-forward networks on spans.
    pub(super) span_layers: usize,
}

impl Sizes {
    pub(super) fn of(purpose: Purpose, size: Size) -> Sizes {
        let (layers, vocabulary) = match purpose {
            Purpose::BertscoreMinilm | Purpose::BertscoreDistilbert => (6, 30_522),
            Purpose::BertscoreDistilroberta => (6, 50_265),
            Purpose::RadbertCt => (12, 50_265),
            Purpose::SrrBert
            | Purpose::SrrBertLeaves
            | Purpose::SrrBertUpperWithStatuses
            | Purpose::SrrBertUpper => (12, 30_522),
            Purpose::RatescoreSynonyms => (12, 30_527),
            Purpose::RatescoreEntities => (12, 128_100),
            Purpose::ModernRadgraphXl | Purpose::BertscoreRadeval => (22, 50_368),
            Purpose::Chexbert | Purpose::Radgraph | Purpose::RadgraphXl => (12, 30_522),
        };
        let (hidden, heads, intermediate) = match purpose {
            Purpose::BertscoreMinilm => (384, 12, 1_536),
            Purpose::ModernRadgraphXl | Purpose::BertscoreRadeval => (768, 12, 1_152),
            _ => (768, 12, 3_072),
        };
        match size {
            Size::Base => {
                Sizes { hidden, layers, heads, intermediate, vocabulary, span_layers: 150 }
            }
            Size::Tiny => Sizes {
                hidden: 32,
                // BERTScore reads 5 of 6; ModernBERT's kinds of layers come by threes.
                layers: layers.min(if layers == 6 { 6 } else { 3 }),
                heads: 4,
                intermediate: 64,
                vocabulary: 600,
                span_layers: 24,
            },
        }
    }
}
