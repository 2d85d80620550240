//! Predictions and references become pairs.

use crate::alignment::{Alignment, Counts, ReferenceSource};
use crate::doctor;
use crate::error::AlignError;
use crate::finding::Finding;
use crate::join::{Joined, join};
use crate::options::JoinOptions;
use crate::record::{Dataset, StudyPair};
use crate::task::{MissingPolicy, Task};

/// [`align_with`] the default [`JoinOptions`]: ids are the same when they are the same text.
///
/// # Errors
/// See [`AlignError`]; the first of the errors that [`check`] would list.
pub fn align(
    predictions: &Dataset,
    references: Option<&Dataset>,
    task: Task,
    missing: MissingPolicy,
) -> Result<Alignment, AlignError> {
    align_with(predictions, references, task, missing, JoinOptions::default())
}

/// Brings predictions and references together into the pairs to score.
///
/// `references` may be left out when the predictions file has them inside (ReXrank JSON with
/// sections, pair lists); a pair list is scored as given and refuses separate references.
/// Studies are matched by id, one to one; of several fields of ids those that join are taken.
/// Files that both have no ids are paired by place when they are of the same length. References
/// of other splits than the predictions' are left out. The rules for each task and for missing
/// texts are those of [`Task`], [`MissingPolicy`], [`crate::glue`], [`crate::findings_text`] and
/// [`crate::impression_text`].
///
/// The official run keeps the intersection of ids sorted (see [`crate::official_order`]) and
/// drops the rest without a word; here the order is that of the predictions file, and what is
/// dropped is counted.
///
/// # Errors
/// See [`AlignError`]; the first of the errors that [`check_with`] would list.
pub fn align_with(
    predictions: &Dataset,
    references: Option<&Dataset>,
    task: Task,
    missing: MissingPolicy,
    options: JoinOptions,
) -> Result<Alignment, AlignError> {
    let joined = join(predictions, references, task, options);
    if let Some(error) = joined.errors.first() {
        return Err(error.clone());
    }
    if missing == MissingPolicy::Refuse
        && let Some(error) = joined.refusal()
    {
        return Err(error);
    }
    let findings = doctor::examine(predictions, references, missing, &joined);
    let split = doctor::split_of(predictions, references, &joined);
    let counts = count(&joined, missing);
    let Joined { rows, by, task, source, .. } = joined;
    let mut records = Vec::with_capacity(rows.len());
    let pairs: Vec<StudyPair> = rows
        .into_iter()
        .filter_map(|row| {
            let candidate = match (row.candidate, missing) {
                (Some(candidate), _) => candidate.text.into_owned(),
                (None, MissingPolicy::Empty) => String::new(),
                (None, MissingPolicy::Exclude | MissingPolicy::Refuse) => return None,
            };
            let reference = row.reference?.text.into_owned();
            records.push(row.record);
            Some(StudyPair { id: row.id.into_owned(), reference, candidate })
        })
        .collect();
    if pairs.is_empty() {
        let reason = "every prediction is missing or empty".to_owned();
        return Err(AlignError::NothingToScore { reason });
    }
    Ok(Alignment {
        pairs,
        fields: references.unwrap_or(predictions).fields_of(&records),
        counts,
        findings,
        split,
        references: source.unwrap_or(ReferenceSource::Inside),
        joined: by,
        join: options,
        task,
        missing,
    })
}

/// [`check_with`] the default [`JoinOptions`].
#[must_use]
pub fn check(
    predictions: &Dataset,
    references: Option<&Dataset>,
    task: Task,
    missing: MissingPolicy,
) -> Vec<Finding> {
    check_with(predictions, references, task, missing, JoinOptions::default())
}

/// The input doctor alone: everything that [`align_with`] would say, errors included, most
/// severe first. Never fails, whatever the files hold.
#[must_use]
pub fn check_with(
    predictions: &Dataset,
    references: Option<&Dataset>,
    task: Task,
    missing: MissingPolicy,
    options: JoinOptions,
) -> Vec<Finding> {
    let joined = join(predictions, references, task, options);
    doctor::examine(predictions, references, missing, &joined)
}

fn count(joined: &Joined<'_>, policy: MissingPolicy) -> Counts {
    let missing = joined.missing().count() as u64;
    let (scored_as_empty, excluded) = match policy {
        MissingPolicy::Empty => (missing, 0),
        MissingPolicy::Exclude => (0, missing),
        MissingPolicy::Refuse => (0, 0),
    };
    let pairs = || joined.rows.iter().filter(|row| row.reference.is_some());
    let kept = || pairs().filter(|row| row.candidate.is_some() || policy == MissingPolicy::Empty);
    let cut = |text: &Option<crate::texts::TaskText<'_>>| text.as_ref().is_some_and(|t| t.cut);
    Counts {
        scored: joined.counts.matched + scored_as_empty,
        missing,
        empty_predictions: joined.groups.empty_predictions.len() as u64,
        scored_as_empty,
        excluded,
        candidates_cut: kept().filter(|row| cut(&row.candidate)).count() as u64,
        references_cut: kept().filter(|row| cut(&row.reference)).count() as u64,
        ..joined.counts
    }
}
