//! Shards brought together.

use std::collections::BTreeMap;

use rrgscore_metrics::chexbert_labels::Labels;

use super::Shard;
use super::file::{RunFacts, ShardResults, StudyLine};
use crate::judged::JudgeSummary;
use crate::metric::Metric;
use crate::provenance::Provenance;
use crate::run::{Cell, Column};
use crate::scored_set::ScoredSet;
use crate::settings::Settings;
use crate::summary::TextCounts;

/// Shards that a message names at most.
const NAMED: usize = 10;

/// A shard that is not known to be the one to blame.
const SOME: &str = "one of the shards";

/// Why shards are not merged. Shards are called as the caller calls them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no shard to merge")]
    NoShard,
    /// They are shards of two runs.
    #[error("{second} is of another run than {first}: {what} are not the same")]
    OtherRun {
        /// The first shard.
        first: String,
        /// The one that differs from it.
        second: String,
        /// What differs.
        what: &'static str,
    },
    /// They are shards of different cuts.
    #[error("{first} is one of {}, and {second} is one of {}", .of[0], .of[1])]
    OtherCut {
        /// The first shard.
        first: String,
        /// The one that differs from it.
        second: String,
        /// Of how many each is.
        of: [u32; 2],
    },
    /// One is there twice.
    #[error("shard {shard} is there twice: {first} and {second}")]
    Twice {
        /// Which.
        shard: Shard,
        /// Its first file.
        first: String,
        /// Its second file.
        second: String,
    },
    /// Some are not there.
    #[error("of {of} shards {} missing: {}", number(*.count), named(.first, *.count, *.of))]
    Missing {
        /// How many there should be.
        of: u32,
        /// How many are not there.
        count: u32,
        /// The numbers of the first of those.
        first: Vec<u32>,
    },
    /// The shards hold no result, or two, of a study.
    #[error("{name} holds other studies than its share; score it again")]
    OtherStudies {
        /// The shard.
        name: String,
    },
}

fn number(count: u32) -> String {
    if count == 1 { "one is".to_owned() } else { format!("{count} are") }
}

fn named(first: &[u32], count: u32, of: u32) -> String {
    let names = first.iter().map(|number| format!("{number}/{of}")).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(first.len() as u32) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// A run of which all shards are there: summaries and tables are made of it as of a run on one
/// machine.
#[derive(Clone, Debug)]
pub struct MergedRun {
    pub(super) facts: RunFacts,
    pub(super) ids: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) labels: Vec<Option<[Labels; 2]>>,
    pub(super) splitters: Vec<String>,
    /// Of each study, which of the merged shards it was in.
    pub(super) owners: Vec<u32>,
}

impl MergedRun {
    /// Where the run's inputs came from.
    pub fn provenance(&self) -> &Provenance {
        &self.facts.provenance
    }

    /// Whether each shard has a file of reasons.
    pub fn has_reasons(&self) -> bool {
        self.facts.reasons
    }

    /// For each study in input order, in which of the merged shards it was scored, by its position
    /// among those that [`merge`] was given.
    pub fn owners(&self) -> &[u32] {
        &self.owners
    }
}

/// Brings all shards of a run together; each comes with what it is called in messages.
///
/// # Errors
/// When they are not of one run and one cut, or one is missing or there twice.
pub fn merge(shards: Vec<(String, ShardResults)>) -> Result<MergedRun, MergeError> {
    check(&shards)?;
    let mut shards = shards.into_iter();
    let (name, first) = shards.next().ok_or(MergeError::NoShard)?;
    let facts = first.run.clone();
    let mut lines: Vec<Option<(u32, StudyLine)>> = Vec::new();
    lines.resize_with(facts.studies as usize, || None);
    let mut splitters = Vec::new();
    for (owner, (name, shard)) in (0u32..).zip(std::iter::once((name, first)).chain(shards)) {
        for study in shard.studies {
            let slot = lines.get_mut(study.place as usize).filter(|slot| slot.is_none());
            match slot {
                Some(slot) => *slot = Some((owner, study)),
                None => return Err(MergeError::OtherStudies { name }),
            }
        }
        splitters.extend(shard.splitters);
    }
    splitters.sort_unstable();
    splitters.dedup();

    let mut columns: Vec<Vec<Cell>> =
        facts.settings.metrics.iter().map(|_| Vec::with_capacity(lines.len())).collect();
    let has_labels = facts.settings.metrics.iter().any(|metric| metric.reads_chexbert());
    let (mut ids, mut owners, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        // All shards are there and no place is taken twice, so one of them lacks the study.
        let Some((owner, study)) = line else {
            return Err(MergeError::OtherStudies { name: SOME.to_owned() });
        };
        ids.push(study.id);
        owners.push(owner);
        labels.extend(has_labels.then_some(study.labels));
        for (column, cell) in columns.iter_mut().zip(study.cells) {
            column.push(cell.into());
        }
    }
    let columns = facts.settings.metrics.iter().zip(columns);
    let columns = columns.map(|(&metric, cells)| Column::of_cells(metric, cells)).collect();
    Ok(MergedRun { facts, ids, columns, labels, splitters, owners })
}

