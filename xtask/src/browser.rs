//! Chromium and its driver, for the tests.

use crate::error::{Error, Result};
use crate::program::{run, which};
use std::path::PathBuf;
use std::process::Command;

/// What the tests drive.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    /// The browser; `RRGSCORE_CHROMIUM` names another one.
    pub(crate) chromium: PathBuf,
    /// Its driver; `CHROMEDRIVER` names another one.
    pub(crate) driver: PathBuf,
}

const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Finds Chromium and chromedriver; installs them by apt as root on Debian.
///
/// # Errors
/// When one is missing and cannot be installed; the hint says what to install.
pub(crate) fn find_or_install() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if which("apt-get").is_some() && is_root() {
        println!("installing chromium and chromium-driver by apt-get");
        let apt = |args: &[&str]| {
            run(Command::new("apt-get")
                .arg("-qq")
                .args(args)
                .env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
    }
    find().ok_or_else(|| Error::Refused {
        what: "the browser tests need Chromium and chromedriver of the same version".to_owned(),
        hint: "on Debian, as root: apt-get install chromium chromium-driver; elsewhere install \
               Chrome or Chromium and its chromedriver, on PATH or named by RRGSCORE_CHROMIUM and \
               CHROMEDRIVER"
            .to_owned(),
    })
}

fn find() -> Option<Browser> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let chromium =
        named("RRGSCORE_CHROMIUM").or_else(|| BROWSERS.iter().find_map(|name| which(name)))?;
    let driver = named("CHROMEDRIVER").or_else(|| which("chromedriver"))?;
    Some(Browser { chromium, driver })
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
