//! Builds the pack of a checkpoint: a file or a folder, with what lies beside or in it.
//!
//! ```sh
//! cargo run --release -p rrgscore-packs --example build_minilm -- FROM OUT [int8|f16|f32]
//! ```
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use rrgscore_packs::{
    BuildOptions, MANIFEST_FILE, ReadAt, ReadAtError, SourceFile, build, recognise,
};
use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A file on disk.
struct OnDisk {
    file: File,
    size: u64,
}

impl ReadAt for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        let failed = |error: std::io::Error| ReadAtError::Failed { reason: error.to_string() };
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        file.read_exact(buffer).map_err(failed)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: build_minilm FROM OUT [int8|f16|f32]".into());
    };
    let mut options = BuildOptions { other_encoder: true, ..BuildOptions::default() };
    if let [precision, ..] = rest {
        options.precision = precision.parse()?;
    }
    let (mut root, out) = (PathBuf::from(from), PathBuf::from(out));
    if root.is_file() {
        options.checkpoint = root.file_name().map(|name| name.to_string_lossy().into_owned());
        root.pop();
    }
    let mut files = Vec::new();
    list(&root, "", &mut files)?;
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let found = recognise(&sources, &options)?;
    println!("{}: {} from {}", found.checkpoint, found.name, found.sources.join(", "));
    let mut stage = None;
    let pack = build(&sources, &options, &mut |progress| {
        if stage.replace(progress.stage) != Some(progress.stage) {
            println!("{}", progress.stage.name());
        }
        ControlFlow::Continue(())
    })?;
    fs::create_dir_all(&out)?;
    for (name, bytes) in pack.parts() {
        fs::write(out.join(name), bytes)?;
    }
    fs::write(out.join(MANIFEST_FILE), pack.manifest_bytes()?)?;
    println!("{} {} {} bytes", pack.id(), options.precision, pack.manifest().total_bytes());
    Ok(())
}

/// All files below a folder, by name.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, OnDisk)>) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else {
            let file = File::open(entry.path())?;
            let size = file.metadata()?.len();
            files.push((name, OnDisk { file, size }));
        }
    }
    Ok(())
}
