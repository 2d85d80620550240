//! Prints JSON schemas of all values that the npm package takes (`inputs`) and gives (`types`). That of
//! `summary.json` is printed by the example `summary_schema` of `rrgscore-results`.
//!
//! `cargo run -p rrgscore-wasm --features schema --example schema -- types`

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use rrgscore_data::{Alignment, Finding, ReadOptions};
use rrgscore_results::{Comparison, GroupedScores, MetricCorrelations, MetricExtremes, Study};
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::provenance::PackRef;
use rrgscore_session::{Offer, RunRequest};
use rrgscore_wasm::types::{CompareOptions, FileRead, JudgeRequests, Pair, RunFiles, ScoreResults};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// What JavaScript gives.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct Inputs {
    pair: Pair,
    request: RunRequest,
    options: ReadOptions,
    run: RunFiles,
    compare: CompareOptions,
}

/// What JavaScript gets.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct Outputs {
    file: FileRead,
    check: Alignment,
    finding: Finding,
    offer: Offer,
    pack: PackRef,
    judge: JudgeSummary,
    requests: JudgeRequests,
    results: ScoreResults,
    study: Study,
    comparison: Comparison,
    groups: GroupedScores,
    correlations: MetricCorrelations,
    extremes: MetricExtremes,
}

fn main() -> serde_json::Result<()> {
    let output = SchemaSettings::draft07().for_serialize().into_generator();
    let schema: Schema = match std::env::args().nth(1).as_deref() {
        Some("inputs") => {
            SchemaSettings::draft07().into_generator().into_root_schema_for::<Inputs>()
        }
        _ => output.into_root_schema_for::<Outputs>(),
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(())
}
