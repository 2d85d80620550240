use super::ReadAt;
use crate::PackError;
use crate::hash::hex;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

/// Bounds against archives that are made to fill the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Bytes of the weights file.
    pub weights: u64,
    /// Bytes of any other file that is kept.
    pub small_file: u64,
    /// Bytes of the archive when decompressed.
    pub total: u64,
    /// Decompressed bytes per byte of the archive. Deflate reaches 1,000; weights 1.1.
    pub ratio: u64,
    /// Entries.
    pub entries: usize,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        ArchiveLimits {
            weights: 6 << 30,
            small_file: 16 << 20,
            total: 8 << 30,
            ratio: 200,
            entries: 10_000,
        }
    }
}

/// The files of a DyGIE++ archive (`.tar.gz`, as AllenNLP writes it): `config.json`,
/// `vocabulary/…` and `weights.th`, at its top or in one folder. Other files are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Small files by their names in the archive, without a leading `./` or common folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// `weights.th`; `None` when it was not to be kept.
    pub weights: Option<Vec<u8>>,
    /// Bytes of `weights.th`.
    pub weights_bytes: u64,
    /// sha256 of the compressed archive, in hexadecimal.
    pub sha256: String,
}

impl Archive {
    /// Reads an archive in one pass, which also hashes it. `weights.th` is decompressed into
    /// memory of exactly its size when `keep_weights`, else passed over. `watch` is told the
    /// share of the archive that is read, and may stop it.
    ///
    /// # Errors
    /// When it is damaged or truncated, goes over a limit, lists a file twice, holds a link or
    /// a path that leaves it, lacks `config.json` or `weights.th`, or `watch` stops it.
    pub fn read(
        name: &str,
        data: &dyn ReadAt,
        keep_weights: bool,
        limits: &ArchiveLimits,
        watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Archive, PackError> {
        let mut stopped = false;
        let size = data.size().max(1) as f64;
        let mut watched = |read: u64| {
            stopped |= watch(read as f64 / size).is_break();
            !stopped
        };
        let source = HashedStream::new(data, &mut watched);
        let result = read(source, keep_weights, limits);
        match result {
            _ if stopped => Err(PackError::Cancelled),
            Ok(archive) => Ok(archive),
            Err(reason) => Err(PackError::BadSource { file: name.to_owned(), reason }),
        }
    }
}

fn read(
    source: HashedStream<'_>,
    keep_weights: bool,
    limits: &ArchiveLimits,
) -> Result<Archive, String> {
    let left = limits.total.min(source.data.size().saturating_mul(limits.ratio));
    let mut tar = tar::Archive::new(Bounded { inner: MultiGzDecoder::new(source), left });
    let mut found = Found::default();
    // Raw: the extensions' headers come as entries and are passed over, instead of being read
    // whole into memory. They would only tell times, and names longer than any that is wanted.
    for (count, entry) in tar.entries().map_err(damaged)?.raw(true).enumerate() {
        if count >= limits.entries {
            return Err(format!("it has more than {} entries", limits.entries));
        }
        found.entry(entry.map_err(damaged)?, keep_weights, limits)?;
    }
    // To the end: the gzip's checksum, and the hash of all bytes.
    let mut rest = tar.into_inner();
    io::copy(&mut rest, &mut io::sink()).map_err(damaged)?;
    let sha256 = rest.inner.into_inner().finish().map_err(damaged)?;
    found.archive(sha256, keep_weights)
}

/// What was read so far, under the names in the archive.
#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    files: BTreeMap<String, Vec<u8>>,
    weights: Option<(String, u64, Vec<u8>)>,
}

impl Found {
    fn entry(
        &mut self,
        mut entry: tar::Entry<'_, impl Read>,
        keep_weights: bool,
        limits: &ArchiveLimits,
    ) -> Result<(), String> {
        let kind = entry.header().entry_type();
        let extension = kind.is_pax_global_extensions()
            || kind.is_pax_local_extensions()
            || kind.is_gnu_longname()
            || kind.is_gnu_longlink();
        if extension {
            return Ok(());
        }
        let path = plain_path(&entry.path_bytes())?;
        if kind.is_dir() {
            return Ok(());
        }
        if !kind.is_file() {
            return Err("it holds a link or a device".to_owned());
        }
        if !self.names.insert(path.clone()) {
            return Err("it lists a file twice".to_owned());
        }
        let size = entry.size();
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        if file == "weights.th" {
            if size > limits.weights || self.weights.is_some() {
                return Err("its weights.th is too large, or there twice".to_owned());
            }
            let bytes = if keep_weights { exactly(&mut entry, size)? } else { Vec::new() };
            self.weights = Some((path, size, bytes));
        } else if file == "config.json" || folder.rsplit('/').next() == Some("vocabulary") {
            if size > limits.small_file {
                return Err(format!("a file in it has {size} bytes, more than it may"));
            }
            let bytes = exactly(&mut entry, size)?;
            self.files.insert(path, bytes);
        }
        Ok(())
    }

