//! The columns a run can compute: names, where they are published, what they need.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a model pack is used for. A pack's manifest says the same word in its `purpose` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackUse {
    /// all-MiniLM-L6-v2: the encoder that may be shipped with a site.
    BertscoreMinilm,
    /// distilroberta-base, five layers: the encoder of the leaderboard's BERTScore.
    BertscoreDistilroberta,
}

impl PackUse {
    /// The word in the manifest's `purpose` field.
    pub fn id(self) -> &'static str {
        match self {
            Self::BertscoreMinilm => "bertscore-minilm",
            Self::BertscoreDistilroberta => "bertscore-distilroberta",
        }
    }

    /// What a pack serves, by the purpose in its manifest; none for a purpose that this version
    /// has no metric for.
    #[cfg(feature = "worker")]
    pub fn of(purpose: rrgscore_packs::Purpose) -> Option<Self> {
        match purpose {
            rrgscore_packs::Purpose::BertscoreMinilm => Some(Self::BertscoreMinilm),
            _ => None,
        }
    }
}

/// The encoder behind a BERTScore column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoder {
    /// all-MiniLM-L6-v2, last layer, no baseline rescale.
    Minilm,
    /// distilroberta-base, layer 5, rescaled: as CXR-Report-Metric runs it.
    Distilroberta,
}

/// One column of a result. The same name always means the same model and settings: a variant is
/// another metric with another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "metric")]
pub enum Metric {
    /// Sentence BLEU-2 as CXR-Report-Metric computes it (fast_bleu), 0 to 1.
    Bleu2,
    /// BERTScore F1.
    BertScore {
        /// The encoder.
        encoder: Encoder,
        /// Whether tokens are weighted by inverse document frequency over the references.
        idf: bool,
    },
}

impl Metric {
    /// The name on the command line and in `summary.json`, e.g. `bertscore-minilm`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Bleu2 => "bleu2",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "bertscore-minilm",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "bertscore-minilm-idf",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "bertscore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "bertscore-idf",
        }
    }

    /// The column in `scores.csv`. Official names are kept for official definitions only.
    pub fn column(self) -> &'static str {
        match self {
            Self::Bleu2 => "bleu_score",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "bertscore_minilm",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "bertscore_minilm_idf",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "bertscore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "bertscore_idf",
        }
    }

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bleu2 => "BLEU-2",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "BERTScore (MiniLM)",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "BERTScore (MiniLM, idf)",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "BERTScore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "BERTScore (idf)",
        }
    }

    /// The name of the published column this one may be ranked in, if it is computed exactly as
    /// the leaderboard's is.
    pub fn published_as(self) -> Option<&'static str> {
        match self {
            Self::Bleu2 => Some("BLEU-2"),
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => Some("BERTScore"),
            Self::BertScore { .. } => None,
        }
    }

    /// What to say beside a number that must not be read as the leaderboard's.
    pub fn caution(self) -> Option<&'static str> {
        match self {
            Self::BertScore { encoder: Encoder::Minilm, .. } => Some(
                "Not the leaderboard's BERTScore: another encoder (all-MiniLM-L6-v2), not rescaled. Never ranked against it.",
            ),
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => {
                Some("Not the leaderboard's BERTScore: idf weighting is off there.")
            }
            _ => None,
        }
    }

    /// The model pack this metric needs, if any.
    pub fn needs(self) -> Option<PackUse> {
        match self {
            Self::Bleu2 => None,
            Self::BertScore { encoder: Encoder::Minilm, .. } => Some(PackUse::BertscoreMinilm),
            Self::BertScore { encoder: Encoder::Distilroberta, .. } => {
                Some(PackUse::BertscoreDistilroberta)
            }
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Why a list of metric names could not be turned into metrics.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A name that is no metric's.
    #[error(
        "no metric is called `{name}`; there are: bleu2, bertscore, bertscore-minilm, all-available"
    )]
    Unknown {
        /// The name as given.
        name: String,
    },
    /// The metric exists, its model is not installed.
    #[error(
        "`{metric}` needs the model pack `{needs}`, which is not installed; build it or point --packs at the folder that holds it"
    )]
    PackMissing {
        /// The metric's id.
        metric: &'static str,
        /// The pack's use.
        needs: &'static str,
    },
    /// Nothing was asked for.
    #[error("no metric was asked for; try `bleu2`")]
    Empty,
}

