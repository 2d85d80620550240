//! The score of an answer that has been read.
//!
//! Source: crimson-score 0.2.0 `CRIMSON/generate_score.py`, `_calculate_crimson`, and RadEval's
//! copy, which takes entries without a `ref_id`.

use std::collections::{BTreeMap, BTreeSet};

use super::json::Json;
use super::{
    ATTRIBUTE_KINDS, AttributeError, Crimson, CrimsonError, CrimsonFinding, CrimsonPart,
    CrimsonReader,
};

/// What counts for a word that is none of the known ones, or none at all.
const UNKNOWN: f64 = 0.25;
const SIGNIFICANCES: [(&str, f64); 4] = [
    ("urgent", 1.0),
    ("actionable_not_urgent", 0.5),
    ("not_actionable_not_urgent", 0.25),
    ("benign_expected", 0.0),
];
const SEVERITIES: [(&str, f64); 2] = [("significant", 0.5), ("negligible", 0.0)];

/// What stands for a part that is not there.
static NOTHING: Json = Json::List(Vec::new());

/// A value as a key of Python's dictionaries: numbers and truth values are equal where they are
/// there. Lists and objects are none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Null,
    Number(u64),
    Text(String),
}

impl Id {
    fn of(value: &Json) -> Option<Self> {
        let number = |value: f64| match value {
            0.0 => Self::Number(0),
            _ if value.is_nan() => Self::Number(f64::NAN.to_bits()),
            _ => Self::Number(value.to_bits()),
        };
        match value {
            Json::Null => Some(Self::Null),
            Json::Bool(value) => Some(number(f64::from(u8::from(*value)))),
            Json::Number(value) => Some(number(*value)),
            Json::Text(text) => Some(Self::Text(text.clone())),
            Json::List(_) | Json::Object(_) => None,
        }
    }
}

fn object(value: &Json) -> Option<&indexmap::IndexMap<String, Json>> {
    match value {
        Json::Object(entries) => Some(entries),
        _ => None,
    }
}

/// What Python walks over: a list's items, an object's keys, a text's characters.
fn items(value: &Json) -> Option<Vec<Json>> {
    match value {
        Json::List(items) => Some(items.clone()),
        Json::Object(entries) => Some(entries.keys().cloned().map(Json::Text).collect()),
        Json::Text(text) => Some(text.chars().map(|c| Json::Text(c.to_string())).collect()),
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

/// The weight of the word under a key; `None` for a list or object, which no dictionary takes.
fn weight(of: &Json, key: &str, weights: &[(&str, f64)]) -> Option<f64> {
    let Some(word) = object(of)?.get(key) else { return Some(UNKNOWN) };
    let Id::Text(word) = Id::of(word)? else { return Some(UNKNOWN) };
    Some(weights.iter().find(|(known, _)| *known == word).map_or(UNKNOWN, |(_, weight)| *weight))
}

/// A value in print.
fn printed(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null | Json::List(_) | Json::Object(_)) => String::new(),
        Some(Json::Text(text)) => text.clone(),
        Some(Json::Bool(value)) => value.to_string(),
        Some(Json::Number(value)) => value.to_string(),
    }
}

/// Findings with their weights by id, of two with one id the later one's.
struct Findings {
    weights: BTreeMap<Id, f64>,
    /// Of all of them.
    total: f64,
    listed: Vec<CrimsonFinding>,
}

impl Findings {
    fn of(value: &Json) -> Option<Self> {
        let mut findings = Self { weights: BTreeMap::new(), total: 0.0, listed: Vec::new() };
        for finding in items(value)? {
            let id = object(&finding)?.get("id")?;
            let weight = weight(&finding, "clinical_significance", &SIGNIFICANCES)?;
            findings.weights.insert(Id::of(id)?, weight);
            findings.total += weight;
            let text = |key| printed(object(&finding).and_then(|entries| entries.get(key)));
            findings.listed.push(CrimsonFinding {
                id: text("id"),
                finding: text("finding"),
                significance: text("clinical_significance"),
            });
        }
        Some(findings)
    }

    fn weight(&self, id: &Id) -> f64 {
        self.weights.get(id).copied().unwrap_or(0.0)
    }

    /// The weights of the named ones, each as often as it is named.
    fn named(&self, ids: &[Json]) -> Option<f64> {
        ids.iter().map(|id| Some(self.weight(&Id::of(id)?))).sum()
    }
}

/// The reference finding that a match or an attribute error is about. `Ok(None)`: RadEval passes
/// over its lack.
fn about(reader: CrimsonReader, entry: &Json) -> Option<Option<Id>> {
    match (object(entry)?.get("ref_id"), reader) {
        (Some(id), _) => Some(Some(Id::of(id)?)),
        (None, CrimsonReader::Radeval) => Some(None),
        (None, CrimsonReader::Official) => None,
    }
}

/// Attribute errors: their number by kind, their weights by reference finding, and all in all.
struct Attributes {
    kinds: [u64; 8],
    by_reference: BTreeMap<Id, f64>,
    total: f64,
    listed: Vec<AttributeError>,
}

