//! The reducer of packs.

use super::{BenchAction, Doing, Looked, Memory, Models, ModelsAction, ModelsEffect, Remembered};
use crate::protocol::packs::{BuilderResponse, Installed, StoredPacks};

impl Models {
    /// Takes in what happened, and says what is to be done about it.
    pub fn apply(&mut self, action: ModelsAction, now: f64) -> Vec<ModelsEffect> {
        match action {
            ModelsAction::Install(id) => self.install(id),
            ModelsAction::StopInstall(id) => vec![ModelsEffect::StopInstall(id)],
            ModelsAction::Accept(id, yes) => {
                if yes {
                    self.accepted.insert(id)
                } else {
                    self.accepted.remove(&id)
                };
                Vec::new()
            }
            ModelsAction::Verify(id) => self.begin(id, Doing::Verifying { done: 0, of: 0 }),
            ModelsAction::AskDelete(id) => {
                self.deleting = id;
                Vec::new()
            }
            ModelsAction::Delete(id) => {
                self.deleting = None;
                self.begin(id, Doing::Deleting)
            }
            ModelsAction::Use(purpose, id) => {
                self.used.insert(purpose, id);
                vec![ModelsEffect::Remember(self.memory())]
            }
            ModelsAction::Forget(id) => {
                self.lost.retain(|lost| lost.id != id);
                self.forget(&id);
                vec![ModelsEffect::Remember(self.memory())]
            }
            ModelsAction::Persist => vec![ModelsEffect::Persist],
            ModelsAction::Bench(action) => self.bench(action, now),
            ModelsAction::Remembered(memory) => {
                let Memory { installed, used } = *memory;
                (self.remembered, self.used) = (installed, used);
                Vec::new()
            }
            ModelsAction::Listed(Ok(stored)) => self.looked(*stored),
            ModelsAction::Listed(Err(why)) => {
                self.looked = Looked::Unavailable(why);
                Vec::new()
            }
            ModelsAction::Progress { id, done, of } => {
                match self.doing.get_mut(&id) {
                    Some(
                        Doing::Installing { done: d, of: o } | Doing::Verifying { done: d, of: o },
                    ) => {
                        (*d, *o) = (done, of);
                    }
                    Some(Doing::Deleting) | None => {}
                }
                Vec::new()
            }
            ModelsAction::Installed(pack) => self.installed(*pack),
            ModelsAction::Left(id, why) => {
                self.doing.remove(&id);
                if let Some(why) = why {
                    self.trouble.insert(id, why);
                }
                vec![ModelsEffect::List]
            }
            ModelsAction::Verified(id, result) => {
                self.doing.remove(&id);
                match result {
                    Ok(problems) => drop(self.verified.insert(id, problems)),
                    Err(why) => drop(self.trouble.insert(id, why)),
                }
                Vec::new()
            }
            ModelsAction::Deleted(id, result) => self.deleted(&id, result),
            ModelsAction::Storage(storage) => {
                self.storage = Some(storage);
                Vec::new()
            }
        }
    }

    fn install(&mut self, id: String) -> Vec<ModelsEffect> {
        if self.doing.contains_key(&id) {
            return Vec::new();
        }
        self.trouble.remove(&id);
        let accepted = self.accepted.contains(&id);
        self.doing.insert(id.clone(), Doing::Installing { done: 0, of: 0 });
        vec![ModelsEffect::Install { id, accepted }]
    }

    fn begin(&mut self, id: String, doing: Doing) -> Vec<ModelsEffect> {
        if self.doing.contains_key(&id) {
            return Vec::new();
        }
        self.trouble.remove(&id);
        self.verified.remove(&id);
        self.doing.insert(id.clone(), doing);
        vec![match doing {
            Doing::Deleting => ModelsEffect::Delete(id),
            _ => ModelsEffect::Verify(id),
        }]
    }

    /// Compares what is there with what was.
    fn looked(&mut self, stored: StoredPacks) -> Vec<ModelsEffect> {
        let first = self.looked == Looked::NotYet;
        self.looked = Looked::Yes;
        self.packs = stored.packs;
        self.partial = stored.partial;
        self.broken = stored.broken;
        self.sort();
        let there = |id: &str| {
            self.packs.iter().any(|pack| pack.manifest.id == id)
                || self.broken.iter().any(|broken| broken.id == id)
        };
        self.lost = self.remembered.iter().filter(|one| !there(&one.id)).cloned().collect();
        for pack in &self.packs {
            let pack = Remembered::of(pack);
            if !self.remembered.contains(&pack) {
                self.remembered.push(pack);
            }
        }
        let mut effects = vec![ModelsEffect::Remember(self.memory())];
        if first || !self.packs.is_empty() {
            effects.push(ModelsEffect::EstimateStorage);
        }
        effects
    }

    pub(super) fn installed(&mut self, pack: Installed) -> Vec<ModelsEffect> {
        let id = pack.manifest.id.clone();
        self.doing.remove(&id);
        self.trouble.remove(&id);
        self.verified.remove(&id);
        self.partial.retain(|partial| partial.id != id);
        self.broken.retain(|broken| broken.id != id);
        self.lost.retain(|lost| lost.id != id);
        self.forget(&id);
        self.remembered.push(Remembered::of(&pack));
        // What was installed last is used, also where another was chosen before.
        self.used.remove(&pack.manifest.purpose);
        self.put(pack);
        vec![ModelsEffect::Remember(self.memory()), ModelsEffect::EstimateStorage]
    }

    fn deleted(&mut self, id: &str, result: Result<(), String>) -> Vec<ModelsEffect> {
        self.doing.remove(id);
        if let Err(why) = result {
            self.trouble.insert(id.to_owned(), why);
            return Vec::new();
        }
        self.packs.retain(|pack| pack.manifest.id != id);
        self.partial.retain(|partial| partial.id != id);
        self.broken.retain(|broken| broken.id != id);
        self.used.retain(|_, used| used != id);
        self.forget(id);
        vec![ModelsEffect::Remember(self.memory()), ModelsEffect::EstimateStorage]
    }

    fn forget(&mut self, id: &str) {
        self.remembered.retain(|one| one.id != id);
    }
}

/// What screen readers hear of it.
pub fn announcement(models: &Models, action: &ModelsAction) -> Option<String> {
    let name = |id: &str| {
        let installed = models.pack(id).map(|pack| pack.manifest.name.clone());
        installed.unwrap_or_else(|| "The model pack".to_owned())
    };
    match action {
        ModelsAction::Installed(pack) => Some(format!("{} is installed.", pack.manifest.name)),
        ModelsAction::Left(_, Some(_)) => Some("The installation has failed.".to_owned()),
        ModelsAction::Left(_, None) => Some("The installation was stopped.".to_owned()),
        ModelsAction::Deleted(id, Ok(())) => Some(format!("{} was deleted.", name(id))),
        ModelsAction::Verified(id, Ok(problems)) if problems.is_empty() => {
            Some(format!("{} is in order.", name(id)))
        }
        ModelsAction::Verified(id, _) => Some(format!("{} is damaged.", name(id))),
        ModelsAction::Bench(BenchAction::Responded(response)) => match response.as_ref() {
            BuilderResponse::Found { found } => {
                let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
                Some(format!("Found: {}.", names.join(", ")))
            }
            BuilderResponse::Installed { pack, .. } => {
                Some(format!("{} is installed.", pack.manifest.name))
            }
            BuilderResponse::Proved { proof } => Some(format!("{}.", proof.title)),
            BuilderResponse::Failed { .. } => Some("That did not work.".to_owned()),
            BuilderResponse::Progress { .. } => None,
        },
        _ => None,
    }
}
