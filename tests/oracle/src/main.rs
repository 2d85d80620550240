//! Runs the f32 packs of a folder in stock tract-onnx, an engine that shares no code with the
//! project's own, and compares what it computes with what is written beside them.
//!
//! ```text
//! rrgscore-oracle RESULTS PACKS
//! ```
//!
//! For each RESULTS/NAME.json there is PACKS/NAME/f32/model.onnx, and heads.onnx where the cases
//! have logits: the form that crates/packs/tools/check_onnx.py takes, too.

use serde::Deserialize;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use tract_onnx::prelude::*;

/// How far a value may be from the project's.
const MOST: f32 = 1e-4;

#[derive(Deserialize)]
struct Results {
    encoder: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    ids: Vec<i64>,
    /// One row per token.
    hidden: Vec<Vec<f32>>,
    /// One row per token, where classifiers stand on the states.
    logits: Option<Vec<Vec<f32>>>,
}

/// The first output of a graph for some inputs by name.
fn run(onnx: &[u8], inputs: &[(&str, Tensor)]) -> TractResult<Vec<f32>> {
    let mut model = tract_onnx::onnx().model_for_read(&mut &onnx[..])?;
    let names: Vec<String> =
        model.input_outlets()?.iter().map(|at| model.node(at.node).name.clone()).collect();
    let mut values = tvec![];
    for (at, name) in names.iter().enumerate() {
        let found = inputs.iter().find(|(known, _)| known == name);
        let (_, tensor) = found.ok_or_else(|| TractError::msg(format!("an input {name}")))?;
        model.set_input_fact(at, InferenceFact::dt_shape(tensor.datum_type(), tensor.shape()))?;
        values.push(tensor.clone().into_tvalue());
    }
    let found = model.into_optimized()?.into_runnable()?.run(values)?;
    Ok(found[0].to_plain_array_view::<f32>()?.iter().copied().collect())
}

/// The largest difference.
fn apart(found: &[f32], wanted: &[Vec<f32>]) -> Result<f32, Box<dyn Error>> {
    let wanted: Vec<f32> = wanted.iter().flatten().copied().collect();
    if found.len() != wanted.len() {
        return Err(format!("{} values, not {}", found.len(), wanted.len()).into());
    }
    let differences = found.iter().zip(wanted).map(|(a, b)| (a - b).abs());
    // Not `max`, which passes over what is no number.
    Ok(differences.fold(0.0, |worst: f32, one| if one <= worst { worst } else { one }))
}

fn check(results: &Path, pack: &Path) -> Result<f32, Box<dyn Error>> {
    let Results { encoder } = serde_json::from_slice(&std::fs::read(results)?)?;
    let onnx = std::fs::read(pack.join("model.onnx"))?;
    let mut worst = 0f32;
    for case in &encoder {
        let tokens = case.ids.len();
        let inputs = [
            ("input_ids", Tensor::from_shape(&[1, tokens], &case.ids)?),
            ("attention_mask", Tensor::from_shape(&[1, tokens], &vec![1i64; tokens])?),
        ];
        worst = worst.max(apart(&run(&onnx, &inputs)?, &case.hidden)?);
        if let Some(logits) = &case.logits {
            let states: Vec<f32> = case.hidden.iter().flatten().copied().collect();
            let shape = [tokens, states.len() / tokens.max(1)];
            let inputs = [("states", Tensor::from_shape(&shape, &states)?)];
            let found = run(&std::fs::read(pack.join("heads.onnx"))?, &inputs)?;
            worst = worst.max(apart(&found, logits)?);
        }
    }
    Ok(worst)
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [results, packs] = folders.as_slice() else {
        return Err("rrgscore-oracle RESULTS PACKS".into());
    };
    let mut files: Vec<_> =
        std::fs::read_dir(results)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut good = true;
    for file in &files {
        let name = file.file_stem().unwrap_or_default();
        let worst = check(file, &Path::new(packs).join(name).join("f32"));
        let worst = worst.map_err(|error| format!("{}: {error}", name.display()))?;
        let near = worst <= MOST;
        println!("{:24} {worst:.2e}{}", name.display(), if near { "" } else { "  TOO FAR" });
        good &= near;
    }
    println!("{} packs checked with tract-onnx", files.len());
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
