//! `index.html` names the site's files by the build, so that no browser mixes two builds, and pins
//! scripts and styles by their digest; `offline.json` lists all files for who keeps them.

use crate::error::{Error, Result};
use crate::files;
use crate::hash::{integrity, sha256, sha256_file};
use std::collections::BTreeMap;
use std::path::Path;

/// The list of a release's files, which `sw.js` keeps on a visitor's request.
const OFFLINE: &str = "offline.json";
/// The service worker is kept by the browser itself.
const SERVICE_WORKER: &str = "sw.js";

/// Names the build by the hash of all files, puts the name into `index.html`, lists the files, and
/// gives the name.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn finish(site: &Path) -> Result<String> {
    let mut state = String::new();
    let mut digests = BTreeMap::new();
    for name in files::list(site)? {
        let path = site.join(&name);
        state += &format!("{} {name}\n", sha256_file(&path)?);
        // Browsers check scripts and styles; of other files Chromium complains in the console.
        let pinned = name.ends_with(".js") || name.ends_with(".css");
        let digest = if pinned {
            let bytes = std::fs::read(&path).map_err(Error::io("reading", &path))?;
            Some(integrity(&bytes))
        } else {
            None
        };
        digests.insert(name, digest);
    }
    let build = sha256(state.as_bytes())[..12].to_owned();
    digests.insert(OFFLINE.to_owned(), None);
    let index = site.join("index.html");
    files::write(&index, with_names(&files::read_text(&index)?, &build, &digests))?;
    files::write(&site.join(OFFLINE), release(site, &build)?)?;
    Ok(build)
}

/// The release as `{ build, files: [{ name, sha256, bytes }] }`.
fn release(site: &Path, build: &str) -> Result<String> {
    let mut listed = Vec::new();
    for name in files::list(site)?.into_iter().filter(|name| name != SERVICE_WORKER) {
        let path = site.join(&name);
        let bytes = std::fs::metadata(&path).map_err(Error::io("reading", &path))?.len();
        let sha256 = sha256_file(&path)?;
        listed.push(serde_json::json!({ "name": name, "sha256": sha256, "bytes": bytes }));
    }
    Ok(format!("{:#}\n", serde_json::json!({ "build": build, "files": listed })))
}

/// Appends `?v=BUILD` to each quoted attribute value that is a file of the site, and the digest as
/// a further attribute where the element loads that file.
fn with_names(html: &str, build: &str, files: &BTreeMap<String, Option<String>>) -> String {
    let mut out = String::with_capacity(html.len() + 2048);
    let mut rest = html;
    while let Some(start) = rest.find("=\"") {
        let (before, after) = rest.split_at(start + 2);
        out.push_str(before);
        let Some(end) = after.find('"') else {
            rest = after;
            break;
        };
        let value = &after[..end];
        out.push_str(value);
        rest = &after[end..];
        if let Some(digest) = files.get(value.strip_prefix("./").unwrap_or(value)) {
            out.push_str("?v=");
            out.push_str(build);
            let loads = before.ends_with(" src=\"") || before.ends_with(" href=\"");
            if let Some(digest) = digest.as_ref().filter(|_| loads) {
                out.push_str("\" integrity=\"");
                out.push_str(digest);
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;

    #[test]
    fn files_get_the_builds_name_and_what_is_run_its_digest() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-html").unwrap();
        let site = scratch.path();
        let page = r#"<link rel="stylesheet" href="styles/a.css" /><link href="./a_bg.wasm" as="fetch"><script src="boot.js" data-js="a.js"></script><a href="none.js">"#;
        for (name, text) in [
            ("index.html", page),
            ("styles/a.css", ""),
            ("boot.js", "boot"),
            ("a.js", "a"),
            ("a_bg.wasm", "wasm"),
        ] {
            files::write(&site.join(name), text).unwrap();
        }
        let build = finish(site).unwrap();
        let html = files::read_text(&site.join("index.html")).unwrap();
        // `printf boot | openssl dgst -sha384 -binary | base64`, and of nothing.
        let boot = "sha384-Bd2sofdWnOPxC3MaBAtkaxglCLMP+i2vg0uI/l7AB3Tt87Bq2L2Q3eJhpMjgVfoo";
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(
            html,
            format!(
                r#"<link rel="stylesheet" href="styles/a.css?v={build}" integrity="{empty}" /><link href="./a_bg.wasm?v={build}" as="fetch"><script src="boot.js?v={build}" integrity="{boot}" data-js="a.js?v={build}"></script><a href="none.js">"#
            )
        );
    }

    #[test]
    fn a_release_lists_every_file_as_it_is_served() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-offline").unwrap();
        let site = scratch.path();
        let page = r#"<script src="a.js"></script><aside data-list="offline.json"></aside>"#;
        for (name, text) in [("index.html", page), ("a.js", "a"), ("sw.js", "worker")] {
            files::write(&site.join(name), text).unwrap();
        }
        let build = finish(site).unwrap();
        let list = files::read_text(&site.join(OFFLINE)).unwrap();
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        assert_eq!(list["build"], build);
        let html = files::read_text(&site.join("index.html")).unwrap();
        assert!(html.contains(&format!(r#"data-list="offline.json?v={build}""#)), "{html}");
        // `printf a | sha256sum`.
        let a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
        let expected = serde_json::json!([
            { "name": "a.js", "sha256": a, "bytes": 1 },
            { "name": "index.html", "sha256": sha256(html.as_bytes()), "bytes": html.len() },
        ]);
        assert_eq!(list["files"], expected);
    }

    #[test]
    fn the_builds_name_follows_the_content() {
        let build = |text: &str| {
            let scratch = Scratch::new(&std::env::temp_dir(), "xtask-build-name").unwrap();
            files::write(&scratch.path().join("index.html"), text).unwrap();
            finish(scratch.path()).unwrap()
        };
        assert_eq!(build("a"), build("a"));
        assert_ne!(build("a"), build("b"));
    }
}
