//! The page: a state that changes in one place ([`state`]), workers ([`workers`]), those that score
//! ([`pool`]), model packs ([`library`]), a loader (`loader`) and components that show the state.

mod app;
pub mod chart;
pub mod format;
mod json;
pub mod library;
mod loader;
mod platform;
pub mod pool;
pub mod route;
mod seal;
pub mod state;
pub mod view;
pub mod view_window;
pub mod workers;

/// Mounts the page into the document's element `page`.
pub fn start() {
    platform::keep_panics_silent();
    let root = web_sys::window().and_then(|window| window.document()?.get_element_by_id("page"));
    if let Some(root) = root {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
