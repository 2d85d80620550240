//! The one door to the network: reads files of the page's own site.

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array, WebAssembly};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit, RequestMode,
    Response,
};

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// The server says that there is none.
    #[error("{0} is not part of this site")]
    Absent(String),
    /// The server did not answer, or with an error.
    #[error("{0} could not be loaded; check the connection and reload")]
    Unreachable(String),
    /// The bytes are not those that the site was built with.
    #[error("{0} is damaged: its checksum is not the one that this site was built with")]
    Damaged(String),
    /// A pack that this version cannot use.
    #[error("{0} cannot be used: {1}")]
    Unusable(String, String),
    /// Loading it was cancelled.
    #[error("loading {0} was cancelled")]
    NotWanted(String),
    /// The browser cannot run the workers' program.
    #[error("this browser could not compile {0}; it needs WebAssembly with SIMD")]
    NotCompiled(String),
}

/// What may stand in the browser's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freshness {
    /// Ask the server whether the file has changed: its name does not say.
    Revalidated,
    /// The checksum decides: any copy will do.
    Any,
    /// Not the copy in the cache, which was damaged.
    New,
}

async fn get(path: &str, freshness: Freshness) -> Result<Response, FetchError> {
    let unreachable = || FetchError::Unreachable(path.to_owned());
    let window = web_sys::window().ok_or_else(unreachable)?;
    let init = RequestInit::new();
    init.set_mode(RequestMode::SameOrigin);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_cache(match freshness {
        Freshness::Revalidated => RequestCache::NoCache,
        Freshness::Any => RequestCache::Default,
        Freshness::New => RequestCache::Reload,
    });
    let response = JsFuture::from(window.fetch_with_str_and_init(path, &init))
        .await
        .map_err(|_| unreachable())?;
    let response: Response = response.dyn_into().map_err(|_| unreachable())?;
    match response.status() {
        200..300 => Ok(response),
        404 | 410 => Err(FetchError::Absent(path.to_owned())),
        _ => Err(unreachable()),
    }
}

/// The text of a file.
pub(crate) async fn text(path: &str) -> Result<String, FetchError> {
    let unreachable = |_| FetchError::Unreachable(path.to_owned());
    let response = get(path, Freshness::Revalidated).await?;
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    text.as_string().ok_or_else(|| FetchError::Unreachable(path.to_owned()))
}

/// A compiled module: while it loads, or afterwards from a server that does not call it
/// `application/wasm`.
pub(crate) async fn module(path: &str) -> Result<WebAssembly::Module, FetchError> {
    let failed = || FetchError::NotCompiled(path.to_owned());
    let response = get(path, Freshness::Revalidated).await?;
    let mime = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    let compiled = if mime.starts_with("application/wasm") {
        let response = Promise::resolve(&JsValue::from(response));
        JsFuture::from(WebAssembly::compile_streaming(&response)).await
    } else {
        let unreachable = |_| FetchError::Unreachable(path.to_owned());
        let bytes = response.array_buffer().map_err(unreachable)?;
        let bytes = JsFuture::from(bytes).await.map_err(unreachable)?;
        JsFuture::from(WebAssembly::compile(&bytes)).await
    };
    compiled.map_err(|_| failed())?.dyn_into().map_err(|_| failed())
}

/// The bytes of a file, checked against its sha256 (hexadecimal). `progress` gets the bytes
/// so far, and says whether to go on. A copy in the cache that is damaged is loaded anew once.
pub(crate) async fn bytes(
    path: &str,
    sha256: &str,
    progress: &dyn Fn(u64) -> bool,
) -> Result<ArrayBuffer, FetchError> {
    match checked_bytes(path, sha256, Freshness::Any, progress).await {
        Err(FetchError::Damaged(_)) => checked_bytes(path, sha256, Freshness::New, progress).await,
        result => result,
    }
}

async fn checked_bytes(
    path: &str,
    sha256: &str,
    freshness: Freshness,
    progress: &dyn Fn(u64) -> bool,
) -> Result<ArrayBuffer, FetchError> {
    let cut = || FetchError::Unreachable(path.to_owned());
    let response = get(path, freshness).await?;
    let stream = response.body().ok_or_else(cut)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().map_err(|_| cut())?;
    let mut hash = Sha256::new();
    let mut chunks: Vec<Uint8Array> = Vec::new();
    let mut length: u32 = 0;
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(|_| cut())?;
        let property = |name: &str| Reflect::get(&step, &name.into()).map_err(|_| cut());
        if property("done")?.is_truthy() {
            break;
        }
        let chunk: Uint8Array = property("value")?.dyn_into().map_err(|_| cut())?;
        hash.update(chunk.to_vec());
        length += chunk.length();
        chunks.push(chunk);
        if !progress(length.into()) {
            // The answer does not matter: the rest of the file is simply not read.
            let _ = reader.cancel();
            return Err(FetchError::NotWanted(path.to_owned()));
        }
    }
    let found: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if found != sha256 {
        return Err(FetchError::Damaged(path.to_owned()));
    }
    let whole = Uint8Array::new_with_length(length);
    let mut at = 0;
    for chunk in chunks {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    Ok(whole.buffer())
}
