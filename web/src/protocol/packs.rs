//! Messages about model packs.
//!
//! One worker, the *pack store*, keeps packs in the browser's private file system and hands them
//! out. Another, the *builder*, lives as long as something that the user dropped is being looked
//! at: it recognises checkpoints and packs, converts, and measures. Neither sees a report.

use rrgscore_packs::{Manifest, Precision, Purpose};
use serde::{Deserialize, Serialize};

use super::look::ResultDetail;

/// How an installed pack came into the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Downloaded from the page's own site.
    Site,
    /// From a pack that was dropped.
    #[default]
    File,
    /// Converted here from a checkpoint.
    Checkpoint,
}

/// What is remembered of an installation beside its manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Where it came from.
    pub origin: Origin,
    /// When, in milliseconds since 1970.
    pub at: f64,
    /// Whether the user accepted the terms of its licence.
    pub accepted: bool,
    /// How it came out beside published values, in words; empty when it was not held against any.
    pub proof: String,
}

/// A pack that can be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Installed {
    /// Its `pack.json`.
    pub manifest: Manifest,
    /// How it came here.
    pub note: Note,
}

/// An installation that was broken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The pack's id.
    pub id: String,
    /// Bytes that are there.
    pub bytes: u64,
}

/// An installation that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The pack's id.
    pub id: String,
    /// What is wrong, in words.
    pub message: String,
}

/// All that is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredPacks {
    /// What can be used.
    pub packs: Vec<Installed>,
    /// What was broken off.
    pub partial: Vec<Partial>,
    /// What is not in order.
    pub broken: Vec<Broken>,
}

/// What the page requests of the pack store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackStoreRequest {
    /// List what is stored.
    List,
    /// Begin to install a pack, or go on with it.
    Begin {
        /// The text of its `pack.json`.
        manifest: String,
        /// What is to be remembered of it.
        note: Note,
    },
    /// Store a part; the message's one buffer.
    Put {
        /// The pack's id.
        id: String,
        /// The part's name.
        name: String,
    },
    /// All parts were brought.
    Finish {
        /// The pack's id.
        id: String,
    },
    /// Stop installing; what is there stays, to be gone on with.
    Leave {
        /// The pack's id.
        id: String,
    },
    /// Hand out the files of a pack.
    Read {
        /// The pack's id.
        id: String,
    },
    /// Hash every part anew.
    Verify {
        /// The pack's id.
        id: String,
    },
    /// Remove a pack, finished or not.
    Delete {
        /// The pack's id.
        id: String,
    },
    /// Remove unfinished installations.
    Clean {
        /// But not these.
        keep: Vec<String>,
    },
}

/// What the pack store responds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackStoreResponse {
    /// What is stored.
    Listed {
        /// All of it.
        packs: StoredPacks,
    },
    /// An installation has begun.
    Begun {
        /// The parts that need not be brought.
        have: Vec<String>,
    },
    /// It is done; there is nothing else to say.
    Done,
    /// A pack is installed.
    Installed {
        /// The pack.
        pack: Box<Installed>,
    },
    /// The files of a pack; the message's buffers.
    Files {
        /// Their names, `pack.json` first.
        names: Vec<String>,
    },
    /// A pack was hashed.
    Verified {
        /// What is wrong with it, in words; empty when all is well.
        problems: Vec<String>,
    },
    /// How far it is; the last response is still to come.
    Progress {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// It could not be done.
    Failed {
        /// Why, in words.
        message: String,
    },
}

/// What the page requests of a builder. The dropped files come with [`BuilderRequest::Look`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuilderRequest {
    /// Recognise the files that come with the message, and keep them; or, of a file of published
    /// examples, score them.
    Look {
        /// Their paths as dropped, folders included, in the order of the files.
        paths: Vec<String>,
        /// The ids of the packs in use: what a file of published examples is scored with.
        used: Vec<String>,
    },
    /// Convert or unpack one of the things found, and install what comes of it.
    Install {
        /// Which: [`Found::item`].
        item: String,
        /// How weights are stored; of no meaning for a finished pack.
        precision: Precision,
        /// What is to be remembered.
        note: Note,
    },
    /// Measure an installed pack against the checkpoint in f32. Meant for a builder of its own,
    /// whose memory is not yet grown.
    Measure {
        /// The pack's id.
        id: String,
        /// Which of the things found it was made of.
        item: String,
    },
}

/// A pack or a checkpoint among dropped files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The path of the pack's file or manifest, or of the checkpoint.
    pub item: String,
    /// A checkpoint or a pack.
    pub kind: FoundKind,
    /// What it serves.
    pub purpose: Purpose,
    /// The model's published name.
    pub name: String,
    /// Licence of its weights.
    pub licence: String,
    /// What the licence asks, in words; may be empty.
    pub terms: String,
    /// The files that were recognised and will be used.
    pub files: Vec<String>,
    /// What is still needed.
    pub lacking: Vec<LackingFile>,
}

/// What kind of thing was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// An official checkpoint, to be converted.
    Checkpoint,
    /// A pack, as a file or a folder.
    Pack {
        /// Its manifest.
        manifest: Box<Manifest>,
    },
}

/// A file that is still needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LackingFile {
    /// Its name.
    pub file: String,
    /// What it is for and where it is published.
    pub hint: String,
}

/// What a builder responds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuilderResponse {
    /// What the files are.
    Found {
        /// Packs and checkpoints among them; at least one.
        found: Vec<Found>,
    },
    /// How far it is.
    Progress {
        /// What is being done, e.g. `reading the weights`.
        stage: String,
        /// How much of it is done.
        done: u64,
        /// Of how much; 0 when not known.
        of: u64,
    },
    /// The pack is installed.
    Installed {
        /// The pack.
        pack: Box<Installed>,
        /// The most memory that the builder had, in bytes.
        peak: u64,
    },
    /// Published examples were scored, and what came of it is kept beside the packs.
    Proved {
        /// How many values agree, what went wrong on the way, and each value with its verdict.
        proof: ResultDetail,
    },
    /// It could not be done; nothing was installed.
    Failed {
        /// Why, in words.
        message: String,
    },
}
