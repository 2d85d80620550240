//! How two files are paired: by which ids, or by place.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::fields::{Fields, Ids, Trust};
use super::loose;
use super::rounded::is_rounded;
use super::spelling::difference;
use crate::alignment::{IdsMatched, JoinedBy};
use crate::error::{AlignError, Side};
use crate::finding::Finding;
use crate::options::{IdMatching, JoinOptions};
use crate::record::Dataset;

/// One key per record of two files; records with the same key are the same study.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    pub(crate) predictions: Vec<Cow<'a, str>>,
    pub(crate) references: Vec<Cow<'a, str>>,
    pub(crate) by: JoinedBy,
    /// Distinct ids that were joined though spelled differently.
    pub(crate) loosely: u64,
    /// Whether there was more than one field of ids to choose from.
    pub(crate) had_choice: bool,
}

/// A field of each file, and what it joins.
struct Candidate<'a> {
    predicted: Ids<'a>,
    known: Ids<'a>,
    same_name: bool,
    exact: usize,
    loosely: HashMap<&'a str, &'a str>,
    repeated: usize,
}

impl Candidate<'_> {
    fn label(&self) -> String {
        format!("{} and {}", self.predicted.label(), self.known.label())
    }

    fn matched(&self) -> usize {
        self.exact + self.loosely.len()
    }
}

/// Pairs the records of two files.
///
/// Ids decide: of several fields those that join. Files that both have none are paired by place
/// when they are of the same length. Anything else is refused, because a guess would compare one
/// study's report with another's.
///
/// # Errors
/// Why the files cannot be paired.
pub(crate) fn pair_up<'a>(
    predictions: &'a Dataset,
    references: &'a Dataset,
    join: JoinOptions,
) -> Result<Keys<'a>, AlignError> {
    let (mine, theirs) = (Fields::of(predictions), Fields::of(references));
    let (predicted, known) = (mine.chosen(), theirs.chosen());
    if predicted.is_empty() || known.is_empty() {
        return by_place(predictions, references, &predicted, &known);
    }
    let mut candidates = Vec::new();
    for &predicted in &predicted {
        for &known in &known {
            candidates.push(candidate(predicted, known, join.ids));
        }
    }
    let Some(best) = best(&candidates) else {
        if let Some(keys) = agreeing_counters(&mine, &theirs) {
            return Ok(keys);
        }
        return Err(nothing_matches(&predicted, &known));
    };
    contradictions(best, &candidates)?;
    Ok(Keys {
        predictions: best
            .predicted
            .iter()
            .map(|id| Cow::Borrowed(best.loosely.get(id).copied().unwrap_or(id)))
            .collect(),
        references: best.known.iter().map(Cow::Borrowed).collect(),
        by: JoinedBy::Ids(IdsMatched {
            predictions: best.predicted.label(),
            references: best.known.label(),
        }),
        loosely: best.loosely.len() as u64,
        had_choice: candidates.len() > 1,
    })
}

fn candidate<'a>(predicted: Ids<'a>, known: Ids<'a>, matching: IdMatching) -> Candidate<'a> {
    let (mine, theirs) = (predicted.distinct(), known.distinct());
    let loosely = match matching {
        IdMatching::Exact => HashMap::new(),
        IdMatching::Loose => loose::matches(predicted, known),
    };
    let filled = |ids: Ids<'_>| ids.iter().filter(|id| !id.is_empty()).count();
    Candidate {
        predicted,
        known,
        same_name: predicted.has_name_of(known),
        exact: mine.intersection(&theirs).count(),
        loosely,
        repeated: filled(predicted) - mine.len() + filled(known) - theirs.len(),
    }
}

/// The fields that join. Those of one name go before those that happen to share ids, unless they
/// join less than half as many, or have ids that rows share where others have none.
fn best<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
    let most = candidates.iter().map(Candidate::matched).max().filter(|most| *most > 0)?;
    let joins = |candidate: &&Candidate<'_>| candidate.matched() * 2 >= most;
    let least = candidates.iter().filter(joins).map(|candidate| candidate.repeated).min();
    let rank = |candidate: &Candidate<'_>| {
        let tells_apart = candidate.repeated == 0 || least != Some(0);
        let named = candidate.same_name && joins(&candidate) && tells_apart;
        let fewest_repeated = usize::MAX - candidate.repeated;
        (named, candidate.matched(), candidate.exact, fewest_repeated)
    };
    // Of equals the first: the better names.
    candidates.iter().rev().max_by_key(|candidate| rank(candidate))
}

