//! Cache busting for what trunk does not name by its content.
//!
//! Trunk hashes the names of the page's own script, wasm and styles. All other files get a query:
//! in `index.html` by themselves (each attribute that names a file of the site), elsewhere where
//! the author wrote `__BUILD__`. A file with a trunk hash is never touched, because `index.html`
//! holds its integrity digest.

use super::pins;
use crate::error::{Error, Result};
use crate::files;
use crate::hash::{sha256, sha256_file};
use std::path::Path;

/// What an author writes where the build's name belongs, as in `worker.js?v=__BUILD__`.
const PLACEHOLDER: &str = "__BUILD__";

/// Names the build by the hash of all files, puts the name where it belongs, and gives it.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn caches(site: &Path) -> Result<String> {
    let names = files::list(site)?;
    let mut state = String::new();
    for name in &names {
        state += &format!("{} {name}\n", sha256_file(&site.join(name))?);
    }
    let build = sha256(state.as_bytes())[..12].to_owned();

    for name in names.iter().filter(|name| is_text(name) && !is_hashed(name)) {
        let path = site.join(name);
        let old = std::fs::read(&path).map_err(Error::io("reading", &path))?;
        let Ok(old) = String::from_utf8(old) else { continue };
        let mut new = old.replace(PLACEHOLDER, &build);
        if name == "index.html" {
            new = pins::without_unsupported(&new);
            new = with_queries(&new, &build, |file| {
                !is_hashed(file) && names.iter().any(|name| name == file)
            });
        }
        if new != old {
            files::write(&path, new)?;
        }
    }
    Ok(build)
}

fn is_text(name: &str) -> bool {
    [".html", ".js", ".mjs", ".css", ".webmanifest"].iter().any(|end| name.ends_with(end))
}

/// Whether trunk put a hash of 16 hexadecimal digits into the name.
pub(super) fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_hex = |word: &str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    file.split(['-', '_', '.']).any(is_hex)
}

/// Appends `?v=BUILD` to each quoted attribute value that is a file of the site.
fn with_queries(html: &str, build: &str, is_file: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(html.len() + 256);
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
        if is_file(value.strip_prefix("./").unwrap_or(value)) {
            out.push_str("?v=");
            out.push_str(build);
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;

    #[test]
    fn trunks_hashes_are_recognised() {
        assert!(is_hashed("rrgscore-web-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("rrgscore-web-0123456789abcdef.js"));
        assert!(!is_hashed("worker_bg.wasm") && !is_hashed("boot.js"));
    }

    #[test]
    fn unhashed_files_get_the_builds_name_and_hashed_ones_are_left_alone() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-bust").unwrap();
        let site = scratch.path();
        let page = r#"<link href="./style.css"><script src="./boot.js" data-js="./a-0123456789abcdef.js"></script><a href="./none.js">"#;
        files::write(&site.join("index.html"), page).unwrap();
        files::write(&site.join("style.css"), "").unwrap();
        files::write(&site.join("boot.js"), "import('./worker.js?v=__BUILD__')").unwrap();
        files::write(&site.join("a-0123456789abcdef.js"), "'__BUILD__'").unwrap();
        let build = caches(site).unwrap();
        let read = |name: &str| files::read_text(&site.join(name)).unwrap();
        let html = read("index.html");
        assert!(html.contains(&format!("\"./style.css?v={build}\"")), "{html}");
        assert!(html.contains(&format!("\"./boot.js?v={build}\"")), "{html}");
        assert!(html.contains("\"./a-0123456789abcdef.js\"") && html.contains("\"./none.js\""));
        assert_eq!(read("boot.js"), format!("import('./worker.js?v={build}')"));
        assert_eq!(read("a-0123456789abcdef.js"), "'__BUILD__'");
    }

    #[test]
    fn the_builds_name_follows_the_content() {
        let build = |text: &str| {
            let scratch = Scratch::new(&std::env::temp_dir(), "xtask-build-name").unwrap();
            files::write(&scratch.path().join("index.html"), text).unwrap();
            caches(scratch.path()).unwrap()
        };
        assert_eq!(build("a"), build("a"));
        assert_ne!(build("a"), build("b"));
    }
}
