//! The keeper: stores packs, hands them out. Questions are answered one after the other.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use js_sys::ArrayBuffer;
use rrgscore_packs::Manifest;
use wasm_bindgen_futures::spawn_local;

use super::store::{self, Installation, StoreError};
use crate::protocol::models::{AskKeeper, FromKeeper, KeeperTells, Note, ToKeeper};

/// How the keeper answers: a message and the buffers that are handed over with it.
pub type Tell = Rc<dyn Fn(FromKeeper, Vec<ArrayBuffer>)>;

/// The keeper.
pub struct Keeper {
    tell: Tell,
    waiting: RefCell<VecDeque<(ToKeeper, Option<Vec<u8>>)>>,
    at_work: Cell<bool>,
    /// Under way, by pack id. While it is worked on, an installation is not in here.
    installations: RefCell<BTreeMap<String, Installation>>,
}

impl Keeper {
    /// A keeper that answers through `tell`.
    pub fn new(tell: Tell) -> Rc<Self> {
        tell(FromKeeper { request: 0, tell: KeeperTells::Ready }, Vec::new());
        Rc::new(Self {
            tell,
            waiting: RefCell::default(),
            at_work: Cell::new(false),
            installations: RefCell::default(),
        })
    }

    /// Takes in a question and the part that comes with it.
    pub fn ask(self: &Rc<Self>, question: ToKeeper, part: Option<Vec<u8>>) {
        self.waiting.borrow_mut().push_back((question, part));
        if !self.at_work.replace(true) {
            let keeper = Rc::clone(self);
            spawn_local(async move { keeper.work().await });
        }
    }

    async fn work(&self) {
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some((question, part)) = next else { break };
            let request = question.request;
            let (tell, buffers) = match self.answer(question, part).await {
                Ok(answer) => answer,
                Err(error) => (KeeperTells::Failed { message: error.to_string() }, Vec::new()),
            };
            (self.tell)(FromKeeper { request, tell }, buffers);
        }
        self.at_work.set(false);
    }

    async fn answer(
        &self,
        ToKeeper { request, ask }: ToKeeper,
        part: Option<Vec<u8>>,
    ) -> Result<(KeeperTells, Vec<ArrayBuffer>), StoreError> {
        let progress = |done, of| {
            let tell = KeeperTells::Progress { done, of };
            (self.tell)(FromKeeper { request, tell }, Vec::new());
        };
        let tells = match ask {
            AskKeeper::List => KeeperTells::Listed { shelf: store::list().await? },
            AskKeeper::Begin { manifest, note } => self.begin(&manifest, &note, &progress).await?,
            AskKeeper::Put { id, name } => {
                let mut installation = self.installation(&id, &name)?;
                let put = installation.put(&name, &part.unwrap_or_default()).await;
                self.installations.borrow_mut().insert(id, installation);
                put?;
                KeeperTells::Done
            }
            AskKeeper::Finish { id } => {
                let pack = self.installation(&id, "pack.json")?.finish().await?;
                KeeperTells::Installed { pack: Box::new(pack) }
            }
            AskKeeper::Leave { id } => {
                self.installations.borrow_mut().remove(&id);
                KeeperTells::Done
            }
            AskKeeper::Read { id } => {
                let (names, buffers) = store::read(&id).await?;
                return Ok((KeeperTells::Files { names }, buffers));
            }
            AskKeeper::Verify { id } => {
                KeeperTells::Verified { problems: store::verify(&id, &progress).await? }
            }
            AskKeeper::Delete { id } => {
                self.installations.borrow_mut().remove(&id);
                store::delete(&id).await?;
                KeeperTells::Done
            }
            AskKeeper::Clean { keep } => {
                store::clean(&keep).await?;
                KeeperTells::Done
            }
        };
        Ok((tells, Vec::new()))
    }

    async fn begin(
        &self,
        manifest: &str,
        note: &Note,
        progress: &dyn Fn(u64, u64),
    ) -> Result<KeeperTells, StoreError> {
        let manifest = Manifest::parse(manifest.as_bytes())?;
        let of = manifest.total_bytes();
        // An earlier one of this tab would hold the lock.
        self.installations.borrow_mut().remove(&manifest.id);
        let begun = Installation::begin(manifest, note, &|done| progress(done, of)).await?;
        let have = begun.have().to_vec();
        self.installations.borrow_mut().insert(begun.id().to_owned(), begun);
        Ok(KeeperTells::Begun { have })
    }

    fn installation(&self, id: &str, file: &str) -> Result<Installation, StoreError> {
        let found = self.installations.borrow_mut().remove(id);
        found.ok_or_else(|| StoreError::NotBegun { file: file.to_owned() })
    }
}
