//! Reading and glue against what pandas and the official code made.

#![allow(clippy::unwrap_used)]

mod common;

use common::{dataset, shared};
use rrgscore_data::{
    Code, MissingPolicy, Task, align, hash_of_ids, is_pandas_na, official_order, recognise,
};
use rrgscore_parity::{Set, Tally};
use serde_json::Value;

/// What the page on parity calls this.
const GLUE: [&str; 2] = ["ReXrank glue", "references, predictions, order"];

/// Texts of a golden: null stands for NaN.
fn texts(list: &Value) -> Vec<Option<&str>> {
    list.as_array().unwrap().iter().map(Value::as_str).collect()
}

/// The input of the fixture as it is written there: a parsed value would lose the order.
#[derive(serde::Deserialize)]
struct Input {
    input: Box<serde_json::value::RawValue>,
}

impl Input {
    fn raw(golden: &str) -> String {
        serde_json::from_str::<Self>(golden).unwrap().input.get().to_owned()
    }
}

/// Aligns a ReXrank file that brings its references, and compares with the official texts.
fn same_as_official(
    tally: &mut Tally,
    input: &str,
    references: &[Option<&str>],
    predictions: &[Option<&str>],
) {
    let data = dataset(input);
    assert_eq!(data.records.len(), references.len());
    let aligned = align(&data, None, Task::Report, MissingPolicy::Empty).unwrap();
    assert_eq!(aligned.pairs.len(), references.len());
    for (place, pair) in aligned.pairs.iter().enumerate() {
        tally.same(Some(pair.reference.as_str()), references[place]);
        tally.same(pair.candidate.as_str(), predictions[place].unwrap_or_default());
        let official = data.records[place].prediction.text().filter(|text| !is_pandas_na(text));
        tally.same(official, predictions[place]);
    }
    let missing = predictions.iter().filter(|text| text.is_none()).count() as u64;
    assert_eq!(aligned.counts.scored_as_empty, missing);
    assert_eq!(aligned.counts.matched, references.len() as u64 - missing);
}

#[test]
fn glue_equals_pandas() {
    let golden: Value = serde_json::from_str(include_str!("goldens/glue.json")).unwrap();
    let mut tally = Tally::identical(GLUE[0], GLUE[1], "data/glue.json");
    for case in golden["cases"].as_array().unwrap() {
        tally.fixture(Set::Own);
        let input = case["input"].as_str().unwrap();
        same_as_official(
            &mut tally,
            input,
            &texts(&case["reference"]),
            &texts(&case["prediction"]),
        );
        let data = dataset(input);
        let ids: Vec<&str> = data.records.iter().map(|record| record.id.as_str()).collect();
        let sorted: Vec<&str> = texts(&case["sorted_ids"]).into_iter().flatten().collect();
        tally.same(official_order(&ids), sorted);
    }
    tally.finish();
}

#[test]
fn glue_equals_the_official_run() {
    let Some(text) = shared("golden/dev/rexrank_glue.json") else { return };
    let golden: Value = serde_json::from_str(&text).unwrap();
    let reference = texts(&golden["gt_report_after_read_csv"]);
    let prediction = texts(&golden["pred_report_after_read_csv"]);
    // The fixture writes NaN as a text; the official input had the bare literal.
    let input = Input::raw(&text);
    let mut tally = Tally::identical(GLUE[0], GLUE[1], "rexrank_glue.json");
    tally.fixture(Set::Official);
    same_as_official(&mut tally, &input, &reference, &prediction);
    same_as_official(&mut tally, &input.replace("\"NaN\"", "NaN"), &reference, &prediction);

    let data = dataset(&input);
    let ids: Vec<&str> = data.records.iter().map(|record| record.id.as_str()).collect();
    let sorted: Vec<&str> = texts(&golden["study_id_sorted"]).into_iter().flatten().collect();
    tally.same(official_order(&ids), sorted);

    // The CSVs that the official code writes say the same, read as files of their own.
    let references = dataset(golden["gt_csv"].as_str().unwrap());
    let predictions = dataset(golden["pred_csv"].as_str().unwrap());
    let from_csv =
        align(&predictions, Some(&references), Task::Report, MissingPolicy::Empty).unwrap();
    let from_json = align(&data, None, Task::Report, MissingPolicy::Empty).unwrap();
    tally.same(from_csv.pairs, from_json.pairs);
    tally.finish();
}

#[test]
fn iu_x_ray_is_recognised_and_glued_as_shipped() {
    let Some(split) = shared("data/ReXRank_IUXray_test.json") else { return };
    let references = dataset(&split);
    assert_eq!(references.records.len(), 590);
    let ids = || references.records.iter().map(|record| record.id.as_str());
    assert_eq!(recognise(ids()).map(|split| split.key), Some("iu-xray-test"));
    assert_eq!(
        hash_of_ids(ids()),
        "5a1ffae1cceeaad4f2aa1d3e8ce835fe7c995cd432728ef81a483ab44e83b42c"
    );
    assert_eq!(
        references.sha256,
        "4d30a534525e3d92acacaef329ad35a2429b8853b45ef9003e3034b9c9db8464"
    );
    // A predictions file of all studies but ten.
    let mut csv = "study_id,report\n".to_owned();
    for id in ids().skip(10) {
        csv.push_str(&format!("{id},The lungs are clear.\n"));
    }
    let aligned =
        align(&dataset(csv), Some(&references), Task::Report, MissingPolicy::Exclude).unwrap();
    assert_eq!(aligned.split.unwrap().label(), "IU X-ray test, 580 of 590 studies");
    assert_eq!((aligned.counts.scored, aligned.counts.excluded), (580, 10));
    assert!(aligned.findings.iter().all(|finding| finding.code != Code::OtherReferenceTexts));
    // The `report` field of the split is the official glue string already.
    for pair in &aligned.pairs {
        let record = references.records.iter().find(|record| record.id == pair.id).unwrap();
        assert_eq!(record.report.text(), Some(pair.reference.as_str()));
    }
}
