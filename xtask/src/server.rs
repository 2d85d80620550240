//! The one web server: folders on the loopback address, which nothing else on the network can
//! reach. `serve` and `dev`, the end-to-end tests and the benchmarks use it.

use crate::error::{Error, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures_util::stream::{Stream, unfold};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;
use tokio::sync::watch;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// What to serve, and how.
pub(crate) struct Serving {
    router: Router,
    base: String,
    isolated: bool,
}

/// A running server; it ends with the process.
pub(crate) struct Running {
    url: String,
    thread: JoinHandle<io::Result<()>>,
}

impl Serving {
    /// Serves a folder below a path, which has `/` at both ends.
    pub(crate) fn at(base: &str, folder: &Path) -> Serving {
        Serving { router: Router::new(), base: base.to_owned(), isolated: false }.and(base, folder)
    }

    /// Serves another folder below another path.
    pub(crate) fn and(mut self, base: &str, folder: &Path) -> Serving {
        let files = ServeDir::new(folder);
        self.router = match base {
            "/" => self.router.fallback_service(files),
            base => self.router.nest_service(base, files),
        };
        self
    }

    /// Sends the headers that isolate pages from other origins, which gives them shared memory
    /// and a finer clock.
    pub(crate) fn isolated(self, isolated: bool) -> Serving {
        Serving { isolated, ..self }
    }

    /// Tells whoever listens at `dev/builds` below the base the name of the current build, and of
    /// each that follows, as server-sent events.
    pub(crate) fn telling(mut self, builds: watch::Receiver<u64>) -> Serving {
        let path = format!("{}dev/builds", self.base);
        self.router = self.router.merge(Router::new().route(&path, get(tell)).with_state(builds));
        self
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
        listener.set_nonblocking(true).map_err(refused)?;
        let url = format!("http://{address}{}", self.base);
        let router = self.with_headers();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
            runtime.block_on(async {
                axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
            })
        });
        Ok(Running { url, thread })
    }

    fn with_headers(self) -> Router {
        let mut router = self.router;
        let mut send = |name: HeaderName, value| {
            let layer = SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
            router = std::mem::take(&mut router).layer(layer);
        };
        // A rebuilt site must show at the next reload.
        send(header::CACHE_CONTROL, "no-cache");
        send(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        send(header::REFERRER_POLICY, "no-referrer");
        if self.isolated {
            send(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
            send(HeaderName::from_static("cross-origin-embedder-policy"), "require-corp");
        }
        router
    }
}

async fn tell(
    State(builds): State<watch::Receiver<u64>>,
) -> Sse<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    Sse::new(unfold((builds, true), |(mut builds, first)| async move {
        if !first {
            builds.changed().await.ok()?;
        }
        let build = *builds.borrow_and_update();
        Some((Ok(Event::default().data(build.to_string())), (builds, false)))
    }))
}

impl Running {
    /// The address of the first folder, with a final `/`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the server ends, which it does when the process is interrupted.
    pub(crate) fn wait(self) {
        // A thread that panicked has told so itself, and a listener that broke ends the server.
        let _ = self.thread.join();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{self, Scratch};
    use std::io::{Read, Write};
    use std::net::TcpStream;

    fn connect(url: &str, line: &str) -> TcpStream {
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        stream
    }

    fn ask(url: &str, line: &str) -> String {
        let mut reply = String::new();
        connect(url, line).read_to_string(&mut reply).unwrap();
        reply
    }

    fn site() -> Scratch {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-server").unwrap();
        files::write(&scratch.path().join("site/index.html"), "<p>page").unwrap();
        files::write(&scratch.path().join("site/a.wasm"), "wasm").unwrap();
        files::write(&scratch.path().join("site/a.js"), "").unwrap();
        files::write(&scratch.path().join("secret"), "secret").unwrap();
        scratch
    }

    #[test]
    fn files_are_served_with_their_type_under_the_base() {
        let scratch = site();
        let folder = scratch.path().join("site");
        let serving = Serving::at("/lab/", &folder).and("/other/", &folder).isolated(true);
        let running = serving.start(0).unwrap();
        assert!(running.url().ends_with("/lab/") && running.url().contains("127.0.0.1"));

        let page = ask(running.url(), "GET /lab/?x=1");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>page"), "{page}");
        assert!(page.contains("content-type: text/html"), "{page}");
        assert!(page.contains("cross-origin-opener-policy: same-origin"), "{page}");
        assert!(page.contains("cache-control: no-cache"), "{page}");
        let wasm = ask(running.url(), "GET /lab/a.wasm?v=1");
        assert!(wasm.contains("content-type: application/wasm"), "{wasm}");
        assert!(ask(running.url(), "GET /other/a.js").contains("content-type: text/javascript"));
        let head = ask(running.url(), "HEAD /lab/a.wasm");
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
        for outside in [
            "GET /lab/../secret",
            "GET /lab/%2e%2e/secret",
            "GET /lab/..%2fsecret",
            "GET /lab//etc/passwd",
            "GET /",
            "GET /lab",
            "GET /lab/none",
        ] {
            let reply = ask(running.url(), outside);
            assert!(reply.starts_with("HTTP/1.1 404"), "{outside}: {reply}");
        }
        assert!(ask(running.url(), "POST /lab/").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn an_idle_connection_keeps_nobody_waiting() {
        let scratch = site();
        let running = Serving::at("/", &scratch.path().join("site")).start(0).unwrap();
        let address = running.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let _idle: Vec<_> = (0..20).map(|_| TcpStream::connect(&address).unwrap()).collect();
        assert!(ask(running.url(), "GET /").ends_with("<p>page"));
    }

    #[test]
    fn builds_are_told_as_they_come() {
        let scratch = site();
        let (build, builds) = watch::channel(7);
        let folder = scratch.path().join("site");
        let running = Serving::at("/x/", &folder).telling(builds).start(0).unwrap();
        let mut stream = connect(running.url(), "GET /x/dev/builds");
        let mut seen = String::new();
        let mut until = |text: &str| {
            while !seen.contains(text) {
                let mut bytes = [0; 512];
                let n = stream.read(&mut bytes).unwrap();
                assert!(n > 0, "{seen}");
                seen += &String::from_utf8_lossy(&bytes[..n]);
            }
        };
        until("data: 7\n");
        build.send(8).unwrap();
        until("data: 8\n");
    }
}
