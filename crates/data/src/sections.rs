//! The texts of a task: the official glue string, and one section of a report.

use std::ops::Range;

use crate::missing::is_missing_text;
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

/// Whether a section says that there is none: nothing, one of pandas' NA strings, or one of them
/// with a full stop (`None.`, as in ReXrank's own CheXpert Plus file).
pub(crate) fn is_missing_section(text: &str) -> bool {
    let text = text.trim();
    is_missing_text(text.strip_suffix('.').unwrap_or(text))
}

/// One section of a report, as the tasks `findings` and `impression` take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionText<'a> {
    /// The text under the heading, trimmed; the whole report, unchanged, without one.
    pub text: &'a str,
    /// Whether the section's heading was found.
    pub has_header: bool,
    /// Whether anything but white space was left out.
    pub cut: bool,
}

/// Takes the findings part of a report.
///
/// If the report has a heading `Findings:` (in any case, white space allowed before the colon;
/// or in Markdown, such as `**Findings:**`, `## Findings` or the word alone on its line), that is
/// what follows it, up to the next heading `Impression` or the end. Without such a heading it is
/// the whole report. In lower case, `findings:` is a heading only where a sentence or line
/// begins: "other findings: none" is a sentence.
///
/// No public code of ReXrank makes its findings scores; the paper says only that they are
/// computed on the findings section.
#[must_use]
pub fn findings_text(report: &str) -> SectionText<'_> {
    section_text(report, "findings", "impression")
}

/// Takes the impression part of a report, by the rules of [`findings_text`] with the two
/// headings exchanged.
#[must_use]
pub fn impression_text(report: &str) -> SectionText<'_> {
    section_text(report, "impression", "findings")
}

fn section_text<'a>(report: &'a str, name: &str, other: &str) -> SectionText<'a> {
    let Some(heading) = find_heading(report, name, true) else {
        return SectionText { text: report, has_header: false, cut: false };
    };
    let after = report.get(heading.end..).unwrap_or_default();
    let end = find_heading(after, other, name == "impression").map_or(after.len(), |h| h.start);
    let text = after.get(..end).unwrap_or_default().trim();
    SectionText { text, has_header: true, cut: text != report.trim() }
}

/// Finds a heading of this name: from where its marks begin to where the text after it does.
///
/// Official example files glue the sections without a space (`…interval.Impression:No…`), so
/// an upper-case letter after a lower-case one also starts a word. With `strict`, a heading in
/// lower case must begin a sentence or line.
fn find_heading(text: &str, name: &str, strict: bool) -> Option<Range<usize>> {
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
        if let Some(end) = heading_end(bytes, begin, end) {
            return Some(marks_begin(bytes, begin)..end);
        }
    }
    None
}

/// Markdown's emphasis.
fn is_emphasis(byte: &u8) -> bool {
    matches!(byte, b'*' | b'_')
}

/// Marks of a heading or list at the start of a line: `##`, `-`, `1.`, `>`, `**`.
fn is_line_mark(byte: &u8) -> bool {
    matches!(byte, b'#' | b'>' | b'-' | b'+' | b'*' | b'_' | b'.' | b')' | b' ' | b'\t')
        || byte.is_ascii_digit()
}

fn count(bytes: &[u8], from: usize, is: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().skip(from).take_while(|byte| is(byte)).count()
}

/// Where the text after a heading begins; `None` if the word is no heading.
fn heading_end(bytes: &[u8], begin: usize, end: usize) -> Option<usize> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let emphasis = count(bytes, end, is_emphasis);
    let at = end + emphasis;
    let at = at + count(bytes, at, is_blank);
    if bytes.get(at) == Some(&b':') {
        let emphasised = begin.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(is_emphasis);
        let after = at + 1;
        let closing =
            if emphasised && emphasis == 0 { count(bytes, after, is_emphasis) } else { 0 };
        return Some(after + closing);
    }
    // The word alone on its line.
    if !matches!(bytes.get(at), None | Some(b'\n' | b'\r')) {
        return None;
    }
    let line = line_start(bytes, begin);
    let marks = bytes.get(line..begin)?;
    let is_marked = marks.iter().any(|byte| matches!(byte, b'#' | b'*' | b'_'));
    let is_upper = bytes.get(begin).is_some_and(u8::is_ascii_uppercase);
    (marks.iter().all(is_line_mark) && (is_marked || is_upper)).then_some(at)
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1)
}

/// Where a heading's marks begin: what stands before it must not be left in the section above.
fn marks_begin(bytes: &[u8], word: usize) -> usize {
    let line = line_start(bytes, word);
    let before = bytes.get(line..word).unwrap_or_default();
    if before.iter().all(is_line_mark) {
        return line;
    }
    word - before.iter().rev().take_while(|byte| is_emphasis(byte)).count()
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
    fn headings_in_markdown_are_headings() {
        for (report, findings, impression) in [
            ("**Findings:** Clear.\n**Impression:** Normal.", "Clear.", "Normal."),
            ("**Findings**: Clear.\n\n**Impression**: Normal.", "Clear.", "Normal."),
            ("## FINDINGS\nClear.\n## IMPRESSION\nNormal.\n", "Clear.", "Normal."),
            ("### Findings:\r\n- Clear.\r\n### Impression:\r\n- Normal.", "- Clear.", "- Normal."),
            ("- __Findings__: Clear.\n- __Impression__: Normal.", "Clear.", "Normal."),
            ("1. **Findings**\nClear.\n2. **Impression**\nNormal.", "Clear.", "Normal."),
            ("FINDINGS\nClear.\n\nIMPRESSION\nNormal.", "Clear.", "Normal."),
            ("Impression: Normal.\nFindings: Clear.", "Clear.", "Normal."),
            ("**findings:** clear\n**impression:** normal", "clear", "normal"),
        ] {
            assert_eq!(findings_text(report).text, findings, "{report}");
            assert_eq!(impression_text(report).text, impression, "{report}");
        }
        for sentence in
            ["Discuss the findings\nwith the ward.", "No findings", "Impression of a rib"]
        {
            assert!(!findings_text(sentence).has_header, "{sentence}");
            assert!(!impression_text(sentence).has_header, "{sentence}");
        }
    }

    #[test]
    fn a_section_that_says_none_is_missing() {
        for text in ["", " ", "None", "None.", " none.", "N/A", "N/A.", "nan"] {
            assert_eq!(is_missing_section(text), text != " none.", "{text}");
        }
        assert!(!is_missing_section("None seen."));
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
            assert_eq!(found, SectionText { text: expected, has_header, cut }, "{report}");
        }
    }
}