impl Attributes {
    fn of(reader: CrimsonReader, errors: &[Json]) -> Option<Self> {
        let mut found =
            Self { kinds: [0; 8], by_reference: BTreeMap::new(), total: 0.0, listed: Vec::new() };
        for error in errors {
            let entries = object(error)?;
            let kinds = entries.get("error_types").unwrap_or(&NOTHING);
            for (count, kind) in found.kinds.iter_mut().zip(ATTRIBUTE_KINDS) {
                *count += u64::from(match kinds {
                    Json::Text(text) => text.contains(kind),
                    Json::Object(entries) => entries.contains_key(kind),
                    Json::List(items) => items.iter().any(|item| is_text(item, kind)),
                    Json::Null | Json::Bool(_) | Json::Number(_) => return None,
                });
            }
            let weight = weight(error, "severity", &SEVERITIES)?;
            found.total += weight;
            match about(reader, error)? {
                // Python's get has None for what is not there, and RadEval skips both.
                None | Some(Id::Null) if reader == CrimsonReader::Radeval => {}
                id => *found.by_reference.entry(id.unwrap_or(Id::Null)).or_insert(0.0) += weight,
            }
            let text = |key| printed(entries.get(key));
            let kinds = match kinds {
                Json::Text(text) => vec![text.clone()],
                other => items(other)?.iter().map(|item| printed(Some(item))).collect(),
            };
            found.listed.push(AttributeError {
                reference: text("ref_id"),
                predicted: text("pred_id"),
                severity: text("severity"),
                kinds,
                explanation: text("explanation"),
            });
        }
        Some(found)
    }
}

fn is_text(value: &Json, wanted: &str) -> bool {
    matches!(value, Json::Text(text) if text == wanted)
}

/// The score of an answer.
///
/// # Errors
///
/// [`CrimsonError`] where the official code raises an exception.
pub(super) fn score(reader: CrimsonReader, answer: &Json) -> Result<Crimson, CrimsonError> {
    use CrimsonPart as Part;
    let bad = |part| move || CrimsonError::BadPart(part);
    let parts = object(answer).ok_or_else(bad(Part::Answer))?;
    let errors = parts.get("errors");
    if reader == CrimsonReader::Radeval {
        let names = [Part::ReferenceFindings, Part::PredictedFindings, Part::MatchedFindings];
        let all = names.iter().all(|part| parts.contains_key(part.name()));
        if !all || errors.and_then(object).is_none() {
            return Err(CrimsonError::MissingPart);
        }
    }
    let errors = match errors {
        None => None,
        Some(errors) => Some(object(errors).ok_or_else(bad(Part::Errors))?),
    };
    let part = |part: Part| parts.get(part.name()).unwrap_or(&NOTHING);
    let listed = |part: Part| {
        let value = errors.and_then(|errors| errors.get(part.name())).unwrap_or(&NOTHING);
        items(value).ok_or_else(bad(part))
    };
    let findings = |name| Findings::of(part(name)).ok_or_else(bad(name));
    let reference = findings(Part::ReferenceFindings)?;
    let predicted = findings(Part::PredictedFindings)?;
    let [false_findings, missing_findings] =
        [listed(Part::FalseFindings)?, listed(Part::MissingFindings)?];
    let false_weight = predicted.named(&false_findings).ok_or_else(bad(Part::FalseFindings))?;
    let missing_weight =
        reference.named(&missing_findings).ok_or_else(bad(Part::MissingFindings))?;
    let attribute_errors = listed(Part::AttributeErrors)?;
    let attributes =
        Attributes::of(reader, &attribute_errors).ok_or_else(bad(Part::AttributeErrors))?;
    let matched = items(part(Part::MatchedFindings)).ok_or_else(bad(Part::MatchedFindings))?;

    // A weight of 0 is no empty list: a reference of nothing but expected findings has it too.
    let reference_weight = match reference.listed.is_empty() {
        true => matched.len() as f64 + missing_weight,
        false => reference.total,
    };
    let mut correct = 0.0;
    let mut pairs = Vec::new();
    let mut counted = BTreeSet::new();
    for entry in &matched {
        let id = about(reader, entry).ok_or_else(bad(Part::MatchedFindings))?;
        let text = |key| printed(object(entry).and_then(|entries| entries.get(key)));
        pairs.push((text("ref_id"), text("pred_id")));
        let id = id.unwrap_or(Id::Null);
        if counted.insert(id.clone()) {
            let weight = reference.weight(&id);
            correct += match attributes.by_reference.get(&id) {
                None => weight,
                Some(errors) if weight + errors > 0.0 => weight * (weight / (weight + errors)),
                Some(_) => 0.0,
            };
        }
    }

    let raw = if reference_weight != 0.0 {
        (correct - false_weight) / reference_weight
    } else if false_weight == 0.0 && missing_weight == 0.0 {
        1.0
    } else {
        -(false_weight + missing_weight + 1.0)
    };
    let excess = false_weight - correct;
    let score = match raw {
        raw if raw >= 0.0 => raw,
        _ if excess > 0.0 => -excess / (1.0 + excess),
        _ => 0.0,
    };
    let printed = |ids: &[Json]| ids.iter().map(|id| printed(Some(id))).collect::<Vec<_>>();
    Ok(Crimson {
        score: rounded(score),
        reference_weight,
        correct,
        false_weight,
        missing_weight,
        attribute_weight: attributes.total,
        raw,
        false_count: false_findings.len() as u64,
        missing_count: missing_findings.len() as u64,
        attribute_count: attribute_errors.len() as u64,
        attribute_kinds: attributes.kinds,
        reference_findings: reference.listed,
        predicted_findings: predicted.listed,
        matched: pairs,
        false_findings: printed(&false_findings),
        missing_findings: printed(&missing_findings),
        attribute_errors: attributes.listed,
    })
}

/// Python's `round(value, 4)`: the nearest decimal of the exact binary value, ties to even.
fn rounded(value: f64) -> f64 {
    // What formatting prints is a number.
    format!("{value:.4}").parse().unwrap_or(value)
}
