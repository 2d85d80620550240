//! What the page asks of the browser besides drawing, fetching and workers.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Document, HtmlAnchorElement,
    HtmlCanvasElement, HtmlElement, HtmlImageElement, Storage, Url, Window,
};

use super::route::Route;
use super::state::Theme;

/// The window. There is always one: the page runs nowhere else.
fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Seconds of a clock that never goes back.
pub(crate) fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now() / 1000.0)
}

/// Annotators that fit this machine: all cores but one, which is the page's and the coordinator's. Of two
/// cores both: page and coordinator have little to do while annotators work, and half a machine would
/// wait for them.
pub(crate) fn fitting_workers() -> u32 {
    let cores = window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    match cores as u32 {
        0 | 1 => 1,
        2 => 2,
        cores => cores - 1,
    }
}

/// Where the user is.
pub(crate) fn route() -> Route {
    let fragment = window().and_then(|window| window.location().hash().ok());
    Route::from_fragment(&fragment.unwrap_or_default())
}

/// Moves the address; the page hears of it as of any other change.
pub(crate) fn go(route: Route) {
    if let Some(window) = window() {
        // It fails only where a page may not navigate at all, and then it stays where it is.
        let _ = window.location().set_hash(&route.fragment());
    }
}

/// Loads the page anew, at the same view.
pub(crate) fn reload() {
    if let Some(window) = window() {
        // A browser that does not do it stays as it is.
        let _ = window.location().reload();
    }
}

/// Names the document after the view.
pub(crate) fn set_title(route: Route) {
    if let Some(document) = document() {
        document.set_title(route.title());
    }
}

/// Moves the keyboard's focus to an element.
pub(crate) fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls the document to its top.
pub(crate) fn scroll_up() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Hands a text to the user as a file.
pub(crate) fn download(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(&format!("{mime};charset=utf-8"));
    save(name, &Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?)
}

/// Hands a picture in SVG to the user as a PNG of this many pixels.
pub(crate) async fn download_png(
    name: String,
    svg: &str,
    [width, height]: [f64; 2],
) -> Result<(), JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(&format!("data:image/svg+xml,{}", js_sys::encode_uri_component(svg)));
    JsFuture::from(image.decode()).await?;
    // It is only painted on, never part of the page.
    let canvas = document().ok_or(JsValue::NULL)?.create_element("canvas")?;
    let canvas: HtmlCanvasElement = canvas.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let painted = Promise::new(&mut |resolve, _| {
        // Where a browser refuses, the promise gets no blob.
        let _ = canvas.to_blob(&resolve);
    });
    save(&name, &JsFuture::from(painted).await?.dyn_into()?)
}

fn save(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let document = document().ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken the blob up by the time the click returns, but not every one has
    // read it: let go of it later.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

const THEME: &str = "theme";
const WORKERS: &str = "workers";
/// The key of whether annotations are kept.
const ANNOTATIONS: &str = "annotations";

/// The only things stored here: a colour scheme and a number of workers, once the user has
/// chosen them.
fn preferences() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// The colour scheme that was chosen in an earlier visit.
pub(crate) fn stored_theme() -> Theme {
    let word = preferences().and_then(|kept| kept.get_item(THEME).ok().flatten());
    match word.as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Shows the document in a colour scheme and remembers it.
pub(crate) fn paint(theme: Theme) {
    let root = document().and_then(|document| document.document_element());
    let kept = preferences();
    // A browser that stores nothing shows the scheme all the same.
    let _ = match theme.word() {
        Some(word) => {
            let _ = kept.map(|kept| kept.set_item(THEME, word));
            root.map(|root| root.set_attribute("data-theme", word))
        }
        None => {
            let _ = kept.map(|kept| kept.remove_item(THEME));
            root.map(|root| root.remove_attribute("data-theme"))
        }
    };
}

/// The number of workers that was chosen in an earlier visit; 0 for none.
pub(crate) fn stored_workers() -> u32 {
    let word = preferences().and_then(|kept| kept.get_item(WORKERS).ok().flatten());
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Remembers a number of workers; 0 forgets it.
pub(crate) fn store_workers(workers: u32) {
    let _ = preferences().map(|kept| match workers {
        0 => kept.remove_item(WORKERS),
        _ => kept.set_item(WORKERS, &workers.to_string()),
    });
}

/// Whether the user wants annotations kept for the next session.
pub(crate) fn keeps_annotations() -> bool {
    preferences().and_then(|kept| kept.get_item(ANNOTATIONS).ok().flatten()).is_some()
}

/// Remembers that the user wants annotations kept, or forgets it.
pub(crate) fn remember_keeping(on: bool) {
    let _ = preferences().map(|kept| match on {
        true => kept.set_item(ANNOTATIONS, "kept"),
        false => kept.remove_item(ANNOTATIONS),
    });
}

/// Puts a text on the clipboard.
pub(crate) async fn copy(text: String) -> Result<(), JsValue> {
    let clipboard = window().ok_or(JsValue::NULL)?.navigator().clipboard();
    // Only secure contexts have one.
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(clipboard.write_text(&text)).await.map(drop)
}

/// A panic's message may quote what the code was at, so only its place goes to the console. The
/// document shows that the page has stopped.
pub(crate) fn keep_panics_silent() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        web_sys::console::error_1(&format!("stopped at {}", place.unwrap_or_default()).into());
        if let Some(note) = document().and_then(|document| document.get_element_by_id("stopped")) {
            let _ = note.remove_attribute("hidden");
        }
    }));
}
