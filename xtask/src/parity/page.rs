//! The page: prose from `docs/parity/page.md`, tables from the numbers.

use crate::error::{Error, Result};
use rrgscore_parity::{PrecisionComparison, Row, Set};
use std::fmt::Write as _;
use std::path::Path;

/// The sections in the page's order.
const METRICS: [&str; 20] = [
    "BLEU-2",
    "COCO",
    "ROUGE",
    "BERTScore",
    "BERTScore (DistilBERT)",
    "RadEval-BERTScore",
    "SembScore",
    "CheXbert",
    "RadGraph",
    "RadCliQ",
    "RaTEScore",
    "SRR-BERT",
    "F1RadBERT-CT",
    "Sentences",
    "GREEN",
    "FineRadScore",
    "CRIMSON",
    "Tokenizers and words",
    "ReXrank glue",
    "Means and intervals",
];

/// The page of these numbers.
///
/// # Errors
/// When the prose cannot be read, or a row names a metric that the page does not know.
pub(super) fn page(
    root: &Path,
    mut rows: Vec<Row>,
    comparisons: &[PrecisionComparison],
) -> Result<String> {
    let path = root.join("docs/parity/page.md");
    let prose = std::fs::read_to_string(&path).map_err(Error::io("reading", &path))?;
    if let Some(row) = rows.iter().find(|row| !METRICS.contains(&row.metric.as_str())) {
        return Err(Error::Refused {
            what: format!("docs/parity.md has no place for {}", row.metric),
            hint: "name it in METRICS of xtask/src/parity/page.rs".to_owned(),
        });
    }
    let place = |row: &Row| METRICS.iter().position(|metric| *metric == row.metric);
    let key = |row: &Row| (place(row), row.what.clone(), row.file.clone());
    rows.sort_by_key(key);
    let of = |set| rows.iter().filter(move |row| row.set == set);
    let tables = [
        ("{{summary}}", summary(&rows)),
        ("{{own}}", table(of(Set::Own))),
        ("{{official}}", table(of(Set::Official))),
        ("{{precision}}", comparisons.iter().map(differences).collect::<Vec<_>>().join("\n")),
    ];
    let mut text = prose;
    for (mark, table) in tables {
        text = text.replace(mark, table.trim_end());
    }
    Ok(text)
}

/// How many comparisons of each metric agree, and how closely.
fn summary(rows: &[Row]) -> String {
    let mut text = "| metric | our own goldens | the official code's outputs | farthest |\n\
                    |---|---|---|---|\n"
        .to_owned();
    for metric in METRICS {
        let of: Vec<&Row> = rows.iter().filter(|row| row.metric == metric).collect();
        let count = |set| {
            let of = of.iter().filter(|row| row.set == set);
            let (agree, all) = of.fold((0, 0), |(a, b), row| (a + row.agree, b + row.fixtures));
            if all == 0 { "–".to_owned() } else { format!("{agree} of {all}") }
        };
        let farthest = of.iter().filter_map(|row| row.farthest).max();
        let _ = writeln!(
            text,
            "| {metric} | {} | {} | {} |",
            count(Set::Own),
            count(Set::Official),
            farthest.map_or_else(|| "identical".to_owned(), at_most)
        );
    }
    text
}

fn table<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let mut text = "| metric | compared | golden | agree | within | farthest |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        let Row { metric, what, file, fixtures, agree, tolerance, farthest, .. } = row;
        let within = tolerance.map_or_else(|| "identical".to_owned(), |t| format!("{t:e}"));
        let farthest = farthest.map_or_else(|| "–".to_owned(), at_most);
        let _ = writeln!(
            text,
            "| {metric} | {what} | {file} | {agree} of {fixtures} | {within} | {farthest} |"
        );
    }
    text
}

fn at_most(exponent: i32) -> String {
    format!("≤ 1e{exponent}")
}

/// The table of one comparison of packs.
fn differences(comparison: &PrecisionComparison) -> String {
    let PrecisionComparison { of, studies, precision, columns, flips } = comparison;
    let mut text = format!(
        "### {precision} against f32: {of} ({studies} studies)\n\n\
         | column | mean, f32 | mean moves by | mean \\|difference\\| | max \\|difference\\| |\n\
         |---|---|---|---|---|\n"
    );
    let small = |value: f64| {
        if value == 0.0 {
            "0".to_owned()
        } else if value.abs() < 0.01 {
            format!("{value:.1e}")
        } else {
            format!("{value:.4}")
        }
    };
    let maybe = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), small);
    for column in columns {
        let _ = writeln!(
            text,
            "| {} | {:.4} | {} | {} | {} |",
            column.column,
            column.mean,
            if column.mean_moves.abs() < 0.005 {
                small(column.mean_moves)
            } else {
                format!("**{}**", small(column.mean_moves))
            },
            maybe(column.mean_difference),
            maybe(column.max_difference)
        );
    }
    let flips: Vec<String> = flips
        .iter()
        .map(|flips| format!("{} {} of {}", flips.what, flips.changed, flips.of))
        .collect();
    let _ = writeln!(text, "\nDecided otherwise: {}.", flips.join(", "));
    text
}
