//! RadGraph annotations that the user has brought, at the desk: kept as they came, and read anew
//! for the studies of each run.

use std::io::Read;

use rrgscore_data::StudyPair;
use rrgscore_scoring::GivenGraphs;
use rrgscore_scoring::given::{self, GivenError};
use rrgscore_scoring::summary::InputRef;

use crate::protocol::{FromDesk, Side};

/// What the user has given for each side.
#[derive(Debug, Default)]
pub(super) struct GraphShelf {
    predictions: Option<Vec<u8>>,
    references: Option<Vec<u8>>,
}

impl GraphShelf {
    /// Keeps a side's file and tells how many studies are in it, or why it cannot be used.
    pub(super) fn open(&mut self, side: Side, file: &mut dyn Read) -> FromDesk {
        let mut bytes = Vec::new();
        let found = match file.read_to_end(&mut bytes) {
            Ok(_) => given::studies(side_word(side), &bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let kept = found.is_ok().then_some(bytes);
        match side {
            Side::Predictions => self.predictions = kept,
            Side::References => self.references = kept,
        }
        FromDesk::Graphs { side, found: found.map(|studies| studies as u32) }
    }

    /// Forgets both files.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The graphs of some studies, and the files they came from; `None` unless both are there.
    pub(super) fn read(
        &self,
        pairs: &[StudyPair],
    ) -> Option<Result<(GivenGraphs, Vec<InputRef>), GivenError>> {
        let (predictions, references) = (self.predictions.as_ref()?, self.references.as_ref()?);
        let inputs = [predictions, references].map(|bytes| rrgscore_packs::sha256(bytes));
        Some(
            given::read(predictions, references, pairs)
                .map(|graphs| (graphs, InputRef::annotations(inputs))),
        )
    }
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Predictions => "predictions",
        Side::References => "references",
    }
}
