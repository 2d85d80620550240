//! The page's end of the pack store: a request and its response are one future.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use js_sys::ArrayBuffer;
use yew::Callback;

use crate::page::json;
use crate::page::workers::{Attached, PackFiles, Program, WorkerEvent, WorkerHandle};
use crate::protocol::packs::{Installed, Note, PackStoreRequest, PackStoreResponse, StoredPacks};
use crate::protocol::{Envelope, WorkerRole};

type Response = (PackStoreResponse, Vec<ArrayBuffer>);

struct OpenRequest {
    responded: oneshot::Sender<Response>,
    progress: Option<Callback<(u64, u64)>>,
}

/// The pack store's worker and the requests that it has not responded to.
pub struct PackStoreClient {
    worker: RefCell<Option<WorkerHandle>>,
    events: Callback<WorkerEvent>,
    open: RefCell<BTreeMap<u32, OpenRequest>>,
    requests: Cell<u32>,
}

fn start(program: &Program, events: &Callback<WorkerEvent>) -> Option<WorkerHandle> {
    program.start(WorkerRole::PackStore, "pack-store", None, events.clone())
}

const LOST: &str = "the part of the page that stores models has stopped; reload the page";

impl PackStoreClient {
    /// Starts the pack store.
    pub fn start(program: &Program) -> Rc<Self> {
        Rc::new_cyclic(|client: &Weak<Self>| {
            let client = client.clone();
            let events = Callback::from(move |event: WorkerEvent| {
                if let Some(client) = client.upgrade() {
                    client.on(event);
                }
            });
            let worker = RefCell::new(start(program, &events));
            Self { worker, events, open: RefCell::default(), requests: Cell::new(0) }
        })
    }

    /// Whether a request has no response yet.
    pub fn is_waiting(&self) -> bool {
        !self.open.borrow().is_empty()
    }

    /// Puts a fresh worker in the place of the present one.
    pub fn restart(&self, program: &Program) {
        // Dropping the old handle ends the old worker, before the new one takes up its files.
        self.worker.borrow_mut().take();
        *self.worker.borrow_mut() = start(program, &self.events);
    }

    fn on(&self, event: WorkerEvent) {
        match event {
            WorkerEvent::Message(text, buffers) => {
                let Ok(Envelope { id, body }) = json::read(&text) else {
                    return self.stopped();
                };
                if let PackStoreResponse::Progress { done, of } = body {
                    let open = self.open.borrow();
                    let progress = open.get(&id).and_then(|open| open.progress.clone());
                    drop(open);
                    if let Some(progress) = progress {
                        progress.emit((done, of));
                    }
                    return;
                }
                let request = self.open.borrow_mut().remove(&id);
                if let Some(request) = request {
                    // The request may have been given up meanwhile.
                    let _ = request.responded.send((body, buffers));
                }
            }
            WorkerEvent::Stopped => self.stopped(),
        }
    }

    fn stopped(&self) {
        self.worker.borrow_mut().take();
        // Dropping the senders ends the waiting.
        self.open.borrow_mut().clear();
    }

    async fn request(
        &self,
        body: PackStoreRequest,
        bytes: Option<ArrayBuffer>,
        progress: Option<Callback<(u64, u64)>>,
    ) -> Result<Response, String> {
        let id = self.requests.get() + 1;
        self.requests.set(id);
        let (responded, response) = oneshot::channel();
        {
            let worker = self.worker.borrow();
            let worker = worker.as_ref().ok_or(LOST)?;
            self.open.borrow_mut().insert(id, OpenRequest { responded, progress });
            let bytes = bytes.into_iter().collect();
            worker.send(&Envelope { id, body }, Attached { bytes, ..Attached::default() });
        }
        match response.await {
            Ok((PackStoreResponse::Failed { message }, _)) => Err(message),
            Ok(response) => Ok(response),
            Err(_) => Err(LOST.to_owned()),
        }
    }

    async fn done(&self, request: PackStoreRequest) -> Result<(), String> {
        self.request(request, None, None).await.map(drop)
    }

    /// What is stored.
    pub async fn list(&self) -> Result<StoredPacks, String> {
        match self.request(PackStoreRequest::List, None, None).await? {
            (PackStoreResponse::Listed { packs }, _) => Ok(packs),
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
        match self.request(PackStoreRequest::Begin { manifest, note }, None, Some(progress)).await?
        {
            (PackStoreResponse::Begun { have }, _) => Ok(have),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Stores a part; the buffer is handed over.
    pub async fn put(&self, id: &str, name: &str, bytes: ArrayBuffer) -> Result<(), String> {
        let put = PackStoreRequest::Put { id: id.to_owned(), name: name.to_owned() };
        self.request(put, Some(bytes), None).await.map(drop)
    }

    /// Ends an installation.
    pub async fn finish(&self, id: &str) -> Result<Installed, String> {
        match self.request(PackStoreRequest::Finish { id: id.to_owned() }, None, None).await? {
            (PackStoreResponse::Installed { pack }, _) => Ok(*pack),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Breaks an installation off; what is there can be gone on with.
    pub async fn leave(&self, id: &str) -> Result<(), String> {
        self.done(PackStoreRequest::Leave { id: id.to_owned() }).await
    }

    /// The files of an installed pack.
    pub async fn read(&self, id: &str) -> Result<PackFiles, String> {
        match self.request(PackStoreRequest::Read { id: id.to_owned() }, None, None).await? {
            (PackStoreResponse::Files { names }, bytes) => Ok(PackFiles { names, bytes }),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Hashes an installed pack: what is wrong with it.
    pub async fn verify(
        &self,
        id: &str,
        progress: Callback<(u64, u64)>,
    ) -> Result<Vec<String>, String> {
        match self
            .request(PackStoreRequest::Verify { id: id.to_owned() }, None, Some(progress))
            .await?
        {
            (PackStoreResponse::Verified { problems }, _) => Ok(problems),
            _ => Err(LOST.to_owned()),
        }
    }

    /// Removes a pack.
    pub async fn delete(&self, id: &str) -> Result<(), String> {
        self.done(PackStoreRequest::Delete { id: id.to_owned() }).await
    }

    /// Removes unfinished installations but these.
    pub async fn clean(&self, keep: Vec<String>) -> Result<(), String> {
        self.done(PackStoreRequest::Clean { keep }).await
    }
}
