//! Columns of classes and numbers, which have the names of reports and are none.

use std::collections::BTreeSet;

use super::{Collector, NameNumber, pending};
use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::names::is_perhaps_class;
use crate::record::Field;
use crate::shape::Role;
use crate::text::{is_short, is_without_words};

/// Texts have more words than this on average where they are reports and not answers.
const WORDS_OF_REPORTS: usize = 3;

/// What the texts of a role are like.
#[derive(Default)]
struct Look {
    all: usize,
    /// Without a letter.
    numbers: usize,
    /// Of a word or two, as the names of classes are.
    short: usize,
    words: usize,
}

impl Collector<'_> {
    /// Takes back texts that are no reports: numbers where other columns hold words, and classes
    /// under the name of a class where other columns hold reports. Says so.
    pub(super) fn drop_classes(&mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for role in [Role::Prediction, Role::Reference, Role::Report] {
            let Some(names) = self.used.get(&role).cloned() else { continue };
            if names.iter().any(|(_, number)| self.is_chosen(*number)) {
                continue;
            }
            let look = self.look(role);
            let others: Vec<Look> = pending::TEXTS
                .into_iter()
                .filter(|other| *other != role && self.used.contains_key(other))
                .map(|other| self.look(other))
                .collect();
            let has_reports = others.iter().any(|other| other.words > other.all * WORDS_OF_REPORTS);
            let has_words = others.iter().any(|other| other.numbers * 2 < other.all);
            let is_class = self.all_are(&names, is_perhaps_class);
            let are_numbers = look.numbers * 2 > look.all && (has_words || is_class);
            let are_classes = is_class && look.short * 2 > look.all && has_reports;
            if look.all == 0 || !(are_numbers || are_classes) {
                continue;
            }
            self.used.remove(&role);
            for record in &mut self.records {
                if let Some(target) = pending::field_mut(record, role) {
                    *target = Field::Absent;
                }
            }
            let shown: Vec<String> =
                names.iter().map(|(_, number)| self.spelling(Some(*number))).collect();
            let finding = Finding::general(
                Code::NotReports,
                Severity::Note,
                look.all as u64,
                format!(
                    "{} holds {} and no reports: it is not used.",
                    shown.join(" and "),
                    if are_numbers { "numbers" } else { "classes" }
                ),
            );
            findings.push(
                finding
                    .hint(format!("Say that it is the {role} if it holds reports."))
                    .control(Hint::ChooseColumn { side: None, role }),
            );
        }
        findings
    }

    fn is_chosen(&self, number: NameNumber) -> bool {
        let name = self.names.get(number.place());
        name.is_some_and(|(_, known)| known.guess.is_some_and(|guess| guess.chosen))
    }

    fn all_are(&self, names: &BTreeSet<(usize, NameNumber)>, is: fn(&str) -> bool) -> bool {
        names
            .iter()
            .all(|(_, number)| self.names.get(number.place()).is_some_and(|(name, _)| is(name)))
    }

    fn look(&self, role: Role) -> Look {
        let mut look = Look::default();
        for text in self.records.iter().filter_map(|r| pending::field(r, role).present()) {
            look.all += 1;
            look.numbers += usize::from(is_without_words(text));
            look.short += usize::from(is_short(text));
            look.words += text.split_whitespace().count();
        }
        look
    }
}
