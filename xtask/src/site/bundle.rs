//! Compiles page and workers to wasm, writes their JavaScript glue, and puts them beside `www/`.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, run, same_anywhere};
use crate::tools::WASM;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// One of the programs of `web`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// What the browser's main thread runs.
    Page,
    /// What every worker runs but readers.
    Worker,
    /// What reads workbooks and Parquet files; loaded when such a file is opened.
    Reader,
}

/// For whom it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Visitors: optimized, without names.
    Release,
    /// Who works on it: quick to build, with names, lines and all checks.
    Dev,
    /// Benchmarks of the engine: a release whose worker counts its steps.
    Counters,
}

impl Program {
    /// All of them.
    pub(crate) const ALL: [Program; 3] = [Program::Page, Program::Worker, Program::Reader];

    /// Its name among cargo's programs.
    fn bin(self) -> &'static str {
        match self {
            Program::Page => "rrgscore-web",
            Program::Worker => "worker",
            Program::Reader => "reader",
        }
    }

    /// The name of its wasm file in the site.
    pub(crate) fn wasm(self) -> String {
        format!("{}_bg.wasm", self.bin())
    }

    /// The name of the JavaScript around it in the site.
    pub(crate) fn glue_file(self) -> String {
        format!("{}.js", self.bin())
    }

    fn feature(self, build: Build) -> &'static str {
        match (self, build) {
            (Program::Page, _) => "page",
            (Program::Worker, Build::Counters) => "counters",
            (Program::Worker, _) => "worker",
            (Program::Reader, _) => "reader",
        }
    }

    /// Cargo's profile, and its folder below the target's.
    fn profile(self, build: Build) -> (&'static str, &'static str) {
        match (self, build) {
            (_, Build::Dev) => ("dev", "debug"),
            (Program::Page | Program::Reader, _) => ("page", "page"),
            (Program::Worker, _) => ("release", "release"),
        }
    }

    /// Compiles it and gives the wasm file.
    ///
    /// # Errors
    /// When it does not compile.
    pub(crate) fn compile(self, paths: &Paths, build: Build) -> Result<PathBuf> {
        let (profile, folder) = self.profile(build);
        let mut command = cargo(&paths.root);
        command.args(["build", "--locked", "--target", WASM, "--package", "rrgscore-web"]);
        command.args(["--bin", self.bin(), "--profile", profile, "--no-default-features"]);
        command.args(["--features", self.feature(build)]);
        if build != Build::Dev {
            same_anywhere(&mut command, paths, WASM)?;
        }
        run(command.env("CARGO_TARGET_DIR", &paths.target))?;
        Ok(paths.target.join(WASM).join(folder).join(format!("{}.wasm", self.bin())))
    }

    /// Writes its wasm and the glue around it into a folder.
    ///
    /// # Errors
    /// When the wasm is none that wasm-bindgen made, or the folder cannot be written.
    pub(crate) fn glue(self, wasm: &Path, build: Build, folder: &Path) -> Result<()> {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).out_name(self.bin()).typescript(false);
        // Who loads it names the file: boot.js, or the page that makes a worker.
        bindgen.omit_default_module_path(true);
        bindgen.keep_debug(build == Build::Dev).remove_name_section(build != Build::Dev);
        let target = match self {
            Program::Page => bindgen.web(true),
            // A worker is made of the glue's text, and its module comes by message.
            Program::Worker | Program::Reader => bindgen.no_modules(true),
        };
        target
            .and_then(|bindgen| bindgen.generate(folder))
            .map_err(|error| Error::bad_file(wasm, format!("{error:#}")))
    }
}

/// Builds the site's own files for visitors: the page beside the others, since most of a cold build
/// is its last step, which uses one core.
///
/// # Errors
/// When a part does not compile.
pub(crate) fn release(paths: &Paths, site: &Path) -> Result<()> {
    files::copy_all(&paths.root.join("www"), site)?;
    let made = |program: Program| {
        let wasm = program.compile(paths, Build::Release)?;
        program.glue(&wasm, Build::Release, site)
    };
    std::thread::scope(|scope| {
        let page = scope.spawn(|| made(Program::Page));
        let others = made(Program::Worker).and_then(|()| made(Program::Reader));
        let page = page.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        page.and(others)
    })
}
