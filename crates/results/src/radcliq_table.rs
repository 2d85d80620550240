//! RadCliQ from a table of its four components: for scores that other programs have made.

use rrgscore_metrics::radcliq::{COMPONENT_NAMES, Components, RadcliqVersion, radcliq};
use rrgscore_stats::{MeanEstimate, Reciprocal, ReciprocalRefusal, mean_estimate, reciprocal};

use crate::scores_csv::harmless;

/// A table with `RadCliQ-v0` and `RadCliQ-v1` appended, and what they come to.
#[derive(Debug)]
pub struct RadcliqTable {
    /// The table as CSV: every column as it was, then the two. Cells that a spreadsheet would run as
    /// formulas get an apostrophe.
    pub csv: String,
    /// Mean of RadCliQ-v0.
    pub v0: MeanEstimate,
    /// Mean of RadCliQ-v1.
    pub v1: MeanEstimate,
    /// 1/RadCliQ-v1 of the mean, as the leaderboard shows it, or why not.
    pub inverse_v1: Result<Reciprocal, ReciprocalRefusal>,
}

/// Why a table of components cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ComponentsError {
    /// Not a CSV table.
    #[error("the table cannot be read: {0}")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error(
        "the table has no column `{name}`; it needs radgraph_combined, bertscore, semb_score and \
         bleu_score"
    )]
    MissingColumn {
        /// Its name.
        name: &'static str,
    },
    /// A field is not a number.
    #[error("row {row} (counted from 1, without the heading) has no number in `{name}`")]
    NotANumber {
        /// The row, counted from 1.
        row: usize,
        /// The column.
        name: &'static str,
    },
    /// No row.
    #[error("the table has a heading but no row")]
    Empty,
}

/// Computes RadCliQ-v0 and -v1 of each row from its columns `radgraph_combined`, `bertscore`,
/// `semb_score` and `bleu_score`; other columns go through, cells that a spreadsheet would run with an
/// apostrophe.
///
/// # Errors
/// [`ComponentsError`] names the row and the column.
pub fn radcliq_table(text: &str) -> Result<RadcliqTable, ComponentsError> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heading = reader.headers()?.clone();
    let mut places = [0; 4];
    for (place, name) in places.iter_mut().zip(COMPONENT_NAMES) {
        let found = heading.iter().position(|column| column.trim() == name);
        *place = found.ok_or(ComponentsError::MissingColumn { name })?;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let versions = [RadcliqVersion::V0, RadcliqVersion::V1];
    let names = versions.map(|version| version.name().to_owned());
    writer.write_record(heading.iter().map(harmless).chain(names))?;
    let mut scores = [Vec::new(), Vec::new()];
    for (row, record) in reader.records().enumerate() {
        let record = record?;
        let not_a_number = |name| ComponentsError::NotANumber { row: row + 1, name };
        let mut values = [0.0; 4];
        for ((value, place), name) in values.iter_mut().zip(places).zip(COMPONENT_NAMES) {
            let field = record.get(place).unwrap_or_default().trim();
            *value = field.parse().map_err(|_| not_a_number(name))?;
        }
        let [radgraph_combined, bertscore, semb_score, bleu_score] = values;
        let components = Components { radgraph_combined, bertscore, semb_score, bleu_score };
        let mut fields: Vec<String> = record.iter().map(harmless).collect();
        for (scores, version) in scores.iter_mut().zip(versions) {
            let score =
                radcliq(&components, version).map_err(|error| not_a_number(error.component))?.score;
            fields.push(score.to_string());
            scores.push(score);
        }
        writer.write_record(&fields)?;
    }
    let [v0, v1] = scores.map(|scores| mean_estimate(&scores).map_err(|_| ComponentsError::Empty));
    let (v0, v1) = (v0?, v1?);
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    let csv = String::from_utf8_lossy(&bytes).into_owned();
    Ok(RadcliqTable { csv, v0, v1, inverse_v1: reciprocal(&v1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The constants at all-ones and all-zeros input, as the specification prints them.
    #[test]
    fn columns_are_found_by_name_and_the_rest_is_kept() {
        let text = "id,bleu_score,semb_score,bertscore,radgraph_combined\na,1,1,1,1\nb,0,0,0,0\n";
        let table = radcliq_table(text).unwrap();
        let rows: Vec<Vec<&str>> =
            table.csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(rows[0][4..], ["radgraph_combined", "RadCliQ-v0", "RadCliQ-v1"]);
        let number = |row: usize, column: usize| rows[row][column].parse::<f64>().unwrap();
        assert!((number(1, 5) - -0.24213342294409346).abs() < 1e-12);
        assert!((number(1, 6) - -1.4406902828047017).abs() < 1e-12);
        assert!((number(2, 5) - 5.516160804054495).abs() < 1e-12);
        assert!((number(2, 6) - 2.4501430833271307).abs() < 1e-12);
        assert_eq!(rows[1][..2], ["a", "1"]);
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_defused() {
        let text = "=id,radgraph_combined,bertscore,semb_score,bleu_score\n\
                    \"=HYPERLINK(\"\"x\"\")\",1,1,1,-0.5\n@a,0,0,0,0\n";
        let table = radcliq_table(text).unwrap();
        let rows: Vec<&str> = table.csv.lines().collect();
        assert!(rows[0].starts_with("'=id,radgraph_combined,"), "{}", rows[0]);
        assert!(rows[1].starts_with("\"'=HYPERLINK("), "{}", rows[1]);
        // A negative number is a number.
        assert!(rows[1].contains(",-0.5,") && rows[2].starts_with("'@a,"), "{rows:?}");
    }

    #[test]
    fn what_is_wrong_is_placed() {
        let error = |text: &str| radcliq_table(text).unwrap_err().to_string();
        assert!(error("id,bertscore\n").contains("radgraph_combined"));
        let heading = "radgraph_combined,bertscore,semb_score,bleu_score\n";
        assert!(error(&format!("{heading}1,1,1,1\n1,,1,1\n")).contains("row 2"));
        assert!(error(&format!("{heading}1,1,NaN,1\n")).contains("semb_score"));
        assert!(error(heading).contains("no row"));
    }
}
