//! A shard's results as lines of JSON: what the whole run is, then a line per study.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use rrgscore_annotations::NUMERICS;
use rrgscore_data::StudyPair;
use rrgscore_metrics::chexbert_labels::Labels;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Shard;
use crate::job::{Failure, Reasons, Scored};
use crate::judged::JudgeSummary;
use crate::metric::Metric;
use crate::provenance::Provenance;
use crate::run::{Cell, Run};
use crate::settings::Settings;
use crate::summary::TextCounts;

/// What a file of a shard begins with.
const FORMAT: &str = "rrgscore-shard-1";

/// What all shards of a run have in common: a summary is made of this and the studies' scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RunFacts {
    /// Version of models' arithmetic.
    pub(super) numerics: u32,
    pub(super) settings: Settings,
    pub(super) provenance: Provenance,
    /// Studies of the set.
    pub(super) studies: u32,
    /// sha256 of all ids and reports, as they are compared.
    pub(super) sha256: String,
    pub(super) texts: TextCounts,
    pub(super) judged: BTreeMap<Metric, JudgedFacts>,
    /// Whether each shard has a file of reasons beside this one.
    pub(super) reasons: bool,
}

/// A judge's answers for the whole set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct JudgedFacts {
    pub(super) summary: JudgeSummary,
    /// As of [`Run::missing_answers`].
    pub(super) missing: u64,
}

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    /// Version of RRGScore.
    version: String,
    shard: Shard,
    /// Lines that follow.
    lines: u32,
    /// Names of what cut reports into sentences.
    splitters: Vec<String>,
    run: RunFacts,
}

/// The line of a study.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StudyLine {
    /// Position in the set.
    pub(super) place: u32,
    pub(super) id: String,
    /// One per column.
    pub(super) cells: Vec<FilledCell>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<[Labels; 2]>,
}

/// A study's result in a column.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FilledCell {
    Scored(Box<Scored>),
    Failed(Failure),
}

/// What one shard came to, as it was written.
#[derive(Clone, Debug)]
pub struct ShardResults {
    pub(super) shard: Shard,
    pub(super) splitters: Vec<String>,
    pub(super) run: RunFacts,
    pub(super) studies: Vec<StudyLine>,
}

