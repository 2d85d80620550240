//! What a judge is to be asked about the studies of a check.

use rrgscore_data::PatientFact;
use rrgscore_judge::{JudgedPair, Prepared, Template, prepare};

use crate::check::Checked;

impl Checked {
    /// The requests to a judge, one per distinct pair of reports, and which studies wait for each.
    /// They hold what the reports hold, and, where the template has slots for them and fields of
    /// the references were kept, ages and indications. `model` is the name that the judge's server
    /// knows it by.
    #[must_use]
    pub fn judge_requests(&self, template: &Template, model: Option<&str>) -> Prepared {
        let facts = PatientFact::ALL.map(|fact| fact.field(&self.fields));
        let pairs = self.pairs().iter().enumerate().map(|(at, pair)| JudgedPair {
            study: &pair.id,
            reference: &pair.reference,
            candidate: &pair.candidate,
            context: facts.map(|field| field?.value(at)),
        });
        let pairs: Vec<JudgedPair<'_>> = pairs.collect();
        prepare(template, &pairs, model)
    }
}