/// Metrics asked for by name, and what has to be said about the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The metrics, in the order asked for, each once.
    pub metrics: Vec<Metric>,
    /// Sentences for the user, e.g. that `bertscore` was computed with MiniLM under another name.
    pub notes: Vec<String>,
}

/// Turns names into metrics, given the packs that are installed.
///
/// `bertscore` is the distilroberta one when its pack is installed, else BERTScore (MiniLM) under
/// its own name and with a note; `bertscore-minilm` is always the latter; `all-available` is
/// everything that can run. `idf` switches every BERTScore to its idf variant.
///
/// # Errors
/// An unknown name, an explicitly named metric whose pack is missing, or an empty list.
pub fn request(names: &[&str], installed: &[PackUse], idf: bool) -> Result<Request, RequestError> {
    let has = |needed: PackUse| installed.contains(&needed);
    let minilm = Metric::BertScore { encoder: Encoder::Minilm, idf };
    let distilroberta = Metric::BertScore { encoder: Encoder::Distilroberta, idf };
    let missing = |metric: Metric, pack: PackUse| RequestError::PackMissing {
        metric: metric.id(),
        needs: pack.id(),
    };
    let mut metrics = Vec::new();
    let mut notes = Vec::new();
    for name in names {
        match *name {
            "bleu2" => metrics.push(Metric::Bleu2),
            "bertscore" if has(PackUse::BertscoreDistilroberta) => metrics.push(distilroberta),
            "bertscore" if has(PackUse::BertscoreMinilm) => {
                metrics.push(minilm);
                notes.push(format!(
                    "bertscore: the distilroberta pack is not installed, so the column is {} (`{}`), which is not comparable with the leaderboard's BERTScore",
                    minilm.label(),
                    minilm.column()
                ));
            }
            "bertscore" => return Err(missing(distilroberta, PackUse::BertscoreDistilroberta)),
            "bertscore-minilm" if has(PackUse::BertscoreMinilm) => metrics.push(minilm),
            "bertscore-minilm" => return Err(missing(minilm, PackUse::BertscoreMinilm)),
            "all-available" => {
                metrics.push(Metric::Bleu2);
                if has(PackUse::BertscoreDistilroberta) {
                    metrics.push(distilroberta);
                }
                if has(PackUse::BertscoreMinilm) {
                    metrics.push(minilm);
                }
            }
            other => return Err(RequestError::Unknown { name: other.to_owned() }),
        }
    }
    let mut distinct = Vec::new();
    for metric in metrics {
        if !distinct.contains(&metric) {
            distinct.push(metric);
        }
    }
    if distinct.is_empty() {
        return Err(RequestError::Empty);
    }
    Ok(Request { metrics: distinct, notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINILM: Metric = Metric::BertScore { encoder: Encoder::Minilm, idf: false };

    #[test]
    fn bertscore_without_its_pack_takes_another_name_and_says_so() {
        let request = request(&["bleu2", "bertscore"], &[PackUse::BertscoreMinilm], false).unwrap();
        assert_eq!(request.metrics, [Metric::Bleu2, MINILM]);
        assert_eq!(request.metrics[1].column(), "bertscore_minilm");
        assert_eq!(request.metrics[1].published_as(), None);
        assert_eq!(request.notes.len(), 1);
    }

    #[test]
    fn bertscore_with_its_pack_is_the_official_one() {
        let packs = [PackUse::BertscoreMinilm, PackUse::BertscoreDistilroberta];
        let request = request(&["bertscore"], &packs, false).unwrap();
        assert_eq!(request.metrics[0].published_as(), Some("BERTScore"));
        assert!(request.notes.is_empty());
    }

    #[test]
    fn nothing_is_computed_without_its_pack() {
        assert!(matches!(
            request(&["bertscore"], &[], false),
            Err(RequestError::PackMissing { .. })
        ));
        assert!(matches!(request(&["bleu3"], &[], false), Err(RequestError::Unknown { .. })));
        assert_eq!(request(&[], &[], false), Err(RequestError::Empty));
    }

    #[test]
    fn all_available_names_each_once() {
        let request =
            request(&["bleu2", "all-available"], &[PackUse::BertscoreMinilm], false).unwrap();
        assert_eq!(request.metrics, [Metric::Bleu2, MINILM]);
    }
}
