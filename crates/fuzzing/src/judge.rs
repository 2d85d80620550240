//! What judges, models and runs have said: answers, templates, annotations, summaries, shards.

use rrgscore_data::StudyPair;
use rrgscore_judge::{
    AnswerReading, Answers, JudgeMetric, JudgeResults, Request, Studies, Template,
};
use rrgscore_metrics::{fineradscore, green};
use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::shard::{ShardResults, merge};

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// A judge's answers, with the file of studies in the first line where there is one.
pub(crate) fn answers(data: &[u8]) {
    let Some(text) = text(data) else { return };
    green::parse(&green::clean(text));
    let _ = fineradscore::parse(text);
    let (first, rest) = text.split_once('\n').unwrap_or(("", text));
    let studies = serde_json::from_str::<Studies>(first).ok();
    let lines = if studies.is_some() { rest } else { text };
    if let Ok(answers) = Answers::read(lines, studies.as_ref()) {
        let ids: Vec<&str> = answers.iter().map(|(study, _)| study).collect();
        for reading in [AnswerReading::Official, AnswerReading::Radeval] {
            JudgeResults::green(ids.iter().copied(), &answers, reading);
            JudgeResults::crimson(ids.iter().copied(), &answers, reading);
        }
        JudgeResults::fineradscore(ids.iter().copied(), &answers);
    }
}

/// Templates, requests, files of studies.
pub(crate) fn files(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for metric in JudgeMetric::ALL {
        let _ = Template::parse(metric, text);
    }
    let _ = Request::read_all(text);
    let _ = serde_json::from_str::<Studies>(text);
}

/// RadGraph annotations in the official JSON form.
pub(crate) fn graphs(data: &[u8]) {
    let _ = rrgscore_scoring::given::studies("predictions", data);
    let keys = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(data);
    let pairs: Vec<StudyPair> = keys
        .unwrap_or_default()
        .keys()
        .take(8)
        .map(|id| StudyPair {
            id: id.clone(),
            reference: "The heart is large .".to_owned(),
            candidate: String::new(),
        })
        .collect();
    if let Ok(graphs) = rrgscore_scoring::given::read(data, data, &pairs) {
        assert_eq!(graphs.reference.len(), pairs.len());
        assert_eq!(graphs.candidate.len(), pairs.len());
    }
}

/// A shard's results; of a run of one shard also the files.
pub(crate) fn shard(data: &[u8]) {
    let Ok(shard) = ShardResults::read(data) else { return };
    if let Ok(run) = merge(vec![("shard".to_owned(), shard)]) {
        let studies = run.ids().len();
        assert!(run.columns().iter().all(|column| column.cells.len() == studies));
        let results = rrgscore_results::Results::new(&run, run.provenance(), &[]);
        results.files(&run).expect("the files are written");
    }
}

/// Summaries: what is read and written again is the same.
pub(crate) fn summary(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(summary) = rrgscore_results::read_summary(text) {
        let written = rrgscore_results::summary_json(&summary).expect("a summary is written");
        let again = rrgscore_results::read_summary(&written).expect("what was written is read");
        let twice = rrgscore_results::summary_json(&again).expect("a summary is written");
        assert_eq!(written, twice);
    }
}
