//! Model packs: what is installed, what can be, what is being done about it.

mod apply;
mod bench;
mod need;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rrgscore_packs::{Precision, Purpose};
use serde::{Deserialize, Serialize};

pub use apply::announcement;
pub use bench::{Batch, Bench, BenchAction, BuildOrder, BuildOutcome};
pub use need::{Publication, checklist, columns, publication};

use crate::protocol::packs::{Broken, Installed, Note, Partial, StoredPacks};

/// What is known of the stored packs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Looked {
    /// Not yet looked.
    #[default]
    NotYet,
    /// Looked.
    Yes,
    /// This browser stores nothing: why, in words.
    Unavailable(String),
}

/// What is being done with a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is being downloaded.
    Installing {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// Its parts are being hashed.
    Verifying {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// It is being removed.
    Deleting,
}

/// How much the browser stores for this page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Storage {
    /// Bytes in use.
    pub usage: u64,
    /// Bytes granted.
    pub quota: u64,
    /// Whether the browser promises to keep them; none when it does not say.
    pub persisted: Option<bool>,
}

/// An installed pack as it is remembered outside the file system, to notice that it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Its id.
    pub id: String,
    /// The model's name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// `int8`, `f16` or `f32`.
    pub precision: Precision,
}

impl Remembered {
    fn of(pack: &Installed) -> Self {
        let manifest = &pack.manifest;
        Self {
            id: manifest.id.clone(),
            name: manifest.name.clone(),
            purpose: manifest.purpose,
            precision: manifest.precision,
        }
    }
}

/// What is kept in the browser's small storage: names and ids, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The packs that were installed.
    pub installed: Vec<Remembered>,
    /// The packs that the user chose, by purpose.
    pub used: BTreeMap<Purpose, String>,
}

/// Everything about packs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// Whether the following is known.
    pub looked: Looked,
    /// Installed packs, newest first.
    pub packs: Vec<Installed>,
    /// Installations that were broken off.
    pub partial: Vec<Partial>,
    /// Installations that cannot be used.
    pub broken: Vec<Broken>,
    /// What is being done, by pack id.
    pub doing: BTreeMap<String, Doing>,
    /// What could not be done, by pack id.
    pub trouble: BTreeMap<String, String>,
    /// What verifying came to, by pack id: what is wrong.
    pub verified: BTreeMap<String, Vec<String>>,
    /// The packs of the site whose terms the user accepts.
    pub accepted: BTreeSet<String>,
    /// The pack whose removal is to be confirmed.
    pub deleting: Option<String>,
    /// The packs that the user chose, by purpose.
    pub used: BTreeMap<Purpose, String>,
    /// Packs that were installed and are gone.
    pub lost: Vec<Remembered>,
    /// Whether anything was remembered wrong until now; see [`Memory`].
    pub remembered: Vec<Remembered>,
    /// How much is stored.
    pub storage: Option<Storage>,
    /// What the user dropped.
    pub bench: Bench,
}

/// What happens to packs.
#[derive(Clone, Debug)]
pub enum ModelsAction {
    /// Install a pack of the site, or go on with it.
    Install(String),
    /// Stop installing it.
    StopInstall(String),
    /// Accept the terms of a pack of the site, or not.
    Accept(String, bool),
    /// Hash a pack anew.
    Verify(String),
    /// Ask whether a pack is to be removed; none takes the question back.
    AskDelete(Option<String>),
    /// Remove a pack.
    Delete(String),
    /// Use this pack for its purpose.
    Use(Purpose, String),
    /// Say no more that this pack is gone.
    Forget(String),
    /// Ask the browser to keep what is stored.
    Persist,
    /// What the user dropped.
    Bench(BenchAction),
    /// What was remembered of the last visit.
    Remembered(Box<Memory>),
    /// What is stored, or why nothing can be.
    Listed(Result<Box<StoredPacks>, String>),
    /// How far something is.
    Progress {
        /// The pack.
        id: String,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// A pack is installed.
    Installed(Box<Installed>),
    /// An installation ended before its end: why, if not because the user wished it.
    Left(String, Option<String>),
    /// What verifying came to.
    Verified(String, Result<Vec<String>, String>),
    /// What removing came to.
    Deleted(String, Result<(), String>),
    /// How much is stored.
    Storage(Storage),
}

/// What is to be done about packs.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelsEffect {
    /// Look what is stored.
    List,
    /// Load a pack of the site into memory.
    Fetch(String),
    /// Install a pack of the site.
    Install {
        /// Its id.
        id: String,
        /// Whether its terms were accepted.
        accepted: bool,
    },
    /// Stop installing it.
    StopInstall(String),
    /// Hash a pack anew.
    Verify(String),
    /// Remove a pack.
    Delete(String),
    /// Remove unfinished installations but these.
    Clean(Vec<String>),
    /// Remember this for the next visit.
    Remember(Memory),
    /// Ask the browser to keep what is stored.
    Persist,
    /// Look how much is stored.
    EstimateStorage,
    /// Tell what the dropped files are; these packs are in use.
    Look(Vec<String>),
    /// Convert or unpack and install one of the things found.
    Build(BuildOrder),
    /// Measure an installed pack against the dropped checkpoint.
    Measure {
        /// The pack.
        id: String,
        /// The checkpoint among the dropped files.
        item: String,
    },
    /// Stop the builder; the files stay if so wished.
    Stop {
        /// Whether the dropped files are kept.
        keep_files: bool,
    },
}

/// A pack that annotators can be given, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackSource {
    /// In the browser's files, by its id.
    Stored(String),
    /// Loaded with the page.
    InMemory,
}

impl Models {
    /// The installed pack of that id.
    pub fn pack(&self, id: &str) -> Option<&Installed> {
        self.packs.iter().find(|pack| pack.manifest.id == id)
    }

    /// The installed packs that serve a purpose, newest first.
    pub fn of(&self, purpose: Purpose) -> impl Iterator<Item = &Installed> {
        self.packs.iter().filter(move |pack| pack.manifest.purpose == purpose)
    }

    /// The pack that is used for a purpose: the user's choice, or the newest.
    pub fn used(&self, purpose: Purpose) -> Option<&Installed> {
        let chosen = self.used.get(&purpose);
        let chosen = chosen.and_then(|id| self.of(purpose).find(|pack| pack.manifest.id == *id));
        chosen.or_else(|| self.of(purpose).next())
    }

    /// Bytes of an installation that was broken off.
    pub fn partial(&self, id: &str) -> Option<u64> {
        self.partial.iter().find(|partial| partial.id == id).map(|partial| partial.bytes)
    }

    /// Whether anything is being installed or removed.
    pub fn is_busy(&self) -> bool {
        !self.doing.is_empty() || self.bench.is_working()
    }

    fn memory(&self) -> Memory {
        Memory { installed: self.remembered.clone(), used: self.used.clone() }
    }

    /// Puts a pack on the list, in place of one of the same id.
    fn put(&mut self, pack: Installed) {
        self.packs.retain(|other| other.manifest.id != pack.manifest.id);
        self.packs.push(pack);
        self.sort();
    }

    fn sort(&mut self) {
        let when = |note: &Note| note.at;
        self.packs.sort_by(|a, b| when(&b.note).total_cmp(&when(&a.note)));
    }
}
