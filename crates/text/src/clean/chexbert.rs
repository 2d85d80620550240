use super::Cleaned;
use crate::python::is_space;

/// The text that CheXbert's tokenizer sees: line breaks become spaces, every run of whitespace
/// becomes one space, and the text is stripped (CheXbert, `bert_tokenizer.py`,
/// `get_impressions_from_csv`).
pub fn chexbert(text: &str) -> Cleaned {
    Cleaned::with_runs_joined(text, is_space).stripped()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_whitespace_is_joined() {
        let text = "\u{a0}No\u{2003}\u{1f}effusion.\r\n\nHeart normal. ";
        let cleaned = chexbert(text);
        assert_eq!(cleaned.text(), "No effusion. Heart normal.");
        let at = cleaned.text().find("Heart").unwrap();
        assert_eq!(&text[cleaned.original(at..at + 5)], "Heart");
        assert_eq!(&text[cleaned.original(2..3)], "\u{2003}\u{1f}");
    }
}
