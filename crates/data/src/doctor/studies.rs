//! Which studies have what.

use super::Texts;
use crate::alignment::ReferenceSource;
use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::join::Joined;
use crate::task::{MissingPolicy, Task};
use crate::text::{counted, of_studies_have, plural, studies_have};
use std::borrow::Cow;

/// What to say about a group of studies.
struct Group<'a> {
    code: Code,
    severity: Severity,
    ids: &'a [Cow<'a, str>],
    message: &'a dyn Fn(u64) -> String,
    hint: &'a str,
}

pub(super) fn describe(joined: &Joined<'_>, missing: MissingPolicy, findings: &mut Vec<Finding>) {
    if joined.counts.matched > 0 {
        let message = format!(
            "{} both a prediction and a reference.",
            of_studies_have(joined.counts.matched, joined.rows.len() as u64),
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
            let ids = group.ids.iter().map(AsRef::as_ref);
            let finding = Finding::about(group.code, group.severity, ids, group.message);
            findings.push(finding.hint(group.hint));
        }
    }
    if let Some(section) = section(joined.task) {
        cuts(joined, section, findings);
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
                format!(
                    "{} an empty prediction (no text, null, NaN or \"None\").",
                    studies_have(count)
                )
            },
            hint: "An empty prediction counts as a missing one.",
        },
        Group {
            code: Code::ExtraPredictions,
            severity: Severity::Warning,
            ids: &groups.extra_predictions,
            message: &|count| {
                format!(
                    "{} a prediction but no reference, and will not be scored.",
                    studies_have(count)
                )
            },
            hint: "Check that the references are of the same split.",
        },
        Group {
            code: Code::MissingReferences,
            severity: Severity::Warning,
            ids: &groups.missing_references,
            message: &|count| {
                format!("{} an empty reference, and will not be scored.", studies_have(count))
            },
            hint: "",
        },
        Group {
            code: if joined.task == Task::Impression {
                Code::NoImpressionSection
            } else {
                Code::NoFindingsSection
            },
            severity: Severity::Note,
            ids: &groups.without_section,
            message: match joined.task {
                Task::Impression => &|count| {
                    format!(
                        "{} no impression section, and will not be scored.",
                        studies_have(count)
                    )
                },
                Task::Findings | Task::Report => &|count| {
                    format!("{} no findings section, and will not be scored.", studies_have(count))
                },
            },
            hint: "Choose the task report to score them.",
        },
        Group {
            code: Code::BothSectionsMissing,
            severity: Severity::Warning,
            ids: &groups.both_sections_missing,
            message: &|count| format!("{} neither findings nor impression.", studies_have(count)),
            hint: "As in the official run they are scored, against the words \"Findings: None \
                   Impression: None\".",
        },
        Group {
            code: Code::RepeatedIds,
            severity: Severity::Warning,
            ids: &groups.repeated_ids,
            message: &|count| {
                format!(
                    "{} on more than one row; each row is scored.",
                    counted(count, "id stands", "ids stand")
                )
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
    format!(
        "{} a study of the {side} word for word; one is kept.",
        counted(count, "row repeats", "rows repeat")
    )
}

/// What becomes of missing predictions; a refusal is an error of `align`.
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
            format!("{} a reference but no prediction: {fate}.", studies_have(count))
        });
    if finding.count > 0 {
        findings.push(finding.control(Hint::ChooseMissing));
    }
}

/// The section of a task, with its heading.
fn section(task: Task) -> Option<(&'static str, &'static str)> {
    match task {
        Task::Findings => Some(("findings", "Findings:")),
        Task::Impression => Some(("impression", "Impression:")),
        Task::Report => None,
    }
}

/// What was cut for a task of one section.
fn cuts(joined: &Joined<'_>, (section, heading): (&str, &str), findings: &mut Vec<Finding>) {
    for (texts, candidates) in Texts::both(joined).into_iter().zip([true, false]) {
        let cut = texts.finding(
            Code::SectionCut,
            Severity::Note,
            |text| text.cut,
            |count| {
                let texts = counted(count, texts.one, texts.many);
                format!("{texts} cut to the {section} section.")
            },
        );
        findings.extend(cut);
        let whole = texts.finding(
            Code::HeadingMissing,
            Severity::Note,
            |text| text.whole,
            |count| {
                format!(
                    "{} no \"{heading}\" heading and {} taken whole.",
                    texts.have(count),
                    plural(count, "is", "are"),
                )
            },
        );
        if (candidates || joined.source == Some(ReferenceSource::Separate))
            && let Some(whole) = whole
        {
            findings.push(whole.hint(format!("Right if the texts are {section} alone.")));
        }
    }
}
