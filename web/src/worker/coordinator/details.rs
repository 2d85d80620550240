//! What a run came to beside its means: F1 of findings over all studies as one set, and which of a
//! judge's answers to look at.

use rrgscore_data::thousands;
use rrgscore_scoring::Summary;
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::summary::{Averages, ChexbertF1, FindingsF1, MetricSummary, ObservationRow};

use crate::protocol::look::{ResultDetail, ShownTable};

/// Studies that are listed at most; all are in summary.json.
const LISTED: usize = 200;

/// All details of a run, in the order in which they are shown.
pub(super) fn details(summary: &Summary) -> Vec<ResultDetail> {
    let metrics = || summary.metrics.iter();
    let chexbert = summary.chexbert_f1.iter().map(chexbert);
    let of_findings = metrics().filter_map(|one| Some(findings(one, one.findings_f1.as_ref()?)));
    let judged = metrics().filter_map(|one| Some(answers(one, one.judge.as_ref()?)));
    chexbert.chain(of_findings).chain(judged).collect()
}

fn number(value: f64) -> String {
    format!("{value:.4}")
}

fn table(caption: &str, heads: &[&str], rows: Vec<Vec<String>>) -> ShownTable {
    let heads = heads.iter().map(|&head| head.to_owned()).collect();
    ShownTable { caption: caption.to_owned(), heads, rows }
}

fn studies(count: u64) -> String {
    let noun = if count == 1 { "study" } else { "studies" };
    format!("{} {noun}", thousands(count))
}

fn chexbert(f1: &ChexbertF1) -> ResultDetail {
    let average = |row: &Averages| {
        let uncertain = if row.uncertain_is_positive { "as present" } else { "as absent" };
        let name = format!("{} observations, uncertain {uncertain}", row.observations);
        let samples = [row.samples.precision, row.samples.recall, row.samples.f1];
        let f1s = [row.micro.f1, row.macro_average.f1, row.weighted.f1];
        let numbers = f1s.into_iter().chain(samples).chain([row.exact_match]).map(number);
        std::iter::once(name).chain(numbers).collect()
    };
    let heads = [
        "Averages over",
        "micro F1",
        "macro F1",
        "weighted F1",
        "per study: precision",
        "recall",
        "F1",
        "all equal",
    ];
    let averages = f1.averages.iter().map(average).collect();
    ResultDetail {
        title: "F1-CheXbert".to_owned(),
        notes: vec![format!(
            "Over {}. Not part of the leaderboard; uncertain as present is f1chexbert's own handling, \
             as absent that of cvt2distilgpt2 and CXRMate, whose figures are those per study.",
            studies(f1.n.into())
        )],
        tables: vec![
            table("Averages", &heads, averages),
            observations("Each observation, uncertain as present", &f1.observations),
            observations(
                "Each observation, uncertain as absent",
                &f1.observations_uncertain_as_negative,
            ),
        ],
    }
}

fn findings(metric: &MetricSummary, f1: &FindingsF1) -> ResultDetail {
    let averages = [
        ("micro", f1.micro),
        ("macro", f1.macro_average),
        ("weighted by support", f1.weighted),
        ("per study", f1.samples),
    ];
    let rows = averages.map(|(name, scores)| {
        let numbers = [scores.precision, scores.recall, scores.f1].map(number);
        std::iter::once(name.to_owned()).chain(numbers).collect()
    });
    let heads = ["Averages over", "precision", "recall", "F1"];
    ResultDetail {
        title: format!("{}: averages", metric.label),
        notes: vec![format!(
            "Over {} findings; all are equal in {} of {}.",
            f1.findings,
            number(f1.exact_match),
            studies(metric.n.into())
        )],
        tables: vec![
            table("Averages", &heads, rows.to_vec()),
            observations("Each finding", &f1.rows),
        ],
    }
}

/// Each label's precision, recall, F1 and support.
fn observations(caption: &str, rows: &[ObservationRow]) -> ShownTable {
    let row = |row: &ObservationRow| {
        let numbers = [row.scores.precision, row.scores.recall, row.scores.f1].map(number);
        let support = thousands(row.support);
        [row.name.clone()].into_iter().chain(numbers).chain([support]).collect()
    };
    let heads = ["Label", "precision", "recall", "F1", "in references"];
    table(caption, &heads, rows.iter().map(row).collect())
}

/// Who judged, studies without an answer, and those whose answer did not parse as intended.
fn answers(metric: &MetricSummary, judge: &JudgeSummary) -> ResultDetail {
    let noted = || judge.not_as_intended.iter();
    let answered = judge.answered;
    let noun = if answered == 1 { "answer" } else { "answers" };
    let mut notes = vec![judge.made_by()];
    if judge.failed_requests > 0 {
        notes.push(format!("Requests that came back with an error: {}", judge.failed_requests));
    }
    let kinds: Vec<String> =
        judge.by_note.iter().map(|(code, studies)| format!("{code} {studies}")).collect();
    if !kinds.is_empty() {
        notes.push(kinds.join(" \u{b7} "));
    }
    let (intended, missing) = (noted().count(), judge.unanswered.len());
    let mut tables = Vec::new();
    if intended > 0 {
        let rows = noted().map(|(study, codes)| vec![study.clone(), codes.join(", ")]);
        let caption = listed("Answers that did not parse as intended", intended);
        tables.push(table(&caption, &["Study", "what"], rows.take(LISTED).collect()));
    }
    if missing > 0 {
        let rows = judge.unanswered.iter().map(|study| vec![study.clone()]);
        let caption = format!(
            "No answer for {}, which have no score in this column",
            studies(missing as u64)
        );
        let caption = listed(&caption, missing);
        tables.push(table(&caption, &["Study"], rows.take(LISTED).collect()));
    }
    ResultDetail {
        title: format!(
            "{}: {} of {} {noun} did not parse as intended",
            metric.label,
            thousands(intended as u64),
            thousands(answered.into()),
        ),
        notes,
        tables,
    }
}

fn listed(caption: &str, all: usize) -> String {
    if all > LISTED {
        return format!("{caption} (the first {LISTED}; all are in summary.json)");
    }
    caption.to_owned()
}
