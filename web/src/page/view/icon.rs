//! Line icons on a 20 × 20 grid. They stand beside words and are hidden from screen readers.

use yew::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A padlock: nothing leaves.
    Lock,
    /// A sheet with an arrow: put a file in.
    FileIn,
    /// A circle with a cross: an error.
    Error,
    /// A triangle with a bar: a warning.
    Warning,
    /// A circle with an i: a note.
    Note,
    /// A tick.
    Tick,
    /// Two sheets: copy.
    Copy,
    /// An arrow onto a line: download.
    Download,
    /// An arrow to the left.
    Left,
    /// An arrow to the right.
    Right,
    /// A cross.
    Cross,
    /// The sun.
    Sun,
    /// The moon.
    Moon,
    /// Half a disc: the system's scheme.
    Half,
}

/// Draws an icon.
pub(crate) fn icon(icon: Icon) -> Html {
    let path = match icon {
        Icon::Lock => "M5.5 9h9v7.5h-9zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v1.8",
        Icon::FileIn => "M11.5 2.5h-6v15h9v-12zM11.5 2.5v3h3M10 8.5v5.5M7.8 11.8 10 14l2.2-2.2",
        Icon::Error => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.5 7.5l5 5M12.5 7.5l-5 5",
        Icon::Warning => "M10 3 2.5 16.5h15zM10 8v4.2M10 14.3v.2",
        Icon::Note => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9v5M10 6v.2",
        Icon::Tick => "m4.5 10.5 3.6 3.6 7.4-8",
        Icon::Copy => "M7.5 6.5v-3h9v10h-3M3.5 6.5h10v10h-10z",
        Icon::Download => "M10 3v9.5M6.2 9l3.8 3.8L13.8 9M4 16.5h12",
        Icon::Left => "M16 10H4.5M9 5l-5 5 5 5",
        Icon::Right => "M4 10h11.5M11 5l5 5-5 5",
        Icon::Cross => "m5 5 10 10M15 5 5 15",
        Icon::Sun => {
            "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18\
             M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1"
        }
        Icon::Moon => "M16 12.2A6.8 6.8 0 0 1 7.8 4 6.8 6.8 0 1 0 16 12.2z",
        Icon::Half => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M12.5 3.5v13M15 5.2v9.6",
    };
    html! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
