//! Minimal pairs: a made-up report beside itself with one thing changed, to see what a metric sees.

use rrgscore_data::StudyPair;
use rrgscore_scoring::Metric;
use rrgscore_scoring::metric::Formula;
use rrgscore_scoring::summary::PackRef;

use crate::error::StartError;
use crate::pairs::GivenPair;
use crate::request::RunRequest;
use crate::session::Session;
use crate::start::StartedRun;

/// One change of a report. The texts are this project's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimalPair {
    /// What is changed; the id of the pair.
    pub change: &'static str,
    /// The report.
    pub reference: &'static str,
    /// The report with the change.
    pub candidate: &'static str,
}

const REPORT: &str = "The heart size is normal. There is a small left pleural effusion. No \
                      pneumothorax is seen. The right lung is clear.";

/// The pairs; the first one is the report beside itself, which all others are held against.
pub const MINIMAL_PAIRS: [MinimalPair; 8] = [
    MinimalPair { change: "identical", reference: REPORT, candidate: REPORT },
    MinimalPair {
        change: "paraphrase",
        reference: REPORT,
        candidate: "The heart is not enlarged. A little fluid lies in the left pleural space. There is \
                    no evidence of a pneumothorax. No opacity is present in the right lung.",
    },
    MinimalPair {
        change: "negation flipped",
        reference: REPORT,
        candidate: "The heart size is normal. There is a small left pleural effusion. A \
                    pneumothorax is seen. The right lung is clear.",
    },
    MinimalPair {
        change: "side swapped",
        reference: REPORT,
        candidate: "The heart size is normal. There is a small right pleural effusion. No \
                    pneumothorax is seen. The left lung is clear.",
    },
    MinimalPair {
        change: "severity changed",
        reference: REPORT,
        candidate: "The heart size is normal. There is a large left pleural effusion. No \
                    pneumothorax is seen. The right lung is clear.",
    },
    MinimalPair {
        change: "sentence dropped",
        reference: REPORT,
        candidate: "The heart size is normal. No pneumothorax is seen. The right lung is clear.",
    },
    MinimalPair {
        change: "words shuffled",
        reference: REPORT,
        candidate: "Clear effusion the is. Right small seen no heart is pleural a there normal. Lung \
                    is pneumothorax left size. The is.",
    },
    MinimalPair {
        change: "report of another study",
        reference: REPORT,
        candidate: "A pacemaker is in place with its leads in the usual position. Interstitial \
                    markings are increased at both bases, and the mediastinum is widened.",
    },
];

/// Whether a column says something of a pair alone: not a judge's, who has not seen the pair, nor
/// one that weighs words by the references of a whole set, which are all the same here, nor what is
/// combined of such.
#[must_use]
pub fn scores_pairs_alone(metric: Metric) -> bool {
    let of_the_set = matches!(
        metric.spec().formula,
        Formula::Set(_) | Formula::TokenEmbeddings { idf: true, .. }
    );
    let components = || metric.components().into_iter().all(scores_pairs_alone);
    metric.judge().is_none() && !of_the_set && components()
}

impl Session {
    /// A further session whose runs have job numbers of their own, apart from this one's.
    #[must_use]
    pub fn apart() -> Self {
        // Beyond what anybody starts, and still below 2^53 with the jobs' own numbers.
        Self { runs: 1 << 20, ..Self::default() }
    }

    /// Plans a run of these columns, and what they are combined from, over pairs of reports.
    ///
    /// # Errors
    /// [`StartError`]: a column lacks its pack, or there is no pair.
    pub fn start_pairs(
        &mut self,
        pairs: &[StudyPair],
        request: &RunRequest,
        metrics: &[Metric],
        packs: &[PackRef],
    ) -> Result<StartedRun, StartError> {
        let given = |pair: &StudyPair| GivenPair {
            id: Some(pair.id.clone()),
            reference: Some(pair.reference.clone()),
            candidate: Some(pair.candidate.clone()),
        };
        let given: Vec<GivenPair> = pairs.iter().map(given).collect();
        self.set_pairs(&given).map_err(|_| StartError::NotChecked)?;
        self.start_exactly(request, metrics, packs, Default::default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_a_whole_set_or_a_judge_is_left_out() {
        let alone = |id: &str| scores_pairs_alone(Metric::named(id).unwrap());
        assert!(["bleu2", "bertscore", "radcliq-v1", "coco-bleu1"].into_iter().all(alone));
        let others = ["coco-cider", "bertscore-idf", "radcliq-v1-radeval", "green"];
        assert!(!others.into_iter().any(alone));
    }

    #[test]
    fn shuffled_words_are_the_reports_and_the_first_pair_is_identical() {
        let words = |text: &str| {
            let lower = text.to_lowercase().replace('.', "");
            let mut words: Vec<String> = lower.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        let [first, .., shuffled, _] = MINIMAL_PAIRS;
        assert_eq!(first.reference, first.candidate);
        assert_eq!(shuffled.change, "words shuffled");
        assert_eq!(words(shuffled.candidate), words(REPORT));
        let others = MINIMAL_PAIRS.iter().skip(1);
        assert!(others.clone().all(|pair| pair.candidate != REPORT));
        assert!(MINIMAL_PAIRS.iter().all(|pair| pair.reference == REPORT));
    }
}
