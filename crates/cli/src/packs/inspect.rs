//! `rrgscore packs list`, `verify` and `info`.

use std::path::PathBuf;

use rrgscore_native::packs::{StoredPack, stored};
use rrgscore_native::{NativeError, folders};

use super::Folder;
use super::build::describe;
use crate::error::CliError;
use crate::exit_code::ExitCode;

fn packs(args: &Folder) -> Result<Vec<StoredPack>, CliError> {
    let given: Option<&PathBuf> = args.path.as_ref().or(args.packs.as_ref());
    let folder = folders::packs(given.map(PathBuf::as_path)).ok_or(CliError::NoPacksFolder)?;
    if given.is_some() && !folder.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(NativeError::File { path: folder, source }.into());
    }
    let packs = stored(&folder)?;
    if packs.is_empty() {
        eprintln!("no pack in {}", folder.display());
    }
    Ok(packs)
}

/// One line per pack.
pub(super) fn list(args: &Folder) -> Result<ExitCode, CliError> {
    for pack in packs(args)? {
        let manifest = pack.manifest();
        println!(
            "{:<24} {:<5} {:>8.1} MB  {}  {}",
            manifest.purpose.id(),
            manifest.precision.name(),
            manifest.total_bytes() as f64 / 1e6,
            manifest.id.get(..12).unwrap_or(&manifest.id),
            manifest.name,
        );
        if let Some(proof) = pack.proof() {
            println!("{:<24} {} ({})", "", proof.in_words(), proof.source);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads every byte of every pack; exit code 1 when one is damaged.
pub(super) fn verify(args: &Folder) -> Result<ExitCode, CliError> {
    let mut sound = true;
    for pack in packs(args)? {
        match pack.open() {
            Ok(_) => println!("{}: sound", pack.path().display()),
            Err(error) => {
                sound = false;
                println!("{error}");
            }
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What each pack says about itself.
pub(super) fn info(args: &Folder) -> Result<ExitCode, CliError> {
    for pack in packs(args)? {
        println!("{}", pack.path().display());
        print!("{}", describe(pack.manifest()));
        if let Some(proof) = pack.proof() {
            println!("  proved     {} ({})", proof.in_words(), proof.source);
        }
    }
    Ok(ExitCode::SUCCESS)
}
