//! How two files are paired: by which ids, or by place.

use std::borrow::Cow;
use std::collections::HashMap;

use super::contradictions::between_files;
use super::fields::{Fields, Ids};
use super::loose;
use super::place::{agreeing_counters, by_place};
use super::rounded::is_rounded;
use super::spelling::{Difference, difference};
use crate::alignment::{IdsMatched, JoinedBy};
use crate::error::{AlignError, Side};
use crate::options::{IdMatching, JoinOptions};
use crate::record::Dataset;

/// Ids that may be the same and yet of different studies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// They are patients', who can have several studies.
    Patients,
    /// They are numbers that a program wrote beside the rows.
    Index,
}

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
    /// Why the ids may not be enough.
    pub(crate) doubt: Option<Doubt>,
}

impl Default for Keys<'_> {
    fn default() -> Self {
        Self {
            predictions: Vec::new(),
            references: Vec::new(),
            by: JoinedBy::Record,
            loosely: 0,
            had_choice: false,
            doubt: None,
        }
    }
}

/// A field of each file, and what it joins.
pub(super) struct Candidate<'a> {
    pub(super) predicted: Ids<'a>,
    pub(super) known: Ids<'a>,
    pub(super) same_name: bool,
    pub(super) exact: usize,
    pub(super) loosely: HashMap<&'a str, &'a str>,
    repeated: usize,
}

impl Candidate<'_> {
    pub(super) fn label(&self) -> String {
        format!("{} and {}", self.predicted.label(), self.known.label())
    }

    fn are_patients(&self) -> bool {
        self.predicted.are_patients() || self.known.are_patients()
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
            if may_join(predicted, known) {
                candidates.push(candidate(predicted, known, join.ids));
            }
        }
    }
    let Some(best) = best(&candidates) else {
        if let Some(keys) = agreeing_counters(&mine, &theirs) {
            return Ok(keys);
        }
        return Err(nothing_matches(&predicted, &known));
    };
    if best.are_patients() {
        // A patient is no study: where both files say which study it is, that has to join.
        let studies = |fields: &[Ids<'a>]| -> Vec<Ids<'a>> {
            fields.iter().copied().filter(|ids| !ids.are_patients()).collect()
        };
        let (mine, theirs) = (studies(&predicted), studies(&known));
        if !mine.is_empty() && !theirs.is_empty() {
            return Err(nothing_matches(&mine, &theirs));
        }
    }
    if let Some(error) = shifted(best) {
        return Err(error);
    }
    between_files(best, &candidates)?;
    let doubt = if best.are_patients() {
        Some(Doubt::Patients)
    } else if best.predicted.are_of_an_index() || best.known.are_of_an_index() {
        Some(Doubt::Index)
    } else {
        None
    };
    let places = |dataset: &Dataset| 0..dataset.records.len();
    Ok(Keys {
        predictions: places(predictions)
            .map(|place| {
                let key = best.predicted.key(place, Side::Predictions);
                best.loosely.get(key.as_ref()).map_or(key, |id| Cow::Borrowed(*id))
            })
            .collect(),
        references: places(references)
            .map(|place| best.known.key(place, Side::References))
            .collect(),
        by: JoinedBy::Ids(IdsMatched {
            predictions: best.predicted.label(),
            references: best.known.label(),
        }),
        loosely: best.loosely.len() as u64,
        had_choice: candidates.len() > 1,
        doubt,
    })
}

/// Whether the ids of two fields can be of the same things: a patient's are no study's, whatever
/// numbers they are.
fn may_join(predicted: Ids<'_>, known: Ids<'_>) -> bool {
    match (predicted.are_patients(), known.are_patients()) {
        (true, false) => known.are_open(),
        (false, true) => predicted.are_open(),
        _ => true,
    }
}

/// Numbers of rows that one file counts from 0 and the other from 1: joined as they are, each
/// report would meet its neighbour's.
fn shifted(best: &Candidate<'_>) -> Option<AlignError> {
    let (mine, theirs) = (best.predicted, best.known);
    let is_shifted = mine.is_running()
        && theirs.is_running()
        && mine.get(0) != theirs.get(0)
        && mine.distinct().difference(&theirs.distinct()).next().is_some();
    is_shifted.then(|| AlignError::CountersDiffer { names: [mine.label(), theirs.label()] })
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

/// The fields that join: a patient's only where no others do. Those of one name go before those that happen to share ids, unless they
/// join less than half as many, or have ids that rows share where others have none.
fn best<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
    let any_study = candidates.iter().any(|other| other.matched() > 0 && !other.are_patients());
    let fits = |candidate: &&Candidate<'_>| !any_study || !candidate.are_patients();
    let fitting = || candidates.iter().filter(fits);
    let most = fitting().map(Candidate::matched).max().filter(|most| *most > 0)?;
    let joins = |candidate: &&Candidate<'_>| candidate.matched() * 2 >= most;
    let least = fitting().filter(joins).map(|candidate| candidate.repeated).min();
    let rank = |candidate: &Candidate<'_>| {
        let tells_apart = candidate.repeated == 0 || least != Some(0);
        let named = candidate.same_name && joins(&candidate) && tells_apart;
        let fewest_repeated = usize::MAX - candidate.repeated;
        (named, candidate.matched(), candidate.exact, fewest_repeated)
    };
    // Of equals the first: the better names.
    fitting().rev().max_by_key(|candidate| rank(candidate))
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
    let mut best: Option<Difference> = None;
    for &predicted in predicted {
        for &known in known {
            if let Some(found) = spelled_differently(predicted, known)
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

/// What tells the ids of two fields apart, if they are the same but for that.
pub(super) fn spelled_differently(predicted: Ids<'_>, known: Ids<'_>) -> Option<Difference> {
    let (mut mine, mut theirs): (Vec<_>, Vec<_>) = (
        predicted.iter().filter(|id| !id.is_empty()).collect(),
        known.iter().filter(|id| !id.is_empty()).collect(),
    );
    mine.dedup();
    theirs.dedup();
    difference(mine.iter().copied(), theirs.iter().copied())
}
