//! Charts as SVG. A [`Chart`] holds numbers and names; [`Chart::drawn`] lays it out for a width as a
//! [`Picture`], which is shown in the theme's colours or written to a file in those of paper. A
//! [`Figure`] shows one as wide as there is room, with its table and its downloads. `spark` is the
//! small distribution of a card, without either.

mod bars;
mod boxes;
mod figure;
mod histogram;
mod picture;
mod scatter;
mod spark;
mod ticks;

pub use bars::Bar;
pub use boxes::BoxPlot;
pub use figure::Figure;
pub use histogram::Histogram;
pub use picture::Picture;
pub use scatter::Dot;
pub use spark::spark;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Bars with whiskers, from above.
    Bars(Vec<Bar>),
    /// Box plots from above, on one axis of this name.
    Boxes(Vec<BoxPlot>, String),
    /// Dots on two axes of these names, from left to right and upright.
    Scatter(Vec<Dot>, [String; 2]),
    /// How many values lie where.
    Histogram(Histogram),
}

impl Chart {
    /// Lays it out for a width in pixels.
    pub fn drawn(&self, width: f64) -> Picture {
        match self {
            Self::Bars(bars) => bars::bars(bars, width),
            Self::Boxes(boxes, unit) => boxes::boxes(boxes, unit, width),
            Self::Scatter(dots, [x, y]) => scatter::scatter(dots, [x, y], width),
            Self::Histogram(shown) => histogram::histogram(shown, width),
        }
    }
}

#[cfg(test)]
mod tests;
