use super::bert::{BertConfig, FIRST_POSITION, FIRST_ROBERTA_POSITION};
use super::deberta::DebertaConfig;
use super::distilbert::DistilbertConfig;
use super::modernbert::ModernbertConfig;
use super::mpnet::MpnetConfig;
use crate::PackError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// An encoder's `config.json`, of any supported family.
#[derive(Debug, Clone, PartialEq)]
pub enum EncoderConfig {
    /// `BertModel`.
    Bert(BertConfig),
    /// `RobertaModel`, which differs from BERT in its first position alone.
    Roberta(BertConfig),
    /// `MPNetModel`.
    Mpnet(MpnetConfig),
    /// `DebertaV2Model`, of version 3 as well.
    DebertaV2(DebertaConfig),
    /// `DistilBertModel`.
    Distilbert(DistilbertConfig),
    /// `ModernBertModel`.
    Modernbert(ModernbertConfig),
}

/// The sizes that all families have.
pub(super) struct Sizes {
    pub(super) hidden: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) intermediate: usize,
    pub(super) vocabulary: usize,
    /// Most ids of one text.
    pub(super) max_ids: usize,
}

impl EncoderConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When `model_type` names no supported family, a field is missing, or one asks for
    /// something that the graph cannot express.
    pub fn parse(config_json: &[u8]) -> Result<EncoderConfig, PackError> {
        let family: Family = from_json(config_json)?;
        Ok(match family.model_type.as_str() {
            "bert" => EncoderConfig::Bert(BertConfig::parse(config_json)?),
            "roberta" => EncoderConfig::Roberta(BertConfig::parse_roberta(config_json)?),
            "mpnet" => EncoderConfig::Mpnet(MpnetConfig::parse(config_json)?),
            "deberta-v2" => EncoderConfig::DebertaV2(DebertaConfig::parse(config_json)?),
            "distilbert" => EncoderConfig::Distilbert(DistilbertConfig::parse(config_json)?),
            "modernbert" => EncoderConfig::Modernbert(ModernbertConfig::parse(config_json)?),
            other => {
                let known = "bert, roberta, mpnet, deberta-v2, distilbert, modernbert";
                return Err(unsupported("model_type", other, known));
            }
        })
    }

    /// The family as `config.json` calls it: `bert`, `roberta`, `mpnet`, `deberta-v2`,
    /// `distilbert` or `modernbert`.
    pub fn model_type(&self) -> &'static str {
        match self {
            EncoderConfig::Bert(_) => "bert",
            EncoderConfig::Roberta(_) => "roberta",
            EncoderConfig::Mpnet(_) => "mpnet",
            EncoderConfig::DebertaV2(_) => "deberta-v2",
            EncoderConfig::Distilbert(_) => "distilbert",
            EncoderConfig::Modernbert(_) => "modernbert",
        }
    }

    /// Width of a hidden state.
    pub fn hidden(&self) -> usize {
        self.sizes().hidden
    }

    /// Layers of the checkpoint.
    pub fn layers(&self) -> usize {
        self.sizes().layers
    }

    /// Number of token ids.
    pub fn vocabulary(&self) -> usize {
        self.sizes().vocabulary
    }

    /// Most ids of one text, special ones included.
    pub fn max_ids(&self) -> usize {
        self.sizes().max_ids
    }

    pub(super) fn sizes(&self) -> Sizes {
        match self {
            EncoderConfig::Bert(config) => config.sizes(FIRST_POSITION),
            EncoderConfig::Roberta(config) => config.sizes(FIRST_ROBERTA_POSITION),
            EncoderConfig::Mpnet(config) => config.sizes(),
            EncoderConfig::DebertaV2(config) => config.sizes(),
            EncoderConfig::Distilbert(config) => config.sizes(),
            EncoderConfig::Modernbert(config) => config.sizes(),
        }
    }

    /// The family's name in messages.
    pub(super) fn family(&self) -> &'static str {
        match self {
            EncoderConfig::Bert(_) => "BERT",
            EncoderConfig::Roberta(_) => "RoBERTa",
            EncoderConfig::Mpnet(_) => "MPNet",
            EncoderConfig::DebertaV2(_) => "DeBERTa-v2",
            EncoderConfig::Distilbert(_) => "DistilBERT",
            EncoderConfig::Modernbert(_) => "ModernBERT",
        }
    }
}

#[derive(Deserialize)]
struct Family {
    model_type: String,
}

pub(super) fn from_json<T: DeserializeOwned>(config_json: &[u8]) -> Result<T, PackError> {
    serde_json::from_slice(config_json).map_err(|error| PackError::BadSource {
        file: "config.json".to_owned(),
        reason: error.to_string(),
    })
}

pub(super) fn unsupported(
    field: &'static str,
    found: impl ToString,
    supported: impl ToString,
) -> PackError {
    PackError::UnsupportedConfig {
        field,
        found: found.to_string(),
        supported: supported.to_string(),
    }
}

/// Refuses sizes that are 0 or far above any published encoder's, which would let a hostile
/// file ask for the moon.
pub(super) fn check_sizes(sizes: &[(&'static str, usize, usize)]) -> Result<(), PackError> {
    for &(field, found, most) in sizes {
        if found == 0 || found > most {
            return Err(unsupported(field, found, format!("1 to {most}")));
        }
    }
    Ok(())
}

/// Refuses what would break the layers' arithmetic.
pub(super) fn check_layers(
    hidden: usize,
    heads: usize,
    epsilon: (&'static str, f64),
    activation: (&'static str, &str),
) -> Result<(), PackError> {
    check_sizes(&[("hidden_size", hidden, 16_384), ("num_attention_heads", heads, 1_024)])?;
    if !hidden.is_multiple_of(heads) {
        let divisor = format!("a divisor of hidden_size, {hidden}");
        return Err(unsupported("num_attention_heads", heads, divisor));
    }
    let (field, epsilon) = epsilon;
    if !(epsilon > 0.0 && epsilon < 1.0) {
        return Err(unsupported(field, epsilon, "above 0 and below 1"));
    }
    let (field, activation) = activation;
    if activation != "gelu" {
        return Err(unsupported(field, activation, "gelu"));
    }
    Ok(())
}

/// Bounds of sizes that several families share.
pub(super) const MOST_LAYERS: usize = 256;
/// See [`MOST_LAYERS`].
pub(super) const MOST_INTERMEDIATE: usize = 65_536;
/// See [`MOST_LAYERS`].
pub(super) const MOST_IDS: usize = 4_000_000;
/// See [`MOST_LAYERS`].
pub(super) const MOST_POSITIONS: usize = 1_000_000;
