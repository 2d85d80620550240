//! Workers made from a blob: the compiled module arrives by message, the role after it, and what
//! was sent too early is not lost. And who of coordinator and annotators is told what.
#![cfg(all(target_arch = "wasm32", feature = "page"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Uint8Array, WebAssembly};
use rrgscore_packs::Purpose;
use rrgscore_scoring::summary::PackRef;
use rrgscore_session::RunRequest;
use rrgscore_web::page::pool::{Pool, PoolEvent, PoolReport};
use rrgscore_web::page::state::models::PackSource;
use rrgscore_web::page::workers::{PackFiles, Program, WorkerEvent};
use rrgscore_web::protocol::WorkerRole;
use rrgscore_web::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

/// In place of the real glue: checks that it was given a module, and says in words what it hears.
///
/// A coordinator responds to every request with a failure that names the worker, its role and the
/// request, and passes on what annotators say through their ports. It panics on `cancel`, starts a
/// run for two annotators and refuses one for one, and on `summarize` has each annotator sent a
/// pack. An annotator says when it is up and which files it is given, and panics when one of them is
/// called `poison`.
const GLUE: &str = r#"
let wasm_bindgen = async ({ module_or_path }) => {
  if (!(module_or_path instanceof WebAssembly.Module)) throw new Error("no module");
  const say = (body, id = 0) => self.postMessage({ text: JSON.stringify({ id, body }) });
  const tell = (message, id) => say({ failed: { message } }, id);
  // A message without fields is its name alone.
  const read = (text) => {
    const { id, body } = JSON.parse(text);
    const [name, fields] = typeof body === "string" ? [body, {}] : Object.entries(body)[0];
    return { id, name, fields };
  };
  const pack = "bertscore-minilm";
  let role = "none";
  let toCoordinator;
  let started = 0;
  const roles = {
    coordinator({ text, port }) {
      const { id, name, fields } = read(text);
      if (name === "cancel") throw new Error("pretend to stop");
      if (name === "start") {
        if (fields.workers === 1) return say({ start_failed: { message: "refused" } }, id);
        say({ started: { progress: [] } }, id);
        for (; started < fields.workers; started += 1) say({ spawn: { worker: started } });
      } else if (name === "connect") {
        port.onmessage = ({ data }) => tell(`through port ${fields.worker}: ${data}`);
      } else if (name === "summarize" && started > 0) {
        for (let worker = 0; worker < started; worker += 1) say({ send_pack: { worker, pack } });
      } else {
        const worker = fields.worker === undefined ? "" : ` ${fields.worker}`;
        tell(`${self.name} ${role} ${name}${worker}`, id);
      }
    },
    annotator({ text }) {
      const { names } = read(text).fields;
      if (names.includes("poison")) throw new Error("pretend to stop");
      toCoordinator.postMessage(`loaded ${names}`);
    },
  };
  self.onmessage = ({ data }) => {
    if (!data.role) return (roles[role] ?? roles.coordinator)(data);
    role = data.role;
    toCoordinator = data.port;
    toCoordinator?.postMessage("up");
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
            CoordinatorResponse::Started { .. } => "started".to_owned(),
            CoordinatorResponse::StartFailed { .. } => "refused".to_owned(),
            other => format!("{other:?}"),
        },
        PoolReport::CoordinatorLost => "lost".to_owned(),
        other => format!("{other:?}"),
    };
    reports.borrow().iter().map(text).collect()
}

/// What was said since the last time, in an order that does not hang on which worker was quicker.
fn take(reports: &RefCell<Vec<PoolReport>>) -> Vec<String> {
    let mut all = said(reports);
    reports.borrow_mut().clear();
    all.sort();
    all
}

fn begin(pool: &RefCell<Option<Pool>>, workers: usize) {
    let mut pool = pool.borrow_mut();
    let pool = pool.as_mut().unwrap();
    let pack = PackRef {
        purpose: Purpose::BertscoreMinilm,
        name: String::new(),
        precision: String::new(),
        id: String::new(),
    };
    pool.resize(workers);
    let run = Some((RunRequest::default(), Vec::new()));
    pool.start(run, vec![(pack, PackSource::InMemory)], None);
}

