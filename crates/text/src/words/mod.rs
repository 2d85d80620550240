//! Word splitting of the models that work on words: ranges of the report's own text.

mod radgraph;
mod radgraph_xl;

pub use radgraph::radgraph;
pub use radgraph_xl::radgraph_xl;

use std::borrow::Cow;
use std::ops::Range;

/// A word as a model sees it, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word; the text at `range` but for quotes that the official code rewrites.
    pub text: Cow<'a, str>,
    /// Range of bytes of the text.
    pub range: Range<usize>,
}
