//! R2Gen's cleaning of reports, which its many descendants share.

use crate::python::strip;

/// Whose reports: the two cleanings begin differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum R2GenData {
    /// IU X-ray.
    IuXray,
    /// MIMIC-CXR.
    MimicCxr,
}

/// The report in lower case, without numbers of list items and most punctuation, sentences divided
/// by `" . "` and ended by `" ."`.
///
/// What R2Gen prints its scores on is more: both sides are what its vocabulary can say, words that
/// are rare in its training set as `<unk>`, cut to 60 or 100 words. That takes the training set, and
/// is not done here.
///
/// Source: R2Gen `modules/tokenizers.py`, `clean_report_iu_xray` and `clean_report_mimic_cxr`, odd
/// rules included: `"21. "` loses its `"1. "`, and the range of characters from `:` to `[` takes
/// `<`, `=`, `>` and `@` with it.
pub fn r2gen(data: R2GenData, report: &str) -> String {
    let passes: &[(usize, &str, &str)] = match data {
        R2GenData::IuXray => &[(3, "..", ".")],
        R2GenData::MimicCxr => &[(1, "\n", " "), (7, "__", "_"), (6, "  ", " "), (8, "..", ".")],
    };
    let mut text = report.to_owned();
    for &(times, from, to) in passes {
        for _ in 0..times {
            text = text.replace(from, to);
        }
    }
    text = text.replace("1. ", "");
    for before in [". ", " "] {
        for number in 2..=5 {
            text = text.replace(&format!("{before}{number}. "), ". ");
        }
    }
    let text = strip(&text).to_lowercase();
    let sentences: Vec<String> = text.split(". ").map(sentence).collect();
    sentences.join(" . ") + " ."
}

fn sentence(text: &str) -> String {
    let unquoted: String = text.chars().filter(|c| !"\"/\\'".contains(*c)).collect();
    let deleted = |c: &char| ".,?;*!%^&_+()]{}".contains(*c) || (':'..='[').contains(c);
    strip(&unquoted).chars().filter(|c| !deleted(c)).collect()
}
