//! F1-CheXbert against scikit-learn's classification_report, labels against CheXbert's coding.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::chexbert_labels::{
    F1Report, LabelError, Labels, Mention, OBSERVATIONS, PrecisionRecallF1, Subset, Uncertain,
    f1_report, positives,
};
use rrgscore_parity::{Tally, number, records, shared_records};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MENTIONS: [Mention; 4] =
    [Mention::Blank, Mention::Positive, Mention::Negative, Mention::Uncertain];

/// Classes as the heads number them.
fn labels(rows: &Value) -> Vec<Labels> {
    let rows: Vec<[usize; 14]> = serde_json::from_value(rows.clone()).unwrap();
    rows.into_iter().map(|row| Labels(row.map(|class| MENTIONS[class]))).collect()
}

#[test]
fn figures_equal_the_classification_report() {
    let mut tally = Tally::within("CheXbert", "F1-CheXbert", "chexbert_f1.jsonl", 1e-12);
    for golden in records("chexbert_f1.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let (reference, candidate) = (labels(&record["reference"]), labels(&record["candidate"]));
        for (field, uncertain) in [
            ("uncertain_positive", Uncertain::AsPositive),
            ("uncertain_negative", Uncertain::AsNegative),
        ] {
            for (size, subset) in [("14", Subset::All), ("5", Subset::Top5)] {
                let official = &record[field][size];
                let ours = f1_report(&reference, &candidate, subset, uncertain).unwrap();
                tally.close(ours.exact_match, number(&official["accuracy"]));
                compare(&mut tally, &ours, &official["report"]);
            }
        }
    }
    tally.finish();
}

fn compare(tally: &mut Tally, ours: &F1Report, official: &Value) {
    let averages = [
        ("micro avg", ours.micro),
        ("macro avg", ours.macro_average),
        ("weighted avg", ours.weighted),
        ("samples avg", ours.samples),
    ];
    for (name, scores) in averages {
        compare_row(tally, scores, &official[name]);
    }
    for row in &ours.labels {
        let name = OBSERVATIONS[row.label];
        compare_row(tally, row.scores, &official[name]);
        tally.same(row.support as f64, number(&official[name]["support"]));
    }
}

fn compare_row(tally: &mut Tally, ours: PrecisionRecallF1, official: &Value) {
    tally.close(ours.precision, number(&official["precision"]));
    tally.close(ours.recall, number(&official["recall"]));
    tally.close(ours.f1, number(&official["f1-score"]));
}

/// scikit-learn's averages, and the figures of cvt2distilgpt2 and CXRMate, which count the class
/// "positive" alone.
#[test]
fn averages_equal_those_of_papers() {
    let file = "chexbert_averages.jsonl";
    let mut tally = Tally::within("CheXbert", "averages of papers", file, 1e-12);
    for golden in shared_records(file) {
        tally.at(&golden);
        let record = &golden.value;
        if record.get("sklearn").is_none() {
            // Several images of one study, and a study twice: what an alignment has no room for.
            tally.leave_out();
            continue;
        }
        let [reference, candidate] =
            ["classes_reference", "classes_candidate"].map(|side| labels(&record[side]));
        let report =
            |subset, uncertain| f1_report(&reference, &candidate, subset, uncertain).unwrap();
        for (handling, uncertain) in [
            ("uncertain_positive", Uncertain::AsPositive),
            ("uncertain_negative", Uncertain::AsNegative),
        ] {
            for (size, subset) in [("14", Subset::All), ("5", Subset::Top5)] {
                let (ours, official) =
                    (report(subset, uncertain), &record["sklearn"][handling][size]);
                for (average, ours) in [
                    ("micro", ours.micro),
                    ("macro", ours.macro_average),
                    ("weighted", ours.weighted),
                    ("samples", ours.samples),
                ] {
                    three(&mut tally, ours, |name| number(&official[average][name]));
                }
                tally.close(ours.exact_match, number(&official["exact_match"]));
                for (i, row) in ours.labels.iter().enumerate() {
                    let class = &official["per_class"];
                    three(&mut tally, row.scores, |name| number(&class[name][i]));
                    tally.same(row.support as f64, number(&class["support"][i]));
                }
            }
        }
        let ours = report(Subset::All, Uncertain::AsNegative);
        for (official, prefix) in [(&record["cvt2distilgpt2"], "ce_"), (&record["cxrmate"], "")] {
            for (average, ours) in [("example", ours.samples), ("macro", ours.macro_average)] {
                three(&mut tally, ours, |name| {
                    number(&official[format!("{prefix}{name}_{average}")])
                });
            }
            // 0/0 is NaN there, and 0 here as in scikit-learn.
            three(&mut tally, ours.micro, |name| {
                let official = number(&official[format!("{prefix}{name}_micro")]);
                if official.is_nan() { 0.0 } else { official }
            });
        }
    }
    tally.finish();
}

