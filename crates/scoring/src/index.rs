//! Numbers of studies, pairs, texts and columns: each a type of its own, and lists that take only
//! their own.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

/// Two parts of a run contradict each other: a mistake of this program. The run ends, and what it
/// has not scored fails with this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mistake of this program: the run has no such {0}")]
pub(crate) struct Inconsistency(pub(crate) &'static str);

/// A position in a list of one kind of things.
pub(crate) trait Index: Copy {
    /// What is numbered.
    const NAME: &'static str;
    /// The index of a position.
    fn at(position: usize) -> Self;
    /// The position of an index.
    fn position(self) -> usize;
}

macro_rules! index {
    ($(#[$doc:meta])* $visibility:vis $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        $visibility struct $name(pub u32);

        impl Index for $name {
            const NAME: &'static str = $what;

            fn at(position: usize) -> Self {
                Self(position as u32)
            }

            fn position(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index! {
    /// A study of a run, in input order, counted from 0.
    pub StudyIndex, "study"
}
index! {
    /// A distinct pair of texts of a run, in the order in which they first stand in the input,
    /// counted from 0.
    pub PairIndex, "pair"
}
index! {
    /// A distinct text among those of one annotator or tokenizer, counted from 0.
    pub TextIndex, "text"
}
index! {
    /// A column of a run, in the order of its settings, counted from 0.
    pub ColumnIndex, "column"
}

/// A list whose positions are of one type.
#[derive(Clone, Debug)]
pub(crate) struct IndexVec<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: PhantomData }
    }
}

impl<I: Index, T> IndexVec<I, T> {
    pub(crate) fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::at(self.items.len() - 1)
    }

    pub(crate) fn get(&self, index: I) -> Result<&T, Inconsistency> {
        self.items.get(index.position()).ok_or(Inconsistency(I::NAME))
    }

    pub(crate) fn get_mut(&mut self, index: I) -> Result<&mut T, Inconsistency> {
        self.items.get_mut(index.position()).ok_or(Inconsistency(I::NAME))
    }

    pub(crate) fn indices(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::at)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(position, item)| (I::at(position), item))
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.items
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.items
    }
}
