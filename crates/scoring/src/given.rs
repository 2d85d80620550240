//! RadGraph annotations that the user provides: official files, by study id.

use indexmap::IndexMap;
use rrgscore_annotations::{Annotation, RadgraphAnnotation};
use rrgscore_data::StudyPair;
use rrgscore_metrics::radgraph::Graph;
use serde::Deserialize;
use serde_json::Value;

use crate::settings::GivenGraphs;

/// Why a file of annotations cannot be used. Holds ids, never report text.
#[derive(Debug, thiserror::Error)]
pub enum GivenError {
    /// Not a JSON object.
    #[error(
        "the {side} annotations are not a JSON object of study ids and annotations \
         (line {line}, column {column})"
    )]
    NotJson {
        /// `predictions` or `references`.
        side: &'static str,
        /// Where the reader stopped.
        line: usize,
        /// Where the reader stopped.
        column: usize,
    },
    /// One study's annotation is not of the official form.
    #[error("the {side} annotation of study {id} is not of the official form: {reason}")]
    BadGraph {
        /// `predictions` or `references`.
        side: &'static str,
        /// The study.
        id: String,
        /// What is wrong.
        #[source]
        reason: GraphFormError,
    },
    /// No study of the run is in the file.
    #[error(
        "the {side} annotations hold {found} studies, none of which is scored here; \
         are the ids the same as in the predictions?"
    )]
    NoStudy {
        /// `predictions` or `references`.
        side: &'static str,
        /// Studies in the file.
        found: usize,
    },
}

/// How an annotation is not of the official form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphFormError {
    /// It has no entities.
    #[error("it has no object `entities`")]
    NoEntities,
    /// An entity is incomplete, or a relation leads nowhere.
    #[error(
        "an entity lacks tokens, label, start_ix, end_ix or relations, or a relation points to no \
         entity"
    )]
    BadEntity,
}

/// Reads two files in the form that the official code writes (`{"id": {"text": …, "entities":
/// {"1": {"tokens", "label", "start_ix", "end_ix", "relations"}}, …}, …}`) and puts their graphs
/// in the order of the pairs. Studies that are not scored are ignored.
///
/// # Errors
/// When a file is not such an object, an annotation of a scored study is not of the official
/// form, or a file holds none of the studies.
pub fn read(
    predictions: &[u8],
    references: &[u8],
    pairs: &[StudyPair],
) -> Result<GivenGraphs, GivenError> {
    Ok(GivenGraphs {
        reference: side("references", references, pairs)?,
        candidate: side("predictions", predictions, pairs)?,
    })
}

/// The number of studies in a file of annotations; `side` (`predictions` or `references`) is for
/// the error.
///
/// # Errors
/// When the file is not a JSON object.
pub fn studies(side: &'static str, json: &[u8]) -> Result<usize, GivenError> {
    Ok(object(side, json)?.len())
}

fn object(side: &'static str, json: &[u8]) -> Result<IndexMap<String, Value>, GivenError> {
    serde_json::from_slice(json).map_err(|error| GivenError::NotJson {
        side,
        line: error.line(),
        column: error.column(),
    })
}

fn side(
    side: &'static str,
    json: &[u8],
    pairs: &[StudyPair],
) -> Result<Vec<Option<Graph>>, GivenError> {
    let studies = object(side, json)?;
    let of_study = |pair: &StudyPair| {
        let Some(value) = studies.get(&pair.id) else { return Ok(None) };
        graph(value).map(Some).map_err(|reason| GivenError::BadGraph {
            side,
            id: pair.id.clone(),
            reason,
        })
    };
    let graphs = pairs.iter().map(of_study).collect::<Result<Vec<_>, _>>()?;
    if !pairs.is_empty() && graphs.iter().all(Option::is_none) {
        return Err(GivenError::NoStudy { side, found: studies.len() });
    }
    Ok(graphs)
}

/// Reads one annotation; serde's own message may quote a value, which here can be a word of a
/// report, so it is not passed on.
fn graph(value: &Value) -> Result<Graph, GraphFormError> {
    if value.get("entities").and_then(Value::as_object).is_none() {
        return Err(GraphFormError::NoEntities);
    }
    Graph::deserialize(value).map_err(|_| GraphFormError::BadEntity)
}

