//! Editions of the leaderboard, and what is known of the models in them.

use std::fmt;

use rrgscore_data::Task;
use serde::{Deserialize, Serialize};

use super::column::PublishedColumn;
use super::rank::units;
use super::tables::{PublishedDataset, PublishedTable};

/// What is published: all editions, and a card for each model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The editions, the paper's first.
    pub editions: Vec<Edition>,
    /// What is known of the models.
    pub models: Vec<ModelCard>,
}

/// The tables of one source at one date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// Its word in options and data: `paper`, `site-2025-09`, `own`.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Where the numbers are from.
    pub source: String,
    /// Of when they are: a year, a month or a day.
    pub date: String,
    /// Decimals to which its numbers are rounded.
    pub decimals: usize,
    /// By dataset and then task (findings + impression first).
    pub tables: Vec<PublishedTable>,
}

/// What is known of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelCard {
    /// Its names: how the editions spell it.
    pub names: Vec<String>,
    /// Who made it.
    pub institution: String,
    /// When it was published.
    pub year: String,
    /// The reports that it was trained on; empty where that is not stated.
    pub trained_on: String,
    /// Its paper; empty where there is none.
    pub paper: String,
    /// Where its code or weights are; empty where they are not published.
    pub code: String,
}

impl Published {
    /// The edition of this id.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.id == id)
    }

    /// The card of a model, by any of its names.
    #[must_use]
    pub fn card(&self, name: &str) -> Option<&ModelCard> {
        self.models.iter().find(|card| card.names.iter().any(|other| other == name))
    }

    /// Whether two names are of one model.
    #[must_use]
    pub fn is_same_model(&self, first: &str, second: &str) -> bool {
        let same_card = || self.card(first).is_some_and(|c| c.names.iter().any(|n| n == second));
        first == second || same_card()
    }

    /// The figures that two editions have in common, and where they disagree by more than the
    /// rounding of either.
    #[must_use]
    pub fn disagreements(&self, first: &Edition, second: &Edition) -> Disagreements {
        // Two rounded numbers can be of one number when they are as close as half a unit of each.
        let half = |edition: &Edition| 0.5 / units(edition.decimals);
        let most = half(first) + half(second) + 1e-9;
        let mut found = Disagreements::default();
        for table in &first.tables {
            let Some(other) = second.table(table.dataset, table.task) else { continue };
            for row in &table.rows {
                let same = other.rows.iter().find(|o| self.is_same_model(&row.model, &o.model));
                let Some(same) = same else { continue };
                for column in PublishedColumn::ALL {
                    let both = row.score(column).zip(same.score(column));
                    let Some((one, two)) = both else { continue };
                    found.shared += 1;
                    if (one.mean - two.mean).abs() > most {
                        found.figures.push(Disagreement {
                            dataset: table.dataset,
                            task: table.task,
                            model: row.model.clone(),
                            column,
                            first: one.mean,
                            second: two.mean,
                        });
                    }
                }
            }
        }
        found
    }
}

impl Edition {
    /// The table of a dataset and task.
    #[must_use]
    pub fn table(&self, dataset: PublishedDataset, task: Task) -> Option<&PublishedTable> {
        self.tables.iter().find(|table| table.dataset == dataset && table.task == task)
    }

    /// Whether its numbers come with intervals.
    #[must_use]
    pub fn has_intervals(&self) -> bool {
        let mut scores = self.tables.iter().flat_map(|table| &table.rows).flat_map(|r| r.scores);
        scores.any(|score| score.is_some_and(|score| score.ci.is_some()))
    }

    /// A number as the edition prints it.
    #[must_use]
    pub fn printed(&self, value: f64) -> String {
        format!("{value:.*}", self.decimals)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

/// How far two editions agree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disagreements {
    /// Figures that both have.
    pub shared: usize,
    /// Those that differ by more than rounding.
    pub figures: Vec<Disagreement>,
}

/// A figure that two editions give differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The table's dataset.
    pub dataset: PublishedDataset,
    /// The table's task.
    pub task: Task,
    /// The model, as the first edition spells it.
    pub model: String,
    /// The column.
    pub column: PublishedColumn,
    /// The first edition's.
    pub first: f64,
    /// The second edition's.
    pub second: f64,
}

/// The editions and cards that come with the program. The site has them as a file of its own.
///
/// They are read once; the data is part of the program, and tests read every number of it.
#[cfg(feature = "embedded")]
#[must_use]
pub fn embedded() -> &'static Published {
    static PUBLISHED: std::sync::LazyLock<Published> = std::sync::LazyLock::new(|| {
        let editions =
            [include_str!("../../data/paper.json"), include_str!("../../data/site-2025-09.json")];
        Published {
            editions: editions.iter().filter_map(|text| serde_json::from_str(text).ok()).collect(),
            models: serde_json::from_str(include_str!("../../data/models.json"))
                .unwrap_or_default(),
        }
    });
    &PUBLISHED
}
