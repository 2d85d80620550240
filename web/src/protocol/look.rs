//! A run looked at closely. What there is to choose and what comes of it is put into words by the
//! coordinator, which has reports and scores; the page draws forms and tables without knowing what
//! they are about.

use rrgscore_results::{PlainCell, PlainRow, PlainTable};
use serde::{Deserialize, Serialize};

/// A table to be drawn as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTable {
    /// What it shows.
    pub caption: String,
    /// The names of the columns, that of the rows' names first.
    pub heads: Vec<String>,
    /// The rows: a name, then a cell for each further column.
    pub rows: Vec<Vec<String>>,
}

impl From<PlainTable> for ShownTable {
    /// Numbers get a real minus sign.
    fn from(table: PlainTable) -> Self {
        let cell = |cell: PlainCell| match cell.value {
            Some(_) => cell.text.replace('-', "\u{2212}"),
            None => cell.text,
        };
        let row = |row: PlainRow| {
            std::iter::once(row.name).chain(row.cells.into_iter().map(cell)).collect()
        };
        let rows = table.rows.into_iter().map(row).collect();
        Self { caption: table.caption, heads: table.heads, rows }
    }
}

/// A part of what a run came to that is opened on request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultDetail {
    /// What it is.
    pub title: String,
    /// What has to be known to read it, and what is no table.
    pub notes: Vec<String>,
    /// Its tables.
    pub tables: Vec<ShownTable>,
}

/// A field of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// What is to be filled in; empty for a field that does not apply here, which is not drawn.
    pub label: String,
    /// What can be chosen, the first one until something is; empty for words. What is chosen is given
    /// by its place.
    pub options: Vec<String>,
}

/// A part of a run's view: a choice, and the table that it leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookPart {
    /// What it is about.
    pub title: String,
    /// The choice.
    pub field: FormField,
    /// What comes of it.
    pub table: ShownTable,
}

/// A run looked at closely.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedRun {
    /// One for each of [`Look`]'s choices, in their order; the last only where there are two metrics.
    pub parts: Vec<LookPart>,
    /// The fields of the filter of studies.
    pub filter: Vec<FormField>,
}

/// Which study, group and coefficient are looked at, by their places in the options of
/// [`LookedRun::parts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look(pub [u32; Look::PARTS]);

impl Look {
    /// How many choices there are: the metric whose distribution, best and worst studies are shown,
    /// by what studies are put into groups, and the coefficient of correlation.
    pub const PARTS: usize = 3;
}

/// What the metrics see of minimal pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanityShown {
    /// The report, then the same with one change each.
    pub texts: Vec<String>,
    /// A row per metric, a column per text but the first.
    pub table: ShownTable,
}

/// Which studies are shown: a value for each field of [`LookedRun::filter`], an empty one for a field
/// that is not filled in.
pub type FilterValues = Vec<String>;