/// Whether these are all shards of one run, each once.
fn check(shards: &[(String, ShardResults)]) -> Result<(), MergeError> {
    let Some((first, model)) = shards.first() else { return Err(MergeError::NoShard) };
    let mut seen: BTreeMap<Shard, &str> = BTreeMap::new();
    for (name, shard) in shards {
        let pair = || (first.clone(), name.clone());
        if let Some(what) = difference(&model.run, &shard.run) {
            let (first, second) = pair();
            return Err(MergeError::OtherRun { first, second, what });
        }
        let of = [model.shard.of(), shard.shard.of()];
        if of[0] != of[1] {
            let (first, second) = pair();
            return Err(MergeError::OtherCut { first, second, of });
        }
        if let Some(earlier) = seen.insert(shard.shard, name) {
            let (first, second) = (earlier.to_owned(), name.clone());
            return Err(MergeError::Twice { shard: shard.shard, first, second });
        }
    }
    let of = model.shard.of();
    let count = of - seen.len() as u32;
    if count > 0 {
        let is_there = |&number: &u32| seen.keys().any(|shard| shard.number() == number);
        let first = (1..=of).filter(|number| !is_there(number)).take(NAMED).collect();
        return Err(MergeError::Missing { of, count, first });
    }
    // As many lines as studies: what a shard says of the run is not believed before.
    let lines: usize = shards.iter().map(|(_, shard)| shard.studies.len()).sum();
    if lines != model.run.studies as usize {
        return Err(MergeError::OtherStudies { name: SOME.to_owned() });
    }
    Ok(())
}

/// What two shards do not have in common.
pub(super) fn difference(a: &RunFacts, b: &RunFacts) -> Option<&'static str> {
    if a == b {
        return None;
    }
    let [pa, pb] = [&a.provenance, &b.provenance];
    let (sa, sb) = (&a.settings, &b.settings);
    let differs = [
        (a.numerics != b.numerics, "the engine's numerics"),
        (sa.metrics != sb.metrics, "the metrics"),
        (sa.profile != sb.profile, "the profiles"),
        (sa.task != sb.task, "the tasks"),
        (sa.missing != sb.missing, "the policies for missing predictions"),
        (pa.packs != pb.packs, "the packs"),
        (pa.inputs != pb.inputs, "the input files"),
        (pa.given_graphs != pb.given_graphs, "the RadGraph annotations"),
        (pa.answers != pb.answers || a.judged != b.judged, "the judge's answers"),
        (a.sha256 != b.sha256, "the reports"),
        (a.reasons != b.reasons, "the files (one has reasons, one has none)"),
    ];
    let found = differs.into_iter().find(|(differs, _)| *differs);
    Some(found.map_or("the counts or notes", |(_, what)| what))
}

impl ScoredSet for MergedRun {
    fn settings(&self) -> &Settings {
        &self.facts.settings
    }

    fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A shard is written when it is done.
    fn is_complete(&self) -> bool {
        true
    }

    fn judge(&self, metric: Metric) -> Option<&JudgeSummary> {
        self.facts.judged.get(&metric).map(|judged| &judged.summary)
    }

    fn missing_answers(&self, metric: Metric) -> u64 {
        self.facts.judged.get(&metric).map_or(0, |judged| judged.missing)
    }

    fn text_counts(&self) -> TextCounts {
        self.facts.texts
    }

    fn sentence_splitters(&self) -> Vec<&str> {
        self.splitters.iter().map(String::as_str).collect()
    }

    fn chexbert_labels(&self) -> Vec<Option<[Labels; 2]>> {
        self.labels.clone()
    }
}
