//! What is odd about the study ids.

use crate::alignment::JoinedBy;
use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::ids::{Doubt, difference, is_rounded, is_scientific};
use crate::join::Joined;
use crate::record::Dataset;
use crate::text::{counted, plural, thousands};

/// How the two files were brought together, where that is not plain.
pub(super) fn describe(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    match &joined.by {
        JoinedBy::Place => findings.push(
            Finding::general(
                Code::PairedByPlace,
                Severity::Warning,
                joined.known.len() as u64,
                "The files have no study ids that join: they are paired by place, the first \
                 prediction with the first reference.",
            )
            .hint("Add a study_id, so that no report is compared with another study's."),
        ),
        JoinedBy::Ids(ids) if joined.doubt.is_some() => {
            let (what, hint) = match joined.doubt {
                Some(Doubt::Patients) => (
                    "are of patients, who can have several studies",
                    "Add study ids to both files, so that no report is compared with another \
                     study's of the same patient.",
                ),
                _ => (
                    "may be mere numbers of rows",
                    "Add study ids to both files, so that no report is compared with another \
                     study's.",
                ),
            };
            let finding = Finding::general(
                Code::IdsJoined,
                Severity::Warning,
                joined.counts.matched,
                format!(
                    "Studies are matched by {} of the predictions and {} of the references, which \
                     {what}.",
                    ids.predictions, ids.references
                ),
            );
            findings.push(finding.hint(hint));
        }
        JoinedBy::Ids(ids) if joined.had_choice => findings.push(Finding::general(
            Code::IdsJoined,
            Severity::Note,
            joined.counts.matched,
            format!(
                "Studies are matched by {} of the predictions and {} of the references.",
                ids.predictions, ids.references
            ),
        )),
        JoinedBy::Ids(_) | JoinedBy::Record => {}
    }
    let loosely = joined.counts.joined_loosely;
    if loosely > 0 {
        findings.push(Finding::general(
            Code::JoinedLoosely,
            Severity::Warning,
            loosely,
            format!(
                "{} joined though the two files spell {} differently, as asked for.",
                counted(loosely, "study id is", "study ids are"),
                plural(loosely, "it", "them"),
            ),
        ));
    }
    if !joined.splits.is_empty() {
        let others = joined.counts.other_splits;
        findings.push(Finding::general(
            Code::SplitTaken,
            Severity::Note,
            others,
            format!(
                "The references hold several splits; those of {} are used, as the predictions \
                 are of {}, and {} left out.",
                joined.splits.join(" and "),
                plural(joined.splits.len() as u64, "that split", "those splits"),
                counted(others, "other is", "others are"),
            ),
        ));
    }
    for (studies, fate) in [
        (&joined.groups.first_taken, "the first is taken"),
        (&joined.groups.repeated_dropped, "they are left out"),
    ] {
        let ids = studies.iter().map(AsRef::as_ref);
        let finding = Finding::about(Code::RepeatedStudies, Severity::Warning, ids, |count| {
            format!(
                "{} more than once with different texts: {fate}, as asked for.",
                counted(count, "study stands", "studies stand")
            )
        });
        if finding.count > 0 {
            findings.push(finding);
        }
    }
}

/// Finds ids of two files that would match if they were written alike.
pub(super) fn compare(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
    findings: &mut Vec<Finding>,
) {
    for dataset in std::iter::once(predictions).chain(references) {
        let ids = dataset.records.iter().map(|record| record.id.as_str());
        let ids = ids.filter(|id| is_rounded(id));
        let shows = ids.clone().any(is_scientific);
        let finding = Finding::about(Code::RoundedIds, Severity::Warning, ids, |count| {
            format!(
                "{} a number that a spreadsheet has rounded.",
                counted(count, "study id is", "study ids are each")
            )
        });
        // A number that ends in zeros may be an id; the digits of many were lost.
        if shows || finding.count as usize * 2 > dataset.records.len() {
            findings.push(finding.hint("Export the file again with the ids as text."));
        }
    }
    let extra = &joined.groups.extra_predictions;
    if extra.is_empty() || references.is_none() {
        return;
    }
    let predicted = extra.iter().map(AsRef::as_ref);
    let known = joined.known.iter().map(AsRef::as_ref);
    if let Some(difference) = difference(predicted, known) {
        let count = difference.matched as u64;
        findings.push(
            Finding::general(
                Code::IdFormat,
                Severity::Warning,
                count,
                format!(
                    "{} between the spellings of the two files by {} only.",
                    plural(
                        count,
                        "1 study id differs",
                        &format!("{} study ids differ", thousands(count)),
                    ),
                    difference.what
                ),
            )
            .hint(difference.advice())
            .control(Hint::JoinLoosely),
        );
    }
}
