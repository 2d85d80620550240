//! A lock that all tabs of the page respect (Web Locks).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::PackStoreError;

/// How long to wait for a lock, in milliseconds: one that was just let go of in this tab is free
/// a moment later.
const PATIENCE: u32 = 1500;

type OnLock = Closure<dyn FnMut(JsValue) -> JsValue>;

/// A lock; let go of when dropped, or when its worker ends.
#[derive(Debug)]
pub(super) struct Lock {
    /// Settles the promise that holds the lock; none where the browser has no locks.
    release: Option<Function>,
}

impl Lock {
    /// Takes the lock of that name.
    ///
    /// # Errors
    /// [`PackStoreError::Busy`] when somebody keeps it.
    pub(super) async fn take(name: &str) -> Result<Self, PackStoreError> {
        let failed = |thrown: JsValue| PackStoreError::thrown(name, &thrown);
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).map_err(failed)?;
        let locks = Reflect::get(&navigator, &"locks".into()).map_err(failed)?;
        if locks.is_undefined() {
            // File handles still exclude each other.
            return Ok(Self { release: None });
        }
        let request = Reflect::get(&locks, &"request".into()).map_err(failed)?;
        let request: Function = request.dyn_into().map_err(failed)?;
        let options = Object::new();
        let signal = AbortSignal::timeout_with_u32(PATIENCE);
        Reflect::set(&options, &"signal".into(), &signal).map_err(failed)?;

        // The browser calls back once it grants the lock, and takes it back when the promise
        // that it is given is settled.
        let kept: Rc<RefCell<Option<OnLock>>> = Rc::default();
        let granted = {
            let kept = kept.clone();
            Promise::new(&mut |resolve: Function, _| {
                *kept.borrow_mut() = Some(OnLock::new(move |_: JsValue| {
                    let hold = Promise::new(&mut |release: Function, _| {
                        let _ = resolve.call1(&JsValue::UNDEFINED, &release);
                    });
                    hold.into()
                }));
            })
        };
        let on_lock = kept.borrow().as_ref().map(|kept| kept.as_ref().clone()).unwrap_or_default();
        let asked = request.call3(&locks, &name.into(), &options, &on_lock).map_err(failed)?;
        // Without a grant in time, what was asked is rejected.
        let first = JsFuture::from(Promise::race(&Array::of2(&granted, &asked))).await;
        drop(kept.take());
        match first.map(JsCast::dyn_into::<Function>) {
            Ok(Ok(release)) => Ok(Self { release: Some(release) }),
            _ => Err(PackStoreError::Busy),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
