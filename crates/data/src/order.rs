//! The order in which the official run puts its studies.

/// Sorts study ids as the official run does: as numbers when all of them are whole numbers,
/// else by code point.
///
/// Source: `calc_metric` of CXR-Report-Metric sorts the data frames by `study_id` after
/// pandas' `read_csv`, which makes the column integers when every cell is one. This project
/// keeps the order of the predictions file; this function is for comparing with official
/// files. Ids that differ as text and are the same number (`7` and `07`) keep their order.
#[must_use]
pub fn official_order<'a>(ids: &[&'a str]) -> Vec<&'a str> {
    let numbers: Option<Vec<i128>> = ids.iter().map(|id| whole_number(id)).collect();
    let mut sorted = ids.to_vec();
    match numbers {
        Some(_) => sorted.sort_by_key(|id| whole_number(id)),
        None => sorted.sort_unstable(),
    }
    sorted
}

/// A whole number that pandas would read as a 64-bit integer, signed or not.
fn whole_number(id: &str) -> Option<i128> {
    let number: i128 = id.trim_matches(' ').parse().ok()?;
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_numbers_and_texts_by_code_point() {
        assert_eq!(official_order(&["10", "9", "-1", "007"]), ["-1", "007", "9", "10"]);
        assert_eq!(official_order(&["10", "9", "a"]), ["10", "9", "a"]);
        assert_eq!(official_order(&["b", "B", "é", "a"]), ["B", "a", "b", "é"]);
        assert!(official_order(&[]).is_empty());
    }
}
