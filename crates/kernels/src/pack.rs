//! Weights in the order in which the tiles read them, packed once at load.

use crate::aligned::Aligned;
use crate::error::{ShapeError, length};
use crate::linear::strassen;
use crate::tiles::{CROSSES, PANEL};

/// Steps of k are padded with zeros to a multiple of this, so that tiles need not care.
pub(crate) const STEP: usize = 8;

/// Steps of k that a tile takes at once: a panel of them stays in the first-level cache.
pub(crate) const BLOCK: usize = 1024;

/// Levels to each side of zero of [`PackedWeights::wide`].
const WIDE_LEVELS: f64 = 4095.0;

/// Inputs that share an integer sum in [`PackedWeights::int16`] and [`PackedWeights::wide`].
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
/// for which no sum of these weights can leave 32 bits, at most ±32,767. With int8 weights the sum of
/// an activation's level and a weight's stays in 16 bits, too; and where a channel has one scale, the
/// sum of two activations' levels and two weights'.
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
    /// `[panel][sum]`, what crossed products of these weights count too much: of each four steps of
    /// k, `y₀y₂ + y₁y₃`, added up in wrapping 32-bit arithmetic. None where no tile crosses, or where
    /// the sum of an activation's level and a weight's could leave 16 bits.
    pub(crate) excess: Option<Vec<[i32; PANEL]>>,
    /// What crossed products of halves of these weights count too much: see [`strassen::excess`].
    /// None where they cannot be halved.
    pub(crate) halves: Option<Vec<[i32; PANEL]>>,
    /// One per input, by which activations are multiplied before they are rounded; or empty.
    pub(crate) input_scales: Vec<f32>,
}

