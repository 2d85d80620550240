//! Does what is to be done about model packs: asks the keeper, brings packs of the site, has what
//! was dropped converted.

mod bench;
mod dropped;
mod install;
mod keeper;
mod storage;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

pub use dropped::{Dropped, from_input, from_transfer, looks_like_a_model, looks_like_reports};
pub use keeper::Keeper;

use super::pool::Program;
use super::state::SitePack;
use super::state::models::{BenchAction, ModelsAction, ModelsEffect};
use crate::protocol::models::{Note, Origin};
use bench::Workbench;
use install::Left;

/// The page's library of packs.
pub struct Library {
    program: Rc<Program>,
    keeper: Rc<Keeper>,
    happened: Callback<ModelsAction>,
    /// Installations under way, and whether they are to stop.
    stopping: Rc<RefCell<BTreeMap<String, Rc<Cell<bool>>>>>,
    bench: Workbench,
}

impl Library {
    /// Opens the library and looks what is in it.
    pub fn open(program: Rc<Program>, happened: Callback<ModelsAction>) -> Self {
        let keeper = Keeper::start(&program);
        happened.emit(ModelsAction::Remembered(Box::new(storage::remembered())));
        let bench = Workbench::new(happened.reform(ModelsAction::Bench));
        let library = Self { program, keeper, happened, stopping: Rc::default(), bench };
        library.list();
        library
    }

    /// The keeper, for whoever needs packs.
    pub fn keeper(&self) -> Rc<Keeper> {
        self.keeper.clone()
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
                let told = self.progress(&id);
                self.task(|keeper| async move {
                    let result = keeper.verify(&id, told).await;
                    ModelsAction::Verified(id, result)
                });
            }
            ModelsEffect::Delete(id) => self.task(|keeper| async move {
                let result = keeper.delete(&id).await;
                ModelsAction::Deleted(id, result)
            }),
            ModelsEffect::Clean(keep) => {
                let keeper = self.keeper.clone();
                // What cannot be removed now is tried again at the next visit.
                spawn_local(async move { drop(keeper.clean(keep).await) });
            }
            ModelsEffect::Remember(memory) => storage::remember(&memory),
            ModelsEffect::Persist => self.persist(),
            ModelsEffect::Weigh => {
                let happened = self.happened.clone();
                spawn_local(async move { weigh(&happened).await });
            }
            ModelsEffect::Look => self.bench.look(&self.program),
            ModelsEffect::Build { precision, accepted } => {
                self.persist();
                let note = Note { origin: Origin::Checkpoint, at: Date::now(), accepted };
                self.bench.build(precision, note);
            }
            ModelsEffect::Measure(id) => self.bench.measure(&self.program, id),
            ModelsEffect::Stop { keep_files } => self.bench.stop(keep_files),
        }
    }

    /// Asks the browser to keep what is stored, each time that something is. Nothing waits for
    /// the answer: some browsers ask the user, who may not care.
    fn persist(&self) {
        let happened = self.happened.clone();
        spawn_local(async move {
            storage::persist().await;
            weigh(&happened).await;
        });
    }

    fn list(&self) {
        self.task(|keeper| async move { ModelsAction::Shelf(keeper.list().await.map(Box::new)) });
    }

    fn progress(&self, id: &str) -> Callback<(u64, u64)> {
        let id = id.to_owned();
        self.happened.reform(move |(done, of)| ModelsAction::Progress { id: id.clone(), done, of })
    }

    fn task<F>(&self, begin: impl FnOnce(Rc<Keeper>) -> F)
    where
        F: Future<Output = ModelsAction> + 'static,
    {
        let (task, happened) = (begin(self.keeper.clone()), self.happened.clone());
        spawn_local(async move { happened.emit(task.await) });
    }

    fn install(&self, pack: SitePack, accepted: bool) {
        let (told, stopping) = (self.progress(&pack.id), self.stopping.clone());
        let stop = Rc::new(Cell::new(false));
        stopping.borrow_mut().insert(pack.id.clone(), stop.clone());
        let note = Note { origin: Origin::Site, at: Date::now(), accepted };
        self.persist();
        self.task(|keeper| async move {
            let result = install::install(&keeper, &pack, note, stop, told).await;
            stopping.borrow_mut().remove(&pack.id);
            match result {
                Ok(installed) => ModelsAction::Installed(Box::new(installed)),
                Err(Left::Stopped) => ModelsAction::Left(pack.id, None),
                Err(Left::Failed(why)) => ModelsAction::Left(pack.id, Some(why)),
            }
        });
    }
}

async fn weigh(happened: &Callback<ModelsAction>) {
    if let Some(storage) = storage::weigh().await {
        happened.emit(ModelsAction::Storage(storage));
    }
}
