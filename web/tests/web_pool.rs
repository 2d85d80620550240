//! Workers made from a blob: the compiled module arrives by message, the role after it, and what
//! was sent too early is not lost.
#![cfg(all(target_arch = "wasm32", feature = "page"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Uint8Array, WebAssembly};
use rrgscore_web::page::pool::{Pool, PoolEvent, PoolReport};
use rrgscore_web::page::workers::{Program, WorkerEvent};
use rrgscore_web::protocol::Role;
use rrgscore_web::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

/// In place of the real glue: checks that it was given a module, and responds to every request with
/// a failure that names the worker, its role and the request.
const GLUE: &str = r#"
let wasm_bindgen = async ({ module_or_path }) => {
  if (!(module_or_path instanceof WebAssembly.Module)) throw new Error("no module");
  let role = "none";
  self.onmessage = ({ data }) => {
    if (data.role) { role = data.role; return; }
    const { id, body } = JSON.parse(data.text);
    if (body.request === "cancel") throw new Error("pretend to stop");
    const message = `${self.name} ${role} ${body.request}`;
    self.postMessage({ text: JSON.stringify({ id, body: { response: "failed", message } }) });
  };
};
"#;

fn program() -> Program {
    // The smallest module: magic number and version.
    let bytes: &[u8] = b"\0asm\x01\0\0\0";
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes)).unwrap();
    Program::new(GLUE, module).unwrap()
}

type Reports = Rc<RefCell<Vec<PoolReport>>>;

/// A pool whose events go back into it, and what it reports.
fn pool() -> (Rc<RefCell<Option<Pool>>>, Reports) {
    let pool: Rc<RefCell<Option<Pool>>> = Rc::default();
    let reports = Reports::default();
    let events = {
        let (pool, reports) = (pool.clone(), reports.clone());
        Callback::from(move |event: PoolEvent| {
            if let Some(pool) = pool.borrow_mut().as_mut() {
                reports.borrow_mut().extend(pool.on(event));
            }
        })
    };
    *pool.borrow_mut() = Some(Pool::new(Rc::new(program()), 1, events));
    (pool, reports)
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..100 {
        if what() {
            return;
        }
        gloo_timers::future::TimeoutFuture::new(50).await;
    }
    panic!("it did not happen within five seconds");
}

fn said(reports: &RefCell<Vec<PoolReport>>) -> Vec<String> {
    let text = |report: &PoolReport| match report {
        PoolReport::Response(response) => match response.as_ref() {
            CoordinatorResponse::Failed { message } => message.clone(),
            other => format!("{other:?}"),
        },
        PoolReport::CoordinatorLost => "lost".to_owned(),
        other => format!("{other:?}"),
    };
    reports.borrow().iter().map(text).collect()
}

#[wasm_bindgen_test]
async fn a_request_sent_before_the_coordinator_is_up_is_responded_to() {
    let (pool, reports) = pool();
    pool.borrow_mut().as_mut().unwrap().request(CoordinatorRequest::Summarize, None);
    until(|| !reports.borrow().is_empty()).await;
    assert_eq!(said(&reports), ["coordinator coordinator summarize"]);
}

#[wasm_bindgen_test]
async fn a_coordinator_that_stops_is_replaced() {
    let (pool, reports) = pool();
    let request = |request| pool.borrow_mut().as_mut().unwrap().request(request, None);
    request(CoordinatorRequest::Cancel);
    until(|| !reports.borrow().is_empty()).await;
    request(CoordinatorRequest::Summarize);
    until(|| reports.borrow().len() > 1).await;
    assert_eq!(said(&reports), ["lost", "coordinator coordinator summarize"]);
}

#[wasm_bindgen_test]
async fn a_program_that_cannot_start_says_so() {
    let told: Rc<RefCell<Vec<bool>>> = Rc::default();
    let broken = "let wasm_bindgen = async () => { throw new Error('no') };";
    let bytes: &[u8] = b"\0asm\x01\0\0\0";
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes)).unwrap();
    let callback = {
        let told = told.clone();
        Callback::from(move |event: WorkerEvent| {
            told.borrow_mut().push(matches!(event, WorkerEvent::Stopped));
        })
    };
    let worker =
        Program::new(broken, module).unwrap().start(Role::Builder, "builder", None, callback);
    until(|| !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [true]);
    drop(worker);
}
