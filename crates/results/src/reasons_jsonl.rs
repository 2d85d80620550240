//! `reasons.jsonl`: what each score of each study was made of.

use rrgscore_annotations::Annotation;
use rrgscore_scoring::Run;
use serde::Serialize;

use crate::study::study;
use crate::{ExportError, Study};

/// A line's content: a study without its reports.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    scores: Vec<Score<'a>>,
    annotations: Vec<Annotations<'a>>,
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

#[derive(Serialize)]
struct Annotations<'a> {
    metric: &'static str,
    reference: &'a Option<Annotation>,
    candidate: &'a Option<Annotation>,
}

/// A line of JSON per study, in input order: `id`; `scores`, each with `metric`, `value` and
/// `reasons`, or `failed`; and `annotations`, what models found in both reports. Reports are not in
/// it, but annotations hold words of them.
///
/// # Errors
/// When a number is not finite, which no reason holds.
pub fn reasons_jsonl(run: &Run) -> Result<String, ExportError> {
    let mut text = String::new();
    let studies = (0..run.pairs().len() as u32).filter_map(|index| study(run, index));
    for study in studies {
        text.push_str(&serde_json::to_string(&line(&study))?);
        text.push('\n');
    }
    Ok(text)
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
        annotations: study
            .annotations
            .iter()
            .map(|(metric, [reference, candidate])| Annotations {
                metric: metric.id(),
                reference,
                candidate,
            })
            .collect(),
    }
}
