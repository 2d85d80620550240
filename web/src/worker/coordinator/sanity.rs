//! What the installed metrics see of minimal pairs. The annotators are lent by the last run, which
//! keeps its results.

use rrgscore_data::StudyPair;
use rrgscore_results::sanity_table;
use rrgscore_scoring::Metric;
use rrgscore_scoring::summary::PackRef;
use rrgscore_session::drive::{Drive, DriveEvent, PacksHeld, Workers};
use rrgscore_session::{MINIMAL_PAIRS, RunRequest, Session, scores_pairs_alone};

use super::{Coordinator, Out, page};
use crate::protocol::coordinator::CoordinatorResponse;
use crate::protocol::look::SanityShown;

impl Coordinator {
    pub(super) fn sanity(
        &mut self,
        texts: &[String],
        request: &RunRequest,
        mut columns: Vec<Metric>,
        packs: Vec<PackRef>,
        workers: usize,
        out: Out<'_>,
    ) {
        if self.sanity.is_some() || self.run.as_ref().is_some_and(|run| run.drive.is_busy()) {
            return not_scored("a run is under way; wait until it is done", out);
        }
        columns.retain(|&metric| scores_pairs_alone(metric));
        let session = self.apart.get_or_insert_with(Session::apart);
        let started = match session.start_pairs(&pairs(texts), request, &columns, &packs) {
            Ok(started) => started,
            Err(error) => return not_scored(&error.to_string(), out),
        };
        let lent = self.exchange_idle(Workers::new(0, PacksHeld::One));
        let workers = self.workers(Some(lent), packs, workers);
        self.sanity = Some(Drive::new(started.run, workers));
        page(CoordinatorResponse::Started { progress: Vec::new() }, out);
        self.drive(DriveEvent::Start, out);
    }

    /// Takes workers that have nothing to do in place of those that there are.
    fn exchange_idle(&mut self, workers: Workers) -> Workers {
        match &mut self.run {
            Some(run) => run.drive.exchange_workers(workers),
            None => self.idle.replace(workers).unwrap_or_else(|| Workers::new(0, PacksHeld::One)),
        }
    }

    /// All pairs are scored, and the annotators go back.
    pub(super) fn sanity_over(&mut self, out: Out<'_>) {
        let Some(drive) = self.sanity.take() else { return };
        let (run, workers) = drive.into_parts();
        self.exchange_idle(workers);
        let reference = run.pairs().first().map(|pair| pair.reference.clone());
        let candidates = run.pairs().iter().skip(1).map(|pair| pair.candidate.clone());
        let texts = reference.into_iter().chain(candidates).collect();
        let shown = SanityShown { texts, table: sanity_table(&run).into() };
        page(CoordinatorResponse::Sanity(Ok(shown)), out);
    }

    /// Another run begins: it gets the annotators.
    pub(super) fn drop_sanity(&mut self, out: Out<'_>) {
        let Some(drive) = self.sanity.take() else { return };
        self.exchange_idle(drive.into_parts().1);
        not_scored("a run was begun meanwhile", out);
    }
}

/// The pairs of a report with its changed forms: the first one is the report beside itself. Without
/// texts this project's own.
fn pairs(texts: &[String]) -> Vec<StudyPair> {
    let text = |at: usize, own: &str| texts.get(at).map_or(own, String::as_str).to_owned();
    let pair = |(at, pair): (usize, &rrgscore_session::MinimalPair)| StudyPair {
        id: pair.change.to_owned(),
        reference: text(0, pair.reference),
        candidate: text(at, pair.candidate),
    };
    MINIMAL_PAIRS.iter().enumerate().map(pair).collect()
}

fn not_scored(why: &str, out: Out<'_>) {
    page(CoordinatorResponse::Sanity(Err(why.to_owned())), out);
}
