//! Metrics asked for by name.

use super::{Encoder, Metric, RadCliqVersion, RateScoreVersion, RewardCode, RewardLevel};
use crate::settings::Profile;
use rrgscore_annotations::{Purpose, RadGraphModel};

/// Why a list of metric names could not be turned into metrics.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A name that is no metric's.
    #[error(
        "no metric is called `{name}`; there are: bleu2, bertscore, bertscore-minilm, semb, \
         radgraph-f1, ratescore, green, fineradscore, radcliq-v0, radcliq-v1, rewards such as \
         radgraph-xl-partial, \
         all-available"
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
    /// The metric is scored from a judge's answers, and there are none.
    #[error(
        "`{metric}` is scored from a judge's answers: give --{metric}-responses FILE (docs/judges.md \
         says how to get them)"
    )]
    NoAnswers {
        /// The metric's id.
        metric: &'static str,
    },
    /// The metric is not defined in the profile.
    #[error("`{metric}` is not defined in the profile `{profile}`")]
    NotInProfile {
        /// The metric's name as given.
        metric: String,
        /// The profile's.
        profile: &'static str,
    },
    /// Nothing was asked for.
    #[error("no metric was asked for; try `bleu2`")]
    Empty,
}

/// Metrics asked for by name, and what has to be said about the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The metrics, in the order asked for, each once, components before what is combined of
    /// them.
    pub metrics: Vec<Metric>,
    /// Sentences for the user, e.g. that `bertscore` was computed with MiniLM under another name.
    pub notes: Vec<String>,
}

/// What else decides which metric a name means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whose definitions.
    pub profile: Profile,
    /// Whether every BERTScore asked for by name is its idf variant.
    pub idf: bool,
    /// Which weights RaTEScore has.
    pub ratescore: RateScoreVersion,
    /// Whether a judge's answers for GREEN are there, which brings its column.
    pub green: bool,
    /// Whether a judge's answers for FineRadScore are there, which brings its column.
    pub fineradscore: bool,
}

/// Turns names into metrics, given the packs that are installed.
///
/// `bertscore` is the distilroberta one when its pack is installed, else BERTScore (MiniLM) under
/// its own name and with a note; `bertscore-minilm` is always the latter; `radcliq-v0` and
/// `radcliq-v1` bring their four components along; `all-available` is everything of the profile
/// that can run.
///
/// # Errors
/// An unknown name, an explicitly named metric whose pack is missing, or an empty list.
pub fn request(names: &[&str], installed: &[Purpose], wish: Wish) -> Result<Request, RequestError> {
    let mut asked = Asked { installed, wish, metrics: Vec::new(), notes: Vec::new() };
    for name in names {
        asked.name(name)?;
    }
    for metric in [Metric::Green, Metric::FineRadScore] {
        if asked.is_answered(metric) {
            asked.add(metric);
        }
    }
    if asked.metrics.is_empty() {
        return Err(RequestError::Empty);
    }
    Ok(Request { metrics: asked.metrics, notes: asked.notes })
}

struct Asked<'a> {
    installed: &'a [Purpose],
    wish: Wish,
    metrics: Vec<Metric>,
    notes: Vec<String>,
}

