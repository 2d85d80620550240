//! A small random generator whose draws are the same on every platform.
//!
//! xoshiro256++ 1.0 seeded by SplitMix64, both by Blackman and Vigna (public domain reference code
//! at prng.di.unimi.it). Not for secrets.

/// The generator's state.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    /// Spreads a seed over the state with four draws of SplitMix64.
    pub(crate) fn seeded(mut seed: u64) -> Self {
        Self { state: std::array::from_fn(|_| split_mix(&mut seed)) }
    }

    /// The next 64 random bits.
    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let carried = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= carried;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number below `bound`, every one equally likely (Lemire 2019); `bound` must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            // The low half decides whether this draw belongs to the surplus that would bias, which is
            // smaller than the bound: most draws need no division.
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_the_published_sequence() {
        // Rosetta Code, "Pseudo-random numbers/Splitmix64".
        let mut state = 1_234_567;
        let draws: Vec<_> = (0..5).map(|_| split_mix(&mut state)).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(draws, published);
    }

    #[test]
    fn xoshiro_gives_the_reference_sequence() {
        // Output of the reference implementation for this state, as rand_xoshiro tests it.
        let mut random = Random { state: [1, 2, 3, 4] };
        let draws: Vec<_> = (0..6).map(|_| random.next()).collect();
        let reference = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
        ];
        assert_eq!(draws, reference);
    }

    #[test]
    fn draws_are_even() {
        let mut random = Random::seeded(7);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        // Five standard deviations of a fair die.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 457), "{counts:?}");
    }
}
