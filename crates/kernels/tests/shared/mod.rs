//! What the tests share: random values, the same on every machine, and the cases that are hashed.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod cases;

/// A 64-bit generator (Steele, Lea and Flood 2014, SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// A value in −1…1.
    pub(crate) fn value(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 8_388_608.0 - 1.0
    }

    /// Values in −scale…scale.
    pub(crate) fn values(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| self.value() * scale).collect()
    }

    /// int8 levels, −127…127; now and then all at an end of the range.
    pub(crate) fn levels(&mut self, count: usize) -> Vec<i8> {
        let extreme = self.below(8) == 0;
        (0..count)
            .map(|_| match (extreme, self.bits()) {
                (true, bits) => {
                    if bits & 1 == 0 {
                        127
                    } else {
                        -127
                    }
                }
                (false, bits) => (bits % 255) as i8 as i32 as i8,
            })
            .map(|level| level.max(-127))
            .collect()
    }
}