impl Asked<'_> {
    fn name(&mut self, name: &str) -> Result<(), RequestError> {
        let Wish { profile, idf, ratescore, .. } = self.wish;
        let minilm = Metric::BertScore { encoder: Encoder::Minilm, idf };
        let radcliq = |version| Metric::RadCliq { version, profile };
        match name {
            "bleu2" => self.need(self.bleu()),
            "bertscore" => self.bertscore(),
            "bertscore-minilm" => self.need(minilm),
            "semb" => self.need(Metric::SembScore { profile }),
            "radgraph-f1" | "radgraph" => self.need(Metric::RadGraphF1 { profile }),
            "radcliq-v0" if profile == Profile::Radeval => {
                Err(RequestError::NotInProfile { metric: name.to_owned(), profile: profile.id() })
            }
            "radcliq-v0" => self.need(radcliq(RadCliqVersion::V0)),
            "radcliq-v1" | "radcliq" => self.need(radcliq(RadCliqVersion::V1)),
            "ratescore" => self.need(Metric::RateScore { version: ratescore }),
            "green" => self.answered(Metric::Green),
            "fineradscore" => self.answered(Metric::FineRadScore),
            "all-available" => {
                self.all_available();
                Ok(())
            }
            _ => match reward(name) {
                Some(reward) => self.need(reward),
                None => Err(RequestError::Unknown { name: name.to_owned() }),
            },
        }
    }

    fn is_answered(&self, metric: Metric) -> bool {
        match metric {
            Metric::Green => self.wish.green,
            _ => metric == Metric::FineRadScore && self.wish.fineradscore,
        }
    }

    fn answered(&mut self, metric: Metric) -> Result<(), RequestError> {
        if !self.is_answered(metric) {
            return Err(RequestError::NoAnswers { metric: metric.id() });
        }
        self.add(metric);
        Ok(())
    }

    fn bleu(&self) -> Metric {
        match self.wish.profile {
            Profile::Rexrank => Metric::Bleu2,
            Profile::Radeval => Metric::Bleu2Radeval,
        }
    }

    fn bertscore(&mut self) -> Result<(), RequestError> {
        let idf = self.wish.idf || self.wish.profile == Profile::Radeval;
        let distilroberta = Metric::BertScore { encoder: Encoder::Distilroberta, idf };
        let minilm = Metric::BertScore { encoder: Encoder::Minilm, idf };
        if self.has(distilroberta) || !self.has(minilm) {
            return self.need(distilroberta);
        }
        self.notes.push(format!(
            "bertscore: the distilroberta pack is not installed, so the column is {} (`{}`), which is not comparable with the leaderboard's BERTScore",
            minilm.label(),
            minilm.column()
        ));
        self.need(minilm)
    }

    fn all_available(&mut self) {
        let Wish { profile, idf, ratescore, .. } = self.wish;
        let mut all = vec![
            self.bleu(),
            Metric::BertScore {
                encoder: Encoder::Distilroberta,
                idf: idf || profile == Profile::Radeval,
            },
            Metric::SembScore { profile },
            Metric::RadGraphF1 { profile },
            Metric::RadCliq { version: RadCliqVersion::V1, profile },
            Metric::RateScore { version: ratescore },
        ];
        if profile == Profile::Rexrank {
            all.push(Metric::RadCliq { version: RadCliqVersion::V0, profile });
        }
        all.push(Metric::BertScore { encoder: Encoder::Minilm, idf });
        for metric in all {
            if self.has(metric) {
                self.add(metric);
            }
        }
    }

    fn has(&self, metric: Metric) -> bool {
        metric.needs().iter().all(|needed| self.installed.contains(needed))
    }

    fn need(&mut self, metric: Metric) -> Result<(), RequestError> {
        let missing = metric.needs().iter().find(|needed| !self.installed.contains(needed));
        if let Some(missing) = missing {
            let (metric, needs) = (metric.id(), missing.id());
            return Err(RequestError::PackMissing { metric, needs });
        }
        self.add(metric);
        Ok(())
    }

    /// Adds a metric after its components, each once.
    fn add(&mut self, metric: Metric) {
        for part in metric.components().into_iter().flatten().chain([metric]) {
            if !self.metrics.contains(&part) {
                self.metrics.push(part);
            }
        }
    }
}

/// All rewards of the radgraph package: of each model at each level, by the code of release 0.1.18
/// and by that of the repository's head.
pub fn rewards() -> impl Iterator<Item = Metric> {
    use RadGraphModel::{ModernRadgraphXl, Radgraph, RadgraphXl};
    [RewardCode::V0_1_18, RewardCode::Head].into_iter().flat_map(|code| {
        [Radgraph, RadgraphXl, ModernRadgraphXl].into_iter().flat_map(move |model| {
            [RewardLevel::Simple, RewardLevel::Partial, RewardLevel::Complete]
                .into_iter()
                .map(move |level| Metric::RadGraphReward { model, level, code })
        })
    })
}

