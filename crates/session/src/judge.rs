//! What a judge is to be asked about the studies of a check.

use rrgscore_judge::{JudgedPair, Prepared, Template, prepare};

use crate::check::Checked;

impl Checked {
    /// The requests to a judge, one per distinct pair of reports, and which studies wait for each.
    /// They hold what the reports hold. `model` is the name that the judge's server knows it by.
    #[must_use]
    pub fn judge_requests(&self, template: &Template, model: Option<&str>) -> Prepared {
        let pairs: Vec<JudgedPair<'_>> = self
            .pairs()
            .iter()
            .map(|pair| JudgedPair {
                study: &pair.id,
                reference: &pair.reference,
                candidate: &pair.candidate,
            })
            .collect();
        prepare(template, &pairs, model)
    }
}
