//! Ranked bars with the whiskers of their confidence intervals.

use super::picture::{Anchor, Ink, Picture, fitting};
use super::ticks::Axis;

/// About how many marks an axis has.
const MARKS: usize = 5;
/// Below this width a bar stands under its name and number.
const NARROW: f64 = 560.0;
/// Width of the places.
const PLACE: f64 = 44.0;
/// Between columns.
const GAP: f64 = 10.0;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its place, as text; empty where it has none.
    pub place: String,
    /// What it is called.
    pub name: String,
    /// Its length.
    pub mean: f64,
    /// Half the length of its whisker.
    pub ci: Option<f64>,
    /// The number that stands beside it.
    pub number: String,
    /// Whether it is the user's own.
    pub own: bool,
}

/// Draws bars in their order, from above.
pub(super) fn bars(bars: &[Bar], width: f64) -> Picture {
    let mut picture = Picture::new(width);
    let half = |bar: &Bar| bar.ci.unwrap_or(0.0);
    let ends = bars.iter().flat_map(|bar| [bar.mean - half(bar), bar.mean + half(bar)]);
    let axis = Axis::from_zero(ends, MARKS);
    let narrow = width < NARROW;
    let number = if bars.iter().any(|bar| bar.ci.is_some()) { 96.0 } else { 48.0 };
    let name = if narrow { width - PLACE - number - 2.0 * GAP } else { 184.0 };
    let (left, right) = match narrow {
        true => (PLACE + GAP, width - GAP),
        false => (PLACE + name + 2.0 * GAP, width - number - GAP),
    };
    // Rows, and where in one the words and the bar stand.
    let (row, base, middle) = if narrow { (44.0, 16.0, 31.0) } else { (26.0, 17.5, 13.0) };
    let floor = row * bars.len() as f64;
    let at = |value: f64| axis.at(value, left, right);
    for (tick, text) in axis.marks() {
        picture.line(Ink::Grid, [at(tick), 0.0], [at(tick), floor]);
        picture.words(Ink::Quiet, [at(tick), floor + 15.0], Anchor::Middle, &text);
    }
    for (line, bar) in bars.iter().enumerate() {
        let top = row * line as f64;
        let words = if bar.own { Ink::OwnWords } else { Ink::Words };
        picture.words(Ink::Quiet, [PLACE, top + base], Anchor::End, &bar.place);
        picture.words(words, [PLACE + GAP, top + base], Anchor::Start, &fitting(&bar.name, name));
        picture.titled(&bar.name);
        picture.words(words, [width, top + base], Anchor::End, &bar.number);
        let (zero, end) = (at(0.0), at(bar.mean));
        let ink = if bar.own { Ink::OwnBar } else { Ink::Bar };
        let y = top + middle;
        picture.rect(ink, [zero.min(end), y - 6.0], [(end - zero).abs(), 12.0]);
        picture.titled(&format!("{}: {}", bar.name, bar.number));
        if let Some(ci) = bar.ci.filter(|ci| *ci > 0.0) {
            let (low, high) = (at(bar.mean - ci), at(bar.mean + ci));
            picture.line(Ink::Whisker, [low, y], [high, y]);
            for end in [low, high] {
                picture.line(Ink::Whisker, [end, y - 4.0], [end, y + 4.0]);
            }
        }
    }
    picture.height = floor + 22.0;
    picture
}
