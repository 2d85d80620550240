//! The same elements under another name, or with axes of length 1 more or less.

use super::{Operator, axis_of};
use tract_core::internal::*;

#[derive(Debug, Clone)]
pub(super) enum Reshape {
    /// As it is.
    Same,
    /// Without these axes.
    Squeeze(Vec<i64>),
    /// With these axes, counted in the output.
    Unsqueeze(Vec<i64>),
}

impl Reshape {
    fn shape<D: DimLike>(&self, of: &[D]) -> TractResult<TVec<D>> {
        let places = |axes: &[i64], count: usize| -> TractResult<Vec<usize>> {
            axes.iter().map(|&axis| axis_of(axis, count)).collect()
        };
        match self {
            Reshape::Same => Ok(of.into()),
            Reshape::Squeeze(axes) => {
                let axes = places(axes, of.len())?;
                let one = |&axis: &usize| of.get(axis).is_some_and(|length| *length == D::one());
                ensure!(axes.iter().all(one), "only axes of length 1 can be left out");
                let kept = of.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
                Ok(kept.map(|(_, length)| length.clone()).collect())
            }
            Reshape::Unsqueeze(axes) => {
                let count = of.len() + axes.len();
                let axes = places(axes, count)?;
                let mut lengths = of.iter().cloned();
                let shape: Option<TVec<D>> = (0..count)
                    .map(|axis| if axes.contains(&axis) { Some(D::one()) } else { lengths.next() })
                    .collect();
                shape.filter(|_| lengths.next().is_none()).context("an axis is named twice")
            }
        }
    }
}

impl Operator for Reshape {
    fn name(&self) -> &'static str {
        match self {
            Reshape::Same => "Identity",
            Reshape::Squeeze(_) => "Squeeze",
            Reshape::Unsqueeze(_) => "Unsqueeze",
        }
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [x] = inputs else { bail!("not one input") };
        Ok(tvec![x.datum_type.fact(self.shape(&x.shape.to_tvec())?)])
    }

    fn run(&self, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = inputs.pop().context("no input")?;
        if let Reshape::Same = self {
            return Ok(tvec![x]);
        }
        let shape = self.shape(x.shape())?;
        Ok(tvec![x.into_tensor().into_shape(&shape)?.into_tvalue()])
    }
}
