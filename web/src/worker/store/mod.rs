//! Model packs in the browser's private file system (OPFS): one folder per pack, named by its id;
//! and annotations, where the user wants them kept. The only code that touches stored files; it runs in workers, where files can be written
//! synchronously in every browser.
//!
//! ```text
//! packs/<id>/pack.json         written last: a folder without it is an unfinished installation
//! packs/<id>/<part>            the parts that it lists
//! packs/<id>/.note.json        how the pack came here; never a part's name, which has no dot first
//! annotations.bin              only while the user wants annotations kept
//! ```

mod annotations;
mod error;
mod folder;
mod lock;
mod shelf;

pub use annotations::{delete_annotations, read_annotations, write_annotations};
pub use error::PackStoreError;
pub use shelf::{Installation, clean, delete, finish_measured, list, open, read, verify};
