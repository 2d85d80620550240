//! The longest common subsequence of two token lists.

use std::collections::HashMap;

/// Up to so many cells of the table, the subsequence is read off it; larger pairs are halved.
const CELLS: usize = 1 << 16;

/// The positions of a longest common subsequence, in the reference and in the candidate, in order;
/// of several the same one every time. Tokens are given as numbers.
///
/// Takes memory in proportion to the lengths, and time to their product divided by 64.
pub(crate) fn longest_common_subsequence(reference: &[u32], candidate: &[u32]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    collect((reference, 0), (candidate, 0), &mut found);
    found
}

/// Hirschberg's algorithm: the first half of `a` goes with that start of `b` by which both parts
/// together have the longest subsequence.
fn collect((a, a_at): (&[u32], u32), (b, b_at): (&[u32], u32), found: &mut Vec<(u32, u32)>) {
    if a.len() < 2 || a.len() * b.len() <= CELLS {
        let pairs = by_table(a, b).into_iter();
        found.extend(pairs.map(|(i, j)| (a_at + i, b_at + j)));
        return;
    }
    let (first, second) = a.split_at(a.len() / 2);
    let backwards = |list: &[u32]| list.iter().rev().copied().collect::<Vec<_>>();
    let before = lengths(first, b);
    let after = lengths(&backwards(second), &backwards(b));
    let mut cut = 0;
    for at in 0..=b.len() {
        if before[at] + after[b.len() - at] > before[cut] + after[b.len() - cut] {
            cut = at;
        }
    }
    let (left, right) = b.split_at(cut);
    collect((first, a_at), (left, b_at), found);
    collect((second, a_at + first.len() as u32), (right, b_at + cut as u32), found);
}

/// By the table of the lengths of all ends of both.
fn by_table(a: &[u32], b: &[u32]) -> Vec<(u32, u32)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let width = b.len() + 1;
    let mut table = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i * width + j] = match a[i] == b[j] {
                true => table[(i + 1) * width + j + 1] + 1,
                false => table[(i + 1) * width + j].max(table[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            found.push((i as u32, j as u32));
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// The length of the longest common subsequence of all of `a` with each start of `b`, the empty
/// one first.
///
/// Hyyrö 2004: a bit per token of `b`, which is 0 where the length grows by one.
fn lengths(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, &token) in b.iter().enumerate() {
        places.entry(token).or_default().push(at);
    }
    let mut bits = vec![u64::MAX; b.len().div_ceil(64)];
    let mut here = vec![0u64; bits.len()];
    for token in a {
        let Some(places) = places.get(token) else { continue };
        for &at in places {
            here[at / 64] |= 1 << (at % 64);
        }
        let mut carry = false;
        for (bits, here) in bits.iter_mut().zip(&mut here) {
            let matched = *bits & *here;
            let (sum, over) = bits.overflowing_add(matched);
            let (sum, over_by_carry) = sum.overflowing_add(u64::from(carry));
            carry = over || over_by_carry;
            *bits = sum | (*bits & !*here);
            *here = 0;
        }
    }
    let mut lengths = vec![0; b.len() + 1];
    for at in 0..b.len() {
        let grows = bits[at / 64] >> (at % 64) & 1 == 0;
        lengths[at + 1] = lengths[at] + u32::from(grows);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few numbers that look drawn at random.
    fn list(seed: u32, len: usize, kinds: u32) -> Vec<u32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % kinds
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn halves_and_bits_find_what_the_table_finds() {
        for (seed, n, m, kinds) in
            [(1, 700, 650, 30), (2, 900, 130, 3), (3, 65, 1100, 400), (4, 600, 600, 1)]
        {
            let (a, b) = (list(seed, n, kinds), list(seed + 9, m, kinds));
            let found = longest_common_subsequence(&a, &b);
            assert_eq!(found.len(), by_table(&a, &b).len());
            assert_eq!(lengths(&a, &b)[m] as usize, found.len());
            assert!(found.iter().all(|&(i, j)| a[i as usize] == b[j as usize]));
            assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
        }
    }

    #[test]
    fn small_ones_by_hand() {
        assert_eq!(longest_common_subsequence(&[1, 2, 3, 4], &[2, 9, 4]), [(1, 0), (3, 2)]);
        assert_eq!(longest_common_subsequence(&[], &[1]), []);
        assert_eq!(longest_common_subsequence(&[7], &[1, 7, 7]), [(0, 1)]);
    }
}