fn add_pack(pool: &RefCell<Option<Pool>>, file: &str) {
    let bytes = Uint8Array::from(b"{}".as_slice()).buffer();
    let files = PackFiles { names: vec![file.to_owned()], bytes: vec![bytes] };
    pool.borrow_mut().as_mut().unwrap().add_pack(Purpose::BertscoreMinilm, files);
}

fn request(pool: &RefCell<Option<Pool>>, request: CoordinatorRequest) {
    pool.borrow_mut().as_mut().unwrap().request(request, None);
}

#[wasm_bindgen_test]
async fn a_request_sent_before_the_coordinator_is_up_is_responded_to() {
    let (pool, reports) = pool();
    request(&pool, CoordinatorRequest::Summarize);
    until(|| !reports.borrow().is_empty()).await;
    assert_eq!(said(&reports), ["coordinator coordinator summarize"]);
}

#[wasm_bindgen_test]
async fn a_coordinator_that_stops_is_replaced() {
    let (pool, reports) = pool();
    request(&pool, CoordinatorRequest::Cancel);
    until(|| !reports.borrow().is_empty()).await;
    request(&pool, CoordinatorRequest::Summarize);
    until(|| reports.borrow().len() > 1).await;
    assert_eq!(said(&reports), ["lost", "coordinator coordinator summarize"]);
}

#[wasm_bindgen_test]
async fn every_annotator_gets_a_channel_of_its_own_and_a_copy_of_the_pack() {
    let (pool, reports) = pool();
    add_pack(&pool, "pack.json");
    begin(&pool, 2);
    until(|| reports.borrow().len() == 3).await;
    assert_eq!(take(&reports), ["started", "through port 0: up", "through port 1: up"]);
    // Twice: what was handed over once is still there for the next annotator.
    for _ in 0..2 {
        request(&pool, CoordinatorRequest::Summarize);
        until(|| reports.borrow().len() == 2).await;
        let both = ["through port 0: loaded pack.json", "through port 1: loaded pack.json"];
        assert_eq!(take(&reports), both);
    }
}

#[wasm_bindgen_test]
async fn the_coordinator_hears_of_annotators_that_stop_and_of_packs_that_are_not_there() {
    let (pool, reports) = pool();
    begin(&pool, 2);
    until(|| reports.borrow().len() == 3).await;
    take(&reports);
    request(&pool, CoordinatorRequest::Summarize);
    until(|| reports.borrow().len() == 2).await;
    let not_there = [0, 1].map(|at| format!("coordinator coordinator pack_unavailable {at}"));
    assert_eq!(take(&reports), not_there);
    add_pack(&pool, "poison");
    request(&pool, CoordinatorRequest::Summarize);
    until(|| reports.borrow().len() == 2).await;
    let stopped = [0, 1].map(|at| format!("coordinator coordinator worker_stopped {at}"));
    assert_eq!(take(&reports), stopped);
}

#[wasm_bindgen_test]
async fn a_run_that_is_refused_leaves_annotators_and_packs_as_they_were() {
    let (pool, reports) = pool();
    add_pack(&pool, "pack.json");
    begin(&pool, 2);
    until(|| reports.borrow().len() == 3).await;
    take(&reports);
    // Had it begun, the second annotator would have been ended.
    begin(&pool, 1);
    until(|| reports.borrow().len() == 1).await;
    assert_eq!(take(&reports), ["refused"]);
    request(&pool, CoordinatorRequest::Summarize);
    until(|| reports.borrow().len() == 2).await;
    let both = ["through port 0: loaded pack.json", "through port 1: loaded pack.json"];
    assert_eq!(take(&reports), both);
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
        Program::new(broken, module).unwrap().start(WorkerRole::Builder, "builder", None, callback);
    until(|| !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [true]);
    drop(worker);
}
