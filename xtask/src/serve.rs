//! `cargo xtask serve`: build the site and serve it on this machine.

use crate::error::Result;
use crate::paths::Paths;
use crate::server::Serving;
use crate::site::{self, BuildArgs};
use clap::Args;

/// How to serve the site.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    build: BuildArgs,
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Path under which the site appears, such as /lab/rrgscore/
    #[arg(long, default_value = "/", value_parser = base)]
    base: String,
    /// Send the headers that isolate the page from other origins
    #[arg(long)]
    isolate: bool,
    /// Serve what was built before
    #[arg(long)]
    no_build: bool,
}

/// Builds the site unless told not to, and serves it until interrupted.
///
/// # Errors
/// When the build fails or the port is taken.
pub(crate) fn serve(paths: &Paths, args: &ServeArgs) -> Result<()> {
    let folder =
        if args.no_build { args.build.folder(paths) } else { site::build(paths, &args.build)? };
    let running = Serving::at(&args.base, &folder).isolated(args.isolate).start(args.port)?;
    println!("RRGScore is at {} (Ctrl-C ends it)", running.url());
    running.wait();
    Ok(())
}

/// The path that a folder is served under, with `/` at both ends.
pub(crate) fn base(text: &str) -> std::result::Result<String, String> {
    let middle = text.trim_matches('/');
    Ok(if middle.is_empty() { "/".to_owned() } else { format!("/{middle}/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_a_slash_at_both_ends() {
        assert_eq!(base("/").as_deref(), Ok("/"));
        assert_eq!(base("lab/rrg").as_deref(), Ok("/lab/rrg/"));
    }
}
