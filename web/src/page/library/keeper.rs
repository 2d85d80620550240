//! The page's end of the keeper: a question and its answer are one future.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use js_sys::{Array, ArrayBuffer};
use yew::Callback;

use crate::page::pool::{PackFiles, Program, Told, WorkerHandle};
use crate::protocol::models::{
    AskKeeper, FromKeeper, Installed, KeeperTells, Note, Shelf, ToKeeper,
};

type Answer = (KeeperTells, Vec<ArrayBuffer>);

struct Question {
    answered: oneshot::Sender<Answer>,
    progress: Option<Callback<(u64, u64)>>,
}

/// The keeper's worker and the questions that it has not answered.
pub struct Keeper {
    worker: RefCell<Option<WorkerHandle>>,
    open: RefCell<BTreeMap<u32, Question>>,
    asked: Cell<u32>,
}

const LOST: &str = "the part of the page that stores models has stopped; reload the page";

impl Keeper {
    /// Starts the keeper.
    pub fn start(program: &Program) -> Rc<Self> {
        Rc::new_cyclic(|keeper: &Weak<Self>| {
            let keeper = keeper.clone();
            let told = Callback::from(move |told: Told| {
                if let Some(keeper) = keeper.upgrade() {
                    keeper.hear(told);
                }
            });
            Self {
                worker: RefCell::new(program.start(told)),
                open: RefCell::default(),
                asked: Cell::new(0),
            }
        })
    }

    fn hear(&self, told: Told) {
        match told {
            Told::Up => {
                if let Some(worker) = self.worker.borrow().as_ref() {
                    worker.take_seat("keeper");
                }
            }
            Told::Text(text, buffers) => {
                let Ok(FromKeeper { request, tell }) = serde_json::from_str(&text) else { return };
                if let KeeperTells::Progress { done, of } = tell {
                    let open = self.open.borrow();
                    let progress = open.get(&request).and_then(|open| open.progress.clone());
                    drop(open);
                    if let Some(progress) = progress {
                        progress.emit((done, of));
                    }
                    return;
                }
                let question = self.open.borrow_mut().remove(&request);
                if let Some(question) = question {
                    // Whoever asked may have lost interest.
                    let _ = question.answered.send((tell, buffers));
                }
            }
            Told::Stopped => {
                self.worker.borrow_mut().take();
                // Dropping the senders ends the waiting.
                self.open.borrow_mut().clear();
            }
        }
    }

    async fn ask(
        &self,
        ask: AskKeeper,
        bytes: Option<ArrayBuffer>,
        progress: Option<Callback<(u64, u64)>>,
    ) -> Result<Answer, String> {
        let request = self.asked.get() + 1;
        self.asked.set(request);
        let (answered, answer) = oneshot::channel();
        {
            let worker = self.worker.borrow();
            let worker = worker.as_ref().ok_or(LOST)?;
            let text = serde_json::to_string(&ToKeeper { request, ask }).unwrap_or_default();
            self.open.borrow_mut().insert(request, Question { answered, progress });
            let bytes = bytes.map(|bytes| Array::of1(&bytes));
            worker.send(&text, bytes.as_ref(), None);
        }
        match answer.await {
            Ok((KeeperTells::Failed { message }, _)) => Err(message),
            Ok(answer) => Ok(answer),
            Err(_) => Err(LOST.to_owned()),
        }
    }

    async fn do_it(&self, ask: AskKeeper) -> Result<(), String> {
        self.ask(ask, None, None).await.map(drop)
    }

    /// What is stored.
    pub async fn list(&self) -> Result<Shelf, String> {
        match self.ask(AskKeeper::List, None, None).await? {
            (KeeperTells::Listed { shelf }, _) => Ok(shelf),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Begins to install a pack: the parts that need not be brought.
    pub async fn begin(
        &self,
        manifest: String,
        note: Note,
        progress: Callback<(u64, u64)>,
    ) -> Result<Vec<String>, String> {
        match self.ask(AskKeeper::Begin { manifest, note }, None, Some(progress)).await? {
            (KeeperTells::Begun { have }, _) => Ok(have),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Stores a part; the buffer is handed over.
    pub async fn put(&self, id: &str, name: &str, bytes: ArrayBuffer) -> Result<(), String> {
        let ask = AskKeeper::Put { id: id.to_owned(), name: name.to_owned() };
        self.ask(ask, Some(bytes), None).await.map(drop)
    }

    /// Ends an installation.
    pub async fn finish(&self, id: &str) -> Result<Installed, String> {
        match self.ask(AskKeeper::Finish { id: id.to_owned() }, None, None).await? {
            (KeeperTells::Installed { pack }, _) => Ok(*pack),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Breaks an installation off; what is there can be gone on with.
    pub async fn leave(&self, id: &str) -> Result<(), String> {
        self.do_it(AskKeeper::Leave { id: id.to_owned() }).await
    }

    /// The files of an installed pack.
    pub async fn read(&self, id: &str) -> Result<PackFiles, String> {
        match self.ask(AskKeeper::Read { id: id.to_owned() }, None, None).await? {
            (KeeperTells::Files { names }, bytes) => Ok(PackFiles { names, bytes }),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Hashes an installed pack: what is wrong with it.
    pub async fn verify(
        &self,
        id: &str,
        progress: Callback<(u64, u64)>,
    ) -> Result<Vec<String>, String> {
        match self.ask(AskKeeper::Verify { id: id.to_owned() }, None, Some(progress)).await? {
            (KeeperTells::Verified { problems }, _) => Ok(problems),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Removes a pack.
    pub async fn delete(&self, id: &str) -> Result<(), String> {
        self.do_it(AskKeeper::Delete { id: id.to_owned() }).await
    }

    /// Removes unfinished installations but these.
    pub async fn clean(&self, keep: Vec<String>) -> Result<(), String> {
        self.do_it(AskKeeper::Clean { keep }).await
    }
}
