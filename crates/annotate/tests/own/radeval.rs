use super::bertscore::{self, check_goldens};
use super::{MARGIN, TOLERANCE};
use rrgscore_annotate::Findings;
use rrgscore_annotations::FindingSet;
use rrgscore_annotations::SpaceRuns::Kept;
use rrgscore_metrics::bertscore::DISTILBERT_BASE_UNCASED_LAYER_5;
use rrgscore_metrics::findings::{report, score};
use rrgscore_metrics::multilabel::PrecisionRecallF1;
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally};
use serde::Deserialize;
use std::collections::BTreeMap;

const FILE: &str = "annotate/radeval.json";

#[derive(Deserialize)]
struct Goldens {
    distilbert: bertscore::Goldens,
    modernbert: bertscore::Goldens,
    references: Vec<String>,
    candidates: Vec<String>,
    srr_leaves_with_statuses: Srr,
    srr_upper_with_statuses: Srr,
    radbert_ct: RadbertCt,
}

#[derive(Deserialize)]
struct Srr {
    rows: Vec<Row>,
    sample_f1: Vec<f64>,
    report: BTreeMap<String, Average>,
}

#[derive(Deserialize)]
struct RadbertCt {
    rows: Vec<Row>,
    accuracy: f64,
    sample_accuracy: Vec<f64>,
    report: BTreeMap<String, Average>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    parts: Vec<String>,
    ids: Vec<Vec<u32>>,
    positive: Vec<u16>,
    logits: Option<Vec<Vec<f32>>>,
    min_margin: f32,
}

#[derive(Deserialize)]
struct Average {
    precision: f64,
    recall: f64,
    #[serde(rename = "f1-score")]
    f1: f64,
}

fn goldens() -> Goldens {
    serde_json::from_str(include_str!("../goldens/radeval.json")).unwrap()
}

/// RadEval's BERTScore, rescaled.
pub(crate) fn check_distilbert(pack: &Pack) {
    let baseline = Some(&DISTILBERT_BASE_UNCASED_LAYER_5);
    check_goldens(pack, goldens().distilbert, "BERTScore (DistilBERT)", FILE, (baseline, Kept));
}

/// RadEval-BERTScore.
pub(crate) fn check_modernbert(pack: &Pack) {
    check_goldens(pack, goldens().modernbert, "RadEval-BERTScore", FILE, (None, Kept));
}

/// SRR-BERT: sentences, ids, logits and findings of reports, and the figures of a set.
pub(crate) fn check_srr_bert(pack: &Pack) {
    let goldens = goldens();
    let model = Findings::from_pack(pack).unwrap();
    let (what, srr) = match model.set() {
        FindingSet::SrrLeavesWithStatuses => {
            ("leaves with statuses", goldens.srr_leaves_with_statuses)
        }
        _ => ("upper with statuses", goldens.srr_upper_with_statuses),
    };
    assert_eq!(model.splitter(), Some("punkt"));
    check_rows("SRR-BERT", what, &model, &srr.rows);
    let pairs = read_pairs(&model, &goldens.references, &goldens.candidates);
    let mut scores = Tally::within("SRR-BERT", "scores, averages", FILE, 1e-12);
    for ([reference, candidate], official) in pairs.iter().zip(&srr.sample_f1) {
        scores.fixture(Set::Own);
        scores.close(score(model.set(), reference, candidate), *official);
    }
    check_report(&mut scores, model.set(), &pairs, &srr.report);
    scores.finish();
}

/// F1RadBERT-CT, the same.
pub(crate) fn check_radbert_ct(pack: &Pack) {
    let goldens = goldens();
    let model = Findings::from_pack(pack).unwrap();
    assert_eq!(model.splitter(), None);
    check_rows("F1RadBERT-CT", "18 findings", &model, &goldens.radbert_ct.rows);
    let pairs = read_pairs(&model, &goldens.references, &goldens.candidates);
    let mut scores = Tally::within("F1RadBERT-CT", "scores, averages", FILE, 1e-12);
    for ([reference, candidate], official) in pairs.iter().zip(&goldens.radbert_ct.sample_accuracy)
    {
        scores.fixture(Set::Own);
        scores.close(score(model.set(), reference, candidate), *official);
    }
    check_report(&mut scores, model.set(), &pairs, &goldens.radbert_ct.report);
    let both = pairs.iter().map(|both| both.each_ref().map(Vec::as_slice));
    scores.close(report(model.set(), both).exact_match, goldens.radbert_ct.accuracy);
    scores.finish();
}

fn read_pairs(
    model: &Findings,
    references: &[String],
    candidates: &[String],
) -> Vec<[Vec<u16>; 2]> {
    let read = |text: &String| model.annotate(text).unwrap().annotation.positive;
    references.iter().zip(candidates).map(|(one, other)| [read(one), read(other)]).collect()
}

fn check_report(
    tally: &mut Tally,
    set: FindingSet,
    pairs: &[[Vec<u16>; 2]],
    official: &BTreeMap<String, Average>,
) {
    let found = report(set, pairs.iter().map(|both| both.each_ref().map(Vec::as_slice)));
    for (name, found) in [
        ("micro avg", found.micro),
        ("macro avg", found.macro_average),
        ("weighted avg", found.weighted),
        ("samples avg", found.samples),
    ] {
        let PrecisionRecallF1 { precision, recall, f1 } = found;
        let official = &official[name];
        tally.close(precision, official.precision);
        tally.close(recall, official.recall);
        tally.close(f1, official.f1);
    }
}

fn check_rows(metric: &'static str, what: &'static str, model: &Findings, rows: &[Row]) {
    let mut logits = Tally::within(metric, "logits", FILE, TOLERANCE);
    let mut found = Tally::identical(metric, what, FILE);
    for row in rows {
        let reading = model.annotate(&row.text).unwrap();
        assert_eq!((&reading.texts, &reading.ids), (&row.parts, &row.ids));
        if let Some(official) = &row.logits {
            logits.fixture(Set::Own);
            logits.all_close(&reading.logits, &official.concat());
        }
        found.fixture(Set::Own);
        if row.min_margin > MARGIN {
            let positive: Vec<u16> = reading.annotation.positive.clone();
            let none = model.set() == FindingSet::RadbertCt && row.positive.is_empty();
            let expected = if none { vec![18] } else { row.positive.clone() };
            found.same(positive, expected);
        } else {
            found.leave_out();
        }
    }
    assert!(found.agreeing(Set::Own) > 15);
    logits.finish();
    found.finish();
}