fn reward(name: &str) -> Option<Metric> {
    rewards().find(|metric| metric.id() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINILM: Metric = Metric::BertScore { encoder: Encoder::Minilm, idf: false };
    const RADEVAL: Wish = Wish {
        profile: Profile::Radeval,
        idf: true,
        ratescore: RateScoreVersion::May2025Long,
        green: true,
        fineradscore: true,
    };
    const ALL: [Purpose; 6] = [
        Purpose::BertscoreMinilm,
        Purpose::BertscoreDistilroberta,
        Purpose::Chexbert,
        Purpose::Radgraph,
        Purpose::RatescoreEntities,
        Purpose::RatescoreSynonyms,
    ];

    fn ask(names: &[&str], installed: &[Purpose]) -> Result<Request, RequestError> {
        request(names, installed, Wish::default())
    }

    #[test]
    fn bertscore_without_its_pack_takes_another_name_and_says_so() {
        let request = ask(&["bleu2", "bertscore"], &[Purpose::BertscoreMinilm]).unwrap();
        assert_eq!(request.metrics, [Metric::Bleu2, MINILM]);
        assert_eq!(request.metrics[1].column(), "bertscore_minilm");
        assert_eq!(request.metrics[1].published_as(), None);
        assert_eq!(request.notes.len(), 1);
    }

    #[test]
    fn bertscore_with_its_pack_is_the_official_one() {
        let packs = [Purpose::BertscoreMinilm, Purpose::BertscoreDistilroberta];
        let request = ask(&["bertscore"], &packs).unwrap();
        assert_eq!(request.metrics[0].published_as(), Some("BERTScore"));
        assert!(request.notes.is_empty());
    }

    #[test]
    fn nothing_is_computed_without_its_pack() {
        for name in ["bertscore", "semb", "radgraph-f1", "radcliq-v1", "radgraph-xl-partial"] {
            assert!(matches!(ask(&[name], &[]), Err(RequestError::PackMissing { .. })), "{name}");
        }
        assert!(matches!(ask(&["bleu3"], &[]), Err(RequestError::Unknown { .. })));
        assert_eq!(ask(&[], &[]), Err(RequestError::Empty));
        // An XL pack never stands in for RadGraph 1.0.
        assert!(ask(&["radgraph-f1"], &[Purpose::RadgraphXl]).is_err());
    }

    #[test]
    fn all_available_names_each_once() {
        let request = ask(&["bleu2", "all-available"], &[Purpose::BertscoreMinilm]).unwrap();
        assert_eq!(request.metrics, [Metric::Bleu2, MINILM]);
    }

    #[test]
    fn radcliq_brings_its_components_and_stands_after_them() {
        let request = ask(&["radcliq-v1", "bleu2"], &ALL).unwrap();
        let ids: Vec<&str> = request.metrics.iter().map(|metric| metric.id()).collect();
        assert_eq!(ids, ["radgraph-f1", "bertscore", "semb", "bleu2", "radcliq-v1"]);
    }

    #[test]
    fn a_judges_columns_come_with_its_answers_and_not_without() {
        for name in ["green", "fineradscore"] {
            assert!(matches!(ask(&[name], &ALL), Err(RequestError::NoAnswers { .. })), "{name}");
        }
        let wish = Wish { green: true, ..Wish::default() };
        let request = super::request(&["bleu2"], &[], wish).unwrap();
        assert_eq!(request.metrics, [Metric::Bleu2, Metric::Green]);
        assert!(super::request(&["green"], &[], wish).is_ok_and(|r| r.metrics == [Metric::Green]));
    }

    #[test]
    fn the_profile_decides_what_a_name_means() {
        let request = super::request(&["radcliq-v1"], &ALL, RADEVAL).unwrap();
        let ids: Vec<&str> = request.metrics.iter().map(|metric| metric.id()).collect();
        let expected = [
            "radgraph-f1-radeval",
            "bertscore-idf",
            "semb-radeval",
            "bleu2-radeval",
            "radcliq-v1-radeval",
            "green",
            "fineradscore",
        ];
        assert_eq!(ids, expected);
        assert!(request.metrics[..5].iter().all(|metric| metric.published_as().is_none()));
        assert!(matches!(
            super::request(&["radcliq-v0"], &ALL, RADEVAL),
            Err(RequestError::NotInProfile { .. })
        ));
    }

    #[test]
    fn no_two_metrics_share_a_name() {
        let everything = ask(&["all-available"], &ALL).unwrap().metrics.into_iter();
        let radeval = super::request(&["all-available"], &ALL, RADEVAL).unwrap();
        let mut metrics: Vec<Metric> = everything.chain(radeval.metrics).chain(rewards()).collect();
        metrics.sort();
        metrics.dedup();
        for name in [Metric::id, Metric::column, Metric::label] {
            let mut names: Vec<&str> = metrics.iter().map(|&metric| name(metric)).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), metrics.len());
        }
    }
}
