//! The columns that the page offers under each profile.

use rrgscore_scoring::Profile;
use rrgscore_scoring::metric::{Encoder, Metric, RadCliqVersion, RateScoreVersion, rewards};

use super::State;

/// All columns that are offered under a profile, in their order: the usual ones, then variants,
/// last the rewards of the radgraph package.
pub fn offered(profile: Profile) -> Vec<Metric> {
    let official = Metric::RadCliq { version: RadCliqVersion::V1, profile };
    let bertscore = |encoder, idf| Metric::BertScore { encoder, idf };
    let ratescore = |version| Metric::RateScore { version };
    let mut all = vec![
        official,
        bleu(profile),
        bertscore(Encoder::Distilroberta, profile == Profile::Radeval),
        Metric::SembScore { profile },
        Metric::RadGraphF1 { profile },
        ratescore(RateScoreVersion::October2024),
        Metric::Green,
        Metric::FineRadScore,
        bertscore(Encoder::Minilm, false),
    ];
    if profile == Profile::Rexrank {
        all.push(Metric::RadCliq { version: RadCliqVersion::V0, profile });
        all.push(bertscore(Encoder::Distilroberta, true));
    }
    all.push(bertscore(Encoder::Minilm, true));
    all.push(ratescore(RateScoreVersion::May2025Long));
    all.push(ratescore(RateScoreVersion::May2025Short));
    all.extend(rewards());
    all
}

/// Whether a column is computed unless the user says otherwise: the profile's RadCliQ-v1 and what
/// it is combined of, and what else the leaderboard shows.
pub fn is_usual(metric: Metric, profile: Profile) -> bool {
    let official = Metric::RadCliq { version: RadCliqVersion::V1, profile };
    official.components().into_iter().flatten().chain([official]).any(|part| part == metric)
        || matches!(
            metric,
            Metric::RateScore { version: RateScoreVersion::October2024 }
                | Metric::Green
                | Metric::FineRadScore
                | Metric::BertScore { encoder: Encoder::Minilm, idf: false }
        )
}

fn bleu(profile: Profile) -> Metric {
    match profile {
        Profile::Rexrank => Metric::Bleu2,
        Profile::Radeval => Metric::Bleu2Radeval,
    }
}

/// What a column of another profile is called by the same name in this one.
fn counterpart(metric: Metric, profile: Profile) -> Metric {
    match metric {
        Metric::Bleu2 | Metric::Bleu2Radeval => bleu(profile),
        Metric::BertScore { encoder: encoder @ Encoder::Distilroberta, .. } => {
            Metric::BertScore { encoder, idf: profile == Profile::Radeval }
        }
        Metric::SembScore { .. } => Metric::SembScore { profile },
        Metric::RadGraphF1 { .. } => Metric::RadGraphF1 { profile },
        Metric::RadCliq { version, .. } => Metric::RadCliq { version, profile },
        other => other,
    }
}

impl State {
    /// The columns that are offered now.
    pub fn offered(&self) -> Vec<Metric> {
        offered(self.profile)
    }

    /// Computes under another profile; what was chosen is chosen there too.
    pub(super) fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
        if let Some(chosen) = &mut self.chosen {
            for metric in chosen {
                *metric = counterpart(*metric, profile);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_offers_its_own_columns_each_once() {
        for profile in [Profile::Rexrank, Profile::Radeval] {
            let all = offered(profile);
            let mut ids: Vec<&str> = all.iter().map(|metric| metric.id()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all.len());
            for &metric in &all {
                for part in metric.components().into_iter().flatten() {
                    assert!(all.contains(&part) && is_usual(part, profile), "{}", part.id());
                }
                assert!(all.contains(&counterpart(metric, profile)));
            }
        }
        assert!(offered(Profile::Radeval).iter().all(|metric| {
            metric.published_as().is_none()
                || matches!(metric, Metric::RateScore { .. } | Metric::Green | Metric::FineRadScore)
        }));
    }

    #[test]
    fn what_was_chosen_is_chosen_under_the_other_profile() {
        let mut state =
            State { chosen: Some(vec![Metric::Bleu2, Metric::Green]), ..State::default() };
        state.set_profile(Profile::Radeval);
        assert_eq!(state.chosen, Some(vec![Metric::Bleu2Radeval, Metric::Green]));
        state.set_profile(Profile::Rexrank);
        assert_eq!(state.chosen, Some(vec![Metric::Bleu2, Metric::Green]));
    }
}
