//! Messages to and from annotators: jobs and outcomes through the coordinator's port, packs from the
//! page.

use rrgscore_scoring::Purpose;
use rrgscore_scoring::job::{Job, JobId, Outcome};
use serde::{Deserialize, Serialize};

/// What an annotator is to do. It responds through the coordinator's port, to the page's requests too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnotatorRequest {
    /// Load a pack; the message's `bytes` are its files in the order of `names`, `pack.json`
    /// first. From the page.
    Load {
        /// File names.
        names: Vec<String>,
    },
    /// Do a job, after those that came before it.
    Work {
        /// The job.
        job: Box<Job>,
    },
    /// Drop the jobs that are not begun yet.
    DropQueued,
}

/// What an annotator responds, through the coordinator's port.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnotatorResponse {
    /// The annotator is up.
    Ready,
    /// A pack is loaded.
    Loaded {
        /// What it serves.
        pack: Purpose,
    },
    /// A pack could not be loaded.
    LoadFailed {
        /// Why, in words.
        message: String,
    },
    /// A job is done.
    Outcome {
        /// Its outcome.
        outcome: Outcome,
    },
    /// A job cannot be done.
    JobFailed {
        /// The job.
        id: JobId,
        /// Why, in words without report text.
        message: String,
    },
    /// A job was dropped before it was begun.
    JobDropped {
        /// The job.
        id: JobId,
    },
}
