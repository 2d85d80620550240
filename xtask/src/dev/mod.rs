//! `cargo xtask dev`: the page while one works on it. Unoptimized, with names and lines, built
//! again at every change of the code, and reloaded in the browser when that is done.

mod watch;

use crate::error::Result;
use crate::files;
use crate::leaderboard;
use crate::paths::Paths;
use crate::serve;
use crate::server::Serving;
use crate::setup::{self, Places};
use crate::site::bundle::{Build, Program};
use crate::site::content;
use crate::tools;
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};
use watch::Watch;

/// What is built anew when it changes.
const WATCHED: [&str; 5] = ["Cargo.lock", "Cargo.toml", "crates", "web", "www"];

/// The script that reloads the page, and its element. It is in no site that is built for visitors,
/// and the page's content security policy holds for it as for any other.
const RELOAD: (&str, &str) = ("dev/reload.js", include_str!("reload.js"));

/// How to serve the page.
#[derive(Debug, Clone, Args)]
pub(crate) struct DevArgs {
    #[command(flatten)]
    places: Places,
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Path under which the page appears, such as /lab/rrgscore/
    #[arg(long, default_value = "/", value_parser = serve::base)]
    base: String,
}

/// The beginning of the line of the first script.
const SEAL: &str = "    <script src=\"seal.js";

/// Builds, serves, and builds again until interrupted.
///
/// # Errors
/// When a tool is missing, the port is taken or files cannot be watched. A build that fails is said
/// and waited out.
pub(crate) fn dev(paths: &Paths, args: &DevArgs) -> Result<()> {
    tools::for_site(paths)?;
    let fetched = setup::fetch_sources(paths, &args.places)?;
    let site = paths.work().join("dev");
    files::remove(&site)?;
    files::make(&site)?;
    content::reports(&fetched, &site)?;
    leaderboard::publish(paths, &site)?;
    content::packs(paths, &fetched, &site)?;
    let watch = Watch::new(WATCHED.map(|name| paths.root.join(name)))?;

    let (tell, builds) = tokio::sync::watch::channel(0);
    let mut built = [None; Program::ALL.len()];
    let mut build = || {
        let start = Instant::now();
        let name = name();
        match all(paths, &site, &mut built, name) {
            Ok(()) => {
                println!("built in {:.1} s", start.elapsed().as_secs_f64());
                // Nobody need be listening.
                let _ = tell.send(name);
            }
            Err(error) => println!("error: {error}\nwaiting for a change"),
        }
    };
    build();
    let running = Serving::at(&args.base, &site).telling(builds).start(args.port)?;
    println!("the page is at {} (Ctrl-C ends it)", running.url());
    while watch.wait() {
        build();
    }
    Ok(())
}

/// A name for a build: of two, the later one has the greater name, also after a restart.
fn name() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Puts page, workers and `www/` into the folder. `built` are the times of the programs that were
/// put there before: one that has not changed is left alone.
fn all(
    paths: &Paths,
    site: &Path,
    built: &mut [Option<SystemTime>; Program::ALL.len()],
    name: u64,
) -> Result<()> {
    for (program, built) in Program::ALL.into_iter().zip(built) {
        let wasm = program.compile(paths, Build::Dev)?;
        let time = modified(&wasm);
        if *built != time {
            program.glue(&wasm, Build::Dev, site)?;
            *built = time;
        }
    }
    files::copy_all(&paths.root.join("www"), site)?;
    let (file, script) = RELOAD;
    files::write(&site.join(file), script)?;
    let index = site.join("index.html");
    files::write(&index, with_reload(&files::read_text(&index)?, name))
}

fn modified(file: &PathBuf) -> Option<SystemTime> {
    std::fs::metadata(file).ok()?.modified().ok()
}

/// The page with the script that reloads it, and the name of its build.
fn with_reload(html: &str, name: u64) -> String {
    let (file, _) = RELOAD;
    let script = format!("    <script src=\"{file}\" data-build=\"{name}\"></script>\n");
    // Before the seal, which takes away what it reloads by.
    html.replacen(SEAL, &format!("{script}{SEAL}"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_gets_the_script_in_its_head_and_keeps_its_policy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/index.html");
        let html = files::read_text(&root).unwrap();
        let with = with_reload(&html, 12);
        let script = "    <script src=\"dev/reload.js\" data-build=\"12\"></script>\n";
        assert_eq!(with.replace(script, ""), html);
        assert!(with.contains(&format!("{script}    <script src=\"seal.js")));
    }
}