/// What a layer's weights are.
struct Shape {
    inputs: usize,
    outputs: usize,
    padded: usize,
    group: usize,
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
        let packed = interleave(inputs, outputs, padded, level);
        let levels = Levels::Int8(packed);
        let shape = Shape { inputs, outputs, padded, group: padded };
        Ok(PackedWeights::of(levels, shape, Vec::new(), by_panel(scales)))
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
        let levels = Levels::Int8(interleave(inputs, outputs, padded, level));
        let shape = Shape { inputs, outputs, padded, group };
        Ok(PackedWeights::of(levels, shape, group_scales, vec![[1.0; PANEL]; panels]))
    }

    /// int16 weights with one scale per output channel: weight = level · scale. Sums of 128 inputs
    /// are integers and are added in f32.
    ///
    /// # Errors
    /// `levels` is not K·N long, or `scales` not N.
    pub fn int16(
        levels: &[i16],
        order: Order,
        inputs: usize,
        outputs: usize,
        scales: &[f32],
    ) -> Result<PackedWeights, ShapeError> {
        length("weight levels", levels.len(), inputs * outputs)?;
        length("weight scales", scales.len(), outputs)?;
        let (group, padded) = wide_group(inputs);
        let level = |k, n| levels[order.at(k, n, inputs, outputs)];
        let levels = Levels::Int16(interleave(inputs, outputs, padded, level));
        let shape = Shape { inputs, outputs, padded, group };
        Ok(PackedWeights::of(levels, shape, Vec::new(), by_panel(scales)))
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
        let (group, padded) = wide_group(inputs);
        let value = |k, n| values[order.at(k, n, inputs, outputs)];
        let mut largest = vec![0.0f32; outputs];
        for block in (0..outputs).step_by(PANEL) {
            let largest = &mut largest[block..outputs.min(block + PANEL)];
            for k in 0..inputs {
                for (n, largest) in (block..).zip(&mut *largest) {
                    let found = value(k, n).abs();
                    // Not f32::max, which passes NaN over.
                    if found > *largest || found.is_nan() {
                        *largest = found;
                    }
                }
            }
        }
        let scale = |largest: f32| {
            let scale = (f64::from(largest) / WIDE_LEVELS) as f32;
            if scale.is_finite() { scale } else { f32::NAN }
        };
        let scales: Vec<f32> = largest.into_iter().map(scale).collect();
        let level = |k, n: usize| {
            let levels = f64::from(value(k, n)) / f64::from(scales[n]);
            // A scale of zero or NaN gives NaN, and `as` makes that zero; a subnormal scale is
            // too coarse to keep the bound by itself.
            levels.round_ties_even().clamp(-WIDE_LEVELS, WIDE_LEVELS) as i16
        };
        let levels = Levels::Int16(interleave(inputs, outputs, padded, level));
        let shape = Shape { inputs, outputs, padded, group };
        Ok(PackedWeights::of(levels, shape, Vec::new(), by_panel(&scales)))
    }

    fn of(
        levels: Levels,
        shape: Shape,
        group_scales: Vec<[f32; PANEL]>,
        channel_scales: Vec<[f32; PANEL]>,
    ) -> PackedWeights {
        let Shape { inputs, outputs, padded, group } = shape;
        let (largest, widest) = match &levels {
            Levels::Int8(levels) => bounds(levels, group),
            Levels::Int16(levels) => bounds(levels, group),
        };
        let one_sum = group == padded && group_scales.is_empty();
        let activation_levels = match &levels {
            Levels::Int8(_) if one_sum => widest.min(i16::MAX / 2 - largest),
            Levels::Int8(_) => widest.min(i16::MAX - largest),
            Levels::Int16(_) => widest,
        };
        let mut weights = PackedWeights {
            inputs,
            outputs,
            padded,
            group,
            levels,
            group_scales,
            channel_scales,
            activation_levels,
            excess: None,
            halves: None,
            input_scales: Vec::new(),
        };
        if CROSSES && activation_levels.checked_add(largest).is_some() {
            let steps = weights.sum_steps();
            weights.excess = Some(match &weights.levels {
                Levels::Int8(levels) => excess(levels, padded, steps),
                Levels::Int16(levels) => excess(levels, padded, steps),
            });
        }
        if let Levels::Int8(levels) = &weights.levels
            && CROSSES
            && one_sum
        {
            weights.halves = strassen::excess(levels, padded, outputs.div_ceil(PANEL));
        }
        weights
    }

    /// Whether a row has one sum for each channel, which may be added up in any parts.
    pub(crate) fn is_one_sum(&self) -> bool {
        self.group == self.padded && self.group_scales.is_empty()
    }

    /// Steps of k of an integer sum: a group, or as much of a long one as a tile takes.
    pub(crate) fn sum_steps(&self) -> usize {
        let most = if self.is_one_sum() { BLOCK } else { usize::MAX };
        self.group.clamp(1, most)
    }

    /// Steps of k that a tile takes at once: whole sums.
    pub(crate) fn block(&self) -> usize {
        let steps = self.sum_steps();
        (BLOCK / steps).max(1) * steps
    }

    /// Gives each input a scale beside those that the weights have:
    /// weight\[k, n\] = level · scale · `scales[k]`. Activations are multiplied by it before they
    /// are rounded.
    ///
    /// # Errors
    /// `scales` is not K long.
    pub fn scale_inputs(&mut self, scales: &[f32]) -> Result<(), ShapeError> {
        length("input scales", scales.len(), self.inputs)?;
        self.input_scales = scales.to_vec();
        Ok(())
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
        let scales = self.group_scales.len() + self.channel_scales.len();
        let excess = [&self.excess, &self.halves];
        let excess: usize = excess.into_iter().flatten().map(Vec::len).sum();
        levels + 4 * (PANEL * (scales + excess) + self.input_scales.len())
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
        for (panel, place) in packed.chunks_exact_mut((inputs * PANEL).max(1)).enumerate() {
            let channels = panel * PANEL..outputs.min((panel + 1) * PANEL);
            for (k, place) in place.as_chunks_mut::<PANEL>().0.iter_mut().enumerate() {
                for (n, place) in channels.clone().zip(place) {
                    *place = values[order.at(k, n, inputs, outputs)];
                }
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

/// The inputs of a sum of 16-bit weights, and all of them padded to a multiple of it.
fn wide_group(inputs: usize) -> (usize, usize) {
    let group = WIDE_GROUP.min(inputs.next_multiple_of(STEP));
    (group, inputs.next_multiple_of(group.max(1)))
}

/// `[panel][k/2][channel][2]`, zeros where there is no weight.
fn interleave<T: Copy + Default>(
    inputs: usize,
    outputs: usize,
    padded: usize,
    level: impl Fn(usize, usize) -> T,
) -> Aligned<T> {
    let mut packed = Aligned::new(outputs.div_ceil(PANEL) * padded * PANEL);
    // Panel by panel, so that either order of the weights is read in pieces of cache lines.
    for (panel, place) in packed.chunks_exact_mut((padded * PANEL).max(1)).enumerate() {
        let channels = panel * PANEL..outputs.min((panel + 1) * PANEL);
        for k in 0..inputs {
            let pairs = &mut place[k / 2 * 2 * PANEL..][..2 * PANEL];
            for (n, pair) in channels.clone().zip(pairs.as_chunks_mut::<2>().0) {
                pair[k % 2] = level(k, n);
            }
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

/// The largest absolute level, and the widest activation levels with which no sum, nor any part of
/// one, can pass 2³¹ − 1: the sum of a channel's absolute weight levels over a group bounds it,
/// whatever the activations are.
fn bounds<T: Copy + Into<i32>>(packed: &[T], group: usize) -> (i16, i16) {
    let mut most = [[0u32; 2]; PANEL];
    let mut largest: u64 = 1;
    for group in packed.chunks_exact((group * PANEL).max(1)) {
        let mut sums = [0u64; PANEL];
        for pairs in group.as_chunks::<2>().0.as_chunks::<PANEL>().0 {
            for ((sum, most), pair) in sums.iter_mut().zip(&mut most).zip(pairs) {
                let [even, odd] = pair.map(|level| level.into().unsigned_abs());
                *sum += u64::from(even + odd);
                *most = [most[0].max(even), most[1].max(odd)];
            }
        }
        largest = sums.into_iter().fold(largest, u64::max);
    }
    let most = most.into_iter().flatten().max().unwrap_or(0);
    let widest = (i32::MAX as u64) / largest;
    (i16::try_from(most).unwrap_or(i16::MAX), i16::try_from(widest).unwrap_or(i16::MAX))
}

/// See [`PackedWeights::excess`]; a panel has `padded` steps of k, a sum `steps` of them or what is
/// left.
fn excess<T: Copy + Into<i32>>(packed: &[T], padded: usize, steps: usize) -> Vec<[i32; PANEL]> {
    let panels = packed.chunks_exact((padded * PANEL).max(1));
    panels.flat_map(|panel| panel.chunks((steps * PANEL).max(1)).map(excess_of)).collect()
}

/// `y₀y₂ + y₁y₃` of each four steps of one sum's levels, by channel.
pub(crate) fn excess_of<T: Copy + Into<i32>>(levels: &[T]) -> [i32; PANEL] {
    // Flat and in lanes, so that it becomes vectors.
    let mut lanes = [0i32; 2 * PANEL];
    for [early, late] in levels.as_chunks::<{ 2 * PANEL }>().0.as_chunks::<2>().0 {
        for ((lane, &early), &late) in lanes.iter_mut().zip(early).zip(late) {
            *lane = lane.wrapping_add(early.into() * late.into());
        }
    }
    let mut excess = [0; PANEL];
    for (excess, [even, odd]) in excess.iter_mut().zip(lanes.as_chunks::<2>().0) {
        *excess = even.wrapping_add(*odd);
    }
    excess
}
