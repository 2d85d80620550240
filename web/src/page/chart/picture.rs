//! What a chart is made of before anyone draws it: marks at places in pixels. The page shows them as
//! elements whose colours follow the theme; a download is the same marks with colours of paper.

use std::fmt::Write as _;

use yew::prelude::*;
use yew::virtual_dom::{VNode, VTag, VText};

/// What a mark stands for. On the page it is a class, in a download colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Words that are read first: names, numbers.
    Words,
    /// Words of the user's own.
    OwnWords,
    /// Words beside them: places, the axis.
    Quiet,
    /// A line across the plot.
    Grid,
    /// A bar, or a column of a histogram.
    Bar,
    /// The same of the user's own.
    OwnBar,
    /// An interval, or the reach of a box.
    Whisker,
    /// The middle half of a box plot.
    Box,
    /// A line at a mean or a median.
    Middle,
    /// A dot.
    Dot,
    /// The same of the user's own.
    OwnDot,
}

impl Ink {
    fn class(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::OwnWords => "words is-own",
            Self::Quiet => "words quiet",
            Self::Grid => "grid",
            Self::Bar => "bar",
            Self::OwnBar => "bar is-own",
            Self::Whisker => "whisker",
            Self::Box => "box",
            Self::Middle => "middle",
            Self::Dot => "dot",
            Self::OwnDot => "dot is-own",
        }
    }

    /// The attributes that paint it on white paper. Fillings differ in lightness, so that they are
    /// told apart without colour.
    fn on_paper(self) -> &'static str {
        match self {
            Self::Words => "fill=\"#14202a\"",
            Self::OwnWords => "fill=\"#084a5d\" font-weight=\"600\"",
            Self::Quiet => "fill=\"#4a5862\" font-size=\"12\"",
            Self::Grid => "stroke=\"#d5dcdf\"",
            Self::Bar => "fill=\"#a9bac2\"",
            Self::OwnBar => "fill=\"#6b9cab\"",
            Self::Whisker => "fill=\"none\" stroke=\"#14202a\" stroke-width=\"1.5\"",
            Self::Box => "fill=\"#dbe4e8\" stroke=\"#4a5862\"",
            Self::Middle => "stroke=\"#0b6179\" stroke-width=\"2.5\"",
            Self::Dot => "fill=\"#4a5862\" fill-opacity=\"0.75\"",
            Self::OwnDot => "fill=\"#ffffff\" stroke=\"#0b6179\" stroke-width=\"2.5\"",
        }
    }
}

/// Which end of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// One element of a picture.
#[derive(Clone, Debug, PartialEq)]
struct Mark {
    tag: &'static str,
    ink: Ink,
    attributes: Vec<(&'static str, String)>,
    /// What it says, for words.
    text: String,
    /// What is said of it to who points at it.
    title: String,
}

/// A chart, laid out for one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    marks: Vec<Mark>,
}

impl Picture {
    /// An empty picture; the height is given once it is known.
    pub fn new(width: f64) -> Self {
        Self { width, height: 0.0, marks: Vec::new() }
    }

    /// A rectangle; negative lengths are none.
    pub fn rect(&mut self, ink: Ink, [x, y]: [f64; 2], [width, height]: [f64; 2]) -> &mut Self {
        let numbers = [("x", x), ("y", y), ("width", width.max(0.0)), ("height", height.max(0.0))];
        self.add("rect", ink, &numbers)
    }

    /// A straight line.
    pub fn line(&mut self, ink: Ink, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) -> &mut Self {
        self.add("line", ink, &[("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)])
    }

    /// A dot.
    pub fn dot(&mut self, ink: Ink, [x, y]: [f64; 2], radius: f64) -> &mut Self {
        self.add("circle", ink, &[("cx", x), ("cy", y), ("r", radius)])
    }

    /// Words on a base line.
    pub fn words(&mut self, ink: Ink, [x, y]: [f64; 2], anchor: Anchor, text: &str) -> &mut Self {
        self.add("text", ink, &[("x", x), ("y", y)]);
        if let Some(mark) = self.marks.last_mut() {
            text.clone_into(&mut mark.text);
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => mark.attributes.push(("text-anchor", "middle".to_owned())),
                Anchor::End => mark.attributes.push(("text-anchor", "end".to_owned())),
            }
        }
        self
    }

    /// Turns the last mark by a quarter to the left, about its own place: the name of an upright axis.
    pub fn upright(&mut self) -> &mut Self {
        if let Some(mark) = self.marks.last_mut() {
            let at = |name| {
                let found = mark.attributes.iter().find(|(key, _)| *key == name);
                found.map_or("0", |(_, value)| value.as_str())
            };
            let turn = format!("rotate(-90 {} {})", at("x"), at("y"));
            mark.attributes.push(("transform", turn));
        }
        self
    }

    /// Says something of the last mark to who points at it.
    pub fn titled(&mut self, title: &str) -> &mut Self {
        if let Some(mark) = self.marks.last_mut() {
            title.clone_into(&mut mark.title);
        }
        self
    }

    fn add(&mut self, tag: &'static str, ink: Ink, numbers: &[(&'static str, f64)]) -> &mut Self {
        let attributes = numbers.iter().map(|&(name, value)| (name, short(value))).collect();
        self.marks.push(Mark { tag, ink, attributes, text: String::new(), title: String::new() });
        self
    }

