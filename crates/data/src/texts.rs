//! Which field of a record is the candidate or the reference of a task.

use std::borrow::Cow;

use crate::missing::is_missing_text;
use crate::record::{Dataset, Field, Record};
use crate::sections::{findings_text, glue, impression_text, is_missing_section};
use crate::shape::{Kind, Role};
use crate::task::Task;

/// A text of a study under a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskText<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Something besides the section was left out.
    pub(crate) cut: bool,
    /// Task of one section: the text had no such heading and was taken whole.
    pub(crate) whole: bool,
}

impl<'a> TaskText<'a> {
    fn as_given(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), cut: false, whole: false }
    }
}

/// The reference of a study under a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference<'a> {
    Text(TaskText<'a>),
    /// There is a report, but not the section of the task.
    NoSection,
    Missing,
}

/// How the records of one file are turned into texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    dataset: &'a Dataset,
    task: Task,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(dataset: &'a Dataset, task: Task) -> Self {
        Self { dataset, task }
    }

    fn has(self, role: Role) -> bool {
        self.dataset.shape.has(role)
    }

    /// Pairs are scored as given.
    fn verbatim(self) -> bool {
        self.dataset.shape.kind == Kind::PairList
    }

    /// The whole text that the model wrote: `prediction`, or the `report` of a file without
    /// predictions by name. `None` if the file has neither.
    fn whole_candidate(self, record: &'a Record) -> Option<&'a Field> {
        if self.has(Role::Prediction) {
            Some(&record.prediction)
        } else {
            self.has(Role::Report).then_some(&record.report)
        }
    }

    /// The roles of the sections that the model wrote: those named as predicted, or plain
    /// sections in a file that has nothing else to compare them with.
    fn predicted_roles(self) -> [Role; 2] {
        let named = [Role::PredictedFindings, Role::PredictedImpression];
        if named.into_iter().any(|role| self.has(role)) {
            named
        } else {
            [Role::Findings, Role::Impression]
        }
    }

    /// Findings and impression that the model wrote, `None` where the file has no such section.
    fn predicted_sections(self, record: &'a Record) -> [Option<&'a Field>; 2] {
        let roles = self.predicted_roles();
        let plain = roles == [Role::Findings, Role::Impression];
        if plain && !self.dataset.has_sections_as_predictions() {
            return [None, None];
        }
        let fields = if plain {
            [&record.findings, &record.impression]
        } else {
            [&record.predicted_findings, &record.predicted_impression]
        };
        [0, 1].map(|at| {
            let role = *roles.get(at)?;
            self.has(role).then(|| fields.get(at).copied()).flatten()
        })
    }

    /// Whether the model wrote something for this study, whatever the task makes of it.
    pub(crate) fn has_candidate(self, record: &'a Record) -> bool {
        let sections = self.predicted_sections(record);
        self.whole_candidate(record)
            .into_iter()
            .chain(sections.into_iter().flatten())
            .any(|field| field.present().is_some())
    }

    /// The candidate; `None` when the prediction is missing or nothing is left of it.
    pub(crate) fn candidate(self, record: &'a Record) -> Option<TaskText<'a>> {
        let [findings, impression] = self.predicted_sections(record);
        let section = |field: &'a Field| {
            let text = field.present().filter(|text| !is_missing_section(text))?;
            Some(TaskText::as_given(text))
        };
        match (self.task, findings, impression) {
            (Task::Findings, Some(field), _) | (Task::Impression, _, Some(field)) => section(field),
            _ => match (self.whole_candidate(record), findings, impression) {
                (Some(field), _, _) => self.part(field),
                (None, Some(findings), Some(impression)) => {
                    let any = section(findings).or_else(|| section(impression));
                    any.map(|_| TaskText::as_given(glue(findings, impression)))
                }
                // A pair list of one section, or a section against a whole report.
                (None, Some(field), None) | (None, None, Some(field)) => {
                    (self.task == Task::Report || self.verbatim()).then(|| section(field)).flatten()
                }
                (None, None, None) => None,
            },
        }
    }

    /// A whole text, or its section under a task of one section.
    fn part(self, field: &'a Field) -> Option<TaskText<'a>> {
        let whole = field.present()?;
        let section = match self.task {
            _ if self.verbatim() => return Some(TaskText::as_given(whole)),
            Task::Report => return Some(TaskText::as_given(whole)),
            Task::Findings => findings_text(whole),
            Task::Impression => impression_text(whole),
        };
        let missing = if section.has_header {
            is_missing_section(section.text)
        } else {
            is_missing_text(section.text)
        };
        (!missing).then_some(TaskText {
            text: Cow::Borrowed(section.text),
            cut: section.cut,
            whole: !section.has_header,
        })
    }

    /// The whole reference report of a record: `reference`, or else `report`.
    fn whole_reference(self, record: &'a Record) -> &'a Field {
        if record.reference.is_given() || !self.report_is_reference() {
            &record.reference
        } else {
            &record.report
        }
    }

    /// In a table of `report` and `reference` the report is the prediction.
    fn report_is_reference(self) -> bool {
        self.dataset.has_named_predictions() || !self.has(Role::Reference)
    }

    /// Whether the references of the task are made from sections.
    pub(crate) fn uses_sections(self) -> bool {
        match self.task {
            Task::Findings => self.has(Role::Findings),
            Task::Impression => self.has(Role::Impression),
            // One section alone is no report: a whole report in the same file is better.
            Task::Report => self.has(Role::Findings) && self.has(Role::Impression),
        }
    }

    /// The reference.
    pub(crate) fn reference(self, record: &'a Record) -> Reference<'a> {
        let sections = record.findings.is_given() || record.impression.is_given();
        if self.uses_sections() && !self.verbatim() {
            let section = match self.task {
                Task::Report if sections => {
                    // Also when both are missing: the official run scores "Findings: None
                    // Impression: None". The doctor warns.
                    let glued = glue(&record.findings, &record.impression);
                    return Reference::Text(TaskText::as_given(glued));
                }
                Task::Findings => &record.findings,
                Task::Impression => &record.impression,
                Task::Report => &Field::Absent,
            };
            if section.is_given() {
                let text = section.present().filter(|text| !is_missing_section(text));
                return text.map_or(Reference::NoSection, |text| {
                    Reference::Text(TaskText::as_given(text))
                });
            }
            // Otherwise it is a record without these keys among others that have them.
        }
        let field = self.whole_reference(record);
        match (self.part(field), field.present()) {
            (Some(text), _) => Reference::Text(text),
            (None, Some(_)) => Reference::NoSection,
            (None, None) if sections => Reference::NoSection,
            (None, None) => Reference::Missing,
        }
    }

    /// Whether a record has sections, both of them missing or empty.
    pub(crate) fn both_sections_missing(self, record: &Record) -> bool {
        self.task == Task::Report
            && self.uses_sections()
            && (record.findings.is_given() || record.impression.is_given())
            && record.findings.present().is_none()
            && record.impression.present().is_none()
    }

    /// Whether two records of the same study have the same prediction.
    pub(crate) fn same_candidate(self, a: &'a Record, b: &'a Record) -> bool {
        self.whole_candidate(a) == self.whole_candidate(b)
            && self.predicted_sections(a) == self.predicted_sections(b)
    }

    /// Whether two records of the same study have the same reference.
    pub(crate) fn same_reference(self, a: &Record, b: &Record) -> bool {
        (&a.reference, &a.findings, &a.impression, &a.report)
            == (&b.reference, &b.findings, &b.impression, &b.report)
    }
}

impl Dataset {
    /// Whether a column or key is named as the model's.
    pub(crate) fn has_named_predictions(&self) -> bool {
        [Role::Prediction, Role::PredictedFindings, Role::PredictedImpression]
            .into_iter()
            .any(|role| self.shape.has(role))
    }

    /// Whether the file's sections can be the model's: nothing in it is named as a prediction or
    /// as a reference.
    pub(crate) fn has_sections_as_predictions(&self) -> bool {
        let shape = &self.shape;
        (shape.has(Role::Findings) || shape.has(Role::Impression))
            && !self.has_named_predictions()
            && !shape.has(Role::Reference)
    }

    /// Whether the file has whole reports to take references from.
    pub(crate) fn has_whole_references(&self) -> bool {
        let shape = &self.shape;
        shape.has(Role::Reference)
            || (shape.has(Role::Report)
                && (self.has_named_predictions() || !shape.has(Role::Reference)))
    }

    /// Whether the file has whole texts to take predictions from.
    pub(crate) fn has_whole_predictions(&self) -> bool {
        self.shape.has(Role::Prediction) || self.shape.has(Role::Report)
    }
}
