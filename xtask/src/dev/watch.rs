//! Waiting for files to change.

use crate::error::{Error, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long no file may change before a change counts as over: an editor writes several, and a
/// version control system many.
const QUIET: Duration = Duration::from_millis(100);

/// Files and folders under watch.
pub(super) struct Watch {
    events: Receiver<notify::Result<Event>>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins to watch files, and folders with all that is in them.
    ///
    /// # Errors
    /// When one is not there, or the system watches no more files.
    pub(super) fn new(places: impl IntoIterator<Item = PathBuf>) -> Result<Watch> {
        let failed = |error: notify::Error| Error::Refused {
            what: format!("files cannot be watched: {error}"),
            hint: "on Linux, fs.inotify.max_user_watches may be too small".to_owned(),
        };
        let (tell, events) = channel();
        let mut watcher = notify::recommended_watcher(tell).map_err(failed)?;
        for place in places {
            watcher.watch(&place, RecursiveMode::Recursive).map_err(failed)?;
        }
        Ok(Watch { events, _watcher: watcher })
    }

    /// Waits for a change and until it is over; `false` when there will be none any more.
    pub(super) fn wait(&self) -> bool {
        loop {
            match self.events.recv() {
                // What could not be watched may have changed.
                Ok(event) if event.as_ref().map_or(true, is_change) => break,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        while self.events.recv_timeout(QUIET).is_ok() {}
        true
    }
}

fn is_change(event: &Event) -> bool {
    let kind = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any
    );
    kind && event.paths.iter().any(|path| !is_temporary(path))
}

/// Whether a file is an editor's or a version control system's own.
fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name.ends_with('~') || name.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{self, Scratch};

    #[test]
    fn a_changed_file_is_noticed_and_an_editors_own_is_not() {
        assert!(is_temporary(Path::new("src/.main.rs.swp")) && is_temporary(Path::new("4913")));
        assert!(!is_temporary(Path::new("web/src/main.rs")));
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-watch").unwrap();
        let file = scratch.path().join("web/src/main.rs");
        files::write(&file, "fn main() {}").unwrap();
        let watch = Watch::new([scratch.path().to_owned()]).unwrap();
        files::write(&file, "fn main() { }").unwrap();
        assert!(watch.wait());
    }
}
