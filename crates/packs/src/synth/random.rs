/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014: small, and integer arithmetic only.
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    pub(super) fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [−1, 1), in steps of 2⁻²³.
    pub(super) fn next_signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }

    /// Nearly normal with mean 0 and deviation 1, from −3.5 to 3.5: the sum of four uniform
    /// 16-bit numbers.
    pub(super) fn next_normal(&mut self) -> f32 {
        const MIDDLE: i64 = 2 * 65_535;
        /// 2¹⁶·√(4/12).
        const DEVIATION: f32 = 37_837.23;
        let bits = self.next();
        let sum: i64 = (0..4).map(|part| ((bits >> (16 * part)) & 0xffff) as i64).sum();
        (sum - MIDDLE) as f32 / DEVIATION
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs for seed 1234567, as published with the reference code at
    /// prng.di.unimi.it/splitmix64.c and in Rosetta Code.
    #[test]
    fn generator_is_splitmix64() {
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(random.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn mean_and_deviation() {
        let mut random = SplitMix64::new(1);
        let values: Vec<f64> = (0..100_000).map(|_| f64::from(random.next_normal())).collect();
        let mean = values.iter().sum::<f64>() / 1e5;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}
