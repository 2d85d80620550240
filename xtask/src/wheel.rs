//! `cargo xtask wheel`: the Python package as a wheel that pip installs.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, host, run, same_anywhere, which};
use crate::python;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package.
pub(crate) const CRATE: &str = "crates/python";

/// The most bytes that a wheel may have.
const MOST_BYTES: u64 = 15_000_000;

/// Where the wheel goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct WheelArgs {
    /// Folder to put the wheel in [default: xtask/wheel in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Builds the wheel for release and says where it is.
///
/// # Errors
/// When Python or a tool cannot be had, it does not compile, or the wheel is too large.
pub(crate) fn wheel(paths: &Paths, args: &WheelArgs) -> Result<()> {
    let out = args.out.clone().unwrap_or_else(|| paths.work().join("wheel"));
    let wheel = built(paths, &out)?;
    let bytes = std::fs::metadata(&wheel).map_err(Error::io("reading", &wheel))?.len();
    println!("{} ({:.1} MB); pip install takes it", wheel.display(), bytes as f64 / 1e6);
    if bytes > MOST_BYTES {
        return Err(Error::Refused {
            what: format!("the wheel has {bytes} bytes, of at most {MOST_BYTES}"),
            hint: "look for what has made it larger".to_owned(),
        });
    }
    Ok(())
}

/// Builds the wheel for release into a folder.
fn built(paths: &Paths, out: &Path) -> Result<PathBuf> {
    let mut maturin = maturin(paths, &tools(paths)?);
    maturin.args(["build", "--release", "--locked", "--out"]).arg(out);
    same_anywhere(&mut maturin, paths, &host()?)?;
    run(maturin.env("CARGO_TARGET_DIR", &paths.target))?;
    newest(out)
}

/// The wheel for release, unpacked by an interpreter's pip into a folder from which it can import.
///
/// # Errors
/// When it does not compile, or cannot be unpacked.
pub(crate) fn unpacked(paths: &Paths, python: &Path) -> Result<PathBuf> {
    let wheel = built(paths, &paths.work().join("wheel"))?;
    let place = paths.work().join("wheel-unpacked");
    files::remove(&place)?;
    let mut pip = python::pip_install(python);
    run(pip.args(["--no-index", "--no-deps", "--target"]).arg(&place).arg(&wheel))?;
    Ok(place)
}

/// A fresh virtual environment with the wheel in it, for tests; gives its interpreter.
///
/// # Errors
/// When it does not compile, or cannot be installed.
pub(crate) fn environment(paths: &Paths, tools: &Path) -> Result<PathBuf> {
    let wheel = packed(paths, tools)?;
    let place = place(paths);
    files::remove(&place)?;
    run(Command::new(tools).args(["-m", "venv"]).arg(&place))?;
    let python = python::interpreter(&place);
    let mut pip = python::pip_install(&python);
    run(pip.args(["--no-index", "--no-deps"]).arg(&wheel))?;
    Ok(python)
}

/// The interpreter of the environment, if it was made.
pub(crate) fn interpreter(paths: &Paths) -> Option<PathBuf> {
    Some(python::interpreter(&place(paths))).filter(|python| python.is_file())
}

fn place(paths: &Paths) -> PathBuf {
    paths.work().join("wheel-test")
}

/// The package in a folder, as Python imports it. Its library is of the build that the unit tests
/// use: asked for alone, it would get other features of its dependencies, and the model runtime
/// would be compiled once more.
///
/// # Errors
/// When it does not compile.
pub(crate) fn package(paths: &Paths) -> Result<PathBuf> {
    let mut build = cargo(&paths.root);
    build.args(["build", "--workspace", "--lib", "--locked", "--quiet"]);
    run(build.env("CARGO_TARGET_DIR", &paths.target))?;
    let tree = paths.work().join("wheel-tree");
    files::remove(&tree)?;
    let package = tree.join("rrgscore");
    files::copy_all(&paths.root.join(CRATE).join("python/rrgscore"), &package)?;
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = paths.debug().join(format!("{prefix}_rrgscore{suffix}"));
    let name = if cfg!(windows) { "_rrgscore.pyd" } else { "_rrgscore.abi3.so" };
    files::copy(&library, &package.join(name))?;
    Ok(tree)
}

/// Packs the wheel of that folder: its parts are maturin's.
fn packed(paths: &Paths, tools: &Path) -> Result<PathBuf> {
    let tree = package(paths)?;
    let mut maturin = maturin(paths, tools);
    maturin.args(["pep517", "write-dist-info", "--interpreter"]).arg(tools);
    run(maturin.arg("--metadata-directory").arg(&tree))?;

    let out = paths.work().join("wheel-packed");
    files::remove(&out)?;
    files::make(&out)?;
    let mut pack = Command::new(tools);
    run(pack.args(["-m", "wheel", "pack"]).arg(&tree).arg("--dest-dir").arg(&out))?;
    newest(&out)
}

/// The interpreter of an environment with maturin in it.
///
/// # Errors
/// When Python or the package index cannot be had.
pub(crate) fn tools(paths: &Paths) -> Result<PathBuf> {
    python::environment(paths, &paths.root.join(CRATE).join("requirements-build.txt"))
}

/// What tests of the package compare with, as folders of packages; what cannot be had is said.
pub(crate) fn libraries(paths: &Paths) -> Vec<PathBuf> {
    let mut lists = vec!["requirements.txt"];
    if which("java").is_some() {
        lists.push("requirements-spark.txt");
    } else {
        println!("without Spark, which needs Java");
    }
    let found = |list: &str| {
        let list = paths.root.join(CRATE).join("tests").join(list);
        python::environment(paths, &list).and_then(|python| python::packages(&python))
    };
    let folder = |list: &str| match found(list) {
        Ok(folder) => Some(folder),
        Err(error) => {
            println!("without what tests/{list} names: {error}");
            None
        }
    };
    lists.into_iter().filter_map(folder).collect()
}

fn maturin(paths: &Paths, python: &Path) -> Command {
    let mut maturin = Command::new(python);
    maturin.args(["-m", "maturin"]).current_dir(paths.root.join(CRATE));
    maturin
}

/// The wheel in a folder that was written last.
fn newest(folder: &Path) -> Result<PathBuf> {
    let wheels = files::list(folder)?.into_iter().filter(|name| name.ends_with(".whl"));
    let written =
        |name: &String| std::fs::metadata(folder.join(name)).and_then(|m| m.modified()).ok();
    let name = wheels.max_by_key(written);
    name.map(|name| folder.join(name)).ok_or_else(|| Error::bad_file(folder, "no wheel is in it"))
}