/// What to say of annotations whose text is not the report of their study: files of another run,
/// exchanged files, or ids that were moved. Names studies, and holds no text.
#[must_use]
pub fn of_other_texts(graphs: &GivenGraphs, pairs: &[StudyPair]) -> Vec<String> {
    let reports = |of: fn(&StudyPair) -> &str| pairs.iter().map(of).collect::<Vec<&str>>();
    let sides = [
        ("predictions", &graphs.candidate, reports(|pair| &pair.candidate)),
        ("references", &graphs.reference, reports(|pair| &pair.reference)),
    ];
    let mut notes = Vec::new();
    for (side, graphs, reports) in sides {
        let others: Vec<&str> = graphs
            .iter()
            .zip(reports)
            .zip(pairs)
            .filter(|((graph, report), _)| {
                graph.as_ref().is_some_and(|graph| is_of_other_text(graph.text(), report))
            })
            .map(|(_, pair)| pair.id.as_str())
            .collect();
        if others.is_empty() {
            continue;
        }
        let more = if others.len() > 5 { ", …" } else { "" };
        let studies = if others.len() == 1 { "study" } else { "studies" };
        notes.push(format!(
            "The {side}' annotations of {} {studies} are of another text than the report: {}{more}.",
            others.len(),
            others.iter().take(5).copied().collect::<Vec<_>>().join(", "),
        ));
    }
    notes
}

/// Whether fewer than half of an annotated text's words stand in a report. The official code
/// changes punctuation and white space before it annotates, and no words.
fn is_of_other_text(annotated: &str, report: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|character: char| !character.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let known: std::collections::BTreeSet<String> = words(report).into_iter().collect();
    let annotated = words(annotated);
    let found = annotated.iter().filter(|word| known.contains(*word)).count();
    found * 2 < annotated.len()
}

/// A graph that the user provides, as an annotation of the report that it was made of.
pub(crate) fn annotation(graph: &Graph, report: &str) -> Annotation {
    let words = word_spans(graph.text(), report);
    Annotation::RadGraph(RadgraphAnnotation { graph: graph.clone(), words, chunks: 1 })
}

/// First byte and one past the last byte of each word of an annotated text in the report; none
/// where the text is not the report's words in their order, as when it was cleaned in between.
fn word_spans(text: &str, report: &str) -> Vec<(u32, u32)> {
    let mut spans = Vec::new();
    let mut from = 0;
    for word in text.split_whitespace() {
        let rest = report.get(from..).unwrap_or_default();
        let start = from + (rest.len() - rest.trim_start().len());
        if !rest.trim_start().starts_with(word) {
            return Vec::new();
        }
        from = start + word.len();
        spans.push((start as u32, from as u32));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(id: &str) -> StudyPair {
        StudyPair { id: id.into(), reference: "a".into(), candidate: "b".into() }
    }

    const ONE: &str = r#"{"s1": {"text": "no effusion", "entities": {"1": {"tokens": "effusion",
        "label": "OBS-DA", "start_ix": 1, "end_ix": 1, "relations": []}},
        "data_source": null, "data_split": "inference"}, "other": 3}"#;

    #[test]
    fn graphs_go_to_their_studies() {
        let pairs = [pair("s0"), pair("s1")];
        let given = read(ONE.as_bytes(), ONE.as_bytes(), &pairs).unwrap();
        assert!(given.reference[0].is_none());
        assert_eq!(given.candidate[1].as_ref().unwrap().entities().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_text() {
        let pairs = [pair("s1")];
        let broken = ONE.replace("\"end_ix\": 1,", "");
        let error = read(broken.as_bytes(), ONE.as_bytes(), &pairs).unwrap_err().to_string();
        assert!(error.contains("predictions") && error.contains("study s1"), "{error}");
        assert!(!error.contains("effusion"), "{error}");
        assert!(matches!(
            read(b"[1]", ONE.as_bytes(), &pairs),
            Err(GivenError::NotJson { side: "predictions", .. })
        ));
        assert!(matches!(
            read(ONE.as_bytes(), ONE.as_bytes(), &[pair("x")]),
            Err(GivenError::NoStudy { found: 2, .. })
        ));
    }

    #[test]
    fn words_are_found_in_the_report_they_were_taken_from() {
        assert_eq!(word_spans("no effusion .", "No  effusion."), []);
        assert_eq!(word_spans("no effusion .", "no  effusion."), [(0, 2), (4, 12), (12, 13)]);
        assert_eq!(word_spans("", "anything"), []);
    }
}
