//! Which words a model was trained on.

use rrgscore_text::words::{self, Word};

/// The rule by which a report is split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Splitting {
    /// RadGraph 1.0's.
    Radgraph,
    /// RadGraph-XL's.
    RadgraphXl,
}

impl Splitting {
    /// The rule of a label namespace's dataset. PhysioNet's archive, which CXR-Report-Metric
    /// runs without naming a dataset, has `None`. The package means to treat its other models
    /// differently, but its condition is always true, so all of them are split as XL
    /// (`utils.py`, `preprocess_reports`).
    pub(super) fn of_dataset(dataset: &str) -> Splitting {
        match dataset {
            "radgraph" | "None" => Splitting::Radgraph,
            _ => Splitting::RadgraphXl,
        }
    }

    /// The words of a text, in order.
    pub(super) fn words(self, text: &str) -> Vec<Word<'_>> {
        match self {
            Splitting::Radgraph => words::radgraph(text),
            Splitting::RadgraphXl => words::radgraph_xl(text),
        }
    }
}

/// The word as the encoder gets it: `/.` and `/?` lose their slash (`dataset_readers/dygie.py`,
/// `_normalize_word`). The graph keeps it.
pub(super) fn seen_by_encoder<'a>(word: &'a Word<'_>) -> &'a str {
    match word.text.as_ref() {
        "/." => ".",
        "/?" => "?",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_have_their_rules() {
        let words = |dataset: &str| {
            let words = Splitting::of_dataset(dataset).words("1.2-cm /. x");
            words.iter().map(|word| word.text.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(words("radgraph"), ["1", ".", "2-cm", "/", ".", "x"]);
        assert_eq!(words("None"), words("radgraph"));
        assert_eq!(words("radgraph-xl"), ["1", ".", "2", "-", "cm", "/.", "x"]);
        assert_eq!(words("echograph"), words("radgraph-xl"));
    }

    #[test]
    fn only_two_words_are_rewritten() {
        let words = Splitting::RadgraphXl.words("/. /? /! a/ .");
        let seen: Vec<&str> = words.iter().map(seen_by_encoder).collect();
        assert_eq!(seen, [".", "?", "/!", "a", "/", "."]);
    }
}
