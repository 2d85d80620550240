//! The input doctor: says in plain words what is odd about the files before they are scored.

mod files;
mod ids;
mod language;
mod residue;
mod split;
mod studies;
mod swapped;
mod text;

use crate::finding::{Code, Finding, Severity};
use crate::join::{Joined, Row};
use crate::record::Dataset;
use crate::task::MissingPolicy;
use crate::texts::TaskText;

pub(crate) use split::split_of;

/// All findings about two files brought together, most severe first.
pub(crate) fn examine(
    predictions: &Dataset,
    references: Option<&Dataset>,
    missing: MissingPolicy,
    joined: &Joined<'_>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        joined.errors.iter().map(crate::AlignError::to_finding).collect();
    if missing == MissingPolicy::Refuse && joined.counts.matched > 0 {
        findings.extend(joined.refusal().map(|error| error.to_finding()));
    }
    if let Some(split) = split_of(predictions, references, joined) {
        let label = format!("{}.", split.label());
        let finding = Finding::general(Code::KnownSplit, Severity::Note, split.matched, label);
        findings.push(Finding { split: Some(split), ..finding });
    }
    findings.extend(joined.follows.clone());
    ids::describe(joined, &mut findings);
    studies::describe(joined, missing, &mut findings);
    files::describe(predictions, references, joined, &mut findings);
    files::several_splits(predictions, &mut findings);
    ids::compare(predictions, references, joined, &mut findings);
    split::compare(predictions, references, joined, &mut findings);
    split::exchanged(predictions, joined, &mut findings);
    swapped::look(predictions, references, joined, &mut findings);
    text::look(joined, &mut findings);
    residue::look(joined, &mut findings);
    language::look(joined, &mut findings);
    files::nan_sections(references.unwrap_or(predictions), &mut findings);
    for dataset in std::iter::once(predictions).chain(references) {
        findings.extend(dataset.findings.iter().cloned());
    }
    // Stable: within a severity the order above is that of the findings.
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// One side of the pairs: what a text of it is called, and the texts with their studies.
#[derive(Clone, Copy)]
struct Texts<'j, 'a> {
    one: &'static str,
    many: &'static str,
    rows: &'j [Row<'a>],
    of: for<'r> fn(&'r Row<'a>) -> Option<&'r TaskText<'a>>,
}

impl<'j, 'a> Texts<'j, 'a> {
    fn both(joined: &'j Joined<'a>) -> [Self; 2] {
        let rows = joined.rows.as_slice();
        [
            Self { one: "prediction", many: "predictions", rows, of: |row| row.candidate.as_ref() },
            Self { one: "reference", many: "references", rows, of: |row| row.reference.as_ref() },
        ]
    }

    /// Ids and texts in the order of the pairs.
    fn iter(self) -> impl Iterator<Item = (&'j str, &'j TaskText<'a>)> {
        self.rows.iter().filter_map(move |row| Some((row.id.as_ref(), (self.of)(row)?)))
    }

    /// `1 prediction has` or `12 predictions have`.
    fn have(self, number: u64) -> String {
        let verb = crate::text::plural(number, "has", "have");
        format!("{} {verb}", crate::text::counted(number, self.one, self.many))
    }

    /// A finding about those texts for which `is` holds; `None` when there are none.
    fn finding(
        self,
        code: Code,
        severity: Severity,
        is: impl Fn(&TaskText<'a>) -> bool,
        message: impl FnOnce(u64) -> String,
    ) -> Option<Finding> {
        let studies = self.iter().filter(|(_, text)| is(text)).map(|(id, _)| id);
        let finding = Finding::about(code, severity, studies, message);
        (finding.count > 0).then_some(finding)
    }
}
