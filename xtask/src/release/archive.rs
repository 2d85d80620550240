//! Archives whose bytes depend on their content alone: in order of names, all of one time and of
//! nobody.

use crate::error::{Error, Result};
use crate::files;
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::path::Path;

/// A `.tar.gz` in the making.
pub(crate) struct Archive {
    root: String,
    seconds: u64,
    /// Content and mode by name.
    entries: BTreeMap<String, (Vec<u8>, u32)>,
}

impl Archive {
    /// An archive with all its files in the folder `root`, all of the same time (in seconds since
    /// 1970).
    pub(crate) fn new(root: &str, seconds: u64) -> Archive {
        Archive { root: root.to_owned(), seconds, entries: BTreeMap::new() }
    }

    /// Adds a file with a text.
    pub(crate) fn add_text(&mut self, name: &str, text: &str) {
        self.entries.insert(name.to_owned(), (text.into(), 0o644));
    }

    /// Adds all files of a folder.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(crate) fn add_folder(&mut self, folder: &Path) -> Result<()> {
        for name in files::list(folder)? {
            let bytes = read(&folder.join(&name))?;
            self.entries.insert(name, (bytes, 0o644));
        }
        Ok(())
    }

    /// Adds a program under its own name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn add_program(&mut self, file: &Path) -> Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.entries.insert(name, (read(file)?, 0o755));
        Ok(())
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(self, file: &Path) -> Result<()> {
        files::write(file, self.bytes().map_err(Error::io("writing", file))?)
    }

    fn bytes(self) -> std::io::Result<Vec<u8>> {
        // Neither name nor time in the compression's header.
        let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
        let mut tar = tar::Builder::new(gzip);
        for (name, (bytes, mode)) in self.entries {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(mode);
            header.set_mtime(self.seconds);
            tar.append_data(&mut header, format!("{}/{name}", self.root), bytes.as_slice())?;
        }
        tar.into_inner()?.finish()
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(Error::io("reading", file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;
    use crate::program::output;
    use std::process::Command;

    #[test]
    fn tar_finds_names_content_and_time_and_the_bytes_are_the_same_again() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-archive").unwrap();
        let made = |folder: &str| {
            let folder = scratch.path().join(folder);
            files::write(&folder.join("b/c.txt"), "two").unwrap();
            files::write(&folder.join("a.txt"), "one").unwrap();
            let mut archive = Archive::new("name-1.0", 1_700_000_000);
            archive.add_folder(&folder).unwrap();
            archive.add_text("LICENSE", "free");
            archive.bytes().unwrap()
        };
        let bytes = made("first");
        assert_eq!(bytes, made("second"));
        let file = scratch.path().join("all.tar.gz");
        files::write(&file, bytes).unwrap();
        let list = Command::new("tar").args(["--list", "--verbose", "--file"]).arg(&file).output();
        let Ok(list) = list else { return println!("skipped: no tar on this machine") };
        let list = String::from_utf8(list.stdout).unwrap();
        let names: Vec<&str> =
            list.lines().filter_map(|line| line.split_whitespace().last()).collect();
        assert_eq!(names, ["name-1.0/LICENSE", "name-1.0/a.txt", "name-1.0/b/c.txt"]);
        assert!(list.lines().all(|line| line.contains("2023-11-1")), "{list}");
        let mut show = Command::new("tar");
        show.args(["--extract", "--to-stdout", "--file"]).arg(&file).arg("name-1.0/b/c.txt");
        assert_eq!(output(&mut show).unwrap(), "two");
    }
}
