//! Whether the site must be built again: one hash over all that goes into it, kept beside a list
//! of what came out.

use crate::error::{Error, Result};
use crate::files;
use crate::hash::sha256;
use crate::paths::Paths;
use crate::sources::Fetched;
use std::path::{Path, PathBuf};

/// What the site is made of, besides what was downloaded.
const INPUTS: [&str; 9] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "crates",
    "docs/imports.txt",
    "rust-toolchain.toml",
    "web",
    "www",
    "xtask",
];

/// The state of all inputs, and where the state of the last build is kept.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// Reads all inputs of a build that goes to `out`.
    ///
    /// # Errors
    /// When an input cannot be read.
    pub(crate) fn new(
        paths: &Paths,
        out: &Path,
        fetched: &[Fetched],
        optimize: bool,
    ) -> Result<Stamp> {
        let commit = std::env::var("RRGSCORE_COMMIT").unwrap_or_default();
        let mut state = format!("optimize {optimize} commit {commit}\n");
        for one in fetched {
            // The reason of a failure is part of the site: it is shown.
            let files = one.files.as_ref().map(|_| &one.source.file);
            state += &format!("{:?} {files:?}\n", one.source);
        }
        for input in INPUTS {
            state += &of_path(&paths.root.join(input))?;
        }
        // A pack's id covers its parts.
        for pack in super::content::operators_packs(paths)? {
            state += &of_path(&pack.join("pack.json"))?;
        }
        state += &of_path(&paths.leaderboard())?;
        let place = sha256(out.to_string_lossy().as_bytes());
        let file = paths.work().join(format!("site-{}", &place[..12]));
        Ok(Stamp { file, inputs: sha256(state.as_bytes()) })
    }

    /// Whether `out` is what these very inputs gave, untouched.
    pub(crate) fn is_current(&self, out: &Path) -> bool {
        let Ok(outputs) = listing(out) else { return false };
        files::read_text(&self.file).is_ok_and(|kept| kept == self.text(&outputs))
    }

    /// Notes that `out` was built from these inputs.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub(crate) fn write(&self, out: &Path) -> Result<()> {
        files::write(&self.file, self.text(&listing(out)?))
    }

    fn text(&self, outputs: &str) -> String {
        format!("{}\n{outputs}", self.inputs)
    }
}

fn of_path(path: &Path) -> Result<String> {
    let mut state = String::new();
    if path.is_dir() {
        for name in files::list(path)? {
            let file = path.join(&name);
            let bytes = std::fs::read(&file).map_err(Error::io("reading", &file))?;
            state += &format!("{} {name}\n", sha256(&bytes));
        }
    } else if let Ok(bytes) = std::fs::read(path) {
        state += &format!("{}\n", sha256(&bytes));
    }
    Ok(state)
}

/// Names, lengths and times of a folder's files.
fn listing(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for name in files::list(folder)? {
        let file = folder.join(&name);
        let info = std::fs::metadata(&file).map_err(Error::io("reading", &file))?;
        let time = info.modified().map_err(Error::io("reading", &file))?;
        text += &format!("{name} {} {time:?}\n", info.len());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;

    #[test]
    fn a_stamp_notices_inputs_outputs_and_options() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-stamp").unwrap();
        let paths = Paths {
            root: scratch.path().join("root"),
            cache: scratch.path().join("cache"),
            target: scratch.path().join("target"),
        };
        let out = scratch.path().join("dist");
        files::write(&out.join("index.html"), "a page").unwrap();
        files::write(&paths.root.join("web/src/main.rs"), "fn main() {}").unwrap();
        let stamp = |optimize| Stamp::new(&paths, &out, &[], optimize).unwrap();

        assert!(!stamp(false).is_current(&out));
        stamp(false).write(&out).unwrap();
        assert!(stamp(false).is_current(&out));
        assert!(!stamp(true).is_current(&out));
        files::write(&out.join("extra.html"), "").unwrap();
        assert!(!stamp(false).is_current(&out));
        stamp(false).write(&out).unwrap();
        files::write(&paths.root.join("web/src/main.rs"), "fn main() { }").unwrap();
        assert!(!stamp(false).is_current(&out));
    }
}
