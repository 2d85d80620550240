//! The pack store: keeps packs, hands them out. Requests are dealt with one after the other.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use js_sys::ArrayBuffer;
use rrgscore_packs::Manifest;
use wasm_bindgen_futures::spawn_local;

use super::store::{self, Installation, PackStoreError};
use crate::protocol::Envelope;
use crate::protocol::packs::{Note, PackStoreRequest, PackStoreResponse};

/// How the pack store responds: a message and the buffers that are handed over with it.
pub type PackStoreRespond = Rc<dyn Fn(Envelope<PackStoreResponse>, Vec<ArrayBuffer>)>;

/// A request and the part that comes with it.
type Waiting = (Envelope<PackStoreRequest>, Option<Vec<u8>>);

/// The pack store.
pub struct PackStore {
    respond: PackStoreRespond,
    waiting: RefCell<VecDeque<Waiting>>,
    at_work: Cell<bool>,
    /// Under way, by pack id. While it is worked on, an installation is not in here.
    installations: RefCell<BTreeMap<String, Installation>>,
}

impl PackStore {
    /// A pack store that responds through `respond`.
    pub fn new(respond: PackStoreRespond) -> Rc<Self> {
        Rc::new(Self {
            respond,
            waiting: RefCell::default(),
            at_work: Cell::new(false),
            installations: RefCell::default(),
        })
    }

    /// Takes in a request and the part that comes with it.
    pub fn handle(self: &Rc<Self>, request: Envelope<PackStoreRequest>, part: Option<Vec<u8>>) {
        self.waiting.borrow_mut().push_back((request, part));
        if !self.at_work.replace(true) {
            let store = Rc::clone(self);
            spawn_local(async move { store.work().await });
        }
    }

    async fn work(&self) {
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some((Envelope { id, body }, part)) = next else { break };
            let (body, buffers) = match self.respond_to(id, body, part).await {
                Ok(response) => response,
                Err(error) => {
                    (PackStoreResponse::Failed { message: error.to_string() }, Vec::new())
                }
            };
            (self.respond)(Envelope { id, body }, buffers);
        }
        self.at_work.set(false);
    }

    async fn respond_to(
        &self,
        id: u32,
        request: PackStoreRequest,
        part: Option<Vec<u8>>,
    ) -> Result<(PackStoreResponse, Vec<ArrayBuffer>), PackStoreError> {
        let progress = |done, of| {
            let body = PackStoreResponse::Progress { done, of };
            (self.respond)(Envelope { id, body }, Vec::new());
        };
        let response = match request {
            PackStoreRequest::List => PackStoreResponse::Listed { packs: store::list().await? },
            PackStoreRequest::Begin { manifest, note } => {
                self.begin(&manifest, &note, &progress).await?
            }
            PackStoreRequest::Put { id, name } => {
                let mut installation = self.installation(&id, &name)?;
                let put = installation.put(&name, &part.unwrap_or_default()).await;
                self.installations.borrow_mut().insert(id, installation);
                put?;
                PackStoreResponse::Done
            }
            PackStoreRequest::Finish { id } => {
                let pack = self.installation(&id, "pack.json")?.finish().await?;
                PackStoreResponse::Installed { pack: Box::new(pack) }
            }
            PackStoreRequest::Leave { id } => {
                self.installations.borrow_mut().remove(&id);
                PackStoreResponse::Done
            }
            PackStoreRequest::Read { id } => {
                let (names, buffers) = store::read(&id).await?;
                return Ok((PackStoreResponse::Files { names }, buffers));
            }
            PackStoreRequest::Verify { id } => {
                PackStoreResponse::Verified { problems: store::verify(&id, &progress).await? }
            }
            PackStoreRequest::Delete { id } => {
                self.installations.borrow_mut().remove(&id);
                store::delete(&id).await?;
                PackStoreResponse::Done
            }
            PackStoreRequest::Clean { keep } => {
                store::clean(&keep).await?;
                PackStoreResponse::Done
            }
        };
        Ok((response, Vec::new()))
    }

    async fn begin(
        &self,
        manifest: &str,
        note: &Note,
        progress: &dyn Fn(u64, u64),
    ) -> Result<PackStoreResponse, PackStoreError> {
        let manifest = Manifest::parse(manifest.as_bytes())?;
        let of = manifest.total_bytes();
        // An earlier one of this tab would hold the lock.
        self.installations.borrow_mut().remove(&manifest.id);
        let begun = Installation::begin(manifest, note, &|done| progress(done, of)).await?;
        let have = begun.have().to_vec();
        self.installations.borrow_mut().insert(begun.id().to_owned(), begun);
        Ok(PackStoreResponse::Begun { have })
    }

    fn installation(&self, id: &str, file: &str) -> Result<Installation, PackStoreError> {
        let found = self.installations.borrow_mut().remove(id);
        found.ok_or_else(|| PackStoreError::NotBegun { file: file.to_owned() })
    }
}
