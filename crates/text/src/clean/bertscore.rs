use super::Cleaned;

/// The text that BERTScore's encoder sees: every run of U+0020 becomes one (CXR-Report-Metric,
/// `run_eval.py`, `add_bertscore_col`), then whitespace is stripped (bert_score, `sent_encode`).
/// Line breaks and tabs inside the text stay.
pub fn bertscore(text: &str) -> Cleaned {
    Cleaned::with_runs_joined(text, |c| c == ' ').stripped()
}

/// The text that RadEval's BERTScores see, that in its RadCliQ too: stripped of whitespace, and no
/// more (RadEval 2.2.1, `metrics/bertscore`; bert_score strips in `sent_encode`).
pub fn bertscore_radeval(text: &str) -> Cleaned {
    Cleaned::with_runs_joined(text, |_| false).stripped()
}

/// A stripped text for RoBERTa encoders, whose official slow tokenizer begins every text that is
/// not empty with a space (`add_prefix_space`).
pub fn bertscore_roberta(stripped: Cleaned) -> Cleaned {
    if stripped.text.is_empty() {
        return stripped;
    }
    let mut prefixed = Cleaned::default();
    let start = stripped.origin.first().map_or(0, |origin| origin.start);
    prefixed.push(' ', start..start);
    prefixed.text.push_str(&stripped.text);
    prefixed.origin.extend(stripped.origin);
    prefixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_are_joined() {
        assert_eq!(
            bertscore("  No   effusion.\n\n Heart\t\t normal. \n").text(),
            "No effusion.\n\n Heart\t\t normal."
        );
        assert_eq!(bertscore("a\u{a0}\u{a0}b").text(), "a\u{a0}\u{a0}b");
        assert_eq!(bertscore(" \n ").text(), "");
        assert_eq!(bertscore_radeval("\t a  b\u{a0}").text(), "a  b");
        assert_eq!(bertscore_roberta(bertscore(" \n ")).text(), "");
        assert_eq!(bertscore_roberta(bertscore(" a  b")).text(), " a b");
        assert_eq!(bertscore_roberta(bertscore_radeval(" a  b")).text(), " a  b");
    }

    #[test]
    fn ranges_lead_back_to_the_original() {
        let text = "  größer   als\n";
        for cleaned in [bertscore(text), bertscore_roberta(bertscore(text))] {
            let at = cleaned.text().find("als").unwrap();
            assert_eq!(&text[cleaned.original(at..at + 3)], "als");
            let at = cleaned.text().find("größer").unwrap();
            assert_eq!(&text[cleaned.original(at..at + "größer".len())], "größer");
            // The joined space stands for the whole run.
            let at = cleaned.text().find("r a").unwrap() + 1;
            assert_eq!(&text[cleaned.original(at..at + 1)], "   ");
            assert_eq!(cleaned.original(0..0), 0..0);
            assert_eq!(cleaned.original(3..1000), 0..0);
        }
        // The prefix is nowhere in the original.
        assert_eq!(bertscore_roberta(bertscore(text)).original(0..1), 2..2);
    }
}
