//! Does what is to be done about model packs: requests of the pack store, brings packs of the site, has what
//! was dropped converted.

mod bench;
mod dropped;
mod install;
mod pack_store;
mod storage;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

pub use dropped::{Dropped, from_input, from_transfer, looks_like_a_model};
pub use pack_store::PackStoreClient;

use super::state::SitePack;
use super::state::models::{BenchAction, ModelsAction, ModelsEffect};
use super::workers::Program;
use crate::protocol::packs::{Note, Origin};
use bench::Workbench;
use install::Left;

/// The page's library of packs.
pub struct Library {
    program: Rc<Program>,
    store: Rc<PackStoreClient>,
    happened: Callback<ModelsAction>,
    /// Installations under way, and whether they are to stop.
    stopping: Rc<RefCell<BTreeMap<String, Rc<Cell<bool>>>>>,
    bench: Workbench,
}

impl Library {
    /// Opens the library and looks what is in it.
    pub fn open(program: Rc<Program>, happened: Callback<ModelsAction>) -> Self {
        let store = PackStoreClient::start(&program);
        happened.emit(ModelsAction::Remembered(Box::new(storage::remembered())));
        let bench = Workbench::new(happened.reform(ModelsAction::Bench));
        let library = Self { program, store, happened, stopping: Rc::default(), bench };
        library.list();
        library
    }

    /// The pack store; annotators get packs from it too.
    pub fn pack_store(&self) -> Rc<PackStoreClient> {
        self.store.clone()
    }

    /// Whether the pack store has still to respond.
    pub fn is_waiting(&self) -> bool {
        self.store.is_waiting()
    }

    /// Ends the workers at work and starts the pack store anew.
    pub fn restart(&mut self) {
        self.store.restart(&self.program);
        self.bench.stop(true);
    }

    /// Takes in files that the user dropped or chose.
    pub fn take(&mut self, files: Vec<Dropped>) {
        self.bench.take(files);
        self.happened.emit(ModelsAction::Bench(BenchAction::Dropped));
    }

    /// Does what is to be done; `site` are the packs of the site.
    pub fn carry_out(&mut self, effect: ModelsEffect, site: &[SitePack]) {
        match effect {
            ModelsEffect::List => self.list(),
            // The loader's business.
            ModelsEffect::Fetch(_) => {}
            ModelsEffect::Install { id, accepted } => {
                if let Some(pack) = site.iter().find(|pack| pack.id == id) {
                    self.install(pack.clone(), accepted);
                }
            }
            ModelsEffect::StopInstall(id) => {
                if let Some(stop) = self.stopping.borrow().get(&id) {
                    stop.set(true);
                }
            }
            ModelsEffect::Verify(id) => {
                let progress = self.progress(&id);
                self.task(|store| async move {
                    let result = store.verify(&id, progress).await;
                    ModelsAction::Verified(id, result)
                });
            }
            ModelsEffect::Delete(id) => self.task(|store| async move {
                let result = store.delete(&id).await;
                ModelsAction::Deleted(id, result)
            }),
            ModelsEffect::Clean(keep) => {
                let store = self.store.clone();
                // What cannot be removed now is tried again at the next visit.
                spawn_local(async move { drop(store.clean(keep).await) });
            }
            ModelsEffect::Remember(memory) => storage::remember(&memory),
            ModelsEffect::Persist => self.persist(),
            ModelsEffect::EstimateStorage => {
                let happened = self.happened.clone();
                spawn_local(async move { estimate_storage(&happened).await });
            }
            ModelsEffect::Look(used) => self.bench.look(&self.program, used),
            ModelsEffect::Build(order) => {
                self.persist();
                let accepted = order.accepted;
                let note = Note {
                    origin: Origin::Checkpoint,
                    at: Date::now(),
                    accepted,
                    ..Note::default()
                };
                self.bench.build(&self.program, order, note);
            }
            ModelsEffect::Measure { id, item } => self.bench.measure(&self.program, id, item),
            ModelsEffect::Stop { keep_files } => self.bench.stop(keep_files),
        }
    }

    /// Asks the browser to keep what is stored, each time that something is. Nothing waits for
    /// the answer: some browsers ask the user, who may not care.
    fn persist(&self) {
        let happened = self.happened.clone();
        spawn_local(async move {
            storage::persist().await;
            estimate_storage(&happened).await;
        });
    }

    fn list(&self) {
        self.task(|store| async move { ModelsAction::Listed(store.list().await.map(Box::new)) });
    }

    fn progress(&self, id: &str) -> Callback<(u64, u64)> {
        let id = id.to_owned();
        self.happened.reform(move |(done, of)| ModelsAction::Progress { id: id.clone(), done, of })
    }

    fn task<F>(&self, begin: impl FnOnce(Rc<PackStoreClient>) -> F)
    where
        F: Future<Output = ModelsAction> + 'static,
    {
        let (task, happened) = (begin(self.store.clone()), self.happened.clone());
        spawn_local(async move { happened.emit(task.await) });
    }

    fn install(&self, pack: SitePack, accepted: bool) {
        let (progress, stopping) = (self.progress(&pack.id), self.stopping.clone());
        let stop = Rc::new(Cell::new(false));
        stopping.borrow_mut().insert(pack.id.clone(), stop.clone());
        let note = Note { origin: Origin::Site, at: Date::now(), accepted, ..Note::default() };
        self.persist();
        self.task(|store| async move {
            let result = install::install(&store, &pack, note, stop, progress).await;
            stopping.borrow_mut().remove(&pack.id);
            match result {
                Ok(installed) => ModelsAction::Installed(Box::new(installed)),
                Err(Left::Stopped) => ModelsAction::Left(pack.id, None),
                Err(Left::Failed(why)) => ModelsAction::Left(pack.id, Some(why)),
            }
        });
    }
}

async fn estimate_storage(happened: &Callback<ModelsAction>) {
    if let Some(storage) = storage::estimate_storage().await {
        happened.emit(ModelsAction::Storage(storage));
    }
}
