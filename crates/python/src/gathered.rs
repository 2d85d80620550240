//! Rows that another engine dealt out, gathered to one run.

use pyo3::prelude::*;
use rrgscore_data::is_missing_text;
use rrgscore_results::Results;
use rrgscore_results::published::embedded;
use rrgscore_scoring::shard::Gathering;
use rrgscore_session::{GivenPair, RunRequest, Session};

use crate::errors::{self, guarded, refused};
use crate::scored::{ScoredStudies, Studies};

/// A row: whether its reference and its candidate are there; and, where it was scored, what its run
/// has in common with all others and its own results.
type Row = (bool, bool, Option<String>, Option<String>);

/// Which texts stand for nothing: None, and what a table would hold for it.
#[pyfunction]
pub(crate) fn are_missing(texts: Vec<Option<String>>) -> Vec<bool> {
    texts.iter().map(|text| text.as_deref().is_none_or(is_missing_text)).collect()
}

/// Makes one run of rows, in their order.
#[pyfunction]
pub(crate) fn gather(py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<ScoredStudies> {
    let mut gathering: Option<Gathering> = None;
    // What is counted of rows hangs on which of their reports are there, and not on the reports.
    let mut sides = Vec::new();
    let there = |is: bool| is.then(|| "report".to_owned());
    for row in rows.try_iter()? {
        let (reference, candidate, facts, study): Row = row?.extract()?;
        if let (Some(facts), Some(study)) = (facts, study) {
            let gathering = match &mut gathering {
                Some(gathering) => gathering,
                none => none.insert(Gathering::new(&facts).map_err(refused)?),
            };
            gathering.add(&facts, &study).map_err(refused)?;
        }
        sides.push(GivenPair {
            id: None,
            reference: there(reference),
            candidate: there(candidate),
        });
    }
    py.detach(|| {
        guarded(|| {
            let gathering = gathering.ok_or_else(|| refused("no row was scored"))?;
            let mut session = Session::new();
            session.set_pairs(&sides).map_err(|error| errors::read(&error, &error))?;
            let request = RunRequest::default();
            let checked = session
                .check(request.task(), gathering.missing_policy(), request.join)
                .map_err(|failed| errors::check(&failed))?;
            let counts = checked.alignment.counts;
            let run = gathering.finish(counts).map_err(refused)?;
            let results = Results::new(&run, run.provenance(), &embedded().editions);
            Ok(ScoredStudies {
                studies: Studies::Gathered(Box::new(run)),
                results,
                findings: "[]".to_owned(),
                problems: Vec::new(),
            })
        })
    })
}
