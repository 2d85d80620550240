//! How many values lie where, with a mean and its interval.

use super::picture::{Anchor, Ink, Picture};
use super::ticks::Axis;
use crate::page::format;

/// About how many marks an axis has.
const MARKS: usize = 5;
/// Left of the plot, for the counts.
const LEFT: f64 = 56.0;
/// Height of the plot.
const FLOOR: f64 = 200.0;
/// Above the plot, for the mean.
const TOP: f64 = 26.0;

/// What a histogram shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Left end of the first bin.
    pub low: f64,
    /// Right end of the last bin.
    pub high: f64,
    /// How many values lie in each bin; bins are equally wide.
    pub bins: Vec<u32>,
    /// A line at the mean.
    pub mean: Option<f64>,
    /// Its interval.
    pub interval: Option<[f64; 2]>,
    /// What the values are called.
    pub unit: String,
    /// What is counted, e.g. `studies`.
    pub counted: String,
}

/// Draws a column per bin.
pub(super) fn histogram(shown: &Histogram, width: f64) -> Picture {
    let mut picture = Picture::new(width);
    let right = width - 16.0;
    let most = shown.bins.iter().copied().max().unwrap_or(0);
    let counts = Axis::from_zero([f64::from(most.max(1))], 4);
    let values = Axis::around([shown.low, shown.high], MARKS);
    let x = |value: f64| values.at(value, LEFT, right);
    let y = |count: f64| counts.at(count, FLOOR, TOP);
    // Counts are whole: a mark at a half has no meaning.
    for (tick, text) in counts.marks().filter(|(tick, _)| tick.fract() == 0.0) {
        picture.line(Ink::Grid, [LEFT, y(tick)], [right, y(tick)]);
        let text = text.split('.').next().unwrap_or_default();
        picture.words(Ink::Quiet, [LEFT - 6.0, y(tick) + 4.0], Anchor::End, text);
    }
    for (tick, text) in values.marks() {
        picture.words(Ink::Quiet, [x(tick), FLOOR + 16.0], Anchor::Middle, &text);
    }
    let step = (shown.high - shown.low) / shown.bins.len().max(1) as f64;
    for (at, count) in shown.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = shown.low + step * at as f64;
        // All values equal: one bin of no width is drawn as a thin column.
        let (left, width) = match step > 0.0 {
            true => (x(from), x(from + step) - x(from)),
            false => (x(from) - 4.0, 8.0),
        };
        // A bin with few values is still seen.
        let top = y(f64::from(*count)).min(FLOOR - 1.5);
        picture.rect(Ink::Bar, [left + 0.5, top], [(width - 1.0).max(1.0), FLOOR - top]);
        let reach = [from, from + step].map(|end| format::score(Some(end), 3)).join(" to ");
        picture.titled(&format!("{reach}: {count} {}", shown.counted));
    }
    if let Some([low, high]) = shown.interval {
        picture.line(Ink::Whisker, [x(low), TOP - 6.0], [x(high), TOP - 6.0]);
        for end in [low, high] {
            picture.line(Ink::Whisker, [x(end), TOP - 10.0], [x(end), TOP - 2.0]);
        }
    }
    if let Some(mean) = shown.mean {
        picture.line(Ink::Middle, [x(mean), TOP - 12.0], [x(mean), FLOOR]);
        let anchor = if x(mean) > (LEFT + right) / 2.0 { Anchor::End } else { Anchor::Start };
        let beside = if anchor == Anchor::End { -8.0 } else { 8.0 };
        // Beside the whisker, not over it.
        let edge = match (shown.interval, anchor) {
            (Some([low, _]), Anchor::End) => x(low),
            (Some([_, high]), _) => x(high),
            (None, _) => x(mean),
        };
        let text = format!("mean {}", format::score(Some(mean), 3));
        picture.words(Ink::Words, [edge + beside, TOP - 2.0], anchor, &text);
    }
    picture.words(Ink::Words, [(LEFT + right) / 2.0, FLOOR + 36.0], Anchor::Middle, &shown.unit);
    picture.words(Ink::Quiet, [14.0, (TOP + FLOOR) / 2.0], Anchor::Middle, &shown.counted);
    picture.upright();
    picture.height = FLOOR + 44.0;
    picture
}
