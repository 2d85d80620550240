//! Integrity digests that browsers do not support.

/// Drops `integrity="…"` from the preloads of wasm files: browsers check it for scripts and styles
/// only, and Chromium fills the console with warnings.
pub(super) fn without_unsupported(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for tag in html.split_inclusive('>') {
        let pinned = tag.contains(".wasm\"").then(|| tag.split_once(" integrity=\"")).flatten();
        match pinned.and_then(|(before, rest)| Some((before, rest.split_once('"')?.1))) {
            Some((before, after)) => {
                out.push_str(before);
                out.push_str(after);
            }
            None => out.push_str(tag),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_loses_its_digest_and_scripts_keep_theirs() {
        let html = r#"<link href="./a_bg.wasm" integrity="sha384-x" as="fetch"><link href="./a.js" integrity="sha384-y"><script data-wasm="./a_bg.wasm"></script>"#;
        let new = r#"<link href="./a_bg.wasm" as="fetch"><link href="./a.js" integrity="sha384-y"><script data-wasm="./a_bg.wasm"></script>"#;
        assert_eq!(without_unsupported(html), new);
    }
}
