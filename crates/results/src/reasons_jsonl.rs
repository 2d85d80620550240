//! `reasons.jsonl`: what each score of each study was made of.

use std::io::{self, BufRead, Write};

use rrgscore_scoring::shard::MergedRun;
use rrgscore_scoring::{Run, ScoredSet};
use serde::{Deserialize, Serialize};

use crate::{Study, StudyAnnotation, study};

/// A line's content: a study without its reports.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    scores: Vec<Score<'a>>,
    annotations: &'a [StudyAnnotation],
}

#[derive(Serialize)]
struct Score<'a> {
    metric: &'static str,
    #[serde(flatten)]
    score: ScoreOrFailure<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ScoreOrFailure<'a> {
    Scored(&'a rrgscore_scoring::job::Scored),
    Failed { failed: &'a str },
}

/// Writes a line of JSON per study, in input order: `id`; `scores`, each with `metric`, `value` and
/// `reasons`, or `failed`; and `annotations`, what models found in both reports, each with the
/// `metrics` that compare it. Reports are not in it, but annotations hold words of them.
///
/// # Errors
/// When it cannot be written, or a number is not finite, which no reason holds.
pub fn reasons_jsonl(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let studies = (0..run.pairs().len() as u32).filter_map(|index| study(run, index));
    for study in studies {
        serde_json::to_writer(&mut *out, &line(&study))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Why the reasons of shards are not merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeReasonsError {
    /// A shard's file has no line for a study where it should stand.
    #[error("its reasons are not those of its results; score the shard again")]
    OtherStudy {
        /// The shard, by its position among those that were merged.
        shard: usize,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the reasons of all studies of a merged run, from the files of reasons of its shards,
/// which are in the order in which they were merged. What is written is what [`reasons_jsonl`] of
/// one run would have written.
///
/// # Errors
/// When a shard's reasons are not those of its studies, or a file cannot be read or written.
pub fn merge_reasons(
    run: &MergedRun,
    shards: &mut [impl BufRead],
    out: &mut dyn Write,
) -> Result<(), MergeReasonsError> {
    #[derive(Deserialize)]
    struct OfStudy {
        id: String,
    }
    let mut line = Vec::new();
    for (id, &owner) in run.ids().zip(run.owners()) {
        let shard = owner as usize;
        let other = || MergeReasonsError::OtherStudy { shard };
        line.clear();
        shards.get_mut(shard).ok_or_else(other)?.read_until(b'\n', &mut line)?;
        match serde_json::from_slice::<OfStudy>(&line) {
            Ok(study) if study.id == id => out.write_all(&line)?,
            _ => return Err(other()),
        }
    }
    Ok(())
}

fn line(study: &Study) -> Line<'_> {
    Line {
        id: &study.id,
        scores: study
            .scores
            .iter()
            .filter_map(|(metric, result)| {
                let score = match result.as_ref()? {
                    Ok(scored) => ScoreOrFailure::Scored(scored),
                    Err(failed) => ScoreOrFailure::Failed { failed },
                };
                Some(Score { metric: metric.id(), score })
            })
            .collect(),
        annotations: &study.annotations,
    }
}
