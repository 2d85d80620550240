//! A small table as every skin can show it: the same words and digits in a terminal and in the page.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// A table with a name in front of each row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlainTable {
    /// What it shows.
    pub caption: String,
    /// The names of the columns, that of the rows' names first.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<PlainRow>,
}

/// A row of a [`PlainTable`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlainRow {
    /// Its name.
    pub name: String,
    /// One cell per further column.
    pub cells: Vec<PlainCell>,
}

/// A cell of a [`PlainTable`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlainCell {
    /// What it shows.
    pub text: String,
    /// What it is sorted by; none stands last.
    pub value: Option<f64>,
}

impl PlainCell {
    /// A number of things.
    pub(crate) fn count(count: u32) -> Self {
        Self { text: count.to_string(), value: Some(count.into()) }
    }

    /// A number with so many decimals; an en dash where there is none.
    pub(crate) fn number(value: Option<f64>, decimals: usize) -> Self {
        let text =
            value.map_or_else(|| "\u{2013}".to_owned(), |value| format!("{value:.decimals$}"));
        Self { text, value }
    }
}

impl PlainTable {
    /// As lines of text: the caption, then a line per row; names stand left, cells right.
    #[must_use]
    pub fn to_text(&self) -> String {
        let cells = self.rows.iter().map(|row| {
            std::iter::once(row.name.as_str())
                .chain(row.cells.iter().map(|cell| cell.text.as_str()))
                .collect::<Vec<_>>()
        });
        let lines: Vec<Vec<&str>> =
            std::iter::once(self.heads.iter().map(String::as_str).collect()).chain(cells).collect();
        let width = |at: usize| {
            let cells = lines.iter().filter_map(|line| line.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let mut text = format!("{}\n", self.caption);
        for line in &lines {
            let mut printed = String::new();
            for (at, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                // Writing to a String cannot fail.
                let _ = match at {
                    0 => write!(printed, "{cell:<width$}"),
                    _ => write!(printed, "  {cell:>width$}"),
                };
            }
            text.push_str(printed.trim_end());
            text.push('\n');
        }
        text
    }
}
