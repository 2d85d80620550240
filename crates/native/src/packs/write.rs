//! Packs onto the disk.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use rrgscore_packs::{MANIFEST_FILE, Pack, rrgpack};

use crate::error::NativeError;

/// Writes a pack into a folder of its own in `out`, or as one `.rrgpack` file there; gives its
/// path. The manifest comes last, so that a folder without one is known to be incomplete.
///
/// # Errors
/// When something cannot be written.
pub fn write(pack: &Pack, out: &Path, single_file: bool) -> Result<PathBuf, NativeError> {
    let manifest = pack.manifest();
    let name = format!("{}-{}", file_name(&manifest.name), manifest.precision);
    fs::create_dir_all(out).map_err(NativeError::file(out))?;
    if single_file {
        let path = out.join(format!("{name}.rrgpack"));
        let file = File::create(&path).map_err(NativeError::file(&path))?;
        rrgpack::write(pack, &mut BufWriter::new(file)).map_err(NativeError::file(&path))?;
        return Ok(path);
    }
    let folder = out.join(name);
    fs::create_dir_all(&folder).map_err(NativeError::file(&folder))?;
    // What a build before this one left must not be taken for a part of it.
    let old = folder.join(MANIFEST_FILE);
    if old.exists() {
        fs::remove_file(&old).map_err(NativeError::file(&old))?;
    }
    for (name, bytes) in pack.parts() {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(NativeError::file(&path))?;
    }
    let bytes = pack.manifest_bytes().map_err(NativeError::pack(&folder))?;
    let path = folder.join(MANIFEST_FILE);
    fs::write(&path, bytes).map_err(NativeError::file(&path))?;
    Ok(folder)
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
