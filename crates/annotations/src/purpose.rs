//! What a model pack is for.

use serde::{Deserialize, Serialize};

/// What a pack's model is used for; decides the settings under which it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Token embeddings for BERTScore (MiniLM), the metric of the encoder that may be shipped.
    BertscoreMinilm,
    /// Token embeddings for the leaderboard's BERTScore: distilroberta-base, layer 5.
    BertscoreDistilroberta,
    /// CheXbert: SembScore's embeddings and the 14 observations.
    Chexbert,
    /// RadGraph 1.0, from the package's archive or PhysioNet's.
    Radgraph,
    /// RadGraph-XL.
    RadgraphXl,
    /// RadGraph-XL on a ModernBERT encoder.
    ModernRadgraphXl,
    /// RaTE-NER: RaTEScore's entities.
    RatescoreEntities,
    /// BioLORD-2023-C: RaTEScore's embeddings of entities.
    RatescoreSynonyms,
    /// Token embeddings for RadEval's BERTScore: distilbert-base-uncased, layer 5.
    BertscoreDistilbert,
    /// Token embeddings for RadEval-BERTScore: RadEvalModernBERT.
    BertscoreRadeval,
    /// SRR-BERT of leaves with statuses: the one that RadEval takes.
    SrrBert,
    /// SRR-BERT of leaves alone.
    SrrBertLeaves,
    /// SRR-BERT of upper findings with statuses.
    SrrBertUpperWithStatuses,
    /// SRR-BERT of upper findings alone.
    SrrBertUpper,
    /// RadBERT-CT: 18 findings of chest CT.
    RadbertCt,
}

impl Purpose {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Purpose; 15] = [
        Purpose::BertscoreMinilm,
        Purpose::BertscoreDistilroberta,
        Purpose::Chexbert,
        Purpose::Radgraph,
        Purpose::RadgraphXl,
        Purpose::ModernRadgraphXl,
        Purpose::RatescoreEntities,
        Purpose::RatescoreSynonyms,
        Purpose::BertscoreDistilbert,
        Purpose::BertscoreRadeval,
        Purpose::SrrBert,
        Purpose::SrrBertLeaves,
        Purpose::SrrBertUpperWithStatuses,
        Purpose::SrrBertUpper,
        Purpose::RadbertCt,
    ];

    /// The word in `pack.json`, e.g. `bertscore-minilm`.
    pub fn id(self) -> &'static str {
        match self {
            Purpose::BertscoreMinilm => "bertscore-minilm",
            Purpose::BertscoreDistilroberta => "bertscore-distilroberta",
            Purpose::Chexbert => "chexbert",
            Purpose::Radgraph => "radgraph",
            Purpose::RadgraphXl => "radgraph-xl",
            Purpose::ModernRadgraphXl => "modern-radgraph-xl",
            Purpose::RatescoreEntities => "ratescore-entities",
            Purpose::RatescoreSynonyms => "ratescore-synonyms",
            Purpose::BertscoreDistilbert => "bertscore-distilbert",
            Purpose::BertscoreRadeval => "bertscore-radeval",
            Purpose::SrrBert => "srr-bert",
            Purpose::SrrBertLeaves => "srr-bert-leaves",
            Purpose::SrrBertUpperWithStatuses => "srr-bert-upper-with-statuses",
            Purpose::SrrBertUpper => "srr-bert-upper",
            Purpose::RadbertCt => "radbert-ct",
        }
    }
}
