//! The entities of RaTEScore.

use serde::{Deserialize, Serialize};

/// The five entity types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EntityType {
    /// Abnormality that is present.
    #[serde(rename = "ABNORMALITY")]
    Abnormality,
    /// Anatomy.
    #[serde(rename = "ANATOMY")]
    Anatomy,
    /// Disease that is present.
    #[serde(rename = "DISEASE")]
    Disease,
    /// Abnormality that is absent.
    #[serde(rename = "NON-ABNORMALITY")]
    NonAbnormality,
    /// Disease that is absent.
    #[serde(rename = "NON-DISEASE")]
    NonDisease,
}

impl EntityType {
    /// All types, in the order of the affinity matrices.
    pub const ALL: [Self; 5] =
        [Self::Abnormality, Self::Anatomy, Self::Disease, Self::NonAbnormality, Self::NonDisease];

    /// The name in the model's labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Abnormality => "ABNORMALITY",
            Self::Anatomy => "ANATOMY",
            Self::Disease => "DISEASE",
            Self::NonAbnormality => "NON-ABNORMALITY",
            Self::NonDisease => "NON-DISEASE",
        }
    }

    /// Whether one type asserts what the other denies.
    pub fn contradicts(self, other: Self) -> bool {
        let sign = |kind| match kind {
            Self::Abnormality | Self::Disease => 1,
            Self::NonAbnormality | Self::NonDisease => -1,
            Self::Anatomy => 0,
        };
        sign(self) * sign(other) < 0
    }
}

/// An entity that RaTE-NER found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamedEntity {
    /// Its type.
    pub kind: EntityType,
    /// Its tokens, joined as the tokenizer joins them: what is embedded. Empty for a span that
    /// the official code lets end before it starts.
    pub text: String,
    /// First byte in the text that was read.
    pub start: u32,
    /// One past the last byte in the text that was read.
    pub end: u32,
}

impl NamedEntity {
    /// Where it stands in the text that was read, as a range of bytes.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
