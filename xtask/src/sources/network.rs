//! The places outside this machine: URLs by curl, packages by their registry's own client.

use super::fetch::Remote;
use super::{Index, Package};
use crate::files::{self, Scratch};
use crate::python;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds to wait for a host to answer.
const CONNECT_SECONDS: &str = "5";

/// Downloads for real. Hosts that did not answer and packages that were unpacked are remembered
/// for the run, so that ten files of one host cost one time-out.
pub(crate) struct Network {
    unpacked: Scratch,
    silent_hosts: BTreeSet<String>,
    packages: BTreeMap<String, std::result::Result<PathBuf, String>>,
}

impl Network {
    /// Packages are unpacked below `scratch` and removed with this value.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(crate) fn new(scratch: &Path) -> crate::error::Result<Network> {
        files::make(scratch)?;
        Ok(Network {
            unpacked: Scratch::new(scratch, "packages")?,
            silent_hosts: BTreeSet::new(),
            packages: BTreeMap::new(),
        })
    }
}

impl Remote for Network {
    fn url(&mut self, url: &str, bytes: u64, to: &Path) -> std::result::Result<(), String> {
        let host = host(url);
        if self.silent_hosts.contains(host) {
            return Err(format!("{host} cannot be reached"));
        }
        let mut curl = Command::new("curl");
        curl.args(["--fail", "--location", "--silent", "--show-error", "--proto", "=https"]);
        curl.args(["--connect-timeout", CONNECT_SECONDS, "--speed-time", "20"]);
        curl.args(["--speed-limit", "1000", "--max-filesize", &bytes.to_string(), "--output"]);
        curl.arg(to).arg(url);
        let out = curl.output().map_err(|_| "curl is not installed".to_owned())?;
        match out.status.code() {
            Some(0) => Ok(()),
            // curl(1): could not resolve, connect, or in time; TLS handshake failed.
            Some(5 | 6 | 7 | 28 | 35) => {
                self.silent_hosts.insert(host.to_owned());
                Err(format!("{host} cannot be reached"))
            }
            Some(22) => Err(format!("{host} does not give it")),
            Some(63) => Err(format!("{host} gives more than {bytes} bytes")),
            _ => Err(format!("the download from {host} broke off ({})", out.status)),
        }
    }

    fn package(&mut self, package: &Package, to: &Path) -> std::result::Result<(), String> {
        let Index::Pypi = package.index;
        let key = format!("{}=={}", package.name, package.version);
        let folder = self.unpacked.path().join(&key);
        let unpacked = self.packages.entry(key.clone()).or_insert_with(|| {
            println!("getting the package {key}");
            python::install_into(&folder, &key, package.source_sha256.as_deref()).map(|()| folder)
        });
        let member = unpacked.clone()?.join(&package.member);
        if !member.is_file() {
            return Err(format!("the package {key} does not hold {}", package.member));
        }
        files::copy(&member, to).map_err(|error| error.to_string())
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url_is_named_alone() {
        assert_eq!(host("https://example.org/a/b?c"), "example.org");
    }

    #[test]
    fn a_host_that_does_not_exist_fails_at_once_and_is_asked_once() {
        if crate::program::which("curl").is_none() {
            println!("skipped: curl is not installed");
            return;
        }
        // The top-level domain .invalid never resolves (RFC 6761).
        let mut network = Network::new(&std::env::temp_dir()).unwrap();
        let to = network.unpacked.path().join("x");
        let reason = network.url("https://host.invalid/x", 1, &to).unwrap_err();
        assert_eq!(reason, "host.invalid cannot be reached");
        assert!(network.silent_hosts.contains("host.invalid"));
        assert!(!to.exists());
    }
}
