//! What the metrics see of minimal pairs.

use super::{Effect, Part, State};
use crate::protocol::look::SanityShown;

/// The pairs, and what came of them last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SanityPanel {
    /// What is filled in and what the metrics saw; nothing before the first time.
    pub shown: SanityShown,
    /// Whether pairs are being scored.
    pub busy: bool,
    /// Why nothing was scored.
    pub problem: Option<String>,
}

impl State {
    /// Scores the pairs as they are filled in, or as they are at first.
    pub(super) fn score_pairs(&mut self, anew: bool) -> Vec<Effect> {
        let is_up = matches!(self.site.engine, Part::Ready);
        if !is_up || self.sanity.busy || self.run.is_busy() {
            return Vec::new();
        }
        (self.sanity.busy, self.sanity.problem) = (true, None);
        let texts = if anew { Vec::new() } else { self.sanity.shown.texts.clone() };
        let mut plan = self.plan();
        plan.metrics = self.offered().into_iter().filter(|&one| self.can_compute(one)).collect();
        let packs = self.ready_packs().into_iter().map(|serving| (serving.pack, serving.from));
        let packs = packs.collect();
        vec![Effect::StartRun { run: Some(plan.request()), packs, sanity: Some(texts) }]
    }

    pub(super) fn write_pair(&mut self, at: usize, text: String) {
        if let Some(written) = self.sanity.shown.texts.get_mut(at) {
            *written = text;
        }
    }

    /// The coordinator says what the metrics saw.
    pub(super) fn pairs_scored(&mut self, shown: Result<SanityShown, String>) {
        self.sanity.busy = false;
        match shown {
            Ok(shown) => {
                self.sanity.shown = shown;
                self.announcement = "The pairs are scored.".to_owned();
            }
            Err(why) => self.sanity.problem = Some(why),
        }
    }
}
