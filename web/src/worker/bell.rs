//! Calls a function in a task of its own, behind all messages that have come by then.
//!
//! Through a message to oneself: it is as good as immediate, where a timer that is set by a timer
//! waits 4 ms.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageChannel;

/// A bell that sounds once, however often it has been rung before.
pub struct Bell {
    channel: MessageChannel,
    rung: Rc<Cell<bool>>,
}

impl Bell {
    /// A bell that calls `sound`.
    ///
    /// # Errors
    /// When the browser refuses to make a channel.
    pub fn new(mut sound: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let rung = Rc::new(Cell::new(false));
        let on_message = {
            let rung = rung.clone();
            Closure::<dyn FnMut()>::new(move || {
                rung.set(false);
                sound();
            })
        };
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker.
        on_message.forget();
        Ok(Self { channel, rung })
    }

    /// Rings it.
    pub fn ring(&self) {
        if !self.rung.replace(true) {
            // It can fail only on what cannot be cloned, and nothing can.
            let _ = self.channel.port2().post_message(&JsValue::NULL);
        }
    }
}
