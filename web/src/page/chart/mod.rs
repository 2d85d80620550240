//! Small charts as SVG. Positions are percentages, so that they follow the layout's width without
//! a script, and no style attribute is needed, which the page's policy forbids.

mod bars;
mod spark;
mod ticks;

pub use bars::{BarRow, axis_marks, bar};
pub use spark::spark;
pub use ticks::Axis;
