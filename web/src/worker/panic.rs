//! What is heard of a worker that panics.

use std::panic::set_hook;

/// A panic's message may quote what the code was at, so only its place goes to the console. The page
/// hears of the error that follows.
pub(super) fn report_place(name: String) {
    set_hook(Box::new(move |info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        let line = format!("{name} stopped at {}", place.unwrap_or_default());
        web_sys::console::error_1(&line.into());
    }));
}
