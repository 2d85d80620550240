//! n-grams that two token lists have in common.

use std::collections::HashMap;

/// Which n-grams of two texts were matched with each other: one entry per token of each text.
///
/// Bit n − 1 of an entry is set where a matched n-gram of order n begins at the token. The k-th
/// occurrence of an n-gram in the candidate is matched with its k-th in the reference, so that on
/// either side as many entries have the bit as the clipped count of that order says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NgramMatches {
    /// Of the reference's tokens.
    pub reference: Vec<u8>,
    /// Of the candidate's tokens.
    pub candidate: Vec<u8>,
}

/// The longest n-grams that are counted: four numbers of 32 bits fit into one of 128.
const LONGEST: usize = 4;

/// The candidate's n-grams of the orders 1 to `N` that the reference holds, each as often as it
/// does, and which; tokens are compared by their keys.
pub(crate) fn matched<const N: usize, T: AsRef<str>>(
    reference: &[T],
    candidate: &[T],
    key: fn(&str) -> &str,
) -> ([u32; N], NgramMatches) {
    const { assert!(N <= LONGEST) };
    let (reference, candidate) = intern(reference, candidate, key);
    let mut matches =
        NgramMatches { reference: vec![0; reference.len()], candidate: vec![0; candidate.len()] };
    let counts = std::array::from_fn(|order| {
        let bit = 1u8 << order;
        let mut count = 0;
        pair_up(&reference, &candidate, order + 1, |in_reference, in_candidate| {
            count += 1;
            matches.reference[in_reference as usize] |= bit;
            matches.candidate[in_candidate as usize] |= bit;
        });
        count
    });
    (counts, matches)
}

/// Numbers the distinct tokens of both sides, so that an n-gram is a number and not a string.
pub(crate) fn intern<T: AsRef<str>>(
    reference: &[T],
    candidate: &[T],
    key: fn(&str) -> &str,
) -> (Vec<u32>, Vec<u32>) {
    let mut ids: HashMap<&str, u32> = HashMap::with_capacity(reference.len() + candidate.len());
    let mut number = |token| {
        let next = ids.len() as u32;
        *ids.entry(key(token)).or_insert(next)
    };
    let reference = reference.iter().map(|token| number(token.as_ref())).collect();
    let candidate = candidate.iter().map(|token| number(token.as_ref())).collect();
    (reference, candidate)
}

/// Calls `found` with the positions of the first token, in the reference and in the candidate, of
/// every matched occurrence of an n-gram.
fn pair_up(reference: &[u32], candidate: &[u32], n: usize, mut found: impl FnMut(u32, u32)) {
    let reference = sorted(reference, n);
    let candidate = sorted(candidate, n);
    let (mut r, mut c) = (0, 0);
    while let (Some(left), Some(right)) = (reference.get(r), candidate.get(c)) {
        if left.0 == right.0 {
            found(left.1, right.1);
        }
        // Equal n-grams advance both sides, which is what clips their count.
        r += usize::from(left.0 <= right.0);
        c += usize::from(right.0 <= left.0);
    }
}

/// The n-grams of numbered tokens as (number, position), sorted; n is at most 4.
pub(crate) fn sorted(ids: &[u32], n: usize) -> Vec<(u128, u32)> {
    let number = |window: &[u32]| window.iter().fold(0, |key, &id| key << 32 | u128::from(id));
    let mut ngrams: Vec<_> = ids.windows(n).map(number).zip(0..).collect();
    ngrams.sort_unstable();
    ngrams
}
