//! Model packs in the browser's private file system (OPFS): one folder per pack, named by its id;
//! and annotations and runs, where the user wants them kept. The only code that touches stored files; it runs in workers, where files can be written
//! synchronously in every browser.
//!
//! ```text
//! packs/<id>/pack.json         written last: a folder without it is an unfinished installation
//! packs/<id>/<part>            the parts that it lists
//! packs/<id>/.note.json        how the pack came here; never a part's name, which has no dot first
//! packs/<id>/.proof.json       how it came out beside published values
//! annotations.bin              only while the user wants things kept
//! runs/<name>.share.json       likewise: a run without its reports
//! ```

mod annotations;
mod error;
mod folder;
mod lock;
mod runs;
mod shelf;

pub use annotations::{delete_annotations, read_annotations, write_annotations};
pub use error::PackStoreError;
pub use runs::{KeptRun, delete_runs, list_runs, read_run, write_run};
pub use shelf::{
    Installation, clean, delete, finish_measured, keep_proof, list, open, read, verify,
};
