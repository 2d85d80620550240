//! Ids that a spreadsheet has taken for numbers and rounded.

/// The digits of a number that spreadsheets keep.
const KEPT_DIGITS: usize = 15;

/// Whether an id is a number in scientific notation (`5.04E+07`), or has more digits than a
/// spreadsheet keeps and zeros in their place.
pub(crate) fn is_rounded(id: &str) -> bool {
    let id = id.trim();
    is_scientific(id)
        || (id.len() > KEPT_DIGITS
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && id.bytes().skip(KEPT_DIGITS).all(|byte| byte == b'0'))
}

/// Whether an id is a number in scientific notation, which is nobody's choice.
pub(crate) fn is_scientific(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.trim().split_once(['e', 'E']) else { return false };
    let digits = exponent.strip_prefix('+').unwrap_or_default();
    let is_number = mantissa.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    is_number
        && mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_ids_are_told_from_others() {
        for id in ["5.04E+07", "1,2E+15", "1e+12", "1234567890123450000", "1234567890123450"] {
            assert!(is_rounded(id), "{id}");
        }
        for id in
            ["50414267", "1.50", "E+07", "2e5f", "1.2.840.113619.2.5", "123456789012345", "e10"]
        {
            assert!(!is_rounded(id), "{id}");
        }
    }
}
