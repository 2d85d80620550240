//! Box plots beside each other: five numbers each, and a dot for every value.

use super::picture::{Anchor, Ink, Picture, fitting};
use super::ticks::Axis;

/// About how many marks an axis has.
const MARKS: usize = 6;
/// Below this width a box stands under its name.
const NARROW: f64 = 560.0;
/// Half the height of a box.
const HALF: f64 = 10.0;

/// One box.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxPlot {
    /// What it is of.
    pub name: String,
    /// Smallest value, quartiles and median, largest value.
    pub five: [f64; 5],
    /// All values, each with what it is called and whether it is the user's own.
    pub dots: Vec<(String, f64, bool)>,
}

/// Draws boxes in their order, from above, on one axis named `unit`.
pub(super) fn boxes(boxes: &[BoxPlot], unit: &str, width: f64) -> Picture {
    let mut picture = Picture::new(width);
    let values = boxes.iter().flat_map(|one| one.dots.iter().map(|dot| dot.1).chain(one.five));
    let axis = Axis::around(values, MARKS);
    let narrow = width < NARROW;
    let name = if narrow { width } else { 250.0 };
    let (left, right) = (if narrow { 16.0 } else { name + 12.0 }, width - 16.0);
    let (row, base, middle) = if narrow { (56.0, 14.0, 36.0) } else { (40.0, 24.5, 20.0) };
    let floor = row * boxes.len() as f64;
    let at = |value: f64| axis.at(value, left, right);
    for (tick, text) in axis.marks() {
        picture.line(Ink::Grid, [at(tick), 0.0], [at(tick), floor]);
        picture.words(Ink::Quiet, [at(tick), floor + 15.0], Anchor::Middle, &text);
    }
    for (line, one) in boxes.iter().enumerate() {
        let top = row * line as f64;
        picture.words(Ink::Words, [0.0, top + base], Anchor::Start, &fitting(&one.name, name));
        let y = top + middle;
        let [least, low, median, high, most] = one.five.map(at);
        for (from, to) in [(least, low), (high, most)] {
            picture.line(Ink::Whisker, [from, y], [to, y]);
        }
        for end in [least, most] {
            picture.line(Ink::Whisker, [end, y - 4.0], [end, y + 4.0]);
        }
        picture.rect(Ink::Box, [low, y - HALF], [high - low, 2.0 * HALF]);
        picture.line(Ink::Middle, [median, y - HALF], [median, y + HALF]);
        // The user's own last, so that no other dot lies over it.
        for own in [false, true] {
            for (name, value, _) in one.dots.iter().filter(|dot| dot.2 == own) {
                picture.dot(if own { Ink::OwnDot } else { Ink::Dot }, [at(*value), y], 3.5);
                picture.titled(&format!("{name}: {value}"));
            }
        }
    }
    picture.words(Ink::Quiet, [(left + right) / 2.0, floor + 32.0], Anchor::Middle, unit);
    picture.height = floor + 38.0;
    picture
}
