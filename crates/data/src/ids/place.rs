//! Files that are paired by place, where that contradicts no ids.

use std::borrow::Cow;

use super::fields::{Fields, Ids, Trust};
use super::pairing::{Keys, spelled_differently};
use crate::alignment::JoinedBy;
use crate::error::{AlignError, Side};
use crate::names::may_count;
use crate::record::Dataset;

/// Pairs by place files of which at least one has no ids that somebody chose.
///
/// # Errors
/// When they are not of one length, and when one of them has ids.
pub(super) fn by_place<'a>(
    predictions: &'a Dataset,
    references: &'a Dataset,
    predicted: &[Ids<'a>],
    known: &[Ids<'a>],
) -> Result<Keys<'a>, AlignError> {
    let counts = (predictions.records.len(), references.records.len());
    // The side without ids, the ids of the other one, and what the first has in their place.
    let one_sided = match (predicted.first(), known.first()) {
        (None, None) => None,
        (None, Some(ids)) => Some((Side::Predictions, *ids, Ids::own(predictions))),
        (Some(ids), _) => Some((Side::References, *ids, Ids::own(references))),
    };
    if let Some((side, ids, places)) = one_sided {
        let agree = match places.trust() {
            // Numbers of rows under a name that counts as often as it names.
            Trust::Rows => ids.is_running() && may_count(ids.plain_name()),
            _ => ids.iter().eq(places.iter()),
        };
        if !agree || counts.0 != counts.1 {
            return Err(AlignError::IdsOnOneSide { side });
        }
    } else {
        let (mine, theirs) = (Ids::own(predictions), Ids::own(references));
        let both = mine.trust() == Trust::Running && theirs.trust() == Trust::Running;
        // Numbers of rows that were moved or left out since they were counted.
        if both && !(mine.is_running() && theirs.is_running()) && !mine.iter().eq(theirs.iter()) {
            return Err(AlignError::CountersDiffer { names: [mine.label(), theirs.label()] });
        }
    }
    if counts.0 != counts.1 {
        return Err(AlignError::UnequalWithoutIds {
            predictions: counts.0 as u64,
            references: counts.1 as u64,
        });
    }
    let ids = one_sided.map(|(_, ids, _)| ids);
    let keys = || match ids {
        Some(ids) => ids.iter().map(Cow::Borrowed).collect(),
        None => (1..=counts.0).map(|row| Cow::Owned(row.to_string())).collect(),
    };
    let (predictions, references): (Vec<_>, Vec<_>) = (keys(), keys());
    Ok(Keys { predictions, references, by: JoinedBy::Place, ..Keys::default() })
}

/// Fields of one name that count the same in both files: they are places, and ids that say the
/// same. Not where other ids say that the files are in different order, or of different studies.
pub(super) fn agreeing_counters<'a>(mine: &Fields<'a>, theirs: &Fields<'a>) -> Option<Keys<'a>> {
    let (predicted, known) = (mine.all(), theirs.all());
    let pair = predicted.iter().find_map(|predicted| {
        let is_counter = |known: &&Ids<'a>| {
            predicted.has_name_of(**known)
                && predicted.is_running()
                && predicted.iter().eq(known.iter())
        };
        known.iter().find(is_counter).map(|known| (*predicted, *known))
    });
    let (predictions, references) = pair?;
    for one in mine.chosen().into_iter().filter(|one| !one.is_running()) {
        for other in theirs.chosen().into_iter().filter(|other| !other.is_running()) {
            if one.has_name_of(other) || spelled_differently(one, other).is_some() {
                return None;
            }
        }
    }
    Some(Keys {
        predictions: predictions.iter().map(Cow::Borrowed).collect(),
        references: references.iter().map(Cow::Borrowed).collect(),
        // Counting says no more than the place does, and is said as that.
        by: JoinedBy::Place,
        had_choice: true,
        ..Keys::default()
    })
}