/// Why a shard's results are not written.
#[derive(Debug, thiserror::Error)]
pub enum ShardNotWritten {
    /// The run is one of all studies.
    #[error("a mistake of this program: the run is no shard")]
    NoShard,
    /// Studies have no result yet.
    #[error("the shard is not scored to its end")]
    NotComplete,
    /// It cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Why a file is not one of a shard's results. Holds nothing of the file.
#[derive(Debug, thiserror::Error)]
pub enum ShardFileError {
    /// It begins otherwise.
    #[error("this is no file of a shard's results")]
    OtherFormat,
    /// Another version wrote it.
    #[error(
        "version {version} of RRGScore wrote it, and this is {}: merge with the version that scored",
        crate::VERSION
    )]
    OtherVersion {
        /// Which.
        version: String,
    },
    /// A line is not what it should be, or lines are missing.
    #[error("line {line} is damaged, or lines are missing; score the shard again")]
    Damaged {
        /// The line, counted from 1.
        line: u32,
    },
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Writes what a shard's run came to: a line on the whole run, then a line for each study with its
/// id and, for each column, the value or why there is none. Of what a score was made of it holds
/// counts of BLEU and a judge's findings, whose words may tell of the report; `reasons` says that
/// the rest is written to a file of its own, which is merged line by line.
///
/// # Errors
/// When the run is no shard, has not been done to its end, or cannot be written.
pub fn write(
    run: &Run,
    provenance: &Provenance,
    reasons: bool,
    out: &mut dyn Write,
) -> Result<(), ShardNotWritten> {
    let share = run.share().ok_or(ShardNotWritten::NoShard)?;
    if !run.is_complete() {
        return Err(ShardNotWritten::NotComplete);
    }
    let head = Head {
        format: FORMAT.to_owned(),
        version: crate::VERSION.to_owned(),
        shard: share.shard,
        lines: run.pairs().len() as u32,
        splitters: run.sentence_splitters().into_iter().map(str::to_owned).collect(),
        run: RunFacts::of(run, provenance, reasons),
    };
    line(out, &head)?;
    let mut labels = run.chexbert_labels().into_iter();
    for (at, (pair, &place)) in run.pairs().iter().zip(share.places()).enumerate() {
        let cells = run.columns().iter().map(|column| filled(column.cells.get(at)));
        let study = StudyLine {
            place,
            id: pair.id.clone(),
            cells: cells.collect::<Option<_>>().ok_or(ShardNotWritten::NotComplete)?,
            labels: labels.next().flatten(),
        };
        line(out, &study)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

pub(super) fn filled(cell: Option<&Cell>) -> Option<FilledCell> {
    Some(match cell? {
        Cell::Pending => return None,
        Cell::Failed(failure) => FilledCell::Failed(failure.clone()),
        Cell::Scored(scored) => FilledCell::Scored(Box::new(Scored {
            value: scored.value,
            truncated: scored.truncated,
            flags: scored.flags.clone(),
            reasons: summed(&scored.reasons),
        })),
    })
}

/// What summaries and tables of studies read of a score's reasons.
fn summed(reasons: &Reasons) -> Reasons {
    match reasons {
        Reasons::Bleu { counts, .. } => {
            Reasons::Bleu { counts: counts.clone(), reference: Vec::new(), candidate: Vec::new() }
        }
        Reasons::Green(_)
        | Reasons::FineRadScore(_)
        | Reasons::Crimson(_)
        | Reasons::Findings { .. } => reasons.clone(),
        Reasons::Rouge { .. }
        | Reasons::Cider(_)
        | Reasons::Plain
        | Reasons::RadGraphF1(_)
        | Reasons::RadGraphReward(_)
        | Reasons::RateScore(_)
        | Reasons::RadCliQ(_)
        | Reasons::BertScore { .. } => Reasons::Plain,
    }
}

impl RunFacts {
    pub(super) fn of(run: &Run, provenance: &Provenance, reasons: bool) -> Self {
        let mut provenance = provenance.clone();
        // Whoever found the packs, and where.
        provenance.packs.sort_by(|a, b| (a.purpose, &a.id).cmp(&(b.purpose, &b.id)));
        let judged = |metric: Metric| {
            let summary = run.judge(metric)?.clone();
            Some((metric, JudgedFacts { summary, missing: run.missing_answers(metric) }))
        };
        Self {
            numerics: NUMERICS,
            judged: run.settings().metrics.iter().filter_map(|&metric| judged(metric)).collect(),
            settings: run.settings().clone(),
            provenance,
            studies: run.set().len() as u32,
            sha256: sha256(run.set()),
            texts: TextCounts::of(run.set()),
            reasons,
        }
    }
}

/// Names a set by what is compared in it.
pub(super) fn sha256(set: &[StudyPair]) -> String {
    let mut hash = Sha256::new();
    for text in set.iter().flat_map(|pair| [&pair.id, &pair.reference, &pair.candidate]) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hexadecimal(hash)
}

pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl ShardResults {
    /// Which shard it is.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// Whether a file of reasons was written beside it.
    pub fn has_reasons(&self) -> bool {
        self.run.reasons
    }

    /// Reads what [`write()`] has written.
    ///
    /// # Errors
    /// When the bytes cannot be read, are of another format, or are not whole.
    pub fn read(mut from: impl BufRead) -> Result<Self, ShardFileError> {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        /// So much every version says.
        #[derive(Deserialize)]
        struct Any {
            format: String,
            version: String,
        }
        let any: Any = serde_json::from_slice(&line).map_err(|_| ShardFileError::OtherFormat)?;
        if any.format != FORMAT {
            return Err(ShardFileError::OtherFormat);
        }
        if any.version != crate::VERSION {
            return Err(ShardFileError::OtherVersion { version: any.version });
        }
        let damaged = |line| ShardFileError::Damaged { line };
        let Head { shard, lines, splitters, run, .. } =
            serde_json::from_slice(&line).map_err(|_| damaged(1))?;
        let mut studies: Vec<StudyLine> = Vec::new();
        loop {
            let number = studies.len() as u32 + 2;
            line.clear();
            if from.read_until(b'\n', &mut line)? == 0 {
                let whole = studies.len() == lines as usize;
                let results = Self { shard, splitters, run, studies };
                return if whole { Ok(results) } else { Err(damaged(number)) };
            }
            let study: StudyLine = serde_json::from_slice(&line).map_err(|_| damaged(number))?;
            if study.cells.len() != run.settings.metrics.len() {
                return Err(damaged(number));
            }
            studies.push(study);
        }
    }
}

impl From<FilledCell> for Cell {
    fn from(cell: FilledCell) -> Self {
        match cell {
            FilledCell::Scored(scored) => Self::Scored(scored),
            FilledCell::Failed(failure) => Self::Failed(failure),
        }
    }
}
