//! Weights in the order in which the tiles read them, packed once at load.

use crate::aligned::Aligned;
use crate::error::{ShapeError, length};
use crate::tiles::PANEL;

/// Steps of k are padded with zeros to a multiple of this, so that tiles need not care.
const STEP: usize = 8;

/// Levels to each side of zero of [`PackedWeights::wide`].
const WIDE_LEVELS: f64 = 4095.0;

/// Inputs that share an integer sum in [`PackedWeights::wide`].
const WIDE_GROUP: usize = 128;

/// How the weights of a linear layer lie in their slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `[inputs, outputs]`, as the second operand of ONNX's MatMul.
    InputMajor,
    /// `[outputs, inputs]`, as in a PyTorch checkpoint.
    OutputMajor,
}

impl Order {
    fn at(self, input: usize, output: usize, inputs: usize, outputs: usize) -> usize {
        match self {
            Order::InputMajor => input * outputs + output,
            Order::OutputMajor => output * inputs + input,
        }
    }
}

/// Integer weights of one linear layer, K inputs × N outputs.
///
/// Activations are rounded, row by row, to ±[`PackedWeights::activation_levels`]: the widest range
/// for which no sum of these weights can leave 32 bits, at most ±32,767.
#[derive(Debug, Clone)]
pub struct PackedWeights {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Inputs with their padding: the row length of the activations' levels.
    pub(crate) padded: usize,
    /// Inputs of one integer sum; `padded` if there is one sum only.
    pub(crate) group: usize,
    pub(crate) levels: Levels,
    /// `[panel][group]`, or empty if the groups of a channel share its scale.
    pub(crate) group_scales: Vec<[f32; PANEL]>,
    /// Per panel; one where the scale is in `group_scales`.
    pub(crate) channel_scales: Vec<[f32; PANEL]>,
    pub(crate) activation_levels: i16,
}

/// `[panel][k/2][channel][2]`.
#[derive(Debug, Clone)]
pub(crate) enum Levels {
    Int8(Aligned<i8>),
    Int16(Aligned<i16>),
}

impl PackedWeights {
    /// int8 weights with one scale per output channel: weight = level · scale.
    ///
    /// # Errors
    /// `levels` is not K·N long, or `scales` not N.
    pub fn int8(
        levels: &[i8],
        order: Order,
        inputs: usize,
        outputs: usize,
        scales: &[f32],
    ) -> Result<PackedWeights, ShapeError> {
        length("weight levels", levels.len(), inputs * outputs)?;
        length("weight scales", scales.len(), outputs)?;
        let padded = inputs.next_multiple_of(STEP);
        let level = |k, n| levels[order.at(k, n, inputs, outputs)];
        Ok(PackedWeights {
            inputs,
            outputs,
            padded,
            group: padded,
            activation_levels: activation_levels(inputs, outputs, inputs, |k, n| {
                level(k, n).into()
            }),
            levels: Levels::Int8(interleave(inputs, outputs, padded, level)),
            group_scales: Vec::new(),
            channel_scales: by_panel(scales),
        })
    }

    /// int8 weights with one scale for each `group` inputs of an output channel:
    /// weight\[k, n\] = level · `scales[k / group, n]`. The groups' sums are added in f32.
    ///
    /// # Errors
    /// `levels` is not K·N long, `scales` not ⌈K / group⌉·N, or `group` no positive multiple of 8.
    pub fn int8_groups(
        levels: &[i8],
        order: Order,
        inputs: usize,
        outputs: usize,
        group: usize,
        scales: &[f32],
    ) -> Result<PackedWeights, ShapeError> {
        length("weight levels", levels.len(), inputs * outputs)?;
        if group == 0 || !group.is_multiple_of(STEP) {
            let expected = group.next_multiple_of(STEP).max(STEP);
            return Err(ShapeError { what: "inputs of a group", expected, found: group });
        }
        let groups = inputs.div_ceil(group);
        length("weight scales", scales.len(), groups * outputs)?;
        let padded = groups * group;
        let level = |k, n| levels[order.at(k, n, inputs, outputs)];
        let panels = outputs.div_ceil(PANEL);
        let mut group_scales = vec![[0.0; PANEL]; panels * groups];
        for (g, scales) in scales.chunks_exact(outputs.max(1)).enumerate() {
            for (panel, scales) in scales.chunks(PANEL).enumerate() {
                group_scales[panel * groups + g][..scales.len()].copy_from_slice(scales);
            }
        }
        Ok(PackedWeights {
            inputs,
            outputs,
            padded,
            group,
            activation_levels: activation_levels(inputs, outputs, group, |k, n| level(k, n).into()),
            levels: Levels::Int8(interleave(inputs, outputs, padded, level)),
            group_scales,
            channel_scales: vec![[1.0; PANEL]; panels],
        })
    }

