//! The worker's entry: waits for its role, then answers messages.
//!
//! The page makes every worker from a `blob:` URL and hands it the compiled module; see
//! `pool.rs` for the other end. A message is `{ role }` once, then
//! `{ text, bytes?: ArrayBuffer[], file?: File, files?: File[] }`.

#[cfg(target_arch = "wasm32")]
fn main() {
    entry::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod entry {
    use std::cell::RefCell;
    use std::rc::Rc;

    use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
    use rrgscore_packs::Bytes;
    use rrgscore_web::protocol::{FromAnnotator, FromDesk, StoredAnnotations, ToDesk};
    use rrgscore_web::worker::annotator::Annotator;
    use rrgscore_web::worker::bell::Bell;
    use rrgscore_web::worker::builder::Builder;
    use rrgscore_web::worker::desk::{Attachment, Desk};
    use rrgscore_web::worker::file::FileStream;
    use rrgscore_web::worker::keeper::Keeper;
    use rrgscore_web::worker::store;
    use serde::Serialize;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

    enum Role {
        Desk(Box<Desk>),
        /// The bell has the next job done.
        Annotator(Box<Annotator>, Bell),
        Keeper(Rc<Keeper>),
        Builder(Box<Builder>),
    }

    /// Counts the engine's steps from now on.
    #[cfg(feature = "counters")]
    #[wasm_bindgen::prelude::wasm_bindgen]
    pub fn begin_counting() {
        rrgscore_engine::counters::begin(|| {
            let scope = js_sys::global().unchecked_into::<DedicatedWorkerGlobalScope>();
            scope.performance().map_or(f64::NAN, |clock| clock.now())
        });
    }

    /// Ends the counting: a line per kind of step, its name and widths, how often it ran, and for
    /// how many milliseconds.
    #[cfg(feature = "counters")]
    #[wasm_bindgen::prelude::wasm_bindgen]
    pub fn end_counting() -> String {
        let line =
            |c: rrgscore_engine::counters::Counted| format!("{} {} {}\n", c.step, c.runs, c.time);
        rrgscore_engine::counters::end().into_iter().map(line).collect()
    }

    thread_local! {
        static ROLE: RefCell<Option<Role>> = const { RefCell::new(None) };
    }

    pub(super) fn start() {
        let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
        let answering = scope.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            answer(&answering, &event.data());
        });
        scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker.
        on_message.forget();
    }

    fn answer(scope: &DedicatedWorkerGlobalScope, data: &JsValue) {
        if let Some(role) = field(data, "role").and_then(|role| role.as_string()) {
            take(scope, &role);
            return;
        }
        let Some(text) = field(data, "text").and_then(|text| text.as_string()) else { return };
        with_role(|role| match role {
            Some(Role::Desk(desk)) => {
                let mut tell = |message: FromDesk| post(scope, &message);
                match serde_json::from_str(&text) {
                    Ok(
                        ask @ (ToDesk::ReadAnnotations
                        | ToDesk::KeepAnnotations
                        | ToDesk::DropAnnotations),
                    ) => {
                        annotations(scope.clone(), desk, &ask);
                    }
                    Ok(ask) => desk.handle(ask, attachment(data), &mut tell),
                    Err(_) => tell(FromDesk::Error { message: not_understood() }),
                }
            }
            Some(Role::Annotator(annotator, bell)) => match serde_json::from_str(&text) {
                Ok(ask) => {
                    for told in annotator.handle(ask, outside(data)) {
                        post(scope, &told);
                    }
                    if annotator.has_work() {
                        bell.ring();
                    }
                }
                Err(_) => post(scope, &FromAnnotator::LoadFailed { message: not_understood() }),
            },
            Some(Role::Keeper(keeper)) => {
                // A page of another version would not understand the answer either.
                if let Ok(ask) = serde_json::from_str(&text) {
                    keeper.ask(ask, buffers(data).into_iter().next());
                }
            }
            Some(Role::Builder(builder)) => {
                if let Ok(ask) = serde_json::from_str(&text) {
                    builder.ask(ask, files(data));
                }
            }
            None => {}
        });
    }

    /// Does an annotator's next job. The one after it has to wait for the bell again, behind the
    /// messages that have come since.
    fn work(scope: &DedicatedWorkerGlobalScope) {
        with_role(|role| {
            let Some(Role::Annotator(annotator, bell)) = role else { return };
            if let Some(told) = annotator.work() {
                post(scope, &told);
            }
            if annotator.has_work() {
                bell.ring();
            }
        });
    }

    /// Uses the role, unless an earlier task broke off while it did: the page has been told of that
    /// and ends the worker, and there is nothing more to say.
    fn with_role(what: impl FnOnce(&mut Option<Role>)) {
        ROLE.with(|role| {
            if let Ok(mut role) = role.try_borrow_mut() {
                what(&mut role);
            }
        });
    }

    /// Reads, stores or deletes the desk's annotations; answers when that is done.
    fn annotations(scope: DedicatedWorkerGlobalScope, desk: &mut Desk, ask: &ToDesk) {
        let kept = match ask {
            ToDesk::DropAnnotations => {
                desk.forget_annotations();
                None
            }
            ToDesk::KeepAnnotations => Some(desk.annotations()),
            _ => {
                spawn_local(async move {
                    let stored = read_annotations().await;
                    post(&scope, &FromDesk::Annotations { stored });
                });
                return;
            }
        };
        spawn_local(async move {
            let stored = keep_annotations(kept).await;
            post(&scope, &FromDesk::Annotations { stored });
        });
    }

    async fn keep_annotations(
        kept: Option<Result<(u64, Vec<u8>), serde_json::Error>>,
    ) -> Result<StoredAnnotations, String> {
        let Some(kept) = kept else {
            store::delete_annotations().await.map_err(|error| error.to_string())?;
            return Ok(StoredAnnotations::default());
        };
        let (annotations, bytes) = kept.map_err(|error| error.to_string())?;
        store::write_annotations(&bytes).await.map_err(|error| error.to_string())?;
        Ok(StoredAnnotations { annotations, bytes: bytes.len() as u64 })
    }

    async fn read_annotations() -> Result<StoredAnnotations, String> {
        let bytes = store::read_annotations().await.map_err(|error| error.to_string())?;
        let Some(bytes) = bytes else { return Ok(StoredAnnotations::default()) };
        ROLE.with_borrow_mut(|role| match role {
            Some(Role::Desk(desk)) => {
                let annotations =
                    desk.bring_annotations(&bytes).map_err(|error| error.to_string())?;
                Ok(StoredAnnotations { annotations, bytes: bytes.len() as u64 })
            }
            _ => Ok(StoredAnnotations::default()),
        })
    }

    fn take(scope: &DedicatedWorkerGlobalScope, role: &str) {
        let role = match role {
            "desk" => {
                post(scope, &FromDesk::Ready);
                Role::Desk(Box::default())
            }
            "keeper" => {
                let scope = scope.clone();
                let tell = move |message, bytes: Vec<ArrayBuffer>| {
                    post_with(&scope, &message, &bytes.into_iter().collect());
                };
                Role::Keeper(Keeper::new(Rc::new(tell)))
            }
            "builder" => {
                let scope = scope.clone();
                Role::Builder(Box::new(Builder::new(Rc::new(move |tells| post(&scope, &tells)))))
            }
            _ => {
                let working = scope.clone();
                // Without a bell it throws, and the page is told that the worker stopped.
                let bell = Bell::new(move || work(&working)).unwrap_throw();
                post(scope, &FromAnnotator::Ready);
                Role::Annotator(Box::default(), bell)
            }
        };
        ROLE.set(Some(role));
    }

    fn attachment(data: &JsValue) -> Attachment<'static> {
        let file = field(data, "file").and_then(|file| file.dyn_into::<File>().ok());
        let file = file.and_then(|file| {
            let size = file.size() as u64;
            let stream: Box<dyn std::io::Read> = Box::new(FileStream::new(file).ok()?);
            Some((stream, size))
        });
        Attachment { file, bytes: buffers(data).into_iter().next() }
    }

    fn files(data: &JsValue) -> Vec<File> {
        let list = field(data, "files").and_then(|list| list.dyn_into::<Array>().ok());
        list.iter().flat_map(Array::iter).filter_map(|file| file.dyn_into().ok()).collect()
    }

    /// The buffers that came with a message, where they are.
    fn outside(data: &JsValue) -> Vec<Outside> {
        let list = field(data, "bytes").and_then(|list| list.dyn_into::<Array>().ok());
        list.iter()
            .flat_map(Array::iter)
            .filter_map(|buffer| buffer.dyn_into::<ArrayBuffer>().ok())
            .map(|buffer| Outside(Uint8Array::new(&buffer)))
            .collect()
    }

    fn buffers(data: &JsValue) -> Vec<Vec<u8>> {
        outside(data).iter().map(|buffer| buffer.0.to_vec()).collect()
    }

    /// A buffer of the browser's.
    #[derive(Debug)]
    struct Outside(Uint8Array);

    impl Bytes for Outside {
        fn size(&self) -> usize {
            self.0.length() as usize
        }

        fn copy(&self, at: usize, into: &mut [u8]) {
            self.0.subarray(at as u32, (at + into.len()) as u32).copy_to(into);
        }
    }

    fn post(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize) {
        post_with(scope, message, &Array::new());
    }

    /// Posts a message and hands buffers over with it.
    fn post_with(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize, bytes: &Array) {
        let Ok(text) = serde_json::to_string(message) else { return };
        let object = Object::new();
        // None of these can fail: the object is plain, text and buffers can be cloned.
        let _ = Reflect::set(&object, &"text".into(), &text.into());
        let _ = Reflect::set(&object, &"bytes".into(), bytes);
        let _ = scope.post_message_with_transfer(&object, bytes);
    }

    fn field(data: &JsValue, name: &str) -> Option<JsValue> {
        let value = Reflect::get(data, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    fn not_understood() -> String {
        "the page and its workers are of different versions; reload the page".to_owned()
    }
}
