//! `rrgscore packs prove`, on values that the official packages gave for the project's own tiny
//! checkpoints.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{Folder, rrgscore, stderr, stdout};
use serde_json::{Value, json};

fn own(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(path).to_str().unwrap().to_owned()
}

/// Texts and the cosine of the embeddings that the official CheXbert gave them, each with the next:
/// what SembScore is.
fn semb(count: usize) -> (Vec<String>, Vec<f64>) {
    let golden = std::fs::read(own("crates/annotate/tests/goldens/chexbert.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let texts = &golden["texts"].as_array().unwrap()[..=count];
    let embedding = |text: &Value| -> Vec<f64> {
        text["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    };
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cosine = |pair: &[Value]| {
        let (a, b) = (embedding(&pair[0]), embedding(&pair[1]));
        dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
    };
    let words = texts.iter().map(|text| text["text"].as_str().unwrap().to_owned()).collect();
    (words, texts.windows(2).map(cosine).collect())
}

fn examples(values: &[f64], mean: f64) -> Value {
    let (texts, _) = semb(values.len());
    let both = (&texts[..values.len()], &texts[1..]);
    json!({"source": "made up", "examples": [
        {"name": "SembScore", "profile": "rexrank", "metric": "semb", "tolerance": 1e-5,
         "references": both.0, "candidates": both.1, "per_pair": values,
         "corpus": {"semb": mean, "weighted_f1": 0.5, "radgraph_simple": null}},
        {"name": "no pack for it", "profile": "radeval", "metric": "radgraph-xl-simple",
         "tolerance": 0.01, "references": ["Clear."], "candidates": ["Clear."], "per_pair": [1.0]},
    ]})
}

#[test]
fn a_pack_agrees_with_official_values_and_not_with_changed_ones() {
    let folder = Folder::new("prove");
    let packs = folder.path("packs");
    let checkpoint = own("tests/checkpoints/chexbert.pth");
    let build = ["packs", "build", "--from", &checkpoint, "--out", &packs, "--no-measure"];
    let output = rrgscore(&[&build[..], &["--precision", "f32"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));

    let (_, mut values) = semb(6);
    let mean = values.iter().sum::<f64>() / 6.0;
    let prove = |values: &[f64]| {
        let file = folder.file("examples.json", &examples(values, mean).to_string());
        rrgscore(&["packs", "prove", "--examples", &file, "--packs", &packs])
    };
    let output = prove(&values);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
    assert_eq!(said.matches(": agrees").count(), 7, "{said}");
    assert!(said.contains("SembScore, weighted_f1: -, published 0.5"), "{said}");
    assert!(
        said.contains("no pack for it, pair 1: -, published 1 ± 0.01: not computed: "),
        "{said}"
    );
    assert!(
        stderr(&output)
            .contains("7 of 9 published values agree, 0 differ, 2 could not be computed")
    );
    let list = stdout(&rrgscore(&["packs", "list", &packs]));
    assert!(list.contains("agrees with 7 of 7 published values (made up)"), "{list}");
    // A pack is what it was.
    assert!(rrgscore(&["packs", "verify", &packs]).status.success());

    values[3] += 1e-3;
    let output = prove(&values);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.matches("DIFFERS").count(), 1, "{said}");
    assert!(said.contains("SembScore, pair 4: "), "{said}");
    let info = stdout(&rrgscore(&["packs", "info", &packs]));
    assert!(info.contains("agrees with 6 of 7 published values"), "{info}");
}

/// RadEval's own reading of answers, made up as they are, needs no pack.
#[test]
fn a_judges_answers_score_what_radeval_reads_out_of_them() {
    let folder = Folder::new("prove-answers");
    let rows = std::fs::read_to_string(own("tests/goldens/green_parse_radeval.jsonl")).unwrap();
    let rows: Vec<Value> =
        rows.lines().take(8).map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |field: &dyn Fn(&Value) -> Value| rows.iter().map(field).collect::<Vec<Value>>();
    let scores: Vec<f64> =
        rows.iter().map(|row| row["radeval"]["green"].as_f64().unwrap()).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let center = mean(&scores);
    let squares: Vec<f64> = scores.iter().map(|x| (x - center) * (x - center)).collect();
    let corpus =
        json!({"green": center, "green_std": mean(&squares).sqrt(), "green-radeval": center});
    let reports: Vec<String> = (0..rows.len()).map(|number| format!("Report {number}.")).collect();
    let mut file = json!({"source": "made up", "examples": [
        {"name": "answers", "profile": "radeval", "metric": "green-radeval", "tolerance": 1e-12,
         "references": reports, "candidates": reports, "answers": of(&|row| row["raw"].clone()),
         "per_pair": scores, "corpus": corpus},
    ]});
    let prove = |file: &Value| {
        let file = folder.file("answers.json", &file.to_string());
        rrgscore(&["packs", "prove", "--examples", &file, "--packs", &folder.path("")])
    };
    let output = prove(&file);
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("11 of 11 published values agree"), "{}", stderr(&output));
    file["examples"][0]["per_pair"][2] = json!(scores[2] + 1e-3);
    let said = stdout(&prove(&file));
    assert!(said.contains("answers, pair 3: ") && said.matches("DIFFERS").count() == 1, "{said}");
    file["examples"][0]["answers"] = json!(["one"]);
    assert!(stderr(&prove(&file)).contains("one for each pair"));
}

#[test]
fn what_cannot_be_used_is_named_without_its_text() {
    let folder = Folder::new("prove-errors");
    let prove = |text: &str| {
        let file = folder.file("examples.json", text);
        let output =
            rrgscore(&["packs", "prove", "--examples", &file, "--packs", &folder.path("")]);
        assert_eq!(output.status.code(), Some(2));
        stderr(&output)
    };
    assert!(prove("{\"source\": \"secret\"}").contains("no file of published examples"));
    let mut uneven = examples(&[0.5, 0.5], 0.5);
    uneven["examples"][0]["candidates"] = json!(["secret"]);
    let said = prove(&uneven.to_string());
    assert!(
        said.contains("example `SembScore`: 2 references, 1 candidates and 2 values"),
        "{said}"
    );
    assert!(!said.contains("secret"));
}

/// Published for real weights, so that random ones must not agree.
#[test]
fn tiny_packs_do_not_pass_for_published_weights() {
    let Some(examples) = rrgscore_parity::shared("data/published_examples.json") else { return };
    let folder = Folder::new("prove-published");
    let packs = folder.path("packs");
    for from in ["chexbert.pth", "radgraph.tar.gz", "radgraph-xl.tar.gz", "distilroberta-base"] {
        let from = own(&format!("tests/checkpoints/{from}"));
        let build = ["packs", "build", "--from", &from, "--out", &packs, "--no-measure"];
        assert!(rrgscore(&build).status.success());
    }
    let file = examples.to_str().unwrap();
    let output = rrgscore(&["packs", "prove", "--examples", file, "--packs", &packs]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}{}", stderr(&output));
    assert!(said.contains("RadCliQ-v1 per pair, pair 1: "), "{said}");
    assert!(said.contains("DIFFERS"), "{said}");
}
