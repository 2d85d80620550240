//! Making workers and talking with them.
//!
//! Every worker is made from a `blob:` URL, because such a worker stands under the page's content
//! security policy wherever the page is served from; a worker loaded by URL does not. It is handed
//! the compiled module by message and fetches nothing, ever.

mod handle;
mod program;

use js_sys::ArrayBuffer;
use web_sys::{File, MessagePort};

pub use handle::WorkerHandle;
pub use program::Program;

/// What is heard of a worker.
#[derive(Debug)]
pub enum WorkerEvent {
    /// A message, and the buffers that were handed over with it.
    Message(String, Vec<ArrayBuffer>),
    /// It stopped, or could not be started, and will not answer any more.
    Stopped,
}

/// What goes beside a message's text. Buffers and port are handed over.
#[derive(Debug, Default)]
pub struct Attached {
    /// Buffers; they are empty here afterwards.
    pub bytes: Vec<ArrayBuffer>,
    /// Files, which are not read for that.
    pub files: Vec<File>,
    /// One end of a channel.
    pub port: Option<MessagePort>,
}

/// A pack's files, ready to be sent.
#[derive(Debug)]
pub struct PackFiles {
    /// File names, `pack.json` first.
    pub names: Vec<String>,
    /// Their bytes, in that order.
    pub bytes: Vec<ArrayBuffer>,
}
