//! `scores.csv`: a row per study, a column per metric.

use rrgscore_scoring::ScoredSet;

use crate::ExportError;

/// The per-study scores as CSV: `study_id`, then one column per metric under its official name,
/// rows in input order, numbers with as many digits as tell them apart from every other f64. A
/// study without a score has an empty field.
///
/// A study id that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab
/// or a carriage return, and is no number) gets a leading apostrophe.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn scores_csv(run: &impl ScoredSet) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = run.columns().iter().map(|column| column.metric.column());
    writer.write_record(std::iter::once("study_id").chain(names))?;
    for (place, id) in run.ids().enumerate() {
        writer.write_field(harmless(id))?;
        for column in run.columns() {
            let value = column.cells.get(place).and_then(|cell| cell.value());
            writer.write_field(value.map(|value| value.to_string()).unwrap_or_default())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn harmless(id: &str) -> String {
    let formula = id.starts_with(['=', '+', '-', '@', '\t', '\r']) && id.parse::<f64>().is_err();
    if formula { format!("'{id}") } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use rrgscore_data::{MissingPolicy, StudyPair, Task};
    use rrgscore_metrics::bleu::{bleu2, tokens};
    use rrgscore_scoring::job::{Done, Outcome, PairScore, Reasons, Scored, Work};
    use rrgscore_scoring::{Metric, Next, PairIndex, Profile, Run, Settings};

    use super::*;

    fn run(ids: &[&str]) -> Run {
        let settings = Settings {
            profile: Profile::Rexrank,
            task: Some(Task::Report),
            missing: MissingPolicy::Refuse,
            cleaning: None,
            metrics: vec![Metric::named("bleu2").unwrap()],
        };
        let pair = |id: &&str| StudyPair {
            id: (*id).to_owned(),
            reference: "no effusion".to_owned(),
            candidate: "effusion".to_owned(),
        };
        Run::new(settings, ids.iter().map(pair).collect::<Vec<_>>())
    }

    #[test]
    fn pending_scores_are_empty_fields() {
        assert_eq!(scores_csv(&run(&["a"])).unwrap(), "study_id,bleu_score\na,\n");
    }

    #[test]
    fn numbers_read_back_to_the_same_bits() {
        let mut run = run(&["a"]);
        let Next::Job(job) = run.next_job() else { panic!("a job is planned") };
        let Work::Score { pairs, .. } = &job.work else { panic!("BLEU is planned") };
        let bleu = bleu2(&tokens(&pairs[0].reference), &tokens(&pairs[0].candidate));
        let scored = Scored {
            value: bleu.score,
            truncated: false,
            flags: Vec::new(),
            reasons: Reasons::Plain,
        };
        let scores = vec![PairScore { pair: PairIndex(0), result: Ok(scored) }];
        run.accept(Outcome { id: job.id, done: Done::Scores { scores }, encoded: 0 }).unwrap();
        let csv = scores_csv(&run).unwrap();
        let field = csv.lines().nth(1).and_then(|line| line.split(',').nth(1)).unwrap();
        assert_eq!(field.parse::<f64>().unwrap().to_bits(), bleu.score.to_bits());
    }

    #[test]
    fn ids_are_quoted_and_never_formulas() {
        let csv = scores_csv(&run(&["a,b", "=HYPERLINK(\"x\")", "-12", "@x"])).unwrap();
        let ids: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(ids, ["\"a,b\",", "\"'=HYPERLINK(\"\"x\"\")\",", "-12,", "'@x,"]);
    }
}
