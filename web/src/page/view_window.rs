//! Which rows of a long table are drawn.

/// The rows to draw and the empty heights that stand for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewWindow {
    /// First row drawn.
    pub from: u32,
    /// Rows drawn.
    pub count: u32,
    /// Height above them, in pixels.
    pub above: u32,
    /// Height below them, in pixels.
    pub below: u32,
}

/// Rows drawn beyond either edge, so that a short scroll shows no gap.
const MARGIN: u32 = 12;

impl ViewWindow {
    /// The rows that a viewport of `height` pixels shows when scrolled down by `scrolled` pixels,
    /// of `total` rows of `row` pixels each.
    pub fn of(scrolled: f64, height: f64, row: u32, total: u32) -> Self {
        let row = row.max(1);
        let first = (scrolled.max(0.0) / f64::from(row)) as u32;
        let visible = (height.max(0.0) / f64::from(row)).ceil() as u32 + 1;
        let until = first.saturating_add(visible).saturating_add(MARGIN).min(total);
        // A filter may have shortened the table while it was scrolled further down.
        let from = first.saturating_sub(MARGIN).min(until.saturating_sub(visible + MARGIN));
        Self { from, count: until - from, above: from * row, below: (total - until) * row }
    }
}

/// The scroll position that brings a row into view, or none when it is in view.
///
/// `head` is the height that a sticky header covers.
pub fn scroll_to_show(
    row: u32,
    scrolled: f64,
    height: f64,
    row_height: u32,
    head: u32,
) -> Option<f64> {
    let top = f64::from(row) * f64::from(row_height);
    let bottom = top + f64::from(row_height);
    let inner = (height - f64::from(head)).max(f64::from(row_height));
    if top < scrolled {
        Some(top)
    } else if bottom > scrolled + inner {
        Some(bottom - inner)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_add_up_to_the_whole_table_wherever_it_is_scrolled() {
        for total in [0, 1, 5, 40, 10_000] {
            for scrolled in [0.0, 17.0, 3_000.0, 359_000.0, 1e9] {
                let window = ViewWindow::of(scrolled, 500.0, 36, total);
                let drawn = window.count * 36;
                assert_eq!(window.above + drawn + window.below, total * 36, "{total} {scrolled}");
            }
        }
    }

    #[test]
    fn all_visible_rows_are_drawn() {
        let window = ViewWindow::of(3_600.0, 360.0, 36, 10_000);
        assert!(window.from <= 100 && window.from + window.count >= 110);
        assert!(window.count < 50);
    }

    #[test]
    fn a_shortened_table_is_not_scrolled_past_its_end() {
        let window = ViewWindow::of(300_000.0, 360.0, 36, 3);
        assert_eq!((window.from, window.count), (0, 3));
    }

    #[test]
    fn a_row_outside_is_scrolled_to_its_nearer_edge() {
        assert_eq!(scroll_to_show(5, 0.0, 400.0, 36, 40), None);
        assert_eq!(scroll_to_show(2, 200.0, 400.0, 36, 40), Some(72.0));
        assert_eq!(scroll_to_show(20, 0.0, 400.0, 36, 40), Some(21.0 * 36.0 - 360.0));
    }
}