    /// As an element of the page, said as a whole by `label`: its table is beside it.
    pub fn html(&self, label: &str) -> Html {
        let mut svg = VTag::new("svg");
        for (name, value) in [
            ("class", "chart".to_owned()),
            ("role", "img".to_owned()),
            ("aria-label", label.to_owned()),
            ("width", short(self.width)),
            ("height", short(self.height)),
        ] {
            svg.add_attribute(name, value);
        }
        svg.add_children(self.marks.iter().map(Mark::node));
        svg.into()
    }

    /// As a file of its own, with a title, on white.
    pub fn svg(&self, title: &str) -> String {
        let (width, height) = (short(self.width), short(self.height));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\
             <title>{}</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
            escaped(title)
        );
        for mark in &self.marks {
            mark.write(&mut text);
        }
        text.push_str("</svg>\n");
        text
    }
}

impl Mark {
    fn node(&self) -> VNode {
        let mut tag = VTag::new(self.tag);
        tag.add_attribute("class", self.ink.class());
        for (name, value) in &self.attributes {
            tag.add_attribute(name, value.clone());
        }
        if !self.text.is_empty() {
            tag.add_child(VText::new(self.text.clone()).into());
        }
        if !self.title.is_empty() {
            let mut title = VTag::new("title");
            title.add_child(VText::new(self.title.clone()).into());
            tag.add_child(title.into());
        }
        tag.into()
    }

    fn write(&self, text: &mut String) {
        let _ = write!(text, "<{} {}", self.tag, self.ink.on_paper());
        for (name, value) in &self.attributes {
            let _ = write!(text, " {name}=\"{}\"", escaped(value));
        }
        if self.text.is_empty() && self.title.is_empty() {
            text.push_str("/>\n");
            return;
        }
        let _ = write!(text, ">{}", escaped(&self.text));
        if !self.title.is_empty() {
            let _ = write!(text, "<title>{}</title>", escaped(&self.title));
        }
        let _ = writeln!(text, "</{}>", self.tag);
    }
}

/// A place or length to tenths of a pixel.
fn short(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // No −0.
    (rounded + 0.0).to_string()
}

/// A text that is nothing but text, in XML. What XML cannot hold becomes a space.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A text that fits a width, cut with an ellipsis where it does not. Widths of letters are not known
/// here: what is usual for the page's fonts at 13 px.
pub(super) fn fitting(text: &str, width: f64) -> String {
    const LETTER: f64 = 6.8;
    let most = ((width / LETTER) as usize).max(1);
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_what_was_drawn_and_its_text_is_text() {
        let mut picture = Picture::new(100.0);
        picture.height = 20.0;
        picture.rect(Ink::Bar, [0.04, 2.0], [-3.0, 5.55]);
        picture.words(Ink::Words, [1.0, 2.0], Anchor::End, "<b> & \"c\"\u{1}").titled("a\nb");
        picture.words(Ink::Quiet, [3.0, 4.0], Anchor::Start, "y").upright();
        let svg = picture.svg("one > two");
        assert!(svg.contains("<title>one &gt; two</title>"), "{svg}");
        assert!(svg.contains("x=\"0\" y=\"2\" width=\"0\" height=\"5.6\"/>"), "{svg}");
        assert!(svg.contains(">&lt;b&gt; &amp; &quot;c&quot; <title>a b</title></text>"), "{svg}");
        assert!(svg.contains("transform=\"rotate(-90 3 4)\">y</text>"), "{svg}");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    }

    #[test]
    fn long_names_are_cut_at_whole_letters() {
        assert_eq!(fitting("short", 100.0), "short");
        assert_eq!(fitting("long\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", 40.0), "long\u{2026}");
    }
}
