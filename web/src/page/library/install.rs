//! Brings a pack of the site into the browser's files, part by part.

use std::cell::Cell;
use std::rc::Rc;

use yew::Callback;

use super::keeper::Keeper;
use crate::page::loader;
use crate::page::state::SitePack;
use crate::protocol::models::{Installed, Note};

/// Progress is told after each further bytes of this number.
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
    keeper: &Keeper,
    pack: &SitePack,
    note: Note,
    stop: Rc<Cell<bool>>,
    told: Callback<(u64, u64)>,
) -> Result<Installed, Left> {
    let manifest = pack.manifest.as_ref();
    let manifest =
        manifest.ok_or_else(|| format!("the manifest of {} was not loaded", pack.name))?;
    let text = manifest.to_bytes().map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    let of = manifest.total_bytes();
    let have = keeper.begin(text, note, told.clone()).await?;
    let mut done = 0;
    for part in manifest.parts() {
        if !have.contains(&part.name) {
            let last = Cell::new(done);
            let progress = |bytes: u64| {
                if done + bytes >= last.get() + STEP {
                    last.set(done + bytes);
                    told.emit((done + bytes, of));
                }
                !stop.get()
            };
            let bytes = loader::part(pack, part, &progress).await;
            let result = match bytes {
                Ok(bytes) if !stop.get() => keeper.put(&manifest.id, &part.name, bytes).await,
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if stop.get() || result.is_err() {
                keeper.leave(&manifest.id).await?;
                result.map_err(|why| if stop.get() { Left::Stopped } else { Left::Failed(why) })?;
                return Err(Left::Stopped);
            }
        }
        done += part.bytes;
        told.emit((done, of));
    }
    Ok(keeper.finish(&manifest.id).await?)
}
