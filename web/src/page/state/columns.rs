//! The columns that the page offers under each profile.

use rrgscore_scoring::{Metric, Profile};

use super::State;

impl State {
    /// The columns that are offered now, in the table's order.
    pub fn offered(&self) -> Vec<Metric> {
        Metric::listed(self.profile).collect()
    }

    /// Computes under another profile; what was chosen is chosen there too, as far as there is a
    /// column of that name.
    pub(super) fn set_profile(&mut self, profile: Profile) {
        let from = std::mem::replace(&mut self.profile, profile);
        if let Some(chosen) = &mut self.chosen {
            let chosen_before = std::mem::take(chosen).into_iter();
            *chosen =
                chosen_before.filter_map(|metric| metric.counterpart(from, profile)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_chosen_under_the_other_profile() {
        let ids = |ids: [&str; 2]| Some(ids.map(|id| Metric::named(id).unwrap()).to_vec());
        let mut state = State { chosen: ids(["bleu2", "green"]), ..State::default() };
        state.set_profile(Profile::Radeval);
        assert_eq!(state.chosen, ids(["bleu2-radeval", "green-radeval"]));
        state.set_profile(Profile::Rexrank);
        assert_eq!(state.chosen, ids(["bleu2", "green"]));
    }
}
