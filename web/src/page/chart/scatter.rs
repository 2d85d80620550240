//! Dots of two numbers each.

use super::picture::{Anchor, Ink, Picture};
use super::ticks::Axis;

/// About how many marks an axis has.
const MARKS: usize = 5;
/// Left of the plot, for the upright axis.
const LEFT: f64 = 64.0;
/// Most names beside dots; more would lie over each other.
const MOST_NAMES: usize = 30;

/// One dot.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// What it is called.
    pub name: String,
    /// Its place from left to right.
    pub x: f64,
    /// Its place from below to above.
    pub y: f64,
    /// Whether it is the user's own.
    pub own: bool,
}

/// Draws dots on two axes of these names. Few are named beside their dots where that lies over no
/// other name; all are to who points at them.
pub(super) fn scatter(dots: &[Dot], [x_name, y_name]: [&str; 2], width: f64) -> Picture {
    let mut picture = Picture::new(width);
    let x_axis = Axis::around(dots.iter().map(|dot| dot.x), MARKS);
    let y_axis = Axis::around(dots.iter().map(|dot| dot.y), MARKS);
    let (right, top, floor) = (width - 16.0, 8.0, (width * 0.6).clamp(220.0, 460.0));
    let at = |dot: &Dot| [x_axis.at(dot.x, LEFT, right), y_axis.at(dot.y, floor, top)];
    for (tick, text) in x_axis.marks() {
        let x = x_axis.at(tick, LEFT, right);
        picture.line(Ink::Grid, [x, top], [x, floor]);
        picture.words(Ink::Quiet, [x, floor + 16.0], Anchor::Middle, &text);
    }
    for (tick, text) in y_axis.marks() {
        let y = y_axis.at(tick, floor, top);
        picture.line(Ink::Grid, [LEFT, y], [right, y]);
        picture.words(Ink::Quiet, [LEFT - 6.0, y + 4.0], Anchor::End, &text);
    }
    picture.words(Ink::Words, [(LEFT + right) / 2.0, floor + 36.0], Anchor::Middle, x_name);
    picture.words(Ink::Words, [14.0, (top + floor) / 2.0], Anchor::Middle, y_name).upright();
    for own in [false, true] {
        for dot in dots.iter().filter(|dot| dot.own == own) {
            picture.dot(if own { Ink::OwnDot } else { Ink::Dot }, at(dot), 4.5);
            picture.titled(&format!("{}: {} and {}", dot.name, dot.x, dot.y));
        }
    }
    if dots.len() <= MOST_NAMES {
        names(&mut picture, dots, at, right);
    }
    picture.height = floor + 44.0;
    picture
}

/// Names beside dots: own ones first, each to the right of its dot or else to the left, or not at all.
fn names(picture: &mut Picture, dots: &[Dot], at: impl Fn(&Dot) -> [f64; 2], right: f64) {
    /// Width of a letter and height of a line of quiet words.
    const LETTER: [f64; 2] = [6.6, 13.0];
    let mut taken: Vec<[f64; 4]> = dots
        .iter()
        .map(|dot| {
            let [x, y] = at(dot);
            [x - 4.0, y - 4.0, x + 4.0, y + 4.0]
        })
        .collect();
    let mut sorted: Vec<&Dot> = dots.iter().collect();
    sorted.sort_by_key(|dot| !dot.own);
    for dot in sorted {
        let [x, y] = at(dot);
        let length = dot.name.chars().count() as f64 * LETTER[0];
        let places = [(x + 7.0, Anchor::Start, x + 7.0), (x - 7.0, Anchor::End, x - 7.0 - length)];
        for (place, anchor, from) in places {
            let area = [from, y - LETTER[1] / 2.0, from + length, y + LETTER[1] / 2.0];
            let free = |other: &[f64; 4]| {
                area[2] <= other[0]
                    || other[2] <= area[0]
                    || area[3] <= other[1]
                    || other[3] <= area[1]
            };
            if from >= LEFT && area[2] <= right && taken.iter().all(free) {
                let ink = if dot.own { Ink::OwnWords } else { Ink::Quiet };
                picture.words(ink, [place, y + 4.0], anchor, &dot.name);
                taken.push(area);
                break;
            }
        }
    }
}
