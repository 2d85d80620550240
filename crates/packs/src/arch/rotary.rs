use super::writer::{Writer, split};
use crate::onnx::graph::{Attr, GraphValue, StepBuilder};

/// Rotary position embeddings (Su et al. 2021): the two halves of a head's vector are turned
/// against each other, component by component, by an angle that grows with the position.
pub(super) struct Rotary {
    /// Half of the width of a head.
    pub(super) half: usize,
    /// Most positions.
    pub(super) positions: usize,
}

/// The rotations of a text's tokens, `[tokens, half]` each.
pub(super) struct Turn {
    half: usize,
    cosine: GraphValue,
    sine: GraphValue,
}

impl Rotary {
    /// The rotations whose frequencies fall from 1 to about 1/`theta`. Their cosines and sines
    /// are tables, in f32 whatever the precision, so that no runtime's own functions enter.
    pub(super) fn turn(
        &self,
        writer: &mut Writer<'_>,
        name: &str,
        ids: &GraphValue,
        theta: f64,
    ) -> Turn {
        let angles = self.angles(theta);
        let mut table = |part: &str, of: fn(f64) -> f64| {
            let name = format!("{name}.{part}");
            let values: Vec<f32> =
                angles.iter().map(|&angle| of(f64::from(angle)) as f32).collect();
            let shape = [self.positions, self.half];
            let table = writer.graph.f32s(&format!("{name}.table"), &shape, &values);
            writer.first_rows(&name, &table, ids)
        };
        let cosine = table("cosine", libm::cos);
        let sine = table("sine", libm::sin);
        Turn { half: self.half, cosine, sine }
    }

    /// The angle of each position and component, in f32 as `ModernBertRotaryEmbedding` has it.
    fn angles(&self, theta: f64) -> Vec<f32> {
        let frequency = |component: usize| {
            let exponent = component as f32 / self.half as f32;
            1.0 / libm::pow(theta, f64::from(exponent)) as f32
        };
        let frequencies: Vec<f32> = (0..self.half).map(frequency).collect();
        (0..self.positions)
            .flat_map(|position| frequencies.iter().map(move |&each| position as f32 * each))
            .collect()
    }
}

impl Turn {
    /// Turns vectors `[batch, heads, tokens, 2·half]`: the parts `halves` to `turned`.
    pub(super) fn apply(&self, step: &mut StepBuilder<'_>, vectors: &GraphValue) -> GraphValue {
        let [first, second] = split(step, "halves", vectors, 3, [self.half; 2]);
        let mut times = |part: &str, half, table| step.node("Mul", part, &[half, table], &[]);
        let kept = times("first.kept", &first, &self.cosine);
        let moved = times("second.moved", &second, &self.sine);
        let second_kept = times("second.kept", &second, &self.cosine);
        let first_moved = times("first.moved", &first, &self.sine);
        let first = step.node("Sub", "first", &[&kept, &moved], &[]);
        let second = step.node("Add", "second", &[&second_kept, &first_moved], &[]);
        step.node("Concat", "turned", &[&first, &second], &[("axis", Attr::Int(3))])
    }
}
