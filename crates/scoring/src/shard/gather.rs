//! Rows that were scored apart, gathered to one run: for engines that deal out a set's rows as they
//! like and of which no machine holds the set.
//!
//! ```text
//! Run over some rows ─▶ row_results ─▶ Gathering::add, row by row ─▶ MergedRun
//! ```
//!
//! A column whose scores depend on the other studies must not be among them.

use rrgscore_annotations::NUMERICS;
use rrgscore_data::{Counts, MissingPolicy};
use rrgscore_metrics::chexbert_labels::Labels;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::file::{FilledCell, RunFacts, StudyLine, filled, hexadecimal, sha256};
use super::merge::{MergedRun, difference};
use crate::provenance::{InputRef, Provenance};
use crate::run::{Cell, Column, Run};
use crate::summary::TextCounts;

/// What the summary says the input was read as.
const FORMAT: &str = "rows";

/// What a run over some rows of a set came to: texts for [`Gathering::add`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowResults {
    /// What all rows of the set have in common, the same text for all runs over its rows.
    pub facts: String,
    /// One text per study of the run, in its order. It holds no report.
    pub studies: Vec<String>,
}

/// What all rows have in common.
#[derive(Serialize, Deserialize)]
struct Facts {
    version: String,
    run: RunFacts,
}

/// One row.
#[derive(Serialize, Deserialize)]
struct RowLine {
    study: StudyLine,
    texts: TextCounts,
    /// Names of what cut reports into sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    splitters: Vec<String>,
    /// Names the row by what is compared in it.
    sha256: String,
}

/// Why rows are not gathered to a run. Holds nothing of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatherError {
    /// There is no row that was scored.
    #[error("no row was scored")]
    NoRow,
    /// A row is not what [`row_results`] has written.
    #[error("row {row} is damaged")]
    Damaged {
        /// Which, counted from 1 among those that were scored.
        row: u64,
    },
    /// Another version wrote it.
    #[error(
        "version {version} of RRGScore scored row {row}, and this is {}: score all rows with one \
         version",
        crate::VERSION
    )]
    OtherVersion {
        /// Which row, counted from 1 among those that were scored.
        row: u64,
        /// Which version.
        version: String,
    },
    /// It is of another run.
    #[error("row {row} is of another run than the first: {what} are not the same")]
    OtherRun {
        /// Which, counted from 1 among those that were scored.
        row: u64,
        /// What differs.
        what: &'static str,
    },
}

/// What a run over some rows of a set came to; `None` when it has not been done to its end.
pub fn row_results(run: &Run, provenance: &Provenance) -> Option<RowResults> {
    let mut common = RunFacts::of(run, provenance, false);
    // Of these rows, not of the set.
    common.provenance.counts = Counts::default();
    common.provenance.inputs.clear();
    (common.studies, common.sha256, common.texts) = (0, String::new(), TextCounts::default());
    let facts = Facts { version: crate::VERSION.to_owned(), run: common };

    let splitters: Vec<String> = run.sentence_splitters().into_iter().map(str::to_owned).collect();
    let mut labels = run.chexbert_labels().into_iter();
    let mut studies = Vec::with_capacity(run.pairs().len());
    for (place, pair) in (0u32..).zip(run.pairs()) {
        let cells = run.columns().iter().map(|column| filled(column.cells.get(place as usize)));
        let cells = cells.collect::<Option<_>>()?;
        let labels = labels.next().flatten();
        let row = std::slice::from_ref(pair);
        let line = RowLine {
            study: StudyLine { place, id: pair.id.clone(), cells, labels },
            texts: TextCounts::of(row),
            splitters: splitters.clone(),
            sha256: sha256(row),
        };
        studies.push(serde_json::to_string(&line).ok()?);
    }
    Some(RowResults { facts: serde_json::to_string(&facts).ok()?, studies })
}