fn three(tally: &mut Tally, ours: PrecisionRecallF1, official: impl Fn(&str) -> f64) {
    tally.close(ours.precision, official("precision"));
    tally.close(ours.recall, official("recall"));
    tally.close(ours.f1, official("f1"));
}

/// f1chexbert's two vectors of one report say the same as the label coding.
#[test]
fn vectors_equal_f1chexbert() {
    let mut tally =
        Tally::identical("CheXbert", "f1chexbert's vectors", "e2e_f1chexbert_labels.jsonl");
    for golden in shared_records("e2e_f1chexbert_labels.jsonl") {
        tally.at(&golden);
        let mention = |value: &Value| match value.as_i64() {
            None => Mention::Blank,
            Some(1) => Mention::Positive,
            Some(0) => Mention::Negative,
            Some(_) => Mention::Uncertain,
        };
        let official = golden.value["classification"].as_array().unwrap();
        let labels = Labels(std::array::from_fn(|i| mention(&official[i])));
        let codes: Vec<_> = labels.0.iter().map(|mention| mention.code()).collect();
        let from_json: Vec<_> = official.iter().map(|v| v.as_i64().map(|v| v as i8)).collect();
        tally.same(codes, from_json);
        let rrg = positives(&labels, Uncertain::AsPositive).map(u8::from);
        tally.same(serde_json::json!(rrg), golden.value["rrg"].clone());
    }
    tally.finish();
}

#[test]
fn the_most_likely_class_wins() {
    let mut logits = vec![0.0f32; 54];
    (logits[4 + 3], logits[8 + 1], logits[53]) = (2.0, 1.0, 0.5);
    let labels = Labels::from_logits(&logits).unwrap();
    assert_eq!(labels.0[0], Mention::Blank);
    assert_eq!(labels.0[1], Mention::Uncertain);
    assert_eq!(labels.0[2], Mention::Positive);
    assert_eq!(labels.0[13], Mention::Positive);
    assert_eq!(Labels::from_logits(&[0.0; 56]), Err(LabelError::Logits { found: 56 }));
    logits[1] = f32::NAN;
    let error = Labels::from_logits(&logits).unwrap_err();
    assert_eq!(error, LabelError::NotANumber { observation: "Enlarged Cardiomediastinum" });
}

#[cfg(not(target_arch = "wasm32"))]
fn many() -> impl Strategy<Value = Vec<(Labels, Labels)>> {
    let one = || prop::array::uniform14(prop::sample::select(MENTIONS.to_vec())).prop_map(Labels);
    prop::collection::vec((one(), one()), 1..20)
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn perfect_candidates_score_one_where_there_is_something_to_find(pairs in many()) {
        let (reference, _): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let ours =
            f1_report(&reference, &reference, Subset::All, Uncertain::AsPositive).unwrap();
        prop_assert_eq!(ours.exact_match, 1.0);
        for row in ours.labels {
            prop_assert_eq!(row.scores.f1, if row.support == 0 { 0.0 } else { 1.0 });
        }
    }

    #[test]
    fn the_order_of_studies_does_not_matter(mut pairs in many()) {
        let run = |pairs: &[(Labels, Labels)]| {
            let (reference, candidate): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            f1_report(&reference, &candidate, Subset::Top5, Uncertain::AsNegative).unwrap()
        };
        let mut forth = run(&pairs);
        pairs.reverse();
        let back = run(&pairs);
        // A sum over studies may differ in its last bit; counts may not.
        prop_assert!((forth.samples.f1 - back.samples.f1).abs() < 1e-12);
        forth.samples = back.samples;
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn swapping_sides_swaps_precision_and_recall(pairs in many()) {
        let (reference, candidate): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let run = |a: &[Labels], b: &[Labels]| {
            f1_report(a, b, Subset::All, Uncertain::AsPositive).unwrap()
        };
        let (forth, back) = (run(&reference, &candidate), run(&candidate, &reference));
        prop_assert_eq!(forth.micro.precision, back.micro.recall);
        prop_assert_eq!(forth.micro.f1, back.micro.f1);
    }
}
