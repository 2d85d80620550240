//! The kernels as a wasm module without imports, for `speed.mjs` to time in node or a browser.
#![allow(unsafe_code, reason = "exported names must be the same in every build")]
#![allow(missing_docs, reason = "called by speed.mjs alone")]

#[path = "../layer.rs"]
mod layer;

use layer::Product;
use rrgscore_kernels::Kernels;
use std::cell::RefCell;

thread_local! {
    static PRODUCTS: RefCell<Vec<Product>> = const { RefCell::new(Vec::new()) };
}

/// Makes a product and returns its number.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn make(kind: usize, rows: usize, product: usize) -> usize {
    PRODUCTS.with_borrow_mut(|products| {
        products.extend(Product::new(kind, rows, product));
        products.len() - 1
    })
}

/// Runs a product; returns whether it could.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn run(number: usize) -> bool {
    PRODUCTS.with_borrow_mut(|products| products[number].run(Kernels::best()).is_ok())
}

/// Runs tiles whose operands stay in the first-level cache; returns the operations.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn peak(float: bool, tiles: usize) -> usize {
    Kernels::best().peak(float, tiles)
}

/// Drops all products.
// SAFETY: no other symbol of the program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn clear() {
    PRODUCTS.with_borrow_mut(Vec::clear);
}
