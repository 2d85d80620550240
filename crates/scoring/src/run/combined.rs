//! RadCliQ, from the four columns beside it.

use rrgscore_metrics::radcliq::{COMPONENT_NAMES, Components, Version, radcliq};

use super::Cell;
use crate::job::{Failure, Reasons, Scored};
use crate::metric::{Metric, RadCliqVersion};
use crate::settings::Profile;

/// RadCliQ of one study, in the order of [`Metric::components`]; `None` while one is pending.
pub(super) fn combine(metric: Metric, cells: [&Cell; 4]) -> Option<Cell> {
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
                return Some(Cell::Failed(Failure { message }));
            }
        }
    }
    let [radgraph_combined, bertscore, semb_score, bleu_score] = values;
    let components = Components { radgraph_combined, bertscore, semb_score, bleu_score };
    Some(match radcliq(&components, version(metric)) {
        Ok(radcliq) => Cell::Scored(Box::new(Scored {
            value: radcliq.score,
            truncated,
            circumstances: Vec::new(),
            reasons: Reasons::RadCliq(radcliq),
        })),
        Err(error) => Cell::Failed(Failure { message: error.to_string() }),
    })
}

fn version(metric: Metric) -> Version {
    match metric {
        Metric::RadCliq { version: RadCliqVersion::V0, .. } => Version::V0,
        Metric::RadCliq { profile: Profile::Radeval, .. } => Version::V1Radeval,
        _ => Version::V1,
    }
}
