//! Calls a function in a task of its own, behind all messages that have come by then.
//!
//! Through a message to oneself: it is as good as immediate, where a timer that is set by a timer
//! waits 4 ms.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageChannel;

/// A function to be called once, however often it has been requested before.
pub struct DeferredTask {
    channel: MessageChannel,
    requested: Rc<Cell<bool>>,
}

impl DeferredTask {
    /// Prepares to call `task`.
    ///
    /// # Errors
    /// When the browser refuses to make a channel.
    pub fn new(mut task: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let requested = Rc::new(Cell::new(false));
        let on_message = {
            let requested = requested.clone();
            Closure::<dyn FnMut()>::new(move || {
                requested.set(false);
                task();
            })
        };
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker.
        on_message.forget();
        Ok(Self { channel, requested })
    }

    /// Has the function called.
    pub fn request(&self) {
        if !self.requested.replace(true) {
            // It can fail only on what cannot be cloned, and nothing can.
            let _ = self.channel.port2().post_message(&JsValue::NULL);
        }
    }
}
