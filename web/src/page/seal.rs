//! The page's end of the seal (`www/seal.js`), after which this document and the workers that it
//! starts reach nothing.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Closes the seal for as long as the document lives, and says whether that is done: not while
    /// something of the site itself is being loaded.
    #[wasm_bindgen(js_namespace = rrgscoreSeal, catch)]
    pub(super) fn close() -> Result<bool, JsValue>;
}
