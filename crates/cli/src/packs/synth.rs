//! `rrgscore packs synth`.

use std::fs;

use rrgscore_native::NativeError;
use rrgscore_native::packs::write;
use rrgscore_packs::Purpose;
use rrgscore_packs::synth::{Size, checkpoint};

use super::Synth;
use super::build::describe;
use crate::error::CliError;
use crate::exit_code::ExitCode;

/// Writes a random checkpoint of official size and format, or the pack of one.
pub(super) fn run(args: &Synth) -> Result<ExitCode, CliError> {
    let purpose = Purpose::ALL
        .into_iter()
        .find(|purpose| purpose.id() == args.arch)
        .ok_or_else(|| CliError::NoSuchArch { given: args.arch.clone() })?;
    let failed = NativeError::pack(&args.out);
    let made = checkpoint(purpose, Size::Base, args.seed).map_err(&failed)?;
    if args.checkpoint {
        for file in made.sources() {
            let path = args.out.join(file.name);
            let folder = path.parent().unwrap_or(&args.out);
            let mut bytes = vec![0; file.data.size() as usize];
            file.data.read_at(0, &mut bytes).map_err(|error| NativeError::File {
                path: path.clone(),
                source: std::io::Error::other(error),
            })?;
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, bytes))
                .map_err(|source| NativeError::File { path: path.clone(), source })?;
            println!("{}", path.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let pack = made.build(args.precision).map_err(&failed)?;
    println!("{}", write(&pack, &args.out, false)?.display());
    print!("{}", describe(pack.manifest()));
    Ok(ExitCode::SUCCESS)
}
