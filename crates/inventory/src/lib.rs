//! What tract sees of the crate `inventory`, without its effect.
//!
//! The real one registers values before a program starts, from wherever a crate submits them. What
//! is registered so is kept in the binary, and tract submits its runtimes, its transforms and its
//! matrix kernels: through them every operator, the optimizer and the kernels for all shapes would
//! be in the page's worker, of which nothing is called (docs/engine.md). Here nothing is
//! registered, and the linker drops them. `[patch.crates-io]` in Cargo.toml puts this crate in
//! the other's place.
//!
//! The names are those of inventory 0.3 by David Tolnay (MIT or Apache-2.0).

use std::iter::Empty;
use std::ops::Deref;

/// A type whose values can be submitted.
pub trait Collect: Sync + Sized + 'static {}

mod submitted {
    use std::convert::Infallible;
    use std::marker::PhantomData;

    /// All submitted values of a type, as a value that can be iterated over, or called for an
    /// iterator: none.
    #[allow(non_camel_case_types, reason = "the name that is used")]
    #[derive(Debug)]
    pub enum iter<T> {
        /// The value.
        iter,
        /// Never made; holds the type.
        #[doc(hidden)]
        __Of(PhantomData<T>, Infallible),
    }
}

pub use submitted::iter;
pub use submitted::iter::*;

impl<T: Collect> IntoIterator for iter<T> {
    type Item = &'static T;
    type IntoIter = Empty<&'static T>;

    fn into_iter(self) -> Empty<&'static T> {
        std::iter::empty()
    }
}

impl<T: Collect> Deref for iter<T> {
    type Target = fn() -> Empty<&'static T>;

    fn deref(&self) -> &Self::Target {
        &(std::iter::empty::<&'static T> as fn() -> Empty<&'static T>)
    }
}

/// Declares a type whose values can be submitted.
#[macro_export]
macro_rules! collect {
    ($ty:ty) => {
        impl $crate::Collect for $ty {}
    };
}

/// Submits a value: does nothing.
#[macro_export]
macro_rules! submit {
    ($($value:tt)*) => {};
}
