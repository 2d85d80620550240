//! The licences of all crates that are linked in: each text once, with who is under it.

use crate::error::{Error, Result};
use crate::files;
use crate::release::components::Components;
use std::collections::BTreeMap;

/// How files with licences and notices begin.
const BEGINNINGS: [&str; 5] = ["licen", "copying", "notice", "unlicense", "copyright"];

/// All licences as one text.
///
/// # Errors
/// When a crate's folder cannot be read.
pub(crate) fn text(components: &Components) -> Result<String> {
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut list = String::new();
    for one in components.crates.iter().filter(|one| !one.is_ours()) {
        let package = format!("{} {}", one.name, one.version);
        list += &format!("{package}: {}\n", one.license.as_deref().unwrap_or("see its text below"));
        for file in files::list(one.folder())? {
            let name = file.rsplit('/').next().unwrap_or(&file).to_lowercase();
            if name.ends_with(".rs") || !BEGINNINGS.iter().any(|known| name.starts_with(known)) {
                continue;
            }
            let path = one.folder().join(&file);
            let bytes = std::fs::read(&path).map_err(Error::io("reading", &path))?;
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim().to_owned();
            by_text.entry(text).or_default().push(package.clone());
        }
    }
    let mut texts: Vec<(Vec<String>, String)> =
        by_text.into_iter().map(|(text, names)| (names, text)).collect();
    texts.sort();
    let mut all = format!("Crates that are linked in, and their licences.\n\n{list}");
    for (mut names, text) in texts {
        names.dedup();
        all += &format!("\n{}\n{}\n\n{text}\n", "-".repeat(80), names.join(", "));
    }
    Ok(all)
}
