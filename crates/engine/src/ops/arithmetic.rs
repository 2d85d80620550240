//! Sums, differences and products of tensors of f32 or i64, element by element.

use super::{Operator, elements};
use std::ops::{Add, Mul, Sub};
use tract_core::broadcast::multi_broadcast;
use tract_core::internal::*;

/// An operation on two tensors; axes of length 1 are repeated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Arithmetic {
    Add,
    Sub,
    Mul,
}

/// Neighbouring axes over which both inputs run, or only one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axes {
    length: usize,
    first: bool,
    second: bool,
}

impl Operator for Arithmetic {
    fn name(&self) -> &'static str {
        match self {
            Arithmetic::Add => "Add",
            Arithmetic::Sub => "Sub",
            Arithmetic::Mul => "Mul",
        }
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [first, second] = inputs else { bail!("not two inputs") };
        let of = first.datum_type;
        ensure!(of == second.datum_type, "two types: {of:?} and {:?}", second.datum_type);
        ensure!(of == f32::datum_type() || of == i64::datum_type(), "neither f32 nor i64");
        let shape = multi_broadcast(&[first.shape.to_tvec(), second.shape.to_tvec()])?;
        Ok(tvec![of.fact(shape)])
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let [first, second] = inputs.as_slice() else { bail!("not two inputs") };
        let shape = multi_broadcast(&[first.shape(), second.shape()])?;
        let axes = axes(&shape, first.shape(), second.shape());
        let out = if first.datum_type() == f32::datum_type() {
            match self {
                Arithmetic::Add => compute::<f32>(&inputs, &shape, &axes, f32::add),
                Arithmetic::Sub => compute::<f32>(&inputs, &shape, &axes, f32::sub),
                Arithmetic::Mul => compute::<f32>(&inputs, &shape, &axes, f32::mul),
            }
        } else {
            match self {
                Arithmetic::Add => compute(&inputs, &shape, &axes, i64::wrapping_add),
                Arithmetic::Sub => compute(&inputs, &shape, &axes, i64::wrapping_sub),
                Arithmetic::Mul => compute(&inputs, &shape, &axes, i64::wrapping_mul),
            }
        }?;
        Ok(tvec![out.into_tvalue()])
    }
}

/// The output's axes, outermost first, with those that both inputs treat alike as one.
fn axes(shape: &[usize], first: &[usize], second: &[usize]) -> Vec<Axes> {
    let runs = |input: &[usize], axis: usize| {
        let at = (axis + input.len()).checked_sub(shape.len());
        at.and_then(|at| input.get(at)).is_some_and(|&length| length != 1)
    };
    let mut axes: Vec<Axes> = Vec::new();
    for (axis, &length) in shape.iter().enumerate().filter(|&(_, &length)| length != 1) {
        let (first, second) = (runs(first, axis), runs(second, axis));
        match axes.last_mut() {
            Some(last) if (last.first, last.second) == (first, second) => last.length *= length,
            _ => axes.push(Axes { length, first, second }),
        }
    }
    axes
}

fn compute<T: Datum + Copy + tract_num_traits::Zero>(
    inputs: &[TValue],
    shape: &[usize],
    axes: &[Axes],
    of: impl Fn(T, T) -> T + Copy,
) -> TractResult<Tensor> {
    let mut out = Tensor::zero::<T>(shape)?;
    let (first, second) = (elements::<T>(inputs, 0)?, elements::<T>(inputs, 1)?);
    fill(axes, first, second, out.try_as_plain_ram_mut()?.as_slice_mut::<T>()?, of);
    Ok(out)
}

/// Fills the elements of those axes; the inputs hold what these take of them.
fn fill<T: Copy>(
    axes: &[Axes],
    first: &[T],
    second: &[T],
    out: &mut [T],
    of: impl Fn(T, T) -> T + Copy,
) {
    let Some((&axis, inner)) = axes.split_first() else {
        if let ([out], [a], [b]) = (out, first, second) {
            *out = of(*a, *b);
        }
        return;
    };
    if !inner.is_empty() {
        let step = (out.len() / axis.length.max(1)).max(1);
        for (index, out) in out.chunks_exact_mut(step).enumerate() {
            let first = part(first, axis.first, index, axis.length);
            let second = part(second, axis.second, index, axis.length);
            fill(inner, first, second, out, of);
        }
        return;
    }
    match (axis.first, axis.second, first, second) {
        (true, false, first, &[b]) => {
            out.iter_mut().zip(first).for_each(|(out, &a)| *out = of(a, b));
        }
        (false, true, &[a], second) => {
            out.iter_mut().zip(second).for_each(|(out, &b)| *out = of(a, b));
        }
        (_, _, first, second) => {
            let both = first.iter().zip(second);
            out.iter_mut().zip(both).for_each(|(out, (&a, &b))| *out = of(a, b));
        }
    }
}

/// What an input holds for an index of the outermost axis: where it does not run along it, all.
fn part<T>(values: &[T], runs: bool, index: usize, length: usize) -> &[T] {
    if !runs {
        return values;
    }
    let step = values.len() / length.max(1);
    values.get(index * step..(index + 1) * step).unwrap_or_default()
}
