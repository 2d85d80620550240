//! The task that two files can serve.

use crate::error::{AlignError, Side};
use crate::finding::{Code, Finding, Severity};
use crate::record::Dataset;
use crate::shape::{Kind, Role};
use crate::task::Task;

/// The sections and whole reports that one side of a comparison can give.
#[derive(Clone, Copy, Debug)]
struct Parts {
    findings: bool,
    impression: bool,
    whole: bool,
}

impl Parts {
    fn of_references(dataset: &Dataset) -> Self {
        Self {
            findings: dataset.shape.has(Role::Findings),
            impression: dataset.shape.has(Role::Impression),
            whole: dataset.has_whole_references(),
        }
    }

    fn of_predictions(dataset: &Dataset) -> Self {
        let has = |role| dataset.shape.has(role);
        let plain = dataset.has_sections_as_predictions();
        Self {
            findings: has(Role::PredictedFindings) || (plain && has(Role::Findings)),
            impression: has(Role::PredictedImpression) || (plain && has(Role::Impression)),
            whole: dataset.has_whole_predictions(),
        }
    }

    /// The one section that is all there is.
    fn only_section(self) -> Option<Task> {
        match (self.findings, self.impression, self.whole) {
            (true, false, false) => Some(Task::Findings),
            (false, true, false) => Some(Task::Impression),
            _ => None,
        }
    }
}

/// The task for two files, and what to say when it is not the one asked for.
///
/// `None` stands for a section that is missing in a study of a file that has such sections; a
/// section that the file does not have at all is not `None`. So where there is one section only,
/// the task `report` becomes that section's.
///
/// # Errors
/// [`AlignError::NoSuchSection`] when a section is asked for and a file has only the other one.
pub(crate) fn task_for(
    task: Task,
    predictions: &Dataset,
    references: Option<&Dataset>,
) -> Result<(Task, Option<Finding>), AlignError> {
    let source = references.unwrap_or(predictions);
    if source.shape.kind == Kind::PairList {
        return Ok((task, None));
    }
    let sides = [
        (Side::References, Parts::of_references(source)),
        (Side::Predictions, Parts::of_predictions(predictions)),
    ];
    for (side, parts) in sides {
        let Some(only) = parts.only_section() else { continue };
        if task == only {
            continue;
        }
        if task != Task::Report {
            return Err(AlignError::NoSuchSection { side, task });
        }
        let (has, lacks) = match only {
            Task::Findings => ("findings", "impression"),
            _ => ("impression", "findings"),
        };
        let message = format!(
            "The {side} have {has} and no {lacks}: {has} are compared, not whole reports \
             (task {only})."
        );
        let message = message.replace("impression are", "impressions are");
        let finding = Finding::general(Code::TaskFollows, Severity::Note, 0, message);
        // The other side is looked at under the task that this one has decided.
        return match task_for(only, predictions, references) {
            Ok((task, _)) => Ok((task, Some(finding))),
            Err(error) => Err(error),
        };
    }
    Ok((task, None))
}
