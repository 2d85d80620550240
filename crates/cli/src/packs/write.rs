//! Packs onto the disk.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use rrgscore_packs::{MANIFEST_FILE, Pack, rrgpack};

use crate::error::CliError;

/// Writes a pack into a folder of its own in `out`, or as one `.rrgpack` file there; gives its
/// path. The manifest comes last, so that a folder without one is known to be incomplete.
pub(super) fn write(pack: &Pack, out: &Path, single_file: bool) -> Result<PathBuf, CliError> {
    let manifest = pack.manifest();
    let name = format!("{}-{}", file_name(&manifest.name), manifest.precision);
    fs::create_dir_all(out).map_err(failed(out))?;
    if single_file {
        let path = out.join(format!("{name}.rrgpack"));
        let file = File::create(&path).map_err(failed(&path))?;
        rrgpack::write(pack, &mut BufWriter::new(file)).map_err(failed(&path))?;
        return Ok(path);
    }
    let folder = out.join(name);
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    // What a build before this one left must not be taken for a part of it.
    let old = folder.join(MANIFEST_FILE);
    if old.exists() {
        fs::remove_file(&old).map_err(failed(&old))?;
    }
    for (name, bytes) in pack.parts() {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    let bytes = pack
        .manifest_bytes()
        .map_err(|source| CliError::Pack { path: folder.clone(), source: Box::new(source) })?;
    let path = folder.join(MANIFEST_FILE);
    fs::write(&path, bytes).map_err(failed(&path))?;
    Ok(folder)
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> CliError {
    move |source| CliError::File { path: path.to_owned(), source }
}

/// A pack's name as a file name.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_become_plain() {
        assert_eq!(file_name("RadGraph 1.0 (PhysioNet)"), "RadGraph-1.0-PhysioNet");
    }
}
