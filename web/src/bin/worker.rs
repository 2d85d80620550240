//! The program of every worker of the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    rrgscore_web::worker::start::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// Counts the engine's steps from now on.
#[cfg(all(target_arch = "wasm32", feature = "counters"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn begin_counting() {
    use wasm_bindgen::JsCast;

    rrgscore_engine::counters::begin(|| {
        let scope = js_sys::global().unchecked_into::<web_sys::DedicatedWorkerGlobalScope>();
        scope.performance().map_or(f64::NAN, |clock| clock.now())
    });
}

/// Ends the counting: a line per kind of step, its name and widths, how often it ran, and for
/// how many milliseconds.
#[cfg(all(target_arch = "wasm32", feature = "counters"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn end_counting() -> String {
    let line =
        |c: rrgscore_engine::counters::Counted| format!("{} {} {}\n", c.step, c.runs, c.time);
    rrgscore_engine::counters::end().into_iter().map(line).collect()
}
