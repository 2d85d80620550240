//! The texts of a task: the official glue string, and the findings part of a report.

use crate::record::Field;

/// The reference text of task `report`: `"Findings: " + findings + " Impression: " + impression`.
///
/// A missing section prints as the four letters `None`, an empty one as nothing (the space
/// before it stays). Source: `split_json` in ReXrank's `example_files/evaluation_script.md`,
/// an f-string over `section if pd.notna(section) else None`.
///
/// Deliberate difference: a section that is the *text* `NaN` or `nan` prints as `None` too.
/// Writers that refuse the bare literal put the text in its place; the official code would
/// print the three letters. The doctor counts such sections.
#[must_use]
pub fn glue(findings: &Field, impression: &Field) -> String {
    let (findings, impression) = (section(findings), section(impression));
    format!("Findings: {findings} Impression: {impression}")
}

fn section(field: &Field) -> &str {
    field.text().filter(|text| !is_nan_text(text)).unwrap_or("None")
}

/// Whether a section holds a text that stands for a missing number.
pub(crate) fn is_nan_text(text: &str) -> bool {
    matches!(text, "NaN" | "nan")
}

/// The findings part of a report, as task `findings` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingsText<'a> {
    /// The text between the headers, trimmed; the whole report, unchanged, without a header.
    pub text: &'a str,
    /// Whether a findings header was found.
    pub has_header: bool,
    /// Whether anything but white space was left out.
    pub cut: bool,
}

/// Takes the findings part of a report.
///
/// If the report has a header `Findings:` (in any case, white space allowed before the
/// colon), that is what follows it, up to the next header `Impression:` or the end. Without
/// such a header it is the whole report. In lower case, `findings:` is a header only where a
/// sentence or line begins: "other findings: none" is a sentence.
///
/// No public code of ReXrank makes its findings scores; the paper says only that they are
/// computed on the findings section.
#[must_use]
pub fn findings_text(report: &str) -> FindingsText<'_> {
    let Some((_, start)) = find_header(report, "findings", true) else {
        return FindingsText { text: report, has_header: false, cut: false };
    };
    let after = report.get(start..).unwrap_or_default();
    let end = find_header(after, "impression", false).map_or(after.len(), |(begin, _)| begin);
    let text = after.get(..end).unwrap_or_default().trim();
    FindingsText { text, has_header: true, cut: text != report.trim() }
}

/// Finds `name` followed by optional blanks and a colon, in any case, at the start of a word.
/// Returns where the header begins and where the text after it begins.
///
/// Official example files glue the sections without a space (`…interval.Impression:No…`), so
/// an upper-case letter after a lower-case one also starts a word. With `strict`, a header in
/// lower case must begin a sentence or line.
fn find_header(text: &str, name: &str, strict: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let first = name.as_bytes().first()?.to_ascii_lowercase();
    let mut from = 0;
    while let Some(offset) =
        bytes.get(from..)?.iter().position(|byte| byte.to_ascii_lowercase() == first)
    {
        let begin = from + offset;
        from = begin + 1;
        let end = begin + name.len();
        let word = bytes.get(begin..end)?;
        if !word.eq_ignore_ascii_case(name.as_bytes())
            || !starts_word(text, begin)
            || (strict && !starts_sentence(text, begin))
        {
            continue;
        }
        let blanks = bytes.iter().skip(end).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if bytes.get(end + blanks) == Some(&b':') {
            return Some((begin, end + blanks + 1));
        }
    }
    None
}

fn starts_word(text: &str, at: usize) -> bool {
    let (Some(before), Some(from)) = (text.get(..at), text.get(at..)) else { return false };
    let Some(previous) = before.chars().next_back() else { return true };
    let upper = from.chars().next().is_some_and(char::is_uppercase);
    !previous.is_alphanumeric() || (upper && !previous.is_uppercase())
}

/// Whether what begins here is upper case, or begins a sentence or line.
fn starts_sentence(text: &str, at: usize) -> bool {
    let (Some(before), Some(from)) = (text.get(..at), text.get(at..)) else { return false };
    if from.chars().next().is_some_and(char::is_uppercase) {
        return true;
    }
    match before.trim_end_matches([' ', '\t']).chars().next_back() {
        None => true,
        Some(previous) => !previous.is_alphanumeric() && previous != ',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Field {
        Field::Text(value.to_owned())
    }

    #[test]
    fn glue_prints_missing_as_none_and_empty_as_nothing() {
        assert_eq!(glue(&text("A."), &text("B.")), "Findings: A. Impression: B.");
        assert_eq!(glue(&Field::Null, &Field::Absent), "Findings: None Impression: None");
        assert_eq!(glue(&text(""), &text("")), "Findings:  Impression: ");
        assert_eq!(glue(&text("NaN"), &text("None")), "Findings: None Impression: None");
        assert_eq!(glue(&text(" a "), &text("N/A")), "Findings:  a  Impression: N/A");
    }

    #[test]
    fn findings_are_cut_at_their_headers() {
        for (report, expected, has_header, cut) in [
            ("Clear lungs.", "Clear lungs.", false, false),
            ("Findings: Clear. Impression: Normal.", "Clear.", true, true),
            ("FINDINGS :\nClear.\n\nIMPRESSION:\nNormal.", "Clear.", true, true),
            ("Findings:Clear.Impression:Normal.", "Clear.", true, true),
            ("Findings:ClearImpression:Normal.", "Clear", true, true),
            ("Indication: cough. findings: Clear.", "Clear.", true, true),
            ("Findings: Impression: Normal.", "", true, true),
            ("Impression: Normal. Findings: Clear.", "Clear.", true, true),
            ("No findings. Impression: Normal.", "No findings. Impression: Normal.", false, false),
            ("Unfindings: x", "Unfindings: x", false, false),
            ("Other findings: two.", "Other findings: two.", false, false),
            ("findings : clear . impression : normal .", "clear .", true, true),
            ("findings: clear impression: normal", "clear", true, true),
            ("Comparison: None Findings: Clear.", "Clear.", true, true),
            ("", "", false, false),
            ("Findings:", "", true, true),
            ("été. findings: ç Impression: ü", "ç", true, true),
        ] {
            let found = findings_text(report);
            assert_eq!(found, FindingsText { text: expected, has_header, cut }, "{report}");
        }
    }
}
