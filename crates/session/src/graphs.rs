//! RadGraph annotations that the user brought: kept as they came, read for the studies of a run.

use rrgscore_data::{Side, StudyPair, sha256_hex};
use rrgscore_scoring::GivenGraphs;
use rrgscore_scoring::given::{self, GivenError};
use rrgscore_scoring::summary::InputRef;

/// The two files, as far as they are there.
#[derive(Debug, Default)]
pub(crate) struct GraphFiles {
    predictions: Option<Vec<u8>>,
    references: Option<Vec<u8>>,
}

impl GraphFiles {
    /// Keeps a side's file and gives the number of studies in it.
    pub(crate) fn set(&mut self, side: Side, bytes: Vec<u8>) -> Result<usize, GivenError> {
        let (word, kept) = match side {
            Side::Predictions => ("predictions", &mut self.predictions),
            Side::References => ("references", &mut self.references),
        };
        *kept = None;
        let studies = given::studies(word, &bytes)?;
        *kept = Some(bytes);
        Ok(studies)
    }

    /// Whether both sides are there.
    pub(crate) fn are_complete(&self) -> bool {
        self.predictions.is_some() && self.references.is_some()
    }

    /// The graphs of some studies and the files they came from; `None` unless both are there.
    pub(crate) fn read(
        &self,
        pairs: &[StudyPair],
    ) -> Result<Option<(GivenGraphs, Vec<InputRef>)>, GivenError> {
        let (Some(predictions), Some(references)) = (&self.predictions, &self.references) else {
            return Ok(None);
        };
        let inputs = InputRef::annotations([sha256_hex(predictions), sha256_hex(references)]);
        Ok(Some((given::read(predictions, references, pairs)?, inputs)))
    }
}