    /// Weights of full precision, rounded to ±4,095 levels per output channel; sums of 128 inputs
    /// are integers and are added in f32. Twice the memory of int8, practically f32's accuracy.
    ///
    /// A channel with a NaN or infinite weight gives NaN.
    ///
    /// # Errors
    /// `values` is not K·N long.
    pub fn wide(
        values: &[f32],
        order: Order,
        inputs: usize,
        outputs: usize,
    ) -> Result<PackedWeights, ShapeError> {
        length("weights", values.len(), inputs * outputs)?;
        let group = WIDE_GROUP.min(inputs.next_multiple_of(STEP));
        let padded = inputs.next_multiple_of(group.max(1));
        let value = |k, n| values[order.at(k, n, inputs, outputs)];
        let scales: Vec<f32> = (0..outputs)
            .map(|n| {
                let largest = (0..inputs).map(|k| value(k, n).abs()).fold(0.0, |a, b| {
                    // Not f32::max, which passes NaN over.
                    if b > a || b.is_nan() { b } else { a }
                });
                let scale = (f64::from(largest) / WIDE_LEVELS) as f32;
                if scale.is_finite() { scale } else { f32::NAN }
            })
            .collect();
        let level = |k, n: usize| {
            let levels = f64::from(value(k, n)) / f64::from(scales[n]);
            // A scale of zero or NaN gives NaN, and `as` makes that zero; a subnormal scale is
            // too coarse to keep the bound by itself.
            levels.round_ties_even().clamp(-WIDE_LEVELS, WIDE_LEVELS) as i16
        };
        Ok(PackedWeights {
            inputs,
            outputs,
            padded,
            group,
            activation_levels: activation_levels(inputs, outputs, group, |k, n| level(k, n).into()),
            levels: Levels::Int16(interleave(inputs, outputs, padded, level)),
            group_scales: Vec::new(),
            channel_scales: by_panel(&scales),
        })
    }

    /// Inputs of the layer, K.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs of the layer, N.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Levels to each side of zero that activations are rounded to.
    #[must_use]
    pub fn activation_levels(&self) -> i16 {
        self.activation_levels
    }

    /// Bytes that the packed weights take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let levels = match &self.levels {
            Levels::Int8(levels) => levels.len(),
            Levels::Int16(levels) => 2 * levels.len(),
        };
        levels + 4 * PANEL * (self.group_scales.len() + self.channel_scales.len())
    }
}

/// f32 weights of one linear layer, K inputs × N outputs.
#[derive(Debug, Clone)]
pub struct PackedF32 {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// `[panel][k][channel]`.
    pub(crate) values: Aligned<f32>,
}

impl PackedF32 {
    /// Packs the weights.
    ///
    /// # Errors
    /// `values` is not K·N long.
    pub fn new(
        values: &[f32],
        order: Order,
        inputs: usize,
        outputs: usize,
    ) -> Result<PackedF32, ShapeError> {
        length("weights", values.len(), inputs * outputs)?;
        let mut packed = Aligned::new(outputs.div_ceil(PANEL) * inputs * PANEL);
        for n in 0..outputs {
            let panel = n / PANEL * inputs * PANEL + n % PANEL;
            for k in 0..inputs {
                packed[panel + k * PANEL] = values[order.at(k, n, inputs, outputs)];
            }
        }
        Ok(PackedF32 { inputs, outputs, values: packed })
    }

    /// Inputs of the layer, K.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs of the layer, N.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }
}

/// `[panel][k/2][channel][2]`, zeros where there is no weight.
fn interleave<T: Copy + Default>(
    inputs: usize,
    outputs: usize,
    padded: usize,
    level: impl Fn(usize, usize) -> T,
) -> Aligned<T> {
    let mut packed = Aligned::new(outputs.div_ceil(PANEL) * padded * PANEL);
    let all = &mut *packed;
    for n in 0..outputs {
        let panel = n / PANEL * padded * PANEL + n % PANEL * 2;
        for k in 0..inputs {
            all[panel + k / 2 * 2 * PANEL + k % 2] = level(k, n);
        }
    }
    packed
}

fn by_panel(scales: &[f32]) -> Vec<[f32; PANEL]> {
    let mut panels = vec![[0.0; PANEL]; scales.len().div_ceil(PANEL)];
    for (panel, scales) in panels.iter_mut().zip(scales.chunks(PANEL)) {
        panel[..scales.len()].copy_from_slice(scales);
    }
    panels
}

/// The widest activation levels with which no sum, nor any part of one, can pass 2³¹ − 1: the sum
/// of a channel's absolute weight levels over a group bounds it, whatever the activations are.
fn activation_levels(
    inputs: usize,
    outputs: usize,
    group: usize,
    level: impl Fn(usize, usize) -> i32,
) -> i16 {
    let mut largest: u64 = 1;
    for n in 0..outputs {
        for start in (0..inputs).step_by(group.max(1)) {
            let end = inputs.min(start + group);
            let sum = (start..end).map(|k| u64::from(level(k, n).unsigned_abs())).sum();
            largest = largest.max(sum);
        }
    }
    let widest = (i32::MAX as u64) / largest;
    i16::try_from(widest).unwrap_or(i16::MAX)
}
