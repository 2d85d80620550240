//! What can be computed: each column with what it still lacks.

use rrgscore_scoring::metric::Lacking;
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Profile};
use serde::{Deserialize, Serialize};

use crate::session::Session;

/// A column that a profile lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// The column.
    pub metric: Metric,
    /// Whether it is computed unless something else is chosen.
    pub usual: bool,
    /// What it needs and is not there; `None` where it can be computed now.
    pub lacking: Option<Lacking>,
}

impl Session {
    /// The columns of a profile in the table's order, with what each lacks given these packs and
    /// the annotations and answers that the user brought.
    #[must_use]
    pub fn offers(&self, profile: Profile, packs: &[PackRef]) -> Vec<Offer> {
        let available = self.available(packs);
        Metric::listed(profile)
            .map(|metric| Offer {
                metric,
                usual: metric.is_usual(profile),
                lacking: available.lacking(metric),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rrgscore_data::Side;
    use rrgscore_judge::JudgeMetric as Judge;
    use rrgscore_scoring::Purpose;

    use super::*;

    fn offer(offers: &[Offer], id: &str) -> Offer {
        offers.iter().find(|offer| offer.metric.id() == id).unwrap().clone()
    }

    #[test]
    fn what_the_user_brings_makes_columns_available() {
        let mut session = Session::new();
        let before = session.offers(Profile::Rexrank, &[]);
        assert_eq!(offer(&before, "bleu2").lacking, None);
        assert_eq!(
            offer(&before, "semb").lacking,
            Some(Lacking::Packs { purposes: vec![Purpose::Chexbert] })
        );
        assert_eq!(offer(&before, "green").lacking, Some(Lacking::Answers { judge: Judge::Green }));

        session.set_answers(Judge::Green, b"{\"id\":\"a\",\"response\":\"x\"}\n".to_vec());
        for side in [Side::Predictions, Side::References] {
            assert_eq!(session.set_graphs(side, b"{}".to_vec()).unwrap(), 0);
        }
        let after = session.offers(Profile::Rexrank, &[]);
        assert_eq!(offer(&after, "green").lacking, None);
        assert_eq!(offer(&after, "radgraph-f1").lacking, None);
        // A reward compares what the model itself found.
        assert!(offer(&after, "radgraph-xl-partial").lacking.is_some());
    }
}
