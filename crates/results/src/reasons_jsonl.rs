//! `reasons.jsonl`: what each score of each study was made of.

use std::io::{self, Write};

use rrgscore_scoring::Run;
use serde::Serialize;

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
