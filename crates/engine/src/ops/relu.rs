//! max(x, 0), in place where nothing else reads x.

use super::Operator;
use tract_core::internal::*;

#[derive(Debug, Clone, Copy)]
pub(super) struct Relu;

impl Operator for Relu {
    fn name(&self) -> &'static str {
        "Relu"
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [x] = inputs else { bail!("not one input") };
        ensure!(x.datum_type == f32::datum_type(), "not f32");
        Ok(tvec![x.without_value()])
    }

    fn run(&self, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut x = inputs.pop().context("no input")?.into_tensor();
        for value in x.try_as_plain_ram_mut()?.as_slice_mut::<f32>()? {
            // Not `max`, whose zero has no defined sign.
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
        Ok(tvec![x.into_tvalue()])
    }
}
