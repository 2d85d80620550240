//! `cargo xtask release`: all that is given out, in one go and in one folder. It holds no time and no
//! path of the machine, so that another build of the commit can be compared with it.

mod archive;
mod commit;
mod components;
mod licences;
mod sbom;
mod twice;

use crate::error::{Error, Result};
use crate::files::{self, Scratch};
use crate::hash::sha256_file;
use crate::paths::Paths;
use crate::program::{cargo, host, run, same_anywhere};
use archive::Archive;
use clap::Args;
use commit::Commit;
use components::Components;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The list of a release's files, in the form that `sha256sum --check` reads.
const SUMS: &str = "SHA256SUMS";

/// What the licences of others are called in each archive.
const LICENCES: &str = "THIRD-PARTY-LICENCES.txt";

/// Where a release goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReleaseArgs {
    /// Folder to put it in [default: xtask/release in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Build it from two new checkouts in different folders, and compare every byte
    #[arg(long)]
    twice: bool,
}

/// Makes a release, or two to compare.
///
/// # Errors
/// When files differ from the commit, a part does not compile, or two builds differ.
pub(crate) fn release(paths: &Paths, args: &ReleaseArgs) -> Result<()> {
    let commit = Commit::of(paths)?;
    let out = args.out.clone().unwrap_or_else(|| paths.work().join("release"));
    refuse_foreign_folder(&out)?;
    if args.twice { twice::build(paths, &commit, &out) } else { build(paths, &commit, &out) }
}

fn build(paths: &Paths, commit: &Commit, out: &Path) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    files::make(&paths.work())?;
    let stage = Scratch::new(&paths.work(), "release")?;
    run(cargo(&paths.root).args(["fetch", "--locked", "--quiet"]))?;
    let components = Components::of(paths)?;
    let site = stage.path().join("site");
    let parts = [("build", &site), ("npm", &stage.path().join("npm"))];
    for (job, folder) in parts {
        run(commit.told(xtask()?.arg(job).arg("--out").arg(folder)))?;
    }

    files::remove(out)?;
    files::make(out)?;
    let licences = licences::text(&components)?;
    let mut tarball = Archive::new(&format!("rrgscore-site-{version}"), commit.seconds);
    tarball.add_folder(&site)?;
    add_licences(paths, &mut tarball, &licences)?;
    tarball.write(&out.join(format!("rrgscore-site-{version}.tar.gz")))?;

    let (host, program) = command_line(paths, commit)?;
    let mut tarball = Archive::new(&format!("rrgscore-{version}-{host}"), commit.seconds);
    tarball.add_program(&program)?;
    add_licences(paths, &mut tarball, &licences)?;
    tarball.write(&out.join(format!("rrgscore-{version}-{host}.tar.gz")))?;

    files::write(&stage.path().join("npm").join(LICENCES), &licences)?;
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["pack", "--silent", "--pack-destination"]).arg(out).arg(stage.path().join("npm"));
    run(&mut npm)?;
    run(commit.told(xtask()?.args(["wheel", "--out"]).arg(out)))?;

    let packs = components::packs(&site)?;
    let data = components::data(&site)?;
    files::write(&out.join("sbom.cdx.json"), sbom::text(commit, &components, &packs, &data))?;
    files::write(&out.join(LICENCES), licences)?;
    let mut sums = String::new();
    for name in files::list(out)? {
        sums += &format!("{}  {name}\n", sha256_file(&out.join(&name))?);
    }
    files::write(&out.join(SUMS), &sums)?;
    print!("{sums}");
    println!("version {version}, commit {}: in {}", commit.id, out.display());
    Ok(())
}

/// This program, to do one of its other jobs.
fn xtask() -> Result<Command> {
    let own = std::env::current_exe()
        .map_err(|source| Error::Io { doing: "finding this program".to_owned(), source })?;
    Ok(Command::new(own))
}

/// The command line, built for this machine's kind; that kind's name and the program.
fn command_line(paths: &Paths, commit: &Commit) -> Result<(String, PathBuf)> {
    let host = host()?;
    let mut command = cargo(&paths.root);
    command.args(["build", "--locked", "--release", "--package", "rrgscore-cli"]);
    same_anywhere(&mut command, paths, &host)?;
    run(commit.told(command.env("CARGO_TARGET_DIR", &paths.target)))?;
    let name = format!("rrgscore{}", std::env::consts::EXE_SUFFIX);
    Ok((host, paths.target.join("release").join(name)))
}

/// Adds our own licence and those of all that is linked in.
fn add_licences(paths: &Paths, tarball: &mut Archive, others: &str) -> Result<()> {
    for name in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        tarball.add_text(name, &files::read_text(&paths.root.join(name))?);
    }
    tarball.add_text(LICENCES, others);
    Ok(())
}

/// The folder is emptied before each build, so it must be ours.
fn refuse_foreign_folder(out: &Path) -> Result<()> {
    let empty = !out.exists() || std::fs::read_dir(out).is_ok_and(|mut all| all.next().is_none());
    if empty || out.join(SUMS).is_file() {
        return Ok(());
    }
    Err(Error::Refused {
        what: format!("{} holds something that is not a release", out.display()),
        hint: "name an empty or new folder with --out".to_owned(),
    })
}
