//! Numbers and plurals in messages.

/// Writes 2347 as `2,347`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row` or `1,200 rows`: a number and the noun for it.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), plural(number, one, many))
}

/// The word for one, or for any other number.
pub(crate) fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// `1 study has` or `12 studies have`.
pub(crate) fn studies_have(number: u64) -> String {
    counted(number, "study has", "studies have")
}

/// `1 of 1 study has`, `1 of 2 studies has`, `2 of 3 studies have`: the noun goes with the whole,
/// the verb with the part.
pub(crate) fn of_studies_have(part: u64, whole: u64) -> String {
    format!(
        "{} of {} {} {}",
        thousands(part),
        thousands(whole),
        plural(whole, "study", "studies"),
        plural(part, "has", "have"),
    )
}

/// Whether a text has no letter in any script: a number, a mark, or several.
pub(crate) fn is_without_words(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic)
}

/// Whether a text is a word or two without a full stop, as the names of classes are.
pub(crate) fn is_short(text: &str) -> bool {
    let text = text.trim();
    text.split_whitespace().nth(2).is_none() && !text.ends_with(['.', '!', '。'])
}

/// Turns an error's text into a sentence: first letter upper case, full stop at the end.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let end = if text.ends_with('…') { "" } else { "." };
    first.chain(characters).chain(end.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_their_words() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(2347), "2,347");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(of_studies_have(1, 1), "1 of 1 study has");
        assert_eq!(of_studies_have(1, 2), "1 of 2 studies has");
        assert_eq!(of_studies_have(2, 2347), "2 of 2,347 studies have");
        assert_eq!(studies_have(1), "1 study has");
        assert_eq!(studies_have(0), "0 studies have");
    }
}
