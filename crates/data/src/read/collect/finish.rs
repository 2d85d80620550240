//! The end of a file: ids are decided, and the file is said to be what it is.

use std::collections::BTreeSet;

use super::{Collector, MAX_SPLITS, NameNumber, Slot, pending};
use crate::error::ReadError;
use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::names::{is_question, is_showable};
use crate::read::Parsed;
use crate::record::{IdField, Record};
use crate::shape::{Format, Kind, Role, Shape, TextEncoding};
use crate::text::counted;

/// What is known of a file's layout besides its records.
pub(in crate::read) struct Layout {
    pub(in crate::read) format: Format,
    pub(in crate::read) gzip: bool,
    pub(in crate::read) zip: bool,
    pub(in crate::read) encoding: TextEncoding,
    pub(in crate::read) bom: bool,
    pub(in crate::read) delimiter: Option<char>,
}

impl Collector<'_> {
    /// Names the rows without an id and says what the file is.
    pub(in crate::read) fn finish(mut self, layout: Layout) -> Result<Parsed, ReadError> {
        if self.records.is_empty() {
            return Err(ReadError::NoRecords);
        }
        self.drop_doubled_line_ends(layout.format);
        self.place_answers();
        let dropped = self.drop_classes();
        self.merge_reports();
        let Some(kind) = self.kind() else {
            return Err(ReadError::NoReportField { names: self.ignored() });
        };
        let columns = std::mem::take(&mut self.ids);
        let mut records = std::mem::take(&mut self.records);
        let mut chosen = columns.choose(&mut records, |number| self.spelling(Some(number)));
        self.records = records;
        for number in &chosen.names {
            self.used.entry(Role::Id).or_default().insert((0, *number));
        }
        if self.splits.len() > MAX_SPLITS {
            self.splits.clear();
        }
        if self.splits.is_empty() {
            self.records.iter_mut().for_each(|record| record.split = None);
        }
        self.wanted_columns()?;
        let ids_are_rows = chosen.without.len() == self.records.len();
        for &index in &chosen.without {
            if let Some(record) = self.records.get_mut(index) {
                record.lacks_id = !ids_are_rows;
                record.id = if ids_are_rows {
                    record.row.to_string()
                } else {
                    format!("row {}", record.row)
                };
            }
        }
        let without = if ids_are_rows { Vec::new() } else { std::mem::take(&mut chosen.without) };
        let mut findings = self.findings(&without);
        findings.extend(dropped);
        findings.extend(self.sheets.take());
        if let (Some(passed_over), Some(name)) = (chosen.passed_over, chosen.name) {
            let (other, name) = (self.spelling(Some(passed_over)), self.spelling(Some(name)));
            findings.push(
                Finding::general(
                    Code::AmbiguousColumns,
                    Severity::Note,
                    0,
                    format!(
                        "Both {other} and {name} could be the id; {name} is used, because rows \
                         share a {other}."
                    ),
                )
                .hint("Say which one it is if that is wrong.")
                .control(Hint::ChooseColumn { side: None, role: Role::Id }),
            );
        }
        let mut roles: std::collections::BTreeMap<Role, Vec<String>> = self
            .used
            .iter()
            .map(|(role, names)| {
                (*role, names.iter().map(|(_, number)| self.spelling(Some(*number))).collect())
            })
            .collect();
        // The one that the studies are known by first.
        let ids: Vec<String> =
            chosen.names.iter().map(|number| self.spelling(Some(*number))).collect();
        if !ids.is_empty() {
            roles.insert(Role::Id, ids);
        }
        let shape = Shape {
            format: layout.format,
            gzip: layout.gzip,
            zip: layout.zip,
            encoding: layout.encoding,
            bom: layout.bom,
            delimiter: layout.delimiter,
            kind,
            roles,
            ignored: self.ignored(),
            ids_are_rows,
            ids_are_running: chosen.is_running,
            id_name: chosen.name.map(|number| self.spelling(Some(number))),
        };
        let other_ids: Vec<IdField> = chosen.others.into_iter().map(|(_, field)| field).collect();
        let fields = std::mem::take(&mut self.fields);
        let fields = fields.finish(self.records.len(), |number| self.spelling(Some(number)));
        let Self { records, splits, .. } = self;
        Ok(Parsed { records, other_ids, splits, fields, shape, findings })
    }

    /// Decides what texts under the name of an answer are: in a file that has predictions and no
    /// references, the references; in one of questions, the reports; else nothing.
    fn place_answers(&mut self) {
        let has = |role| self.used.contains_key(&role);
        let predictions = has(Role::Prediction);
        let references = has(Role::Reference) || has(Role::Findings) || has(Role::Impression);
        let questions = self.names.iter().any(|(name, _)| is_question(name));
        let role = match (predictions, references) {
            (true, false) => Role::Reference,
            (false, true) if questions && !has(Role::Report) => Role::Prediction,
            // The model's, or the ones to compare with: as the user says of the file.
            (false, false) if questions && !has(Role::Report) => Role::Report,
            _ => return,
        };
        for (index, Slot { field, name }) in std::mem::take(&mut self.answers) {
            let record = self.records.get_mut(index);
            if let Some(target) = record.and_then(|record| pending::field_mut(record, role)) {
                *target = field;
            }
            if let Some(number) = name.number {
                self.used.entry(role).or_default().insert((usize::MAX, number));
            }
        }
    }

    /// Takes blank lines of a table back where there is one above every row: some programs end
    /// each line twice.
    fn drop_doubled_line_ends(&mut self, format: Format) {
        let texts = self.records.len() - self.blank_lines.len();
        let apart = self.blank_lines.windows(2).all(|two| matches!(two, [a, b] if b - a == 2));
        // Above the first row there is one only if there is a header above that.
        let headless = usize::from(self.options.header == Some(false));
        let doubled = self.blank_lines.len() + headless == texts;
        if !format.is_table() || texts < 2 + headless || !apart || !doubled {
            return;
        }
        let blank: BTreeSet<usize> = std::mem::take(&mut self.blank_lines).into_iter().collect();
        let records = std::mem::take(&mut self.records).into_iter().enumerate();
        let kept = records.filter(|(at, _)| !blank.contains(at)).map(|(_, record)| record);
        self.records = (1..).zip(kept).map(|(row, record)| Record { row, ..record }).collect();
    }

    /// Takes reports for predictions, or for references, where some records have the one and the
    /// others the other: lines of several programs in one file.
    fn merge_reports(&mut self) {
        let has = |role| self.used.contains_key(&role);
        let sections = has(Role::Findings) || has(Role::Impression);
        let role = match (has(Role::Prediction), has(Role::Reference)) {
            (true, false) if !sections => Role::Prediction,
            (false, true) => Role::Reference,
            _ => return,
        };
        let has_both =
            |record: &Record| record.report.is_given() && pending::field(record, role).is_given();
        if !has(Role::Report) || self.records.iter().any(has_both) {
            return;
        }
        let names = self.used.remove(&Role::Report).unwrap_or_default();
        self.used.entry(role).or_default().extend(names);
        for record in self.records.iter_mut().filter(|record| record.report.is_given()) {
            let report = std::mem::take(&mut record.report);
            if let Some(target) = pending::field_mut(record, role) {
                *target = report;
            }
        }
    }

    /// What the roles in use make of the file.
    fn kind(&self) -> Option<Kind> {
        let has = |role| self.used.contains_key(&role);
        let sections = has(Role::Findings) || has(Role::Impression);
        let predicted =
            has(Role::Prediction) || has(Role::PredictedFindings) || has(Role::PredictedImpression);
        let kind = match (predicted, has(Role::Reference), has(Role::Report)) {
            (true, true, _) if !sections => Kind::PairList,
            (true, reference, report) if reference || sections || report => {
                Kind::PredictionsAndReferencesById
            }
            (true, ..) => Kind::PredictionsById,
            (false, true, true) if !sections => Kind::PairList,
            (false, true, _) => Kind::ReferencesById,
            (false, false, _) if sections => Kind::ReferencesById,
            (false, false, true) => Kind::ReportsById,
            (false, false, false) => return None,
        };
        Some(kind)
    }

    /// Columns asked for in the options must be there.
    fn wanted_columns(&self) -> Result<(), ReadError> {
        for (role, column) in &self.options.columns {
            if !self.used.contains_key(role) {
                return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
            }
        }
        Ok(())
    }

    fn ignored(&self) -> Vec<String> {
        let used: BTreeSet<NameNumber> =
            self.used.values().flatten().map(|(_, number)| *number).collect();
        self.names
            .iter()
            .filter(|(name, known)| {
                let is_used = known.number.is_some_and(|number| used.contains(&number));
                !is_used && is_showable(name) && !name.trim().is_empty()
            })
            .map(|(name, _)| name.trim().to_owned())
            .take(Shape::MAX_IGNORED)
            .collect()
    }

    fn findings(&self, without_id: &[usize]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut about = |rows: &[usize], code, severity, message: &dyn Fn(u64) -> String, hint| {
            let records = rows.iter().filter_map(|row| self.records.get(*row));
            let ids = records.map(|record| record.id.as_str());
            let finding = Finding::about(code, severity, ids, message);
            if finding.count > 0 {
                findings.push(finding.hint(hint));
            }
        };
        about(
            without_id,
            Code::MissingIds,
            Severity::Warning,
            &|count| format!("{} no study id.", counted(count, "row has", "rows have")),
            "They are called by their row and match no reference.",
        );
        about(
            &self.keys_twice,
            Code::DuplicateKeys,
            Severity::Warning,
            &|count| {
                let records = counted(count, "record names", "records name");
                format!("{records} the same field twice.")
            },
            "The last one counts.",
        );
        about(
            &self.blank_lines,
            Code::BlankLines,
            Severity::Note,
            &|count| format!("{} without a report.", counted(count, "line is", "lines are")),
            "Each stands for a missing report: the lines after it keep their place.",
        );
        if self.repeated_headers > 0 {
            findings.push(Finding::general(
                Code::RepeatedHeaders,
                Severity::Note,
                self.repeated_headers,
                format!(
                    "{} the header, and {} no study.",
                    counted(self.repeated_headers, "row repeats", "rows repeat"),
                    crate::text::plural(self.repeated_headers, "is", "are"),
                ),
            ));
        }
        for (role, used, aside) in &self.ambiguous {
            let (used, aside) = (self.spelling(Some(*used)), self.spelling(Some(*aside)));
            findings.push(
                Finding::general(
                    Code::AmbiguousColumns,
                    Severity::Warning,
                    0,
                    format!("Both {used} and {aside} could be the {role}; {used} is used."),
                )
                .hint("Say which one it is if that is wrong.")
                .control(Hint::ChooseColumn { side: None, role: *role }),
            );
        }
        findings
    }
}

impl Layout {
    /// That of a text file which was packed so; the rest is not known yet.
    pub(in crate::read) fn packed(gzip: bool, zip: bool) -> Self {
        Self {
            format: Format::Csv,
            gzip,
            zip,
            encoding: TextEncoding::Utf8,
            bom: false,
            delimiter: None,
        }
    }
}
