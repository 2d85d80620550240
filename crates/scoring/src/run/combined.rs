//! RadCliQ, from the four columns beside it.

use rrgscore_metrics::radcliq::{COMPONENT_NAMES, Components, RadcliqVersion, radcliq};

use super::Cell;
use crate::job::{Failure, FailureKind, Reasons, Scored};

/// RadCliQ of one study, of the formula's four columns in their order; `None` while one is pending.
pub(super) fn combine(version: RadcliqVersion, cells: [&Cell; 4]) -> Option<Cell> {
    let mut values = [0.0; 4];
    let mut truncated = false;
    for ((value, cell), name) in values.iter_mut().zip(cells).zip(COMPONENT_NAMES) {
        match cell {
            Cell::Pending => return None,
            Cell::Scored(scored) => {
                *value = scored.value;
                truncated |= scored.truncated;
            }
            Cell::Failed(failure) => {
                let message = format!("{name} has no score: {}", failure.message);
                return Some(Cell::Failed(Failure::new(FailureKind::Component, message)));
            }
        }
    }
    let [radgraph_combined, bertscore, semb_score, bleu_score] = values;
    let components = Components { radgraph_combined, bertscore, semb_score, bleu_score };
    Some(match radcliq(&components, version) {
        Ok(radcliq) => Cell::Scored(Box::new(Scored {
            truncated,
            ..Scored::new(radcliq.score, Reasons::RadCliQ(radcliq))
        })),
        Err(error) => Cell::Failed(Failure::new(FailureKind::Formula, error)),
    })
}
