//! Spans marked in a text: entities that the other report has too, and those it lacks.

use yew::prelude::*;

/// A span to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// First byte.
    pub(super) from: usize,
    /// One past the last byte.
    pub(super) to: usize,
    /// Whether the other report has it too.
    pub(super) matched: bool,
    /// Whether the other report has all of its relations too; `None` for one without any.
    pub(super) relations: Option<bool>,
    /// What it is, shown when pointed at.
    pub(super) title: String,
}

/// A text with its marks; where they overlap, the shortest one over a place is shown.
pub(super) fn marked(text: &str, marks: &[Mark]) -> Html {
    if text.trim().is_empty() {
        return html! { <p class="note">{ "Empty." }</p> };
    }
    let pieces = pieces(text, marks).into_iter().map(|(piece, mark)| match mark {
        None => html! { { piece.to_owned() } },
        Some(mark) => {
            let class = classes!(
                "mark",
                if mark.matched { "is-shared" } else { "is-lone" },
                mark.relations.map(|shared| if shared { "is-tied" } else { "is-tied-here" }),
            );
            html! { <span {class} title={mark.title.clone()}>{ piece.to_owned() }</span> }
        }
    });
    html! { <p class="report">{ for pieces }</p> }
}

/// Cuts a text where marks begin and end.
fn pieces<'t, 'm>(text: &'t str, marks: &'m [Mark]) -> Vec<(&'t str, Option<&'m Mark>)> {
    let mut cuts: Vec<usize> = marks
        .iter()
        .flat_map(|mark| [mark.from, mark.to])
        .filter(|&at| text.is_char_boundary(at))
        .chain([0, text.len()])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .filter_map(|cut| {
            let &[from, to] = cut else { return None };
            let over = marks.iter().filter(|mark| mark.from <= from && to <= mark.to);
            Some((text.get(from..to)?, over.min_by_key(|mark| mark.to - mark.from)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(from: usize, to: usize, matched: bool) -> Mark {
        Mark { from, to, matched, relations: None, title: String::new() }
    }

    #[test]
    fn pieces_join_to_the_text_and_the_shortest_mark_wins() {
        let text = "small left effusion.";
        let marks = [mark(0, 19, false), mark(6, 10, true)];
        let pieces = pieces(text, &marks);
        let joined: String = pieces.iter().map(|(piece, _)| *piece).collect();
        assert_eq!(joined, text);
        let matched: Vec<_> = pieces.iter().map(|(p, m)| (*p, m.map(|m| m.matched))).collect();
        let expected = [
            ("small ", Some(false)),
            ("left", Some(true)),
            (" effusion", Some(false)),
            (".", None),
        ];
        assert_eq!(matched, expected);
    }

    #[test]
    fn marks_inside_characters_do_no_harm() {
        let marks = [mark(1, 3, true)];
        let pieces = pieces("\u{e9}t\u{e9}", &marks);
        let joined: String = pieces.iter().map(|(piece, _)| *piece).collect();
        assert_eq!(joined, "\u{e9}t\u{e9}");
    }
}