/// Rows on their way to one run, in the order in which they are added.
pub struct Gathering {
    /// As it was written, to see at once that a row is of the same run.
    text: String,
    run: RunFacts,
    ids: Vec<String>,
    columns: Vec<Vec<Cell>>,
    labels: Vec<Option<[Labels; 2]>>,
    splitters: Vec<String>,
    hash: Sha256,
}

impl Gathering {
    /// Begins with what the first row's run has in common with all others.
    ///
    /// # Errors
    /// When the text is not a run's of this version.
    pub fn new(facts: &str) -> Result<Self, GatherError> {
        let run = read_facts(facts, 1)?;
        Ok(Self {
            text: facts.to_owned(),
            columns: run.settings.metrics.iter().map(|_| Vec::new()).collect(),
            run,
            ids: Vec::new(),
            labels: Vec::new(),
            splitters: Vec::new(),
            hash: Sha256::new(),
        })
    }

    /// What was done about missing predictions.
    pub fn missing_policy(&self) -> MissingPolicy {
        self.run.settings.missing
    }

    /// Adds a row: what its run has in common with others, and the row's own text.
    ///
    /// # Errors
    /// When the row is of another run or version, or its text is damaged.
    pub fn add(&mut self, facts: &str, study: &str) -> Result<(), GatherError> {
        let row = self.ids.len() as u64 + 1;
        if facts != self.text
            && let Some(what) = difference(&self.run, &read_facts(facts, row)?)
        {
            return Err(GatherError::OtherRun { row, what });
        }
        let line: RowLine =
            serde_json::from_str(study).map_err(|_| GatherError::Damaged { row })?;
        if line.study.cells.len() != self.columns.len() {
            return Err(GatherError::Damaged { row });
        }
        self.hash.update(line.sha256.as_bytes());
        self.run.texts += line.texts;
        self.ids.push(line.study.id);
        self.labels.push(line.study.labels);
        for (column, cell) in self.columns.iter_mut().zip(line.study.cells) {
            column.push(FilledCell::into(cell));
        }
        for splitter in line.splitters {
            if !self.splitters.contains(&splitter) {
                self.splitters.push(splitter);
            }
        }
        Ok(())
    }

    /// The run, given the counts of all rows, also those that were not scored.
    ///
    /// # Errors
    /// [`GatherError::NoRow`].
    pub fn finish(mut self, counts: Counts) -> Result<MergedRun, GatherError> {
        if self.ids.is_empty() {
            return Err(GatherError::NoRow);
        }
        self.splitters.sort_unstable();
        let metrics = &self.run.settings.metrics;
        if !metrics.iter().any(|metric| metric.reads_chexbert()) {
            self.labels.clear();
        }
        let columns = metrics.iter().zip(self.columns);
        let columns = columns.map(|(&metric, cells)| Column::of_cells(metric, cells)).collect();
        self.run.studies = self.ids.len() as u32;
        self.run.provenance.counts = counts;
        self.run.provenance.inputs = vec![InputRef {
            role: "predictions".to_owned(),
            format: FORMAT.to_owned(),
            sha256: hexadecimal(self.hash),
        }];
        let owners = vec![0; self.ids.len()];
        Ok(MergedRun {
            facts: self.run,
            ids: self.ids,
            columns,
            labels: self.labels,
            splitters: self.splitters,
            owners,
        })
    }
}

fn read_facts(text: &str, row: u64) -> Result<RunFacts, GatherError> {
    /// So much every version says.
    #[derive(Deserialize)]
    struct Any {
        version: String,
    }
    let damaged = |_| GatherError::Damaged { row };
    let Any { version } = serde_json::from_str(text).map_err(damaged)?;
    if version != crate::VERSION {
        return Err(GatherError::OtherVersion { row, version });
    }
    let facts: Facts = serde_json::from_str(text).map_err(damaged)?;
    if facts.run.numerics != NUMERICS {
        return Err(GatherError::OtherRun { row, what: "the engine's numerics" });
    }
    Ok(facts.run)
}