/// Refuses a pairing that other ids of the same files contradict: a prediction whose other id is
/// known to the references as another study's.
fn contradictions(best: &Candidate<'_>, all: &[Candidate<'_>]) -> Result<(), AlignError> {
    let mut place_of: HashMap<&str, usize> = HashMap::new();
    for (place, id) in best.known.iter().enumerate() {
        place_of.entry(id).or_insert(place);
    }
    for other in all {
        let is_best = std::ptr::eq(best, other);
        let joins = other.exact * 2 >= other.predicted.distinct().len() && other.exact > 0;
        // Ids that are shared under different names prove nothing against a name in common.
        if is_best || !joins || (best.same_name && !other.same_name) {
            continue;
        }
        let known: HashSet<&str> = other.known.distinct();
        let contradicted: Vec<&str> = best
            .predicted
            .iter()
            .enumerate()
            .filter(|(place, id)| {
                let id = best.loosely.get(id).copied().unwrap_or(id);
                let Some(&reference) = place_of.get(id) else { return false };
                let (one, two) = (other.predicted.get(*place), other.known.get(reference));
                !two.is_empty() && known.contains(one) && one != two
            })
            .map(|(_, id)| id)
            .collect();
        if !contradicted.is_empty() {
            return Err(AlignError::IdsContradict {
                by: best.label(),
                against: other.label(),
                count: contradicted.len() as u64,
                studies: listed(contradicted),
            });
        }
    }
    Ok(())
}

/// Fields of one name that count the same in both files: they are places, and ids that say the
/// same.
fn agreeing_counters<'a>(mine: &Fields<'a>, theirs: &Fields<'a>) -> Option<Keys<'a>> {
    let all = |fields: &Fields<'a>| [fields.chosen(), fields.running()].concat();
    for predicted in all(mine) {
        for known in all(theirs) {
            if predicted.has_name_of(known)
                && predicted.is_running()
                && predicted.iter().eq(known.iter())
            {
                return Some(Keys {
                    predictions: predicted.iter().map(Cow::Borrowed).collect(),
                    references: known.iter().map(Cow::Borrowed).collect(),
                    // Counting says no more than the place does, and is said as that.
                    by: JoinedBy::Place,
                    loosely: 0,
                    had_choice: true,
                });
            }
        }
    }
    None
}

/// Pairs by place, where that contradicts no ids.
fn by_place<'a>(
    predictions: &'a Dataset,
    references: &'a Dataset,
    predicted: &[Ids<'a>],
    known: &[Ids<'a>],
) -> Result<Keys<'a>, AlignError> {
    let counts = (predictions.records.len(), references.records.len());
    // The ids of the one side that has some, and those that nobody chose of the other.
    let (side, ids, places) = match (predicted.first(), known.first()) {
        (None, None) => (None, None, None),
        (None, Some(ids)) => (Some(Side::Predictions), Some(*ids), Some(Ids::own(predictions))),
        (Some(ids), _) => (Some(Side::References), Some(*ids), Some(Ids::own(references))),
    };
    if let (Some(side), Some(ids), Some(places)) = (side, ids, places) {
        let agree = match places.trust() {
            Trust::Rows => ids.is_running(),
            _ => ids.iter().eq(places.iter()),
        };
        if !agree || counts.0 != counts.1 {
            return Err(AlignError::IdsOnOneSide { side });
        }
    }
    if counts.0 != counts.1 {
        return Err(AlignError::UnequalWithoutIds {
            predictions: counts.0 as u64,
            references: counts.1 as u64,
        });
    }
    let keys = || match ids {
        Some(ids) => ids.iter().map(Cow::Borrowed).collect(),
        None => (1..=counts.0).map(|row| Cow::Owned(row.to_string())).collect(),
    };
    let (predictions, references): (Vec<_>, Vec<_>) = (keys(), keys());
    Ok(Keys { predictions, references, by: JoinedBy::Place, loosely: 0, had_choice: false })
}

/// Why no id of one file is in the other.
fn nothing_matches(predicted: &[Ids<'_>], known: &[Ids<'_>]) -> AlignError {
    let rounded = [(Side::Predictions, predicted), (Side::References, known)];
    let rounded = rounded.into_iter().find(|(_, fields)| {
        fields.iter().any(|ids| {
            let all = ids.distinct();
            all.iter().filter(|id| is_rounded(id)).count() * 2 > all.len()
        })
    });
    if let Some((side, _)) = rounded {
        return AlignError::RoundedIds { side };
    }
    let mut best: Option<super::spelling::Difference> = None;
    for predicted in predicted {
        for known in known {
            let (mut mine, mut theirs): (Vec<_>, Vec<_>) = (
                predicted.iter().filter(|id| !id.is_empty()).collect(),
                known.iter().filter(|id| !id.is_empty()).collect(),
            );
            mine.dedup();
            theirs.dedup();
            let found = difference(mine.iter().copied(), theirs.iter().copied());
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| found.matched > best.matched)
            {
                best = Some(found);
            }
        }
    }
    let first = |fields: &[Ids<'_>]| {
        fields.iter().find_map(|ids| ids.iter().find(|id| !id.is_empty())).map(str::to_owned)
    };
    match best {
        Some(difference) => {
            AlignError::NothingMatches { hint: difference.advice(), joins_loosely: true }
        }
        None => {
            let hint = match (first(predicted), first(known)) {
                (Some(id), Some(other)) => format!(
                    "The predictions have ids such as {id}, the references such as {other}: \
                     check that both are of the same split."
                ),
                _ => "Check that both files hold studies.".to_owned(),
            };
            AlignError::NothingMatches { hint, joins_loosely: false }
        }
    }
}

fn listed(studies: Vec<&str>) -> Vec<String> {
    studies.into_iter().take(Finding::MAX_STUDIES).map(str::to_owned).collect()
}
