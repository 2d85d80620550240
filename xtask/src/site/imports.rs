//! What the programs can call in JavaScript: all that WebAssembly reaches outside itself. The list
//! is committed (`docs/imports.txt`), so that a change of it is seen and reviewed.

use super::bundle::Program;
use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const HEAD: &str = "\
All functions that the programs of the page import: what WebAssembly can call, and nothing else.
Each line is the JavaScript that wasm-bindgen makes of one; `arg0` is what it is called on or with.
Written by `cargo xtask build --accept-imports`; a build whose programs call other things fails.
";

const LISTED: &str = "what is in docs/imports.txt";
const UNLISTED: &str = "what is not in docs/imports.txt";

/// The committed list.
pub(crate) fn file(paths: &Paths) -> PathBuf {
    paths.root.join("docs/imports.txt")
}

/// Compares what a built site's programs call with the committed list.
///
/// # Errors
/// [`Error::Site`] with a line for each difference.
pub(crate) fn check(paths: &Paths, site: &Path) -> Result<()> {
    let (list, found) = (file(paths), list(site)?);
    let kept = if list.is_file() { files::read_text(&list)? } else { String::new() };
    let broken = differences(&kept, &found);
    if broken.is_empty() { Ok(()) } else { Err(Error::Site(broken)) }
}

/// Writes the list of a built site's programs as the committed one.
///
/// # Errors
/// When there is no site, or a file cannot be read or written.
pub(crate) fn accept(paths: &Paths, site: &Path) -> Result<()> {
    let list = list(site)?;
    files::write(&file(paths), list)
}

/// The list of a built site.
fn list(site: &Path) -> Result<String> {
    let mut text = HEAD.to_owned();
    for program in Program::ALL {
        let glue = site.join(program.glue_file());
        let calls = calls(&files::read_text(&glue)?);
        if calls.is_empty() {
            return Err(Error::bad_file(&glue, "it has no imports that this version can read"));
        }
        // A write to a string cannot fail.
        let _ = write!(text, "\n# {}\n", program.glue_file());
        for call in calls {
            let _ = writeln!(text, "{call}");
        }
    }
    Ok(text)
}

/// The bodies of a glue's imports, one line each, without the hashes in their names.
fn calls(glue: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut call = String::new();
    let mut lines = glue.lines().skip_while(|line| !line.contains("function __wbg_get_imports"));
    let start = lines.next().unwrap_or_default();
    // The entries of an object in it.
    let indent = start.len() - start.trim_start().len() + 8;
    for line in lines {
        let own = line.split_at_checked(indent).filter(|(space, _)| space.trim().is_empty());
        let own = own.map(|(_, rest)| rest).filter(|rest| !rest.starts_with(' '));
        match own {
            Some(rest) if rest.starts_with("__wb") && rest.contains(": ") => {
                // The last `function` has the arguments: one around it catches what is thrown.
                let start = rest.rfind("function").or_else(|| rest.find(": ").map(|at| at + 2));
                let head = &rest[start.unwrap_or(0)..];
                head.replacen("function (", "function(", 1).clone_into(&mut call);
                if !rest.ends_with('{') {
                    found.insert(std::mem::take(&mut call).trim_end_matches(',').to_owned());
                }
            }
            Some(rest) if rest.starts_with('}') && !call.is_empty() => {
                call.push_str(if rest.starts_with("}, arguments") { " (caught)" } else { "" });
                found.insert(std::mem::take(&mut call));
            }
            // Comments number what differs from build to build.
            _ if !call.is_empty() && !line.trim_start().starts_with("//") => {
                call.push(' ');
                call.push_str(&without_hash(line.trim()));
            }
            _ => {}
        }
    }
    found
}

/// A line without the hash that ends a name of the program's own: `__h` and 16 digits.
fn without_hash(line: &str) -> String {
    let mut parts = line.split("__h");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits == 16 {
            text.push_str(&part[digits..]);
        } else {
            text.push_str("__h");
            text.push_str(part);
        }
    }
    text
}

fn differences(kept: &str, found: &str) -> Vec<String> {
    let lines = |text: &str| {
        let mut program = String::new();
        let mut all = BTreeSet::new();
        for line in text.lines() {
            match line.strip_prefix("# ") {
                Some(name) => program = name.to_owned(),
                None if !line.is_empty() && !program.is_empty() => {
                    all.insert(format!("{program}: {line}"));
                }
                None => {}
            }
        }
        all
    };
    let (kept, found) = (lines(kept), lines(found));
    let new = found.difference(&kept).map(|line| format!("calls {UNLISTED}: {line}"));
    let gone = kept.difference(&found).map(|line| format!("calls no more {LISTED}: {line}"));
    new.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "\
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_appendChild_dea38765a26d346d: function() { return handleError(function (arg0, arg1) {
            const ret = arg0.appendChild(arg1);
            return ret;
        }, arguments); },
        __wbg_close_1a2b: function(arg0) {
            // Cast intrinsic, shim_idx: 93.
            arg0.close();
        },
        __wbg_close_3c4d: function(arg0) {
            arg0.close();
        },
        memory: memory,
    };
";

    #[test]
    fn imports_are_told_by_what_they_do_and_not_by_their_build() {
        let calls = calls(GLUE);
        let lines: Vec<&str> = calls.iter().map(String::as_str).collect();
        assert_eq!(
            lines,
            [
                "function(arg0) { arg0.close();",
                "function(arg0, arg1) { const ret = arg0.appendChild(arg1); return ret; (caught)"
            ]
        );
    }

    #[test]
    fn names_have_no_hash() {
        let line = "return invoke__h24a661bbdf0ee9c0(a, wide__high, b__h12);";
        assert_eq!(without_hash(line), "return invoke(a, wide__high, b__h12);");
    }

    #[test]
    fn what_is_new_and_what_is_gone_is_named_with_its_program() {
        let kept = "Head.\n\n# page.js\na.b();\nc.d();\n\n# worker.js\na.b();\n";
        let found = "Head.\n\n# page.js\na.b();\n\n# worker.js\na.b();\nfetch(x);\n";
        assert_eq!(differences(kept, kept), Vec::<String>::new());
        let lines = differences(kept, found);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains("what is not in docs/imports.txt: worker.js: fetch(x);"));
        assert!(lines[1].contains("no more what is in docs/imports.txt: page.js: c.d();"));
    }
}
