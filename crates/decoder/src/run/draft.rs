//! Guesses of the next tokens, verified by the model in one pass.
//!
//! An answer repeats the prompt's form and its own phrases: what followed the last time these tokens
//! stood together is a good guess (Saxena 2023, "prompt lookup decoding"). A wrong guess costs its rows
//! and changes nothing.

/// Tokens that must have stood together before: the longer match is looked for first.
const LENGTHS: [usize; 2] = [3, 2];

/// What followed the latest earlier place of the last tokens, at most `most` of it; also looked for in
/// `hint`, an answer of another study.
pub(super) fn draft(ids: &[u32], hint: &[u32], most: usize) -> Vec<u32> {
    for length in LENGTHS {
        let Some(start) = ids.len().checked_sub(length) else { continue };
        let last = &ids[start..];
        let found = |text: &[u32], end: usize| {
            let at = text[..end].windows(length).rposition(|window| window == last)?;
            let following = &text[at + length..];
            (!following.is_empty()).then(|| following[..following.len().min(most)].to_vec())
        };
        // The last tokens themselves are no earlier place.
        if let Some(draft) = found(ids, ids.len() - 1).or_else(|| found(hint, hint.len())) {
            return draft;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::draft;

    #[test]
    fn the_longer_and_the_later_match_win() {
        assert_eq!(draft(&[1, 2, 3, 9, 2, 3, 8, 1, 2, 3], &[], 2), [9, 2]);
        assert_eq!(draft(&[5, 2, 3, 9, 7, 2, 3, 8, 4, 2, 3], &[], 9), [8, 4, 2, 3]);
        assert_eq!(draft(&[1, 2, 3], &[0, 1, 2, 3, 7], 4), [7]);
        assert!(draft(&[1, 2, 3], &[1, 2, 3], 4).is_empty());
        assert!(draft(&[1], &[], 4).is_empty());
    }
}