    fn archive(self, sha256: String, keep_weights: bool) -> Result<Archive, String> {
        let (path, weights_bytes, weights) =
            self.weights.ok_or("it holds no weights.th; is it a DyGIE++ archive?")?;
        let folder = path.strip_suffix("weights.th").unwrap_or_default();
        let files: BTreeMap<String, Vec<u8>> = self
            .files
            .into_iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_owned(), bytes)))
            .collect();
        if !files.contains_key("config.json") {
            return Err("it holds no config.json beside weights.th".to_owned());
        }
        Ok(Archive { files, weights: keep_weights.then_some(weights), weights_bytes, sha256 })
    }
}

/// A path without a leading `./`; one that leaves the archive is refused.
fn plain_path(path: &[u8]) -> Result<String, String> {
    let path = std::str::from_utf8(path).map_err(|_| "a path in it is not UTF-8")?;
    let plain = !path.starts_with('/')
        && !path.contains(['\\', ':', '\0'])
        && path.split('/').all(|part| part != "..");
    if !plain {
        return Err("a path in it leads out of the archive".to_owned());
    }
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Ok(parts.join("/"))
}

/// Exactly `size` bytes. Memory is taken in one piece, because a growing one would be copied,
/// but only after the first bytes have arrived, so that a lying size costs little.
fn exactly(entry: &mut impl Read, size: u64) -> Result<Vec<u8>, String> {
    const PROBE: u64 = 1 << 20;
    let mut bytes = Vec::with_capacity(size.min(PROBE) as usize);
    entry.take(size.min(PROBE)).read_to_end(&mut bytes).map_err(damaged)?;
    if size > PROBE && bytes.len() as u64 == PROBE {
        let rest = usize::try_from(size - PROBE).map_err(|_| "a file in it is too large")?;
        bytes.try_reserve_exact(rest).map_err(|_| "a file in it does not fit in memory")?;
        entry.take(size - PROBE).read_to_end(&mut bytes).map_err(damaged)?;
    }
    if bytes.len() as u64 != size {
        return Err("it ends within a file".to_owned());
    }
    Ok(bytes)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn damaged(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early; download it again".to_owned(),
        _ => format!("it is damaged ({error})"),
    }
}

/// Fails when more than `left` bytes come out.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("it decompresses to more than any archive"))?;
        Ok(read)
    }
}

/// A file as a stream that is hashed on the way.
struct HashedStream<'a> {
    data: &'a dyn ReadAt,
    /// Where the next bytes are read from.
    at: u64,
    buffer: Vec<u8>,
    /// How much of the buffer is consumed.
    start: usize,
    hash: Sha256,
    /// Told the bytes read; false stops.
    watch: &'a mut dyn FnMut(u64) -> bool,
}

impl<'a> HashedStream<'a> {
    fn new(data: &'a dyn ReadAt, watch: &'a mut dyn FnMut(u64) -> bool) -> Self {
        HashedStream { data, at: 0, buffer: Vec::new(), start: 0, hash: Sha256::new(), watch }
    }

    /// The sha256 of the whole file.
    fn finish(mut self) -> io::Result<String> {
        loop {
            let length = self.fill_buf()?.len();
            if length == 0 {
                return Ok(hex(&self.hash.finalize()));
            }
            self.consume(length);
        }
    }
}

impl BufRead for HashedStream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        const STEP: u64 = 1 << 20;
        if self.start >= self.buffer.len() {
            let length = self.data.size().saturating_sub(self.at).min(STEP) as usize;
            self.buffer.resize(length, 0);
            self.data.read_at(self.at, &mut self.buffer).map_err(io::Error::other)?;
            self.hash.update(&self.buffer);
            self.at += length as u64;
            self.start = 0;
            if !(self.watch)(self.at) {
                return Err(io::Error::other("stopped"));
            }
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.start += amount;
    }
}

impl Read for HashedStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
