//! Workers made from a blob: the compiled module arrives by message, the role after it, and what
//! was sent too early is not lost.
#![cfg(all(target_arch = "wasm32", feature = "page"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Uint8Array, WebAssembly};
use rrgscore_web::page::pool::{Pool, PoolEvent, Program, Report, Told};
use rrgscore_web::protocol::{FromDesk, ToDesk};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

/// In place of the real glue: checks that it was given a module, and answers every question with
/// an error message that names its role and the question.
const GLUE: &str = r#"
let wasm_bindgen = async ({ module_or_path }) => {
  if (!(module_or_path instanceof WebAssembly.Module)) throw new Error("no module");
  let role = "none";
  self.onmessage = ({ data }) => {
    if (data.role) { role = data.role; return; }
    const { ask } = JSON.parse(data.text);
    if (ask === "next_job") throw new Error("pretend to stop");
    self.postMessage({ text: JSON.stringify({ tell: "error", message: `${role} ${ask}` }) });
  };
};
"#;

fn program() -> Program {
    // The smallest module: magic number and version.
    let bytes: &[u8] = b"\0asm\x01\0\0\0";
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes)).unwrap();
    Program::new(GLUE, module).unwrap()
}

type Reports = Rc<RefCell<Vec<Report>>>;

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

fn said(reports: &RefCell<Vec<Report>>) -> Vec<String> {
    let text = |report: &Report| match report {
        Report::Desk(told) => match told.as_ref() {
            FromDesk::Error { message } => message.clone(),
            other => format!("{other:?}"),
        },
        Report::DeskLost => "lost".to_owned(),
        other => format!("{other:?}"),
    };
    reports.borrow().iter().map(text).collect()
}

#[wasm_bindgen_test]
async fn a_question_asked_before_the_desk_is_up_is_answered() {
    let (pool, reports) = pool();
    pool.borrow().as_ref().unwrap().ask(&ToDesk::Summarize, None);
    until(|| !reports.borrow().is_empty()).await;
    assert_eq!(said(&reports), ["desk summarize"]);
}

#[wasm_bindgen_test]
async fn a_desk_that_stops_is_replaced() {
    let (pool, reports) = pool();
    let ask = |message: ToDesk| pool.borrow().as_ref().unwrap().ask(&message, None);
    ask(ToDesk::NextJob);
    until(|| !reports.borrow().is_empty()).await;
    ask(ToDesk::Summarize);
    until(|| reports.borrow().len() > 1).await;
    assert_eq!(said(&reports), ["lost", "desk summarize"]);
}

#[wasm_bindgen_test]
async fn a_program_that_cannot_start_says_so() {
    let told: Rc<RefCell<Vec<bool>>> = Rc::default();
    let broken = "let wasm_bindgen = async () => { throw new Error('no') };";
    let bytes: &[u8] = b"\0asm\x01\0\0\0";
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes)).unwrap();
    let callback = {
        let told = told.clone();
        Callback::from(move |what: Told| told.borrow_mut().push(matches!(what, Told::Stopped)))
    };
    let worker = Program::new(broken, module).unwrap().start(callback);
    until(|| !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [true]);
    drop(worker);
}
