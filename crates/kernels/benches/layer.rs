//! What both benchmarks run: the four products of a BERT layer, in every kind of weights.
#![allow(dead_code, reason = "each benchmark uses some of it")]

use rrgscore_kernels::{Epilogue, Kernels, Order, PackedF32, PackedWeights, Scratch, ShapeError};

/// Inputs and outputs of BERT-base's products: query, key and value together; the attention's
/// output; the two of the feed-forward network, the first with GELU.
pub(crate) const PRODUCTS: [(usize, usize, Epilogue); 4] = [
    (768, 2304, Epilogue::None),
    (768, 768, Epilogue::None),
    (768, 3072, Epilogue::Gelu),
    (3072, 768, Epilogue::None),
];

/// Layers of BERT-base.
pub(crate) const LAYERS: usize = 12;

/// The kinds of weights, in the order of [`Product::new`].
pub(crate) const KINDS: [&str; 4] = ["int8", "int8/64", "wide", "f32"];

/// Activations, weights and room for the result of one product.
pub(crate) struct Product {
    x: Vec<f32>,
    weights: Weights,
    bias: Vec<f32>,
    epilogue: Epilogue,
    out: Vec<f32>,
    scratch: Scratch,
}

enum Weights {
    Integers(PackedWeights),
    Floats(PackedF32),
}

impl Product {
    /// Random values of one shape.
    ///
    /// # Errors
    /// None: the shapes fit.
    pub(crate) fn new(kind: usize, rows: usize, product: usize) -> Result<Product, ShapeError> {
        let (k, n, epilogue) = PRODUCTS[product];
        let mut random = Random(7);
        let values: Vec<f32> = (0..k * n).map(|_| random.next()).collect();
        let levels = || values.iter().map(|v| (v * 127.0) as i8).collect::<Vec<_>>();
        let order = Order::OutputMajor;
        let weights = match kind {
            0 => PackedWeights::int8(&levels(), order, k, n, &vec![0.01; n])?.into(),
            1 => {
                let scales = vec![0.01; k / 64 * n];
                PackedWeights::int8_groups(&levels(), order, k, n, 64, &scales)?.into()
            }
            2 => PackedWeights::wide(&values, order, k, n)?.into(),
            _ => Weights::Floats(PackedF32::new(&values, order, k, n)?),
        };
        Ok(Product {
            x: (0..rows * k).map(|_| random.next()).collect(),
            weights,
            bias: vec![0.1; n],
            epilogue,
            out: vec![0.0; rows * n],
            scratch: Scratch::new(),
        })
    }

    /// Runs it once.
    ///
    /// # Errors
    /// None: the shapes fit.
    pub(crate) fn run(&mut self, kernels: Kernels) -> Result<(), ShapeError> {
        let (bias, epilogue, scratch) = (Some(&*self.bias), self.epilogue, &mut self.scratch);
        match &self.weights {
            Weights::Integers(weights) => {
                kernels.linear(&self.x, weights, bias, epilogue, &mut self.out, scratch)
            }
            Weights::Floats(weights) => {
                kernels.linear_f32(&self.x, weights, bias, epilogue, &mut self.out, scratch)
            }
        }
    }
}

impl From<PackedWeights> for Weights {
    fn from(weights: PackedWeights) -> Weights {
        Weights::Integers(weights)
    }
}

/// A linear congruential generator of values in −1…1.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}
