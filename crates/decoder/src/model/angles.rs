//! Angles of the rotary positions.

use crate::DecoderConfig;

/// Cosines and sines of all positions so far.
#[derive(Debug)]
pub(crate) struct Angles {
    frequencies: Vec<f32>,
    cos: Vec<f32>,
    sin: Vec<f32>,
}

impl Angles {
    /// Frequency j is `rope_theta^(−2j/R)`, in f32 as transformers computes it.
    pub(crate) fn new(config: &DecoderConfig) -> Angles {
        let rotary = config.rotary;
        let frequency = |j: usize| {
            let exponent = (2 * j) as f32 / rotary as f32;
            1.0 / (libm::pow(config.rope_theta, f64::from(exponent)) as f32)
        };
        Angles {
            frequencies: (0..rotary / 2).map(frequency).collect(),
            cos: Vec::new(),
            sin: Vec::new(),
        }
    }

    /// Cosines and sines of positions, `[positions, R/2]` each.
    pub(crate) fn of(&mut self, positions: std::ops::Range<usize>) -> [&[f32]; 2] {
        let half = self.frequencies.len();
        let known = self.cos.len().checked_div(half).unwrap_or(usize::MAX);
        for position in known..positions.end {
            for frequency in &self.frequencies {
                // The angle is rounded to f32, its cosine is of the rounded one.
                let angle = f64::from(position as f32 * frequency);
                self.cos.push(libm::cos(angle) as f32);
                self.sin.push(libm::sin(angle) as f32);
            }
        }
        let at = positions.start * half..positions.end * half;
        [&self.cos[at.clone()], &self.sin[at]]
    }
}
