//! Which studies have what.

use super::have;
use crate::alignment::ReferenceSource;
use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;
use crate::splits::thousands;
use crate::task::{MissingPolicy, Task};

/// What to say about a group of studies.
struct Group<'a> {
    code: Code,
    severity: Severity,
    ids: &'a [&'a str],
    message: &'a dyn Fn(u64) -> String,
    hint: &'a str,
}

pub(super) fn describe(
    joined: &Joined<'_>,
    task: Task,
    missing: MissingPolicy,
    findings: &mut Vec<Finding>,
) {
    if joined.counts.matched > 0 {
        let message = format!(
            "{} of {} {} both a prediction and a reference.",
            thousands(joined.counts.matched),
            thousands(joined.rows.len() as u64),
            if joined.counts.matched == 1 { "study has" } else { "studies have" },
        );
        findings.push(Finding::general(
            Code::Matched,
            Severity::Note,
            joined.counts.matched,
            message,
        ));
    }
    missing_predictions(joined, missing, findings);
    for group in groups(joined) {
        if !group.ids.is_empty() {
            let ids = group.ids.iter().copied();
            let finding = Finding::about(group.code, group.severity, ids, group.message);
            findings.push(finding.hint(group.hint));
        }
    }
    if task == Task::Findings {
        cuts(joined, findings);
    }
}

fn groups<'a>(joined: &'a Joined<'_>) -> Vec<Group<'a>> {
    let groups = &joined.groups;
    vec![
        Group {
            code: Code::EmptyPredictions,
            severity: Severity::Warning,
            ids: &groups.empty_predictions,
            message: &|count| {
                format!("{} an empty prediction (no text, null, NaN or \"None\").", have(count))
            },
            hint: "An empty prediction counts as a missing one.",
        },
        Group {
            code: Code::ExtraPredictions,
            severity: Severity::Warning,
            ids: &groups.extra_predictions,
            message: &|count| {
                format!("{} a prediction but no reference, and will not be scored.", have(count))
            },
            hint: "Check that the references are of the same split.",
        },
        Group {
            code: Code::MissingReferences,
            severity: Severity::Warning,
            ids: &groups.missing_references,
            message: &|count| {
                format!("{} an empty reference, and will not be scored.", have(count))
            },
            hint: "",
        },
        Group {
            code: Code::NoFindingsSection,
            severity: Severity::Note,
            ids: &groups.without_findings,
            message: &|count| {
                format!("{} no findings section, and will not be scored.", have(count))
            },
            hint: "Choose the task report to score them.",
        },
        Group {
            code: Code::BothSectionsMissing,
            severity: Severity::Warning,
            ids: &groups.both_sections_missing,
            message: &|count| format!("{} neither findings nor impression.", have(count)),
            hint: "As in the official run they are scored, against the words \"Findings: None \
                   Impression: None\".",
        },
        Group {
            code: Code::RepeatedIds,
            severity: Severity::Warning,
            ids: &groups.repeated_ids,
            message: &|count| {
                let ids = if count == 1 { "id stands" } else { "ids stand" };
                format!("{} {ids} on more than one row; each row is scored.", thousands(count))
            },
            hint: "",
        },
        Group {
            code: Code::DuplicateStudies,
            severity: Severity::Warning,
            ids: &groups.duplicate_predictions,
            message: &|count| repetitions(count, "predictions"),
            hint: "",
        },
        Group {
            code: Code::DuplicateStudies,
            severity: Severity::Warning,
            ids: &groups.duplicate_references,
            message: &|count| repetitions(count, "references"),
            hint: "",
        },
    ]
}

fn repetitions(count: u64, side: &str) -> String {
    let row = if count == 1 { "row repeats" } else { "rows repeat" };
    format!("{} {row} a study of the {side} word for word; one is kept.", thousands(count))
}

/// What becomes of missing predictions; a refusal is an error and told by `align`.
fn missing_predictions(joined: &Joined<'_>, policy: MissingPolicy, findings: &mut Vec<Finding>) {
    if policy == MissingPolicy::Refuse && joined.counts.matched > 0 {
        return;
    }
    let finding =
        Finding::about(Code::MissingPredictions, Severity::Warning, joined.missing(), |count| {
            let fate = match policy {
                MissingPolicy::Empty => "scored as empty",
                MissingPolicy::Exclude => "left out of the means",
                MissingPolicy::Refuse => "not scored",
            };
            format!("{} a reference but no prediction: {fate}.", have(count))
        });
    if finding.count > 0 {
        findings.push(finding);
    }
}

/// What was cut for the task `findings`.
fn cuts(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    let sides: [(&str, bool); 2] = [("prediction", true), ("reference", false)];
    for (name, candidates) in sides {
        let texts = || {
            joined.rows.iter().filter_map(move |row| {
                let text = if candidates { &row.candidate } else { &row.reference };
                text.as_ref().map(|text| (row.id, text))
            })
        };
        let cut = texts().filter(|(_, text)| text.cut).map(|(id, _)| id);
        let finding = Finding::about(Code::FindingsCut, Severity::Note, cut, |count| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{} {name}{plural} cut to the findings section.", thousands(count))
        });
        if finding.count > 0 {
            findings.push(finding);
        }
        let whole = texts().filter(|(_, text)| text.whole).map(|(id, _)| id);
        let finding = Finding::about(Code::FindingsHeaderMissing, Severity::Note, whole, |count| {
            let (plural, verb) = if count == 1 { ("", "has") } else { ("s", "have") };
            format!(
                "{} {name}{plural} {verb} no \"Findings:\" header and {} taken whole.",
                thousands(count),
                if count == 1 { "is" } else { "are" },
            )
        });
        let separate = candidates || joined.source == Some(ReferenceSource::Separate);
        if finding.count > 0 && separate {
            findings.push(finding.hint("Right if the texts are findings alone."));
        }
    }
}
