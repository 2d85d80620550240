//! Prints a run as a row of a leaderboard, made of its summary.json and checked: for
//! `cargo xtask leaderboard add`.
//!
//! `cargo run -p rrgscore-results --example leaderboard_row -- summary.json NAME`

#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "it reads the file that it is given")]

use std::error::Error;

use rrgscore_results::{SubmittedRow, read_summary};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(file), Some(name)) = (words.next(), words.next()) else {
        return Err("give a summary.json and the model's name".into());
    };
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let summary = read_summary(&text)?;
    let row = SubmittedRow::checked(&name, &summary).map_err(|error| error.to_string())?;
    println!("{}", serde_json::to_string(&row)?);
    Ok(())
}
