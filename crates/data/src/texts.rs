//! Which field of a record is the candidate or the reference of a task.

use std::borrow::Cow;

use crate::missing::is_missing_text;
use crate::record::{Dataset, Field, Record};
use crate::sections::{findings_text, glue};
use crate::shape::{Kind, Role};
use crate::task::Task;

/// A text of a study under a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskText<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Something besides the findings section was left out.
    pub(crate) cut: bool,
    /// Task `findings`: the text had no findings header and was taken whole.
    pub(crate) whole: bool,
}

/// The reference of a study under a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference<'a> {
    Text(TaskText<'a>),
    /// There is a report, but no findings section.
    NoFindings,
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

    /// Pairs are scored as given.
    fn verbatim(self) -> bool {
        self.dataset.shape.kind == Kind::PairList
    }

    /// What the model wrote, before anything is cut: `prediction`, or the `report` of a file
    /// without predictions by name.
    pub(crate) fn candidate_field(self, record: &'a Record) -> &'a Field {
        if self.dataset.shape.has(Role::Prediction) { &record.prediction } else { &record.report }
    }

    /// The candidate; `None` when the prediction is missing or nothing is left of it.
    pub(crate) fn candidate(self, record: &'a Record) -> Option<TaskText<'a>> {
        self.part(self.candidate_field(record))
    }

    /// A whole text, or its findings part under task `findings`.
    fn part(self, field: &'a Field) -> Option<TaskText<'a>> {
        let whole = field.present()?;
        if self.task == Task::Report || self.verbatim() {
            return Some(TaskText { text: Cow::Borrowed(whole), cut: false, whole: false });
        }
        let findings = findings_text(whole);
        (!is_missing_text(findings.text)).then_some(TaskText {
            text: Cow::Borrowed(findings.text),
            cut: findings.cut,
            whole: !findings.has_header,
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
        self.dataset.shape.has(Role::Prediction) || !self.dataset.shape.has(Role::Reference)
    }

    /// Whether the references of the task are made from sections.
    pub(crate) fn uses_sections(self) -> bool {
        let shape = &self.dataset.shape;
        let (findings, impression) = (shape.has(Role::Findings), shape.has(Role::Impression));
        let whole =
            shape.has(Role::Reference) || (shape.has(Role::Report) && self.report_is_reference());
        match self.task {
            Task::Findings => findings,
            // One section alone is no report: a whole report in the same file is better.
            Task::Report => (findings && impression) || ((findings || impression) && !whole),
        }
    }

    /// The reference.
    pub(crate) fn reference(self, record: &'a Record) -> Reference<'a> {
        let sections = record.findings.is_given() || record.impression.is_given();
        if self.uses_sections() && !self.verbatim() {
            match self.task {
                Task::Report if sections => {
                    // Also when both are missing: the official run scores "Findings: None
                    // Impression: None". The doctor warns.
                    let text = Cow::Owned(glue(&record.findings, &record.impression));
                    return Reference::Text(TaskText { text, cut: false, whole: false });
                }
                Task::Findings if record.findings.is_given() => {
                    return record.findings.present().map_or(Reference::NoFindings, |text| {
                        let text = Cow::Borrowed(text);
                        Reference::Text(TaskText { text, cut: false, whole: false })
                    });
                }
                // A record without these keys among others that have them.
                Task::Report | Task::Findings => {}
            }
        }
        let field = self.whole_reference(record);
        match (self.part(field), field.present()) {
            (Some(text), _) => Reference::Text(text),
            (None, Some(_)) => Reference::NoFindings,
            (None, None) if sections => Reference::NoFindings,
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

    /// Whether two records of the same study say the same, as far as this file is used.
    pub(crate) fn same(self, a: &Record, b: &Record, references_too: bool) -> bool {
        self.candidate_field(a) == self.candidate_field(b)
            && (!references_too || self.same_reference(a, b))
    }

    /// Whether two records of the same study have the same reference.
    pub(crate) fn same_reference(self, a: &Record, b: &Record) -> bool {
        (&a.reference, &a.findings, &a.impression, &a.report)
            == (&b.reference, &b.findings, &b.impression, &b.report)
    }
}
