//! Brings a pack of the site into the browser's files, part by part.

use std::cell::Cell;
use std::rc::Rc;

use yew::Callback;

use super::pack_store::PackStoreClient;
use crate::page::loader;
use crate::page::state::SitePack;
use crate::protocol::packs::{Installed, Note};

/// Progress is reported after each further bytes of this number.
const STEP: u64 = 1 << 18;

/// Why an installation ended before its end.
pub(super) enum Left {
    /// The user wished it.
    Stopped,
    /// In words.
    Failed(String),
}

impl From<String> for Left {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// Installs a pack of the site. What an earlier attempt has brought is not loaded again. `stop`
/// is looked at between parts and whenever bytes come.
pub(super) async fn install(
    store: &PackStoreClient,
    pack: &SitePack,
    note: Note,
    stop: Rc<Cell<bool>>,
    progress: Callback<(u64, u64)>,
) -> Result<Installed, Left> {
    let manifest = pack.manifest.as_ref();
    let manifest =
        manifest.ok_or_else(|| format!("the manifest of {} was not loaded", pack.name))?;
    let text = manifest.to_bytes().map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    let of = manifest.total_bytes();
    let have = store.begin(text, note, progress.clone()).await?;
    let mut done = 0;
    for part in manifest.parts() {
        if !have.contains(&part.name) {
            let last = Cell::new(done);
            let progress = |bytes: u64| {
                if done + bytes >= last.get() + STEP {
                    last.set(done + bytes);
                    progress.emit((done + bytes, of));
                }
                !stop.get()
            };
            let bytes = loader::part(pack, part, &progress).await;
            let result = match bytes {
                Ok(bytes) if !stop.get() => store.put(&manifest.id, &part.name, bytes).await,
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if stop.get() || result.is_err() {
                store.leave(&manifest.id).await?;
                result.map_err(|why| if stop.get() { Left::Stopped } else { Left::Failed(why) })?;
                return Err(Left::Stopped);
            }
        }
        done += part.bytes;
        progress.emit((done, of));
    }
    Ok(store.finish(&manifest.id).await?)
}
