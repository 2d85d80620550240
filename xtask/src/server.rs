//! A static file server on the loopback address: nothing else on the network can reach it.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Most bytes of a request's head; a browser's is far below.
const MAX_HEAD: u64 = 64 * 1024;
/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What to serve, and how.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The path under which the folder appears, with `/` at both ends.
    pub(crate) base: String,
    /// Whether the page is isolated from other origins, which gives it shared memory.
    pub(crate) isolate: bool,
}

/// A running server; it stops when this value goes out of scope.
pub(crate) struct Running {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    url: String,
}

impl Serving {
    /// Serves a folder at `/`.
    pub(crate) fn at_root(folder: &Path) -> Serving {
        Serving { folder: folder.to_owned(), base: "/".to_owned(), isolate: false }
    }

    /// Starts to serve on 127.0.0.1; port 0 takes any free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub(crate) fn start(self, port: u16) -> Result<Running> {
        let refused = |error: io::Error| Error::Refused {
            what: format!("port {port} cannot be served: {error}"),
            hint: "choose another with --port, or --port 0 for any free one".to_owned(),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let url = format!("http://{address}{}", self.base);
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let serving = Arc::new(self);
        // A thread for each connection and a connection for each request: a browser opens
        // connections that it may leave idle, and none may wait for another.
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let serving = Arc::clone(&serving);
                // A reader that went away is no concern of the server's.
                std::thread::spawn(move || drop(serving.answer(&stream)));
            }
        });
        Ok(Running { address, stopping, thread: Some(thread), url })
    }

    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head = BufReader::new(stream.take(MAX_HEAD));
        let mut request = String::new();
        head.read_line(&mut request)?;
        let mut line = String::new();
        while head.read_line(&mut line)? > 2 {
            line.clear();
        }
        let mut words = request.split_ascii_whitespace();
        let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let reply = match method {
            "GET" | "HEAD" => self.file(url),
            _ => Err(405),
        };
        let mut out = stream;
        match reply {
            Ok((mut file, kind)) => {
                let length = file.metadata()?.len();
                write!(
                    out,
                    "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n"
                )?;
                for (name, value) in self.headers(kind) {
                    write!(out, "{name}: {value}\r\n")?;
                }
                out.write_all(b"\r\n")?;
                if method == "GET" {
                    io::copy(&mut file, &mut out)?;
                }
            }
            Err(status) => {
                write!(
                    out,
                    "HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )?;
            }
        }
        out.flush()
    }

    fn file(&self, url: &str) -> std::result::Result<(File, &'static str), u16> {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let relative = path.strip_prefix(&self.base).ok_or(404u16)?;
        let relative = safe_path(relative).ok_or(404u16)?;
        let file = self.folder.join(&relative);
        let kind = mime(&relative);
        if !file.is_file() {
            return Err(404);
        }
        File::open(&file).map(|file| (file, kind)).map_err(|_| 404)
    }

    fn headers(&self, kind: &'static str) -> Vec<(&'static str, &'static str)> {
        let mut headers = vec![
            ("Content-Type", kind),
            // A rebuilt site must show at the next reload.
            ("Cache-Control", "no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        ];
        if self.isolate {
            headers.push(("Cross-Origin-Opener-Policy", "same-origin"));
            headers.push(("Cross-Origin-Embedder-Policy", "require-corp"));
        }
        headers
    }
}

impl Running {
    /// The address of the folder, with a final `/`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the server ends, which it does when the process is interrupted.
    pub(crate) fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        // The listener looks at the flag when the next connection comes: here it is.
        let _ = TcpStream::connect(self.address);
    }
}

/// The path of a file below the served folder: percent-decoded, `index.html` for a folder, and
/// `None` for anything that could lead outside.
fn safe_path(url: &str) -> Option<String> {
    let mut path = decode(url)?;
    if path.is_empty() || path.ends_with('/') {
        path.push_str("index.html");
    }
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.');
    let safe = path.split('/').all(plain) && !path.contains(['\\', ':', '\0']);
    safe.then_some(path)
}

fn decode(url: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let text = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(text, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{self, Scratch};
    use std::io::{Read, Write};
    use std::net::TcpStream;

    #[test]
    fn no_path_leads_outside() {
        for bad in [
            "../secret",
            "a/../../secret",
            "%2e%2e/secret",
            "..%2fsecret",
            "a//b",
            "/etc/passwd",
            ".git/config",
            "c:/x",
            "a\\..\\b",
            "%00",
            "%zz",
            "%e2%28",
            "%",
        ] {
            assert_eq!(safe_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn folders_mean_their_index_and_escapes_are_decoded() {
        assert_eq!(safe_path("").as_deref(), Some("index.html"));
        assert_eq!(safe_path("docs/").as_deref(), Some("docs/index.html"));
        assert_eq!(safe_path("a%20b.txt").as_deref(), Some("a b.txt"));
    }

    fn ask(url: &str, line: &str) -> String {
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    #[test]
    fn files_are_served_with_their_type_under_the_base() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-server").unwrap();
        files::write(&scratch.path().join("site/index.html"), "<p>page").unwrap();
        files::write(&scratch.path().join("site/a.wasm"), "wasm").unwrap();
        files::write(&scratch.path().join("secret"), "secret").unwrap();
        let folder = scratch.path().join("site");
        let serving = Serving { folder, base: "/lab/".to_owned(), isolate: true };
        let running = serving.start(0).unwrap();
        assert!(running.url().ends_with("/lab/") && running.url().contains("127.0.0.1"));

        let page = ask(running.url(), "GET /lab/?x=1");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>page"), "{page}");
        assert!(page.contains("text/html; charset=utf-8"));
        assert!(page.contains("Cross-Origin-Opener-Policy: same-origin"));
        let wasm = ask(running.url(), "GET /lab/a.wasm?v=1");
        assert!(wasm.contains("Content-Type: application/wasm"), "{wasm}");
        let head = ask(running.url(), "HEAD /lab/a.wasm");
        assert!(head.starts_with("HTTP/1.1 200") && !head.ends_with("wasm\r\n\r\nwasm"), "{head}");
        for outside in ["GET /lab/../secret", "GET /lab/%2e%2e/secret", "GET /", "GET /lab/none"] {
            assert!(ask(running.url(), outside).starts_with("HTTP/1.1 404"), "{outside}");
        }
        assert!(ask(running.url(), "POST /lab/").starts_with("HTTP/1.1 405"));
    }
}
