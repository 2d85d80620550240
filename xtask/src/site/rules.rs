//! What every built site must keep: it names no other host, lies well under a sub-path, and its
//! page has a content security policy and no inline script.

use crate::error::{Error, Result};
use crate::files;
use std::path::Path;

/// URLs that may stand in the site, because nothing ever requests them.
const NEVER_REQUESTED: [(&str, &str); 10] = [
    ("http://www.w3.org/", "XML namespaces are names, not addresses"),
    ("https://creativecommons.org/licenses/", "a link to a licence, for a reader to follow"),
    ("https://www.apache.org/licenses/", "a link to a licence, for a reader to follow"),
    ("http://www.apache.org/licenses/", "the licence text of a library, inside wasm"),
    ("https://doi.org/", "a link to a paper, for a reader to follow"),
    ("https://arxiv.org/", "a link to a paper, for a reader to follow"),
    ("https://github.com/", "a link to official code, for a reader to follow"),
    ("https://rexrank.ai", "a link to the leaderboard, for a reader to follow"),
    ("https://docs.rs/", "the error text of a library, inside wasm"),
    ("https://developer.mozilla.org/", "the error text of wasm-bindgen's glue"),
];

/// How brotli's dictionary begins, and its length in bytes (RFC 7932, appendix A). The reader of
/// Parquet files brings it with it: pieces of web pages, addresses' beginnings among them.
const DICTIONARY: (&[u8], usize) = (b"timedownlifeleftback", 122_784);

/// Checks a site before it is published.
///
/// # Errors
/// [`Error::Site`] with one line for each broken rule.
pub(crate) fn check(site: &Path) -> Result<()> {
    let mut broken = Vec::new();
    for name in files::list(site)?.iter().filter(|name| is_code(name)) {
        let path = site.join(name);
        let mut bytes = std::fs::read(&path).map_err(Error::io("reading", &path))?;
        blank_dictionary(&mut bytes);
        for url in foreign_urls(&bytes) {
            broken.push(format!("{name} names another host: {url}"));
        }
    }
    let index = site.join("index.html");
    page_rules(&files::read_text(&index)?, &mut broken);
    if broken.is_empty() { Ok(()) } else { Err(Error::Site(broken)) }
}

/// Splits and packs are data: shown or computed with, never run.
fn is_code(name: &str) -> bool {
    !name.starts_with("data/") && !name.starts_with("packs/")
}

/// Puts spaces in the place of brotli's dictionary, if it is there.
fn blank_dictionary(bytes: &mut [u8]) {
    let (beginning, length) = DICTIONARY;
    if let Some(start) = find(bytes, beginning) {
        let end = bytes.len().min(start + length);
        bytes[start..end].fill(b' ');
    }
}

/// All absolute URLs with a scheme that makes requests, less those that are never requested.
fn foreign_urls(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://", "ws://", "wss://"] {
        let mut from = 0;
        while let Some(at) = find(&bytes[from..], scheme.as_bytes()) {
            let start = from + at;
            from = start + scheme.len();
            let part_of_word = start > 0 && bytes[start - 1].is_ascii_alphabetic();
            let after = bytes.get(from).copied().unwrap_or(b' ');
            // A scheme alone, as in code that looks for one, is no address.
            if (part_of_word && !scheme.starts_with("http")) || !is_host_byte(after) {
                continue;
            }
            let end = bytes.len().min(start + 80);
            let text = String::from_utf8_lossy(&bytes[start..end]).into_owned();
            if !NEVER_REQUESTED.iter().any(|(allowed, _)| text.starts_with(allowed)) {
                let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | ')' | '`');
                let url = text.split(stop).next().unwrap_or(&text);
                found.push(url.to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'['
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn page_rules(html: &str, broken: &mut Vec<String>) {
    let lower = html.to_ascii_lowercase();
    if !lower.contains("http-equiv=\"content-security-policy\"") {
        broken.push("index.html has no content security policy".to_owned());
    }
    for tag in tags(&lower, "<script") {
        if !tag.contains(" src=") {
            broken.push(format!("index.html has an inline script: {tag}"));
        }
    }
    for attribute in ["href=\"/", "src=\"/", "data-js=\"/", "data-wasm=\"/"] {
        if lower.contains(attribute) {
            broken.push(format!("index.html has an absolute path ({attribute}…)"));
        }
    }
}

fn tags<'a>(html: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    html.match_indices(start).map(|(at, _)| {
        let rest = &html[at..];
        &rest[..rest.find('>').map_or(rest.len(), |end| end + 1)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
        <script type="module" src="./boot.js?v=1"></script>"#;

    fn page(html: &str) -> Vec<String> {
        let mut broken = Vec::new();
        page_rules(html, &mut broken);
        broken
    }

    #[test]
    fn a_good_page_passes() {
        assert_eq!(page(PAGE), Vec::<String>::new());
    }

    #[test]
    fn each_page_rule_is_noticed() {
        assert!(page(&PAGE.replace("http-equiv", "name"))[0].contains("no content security"));
        assert!(page(&PAGE.replace(" src=\"./boot.js?v=1\"", ""))[0].contains("inline script"));
        assert!(page(&PAGE.replace("./boot", "/boot"))[0].contains("absolute path"));
    }

    #[test]
    fn other_hosts_are_found_in_text_and_in_wasm() {
        let urls = foreign_urls(b"\0asm...https://cdn.example/x.js'; new WebSocket('wss://a.b/')");
        assert_eq!(urls, ["https://cdn.example/x.js", "wss://a.b/"]);
    }

    #[test]
    fn only_the_length_of_brotlis_dictionary_is_left_aside() {
        let (beginning, length) = DICTIONARY;
        let mut bytes = b"https://before.example ".to_vec();
        bytes.extend_from_slice(beginning);
        bytes.extend_from_slice(b"http://www.years");
        bytes.resize(23 + length, b'x');
        bytes.extend_from_slice(b" https://after.example");
        assert_eq!(foreign_urls(&bytes).len(), 3);
        blank_dictionary(&mut bytes);
        assert_eq!(foreign_urls(&bytes), ["https://after.example", "https://before.example"]);
    }

    #[test]
    fn namespaces_licences_and_bare_schemes_are_no_addresses() {
        assert!(
            foreign_urls(b"xmlns='http://www.w3.org/2000/svg' startsWith('https://')").is_empty()
        );
        assert!(foreign_urls(b"https://creativecommons.org/licenses/by-nc-nd/4.0/").is_empty());
    }

    #[test]
    fn data_is_not_code() {
        assert!(!is_code("data/split.json") && !is_code("packs/x/tokenizer.json"));
        assert!(is_code("index.html") && is_code("worker_bg.wasm"));
    }

    /// Each file for a host sends the policy of `index.html` and, beside it, what only headers can.
    #[test]
    fn the_files_for_hosts_have_the_pages_policy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let page = files::read_text(&root.join("www/index.html")).unwrap();
        let start = page.find("content=\"default-src").unwrap() + "content=\"".len();
        let policy = &page[start..start + page[start..].find('"').unwrap()];
        let sent = format!(
            "{policy}; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin allow-downloads"
        );
        for name in ["_headers", "apache.htaccess", "nginx.conf"] {
            let text = files::read_text(&root.join("docs/hosting").join(name)).unwrap();
            assert!(text.contains(&sent), "{name}");
        }
    }
}
