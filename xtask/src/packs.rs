//! Packs for the site, built by the project's own pack builder and kept in the cache.

use crate::error::Result;
use crate::files::{self, Scratch};
use crate::hash::sha256;
use crate::hub::{self, HubArgs};
use crate::paths::Paths;
use crate::program::{cargo, run};
use crate::setup::{self, Places};
use crate::sources::{Purpose, Source};
use clap::Args;
use std::path::{Path, PathBuf};

/// Which packs to build.
#[derive(Debug, Clone, Args)]
pub(crate) struct PacksArgs {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    hub: HubArgs,
}

/// `cargo xtask packs`: builds what `sources.toml` lists and can be had, into the folder of packs
/// that the site publishes; or checkpoints of the hub.
///
/// # Errors
/// When a pack cannot be built or copied, or a checkpoint not be had.
pub(crate) fn packs(paths: &Paths, args: &PacksArgs) -> Result<()> {
    if !args.hub.get.is_empty() {
        return hub::get(paths, &args.hub);
    }
    for one in setup::fetch_sources(paths, &args.places)? {
        if one.source.purpose != Purpose::Encoder {
            continue;
        }
        // What could not be had was said by the fetcher.
        let Ok(checkpoint) = &one.files else { continue };
        let pack = built(paths, &one.source, checkpoint)?;
        let folder = paths.packs().join(format!("{}-int8", one.source.name));
        files::remove(&folder)?;
        files::copy_all(&pack, &folder)?;
        println!("{}", folder.display());
    }
    Ok(())
}

/// The int8 pack of an encoder, built unless the cache holds what this very builder made of these
/// very files. Gives the pack's folder.
///
/// # Errors
/// When the builder does not compile or fails.
pub(crate) fn built(paths: &Paths, source: &Source, checkpoint: &[PathBuf]) -> Result<PathBuf> {
    let all = paths.cache.join("packs").join(&source.name);
    let pack = all.join(&key(paths, source)?[..12]);
    if pack.join("pack.json").is_file() {
        return Ok(pack);
    }
    println!("building the pack of {}", source.title);
    // The builder of the previous version of the code gave a pack that nobody asks for any more.
    files::remove(&all)?;
    files::make(&all)?;
    let scratch = Scratch::new(&all, "build")?;
    let from = one_folder(source, checkpoint, scratch.path())?;
    let out = scratch.path().join("pack");
    let mut builder = cargo(&paths.root);
    builder.args(["run", "--quiet", "--locked", "-p", "rrgscore-packs"]);
    builder.args(["--example", "build_minilm", "--"]).arg(&from).arg(&out).arg("int8");
    builder.env("CARGO_TARGET_DIR", &paths.target);
    run(&mut builder)?;
    std::fs::rename(&out, &pack).map_err(crate::error::Error::io("keeping", &pack))?;
    Ok(pack)
}

/// A hash of the builder's code.
///
/// # Errors
/// When the code cannot be read.
pub(crate) fn builder_hash(paths: &Paths) -> Result<String> {
    let builder = paths.root.join("crates/packs");
    let mut state = String::new();
    for name in files::list(&builder)?.iter().filter(|name| !name.starts_with("tests/")) {
        state += &format!("{} {name}\n", crate::hash::sha256_file(&builder.join(name))?);
    }
    Ok(sha256(state.as_bytes()))
}

/// A hash of the builder's code and of what it reads.
fn key(paths: &Paths, source: &Source) -> Result<String> {
    let mut state = builder_hash(paths)?;
    for file in &source.file {
        state += &format!("{} {}\n", file.sha256, file.file);
    }
    Ok(sha256(state.as_bytes()))
}

/// The folder that holds all files of a checkpoint; they are gathered in `scratch` if they came
/// from different places.
fn one_folder(source: &Source, checkpoint: &[PathBuf], scratch: &Path) -> Result<PathBuf> {
    let folder = checkpoint.first().and_then(|path| path.parent());
    if let Some(folder) = folder.filter(|f| checkpoint.iter().all(|p| p.parent() == Some(f))) {
        return Ok(folder.to_owned());
    }
    let gathered = scratch.join("checkpoint");
    for (path, file) in checkpoint.iter().zip(&source.file) {
        files::copy(path, &gathered.join(&file.file))?;
    }
    Ok(gathered)
}
