//! Which texts stand for "nothing".

/// The cells that pandas' `read_csv` turns into NaN by default.
///
/// The official run writes its texts to a CSV and reads it back, so a report that is one of
/// these strings is NaN there (and BERTScore then raises a `TypeError`).
/// Source: `pandas._libs.parsers.STR_NA_VALUES`.
pub const PANDAS_NA: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Whether a whole text is one of [`PANDAS_NA`], as it stands.
#[must_use]
pub fn is_pandas_na(text: &str) -> bool {
    text.len() <= 8 && PANDAS_NA.contains(&text)
}

/// Whether a whole text counts as missing here: white space alone, or one of [`PANDAS_NA`]
/// after trimming.
///
/// The official run keeps `"   "` and `" NA "` as texts; both are failures of a model to
/// answer and not reports, so this crate treats them as missing and says how many there were.
#[must_use]
pub fn is_missing_text(text: &str) -> bool {
    is_pandas_na(text.trim())
}
