//! The order of places: mirror, cache, URL, package; and the check of every byte.

use super::{Package, Source, SourceFile};
use crate::error::Result;
use crate::files;
use crate::hash::sha256_file;
use std::fs;
use std::path::{Path, PathBuf};

/// The places outside this machine. Each puts the file at `to`, or says in one line why not.
pub(crate) trait Remote {
    /// Downloads a URL of at most `bytes` bytes.
    fn url(&mut self, url: &str, bytes: u64, to: &Path) -> std::result::Result<(), String>;
    /// Takes a member out of a package.
    fn package(&mut self, package: &Package, to: &Path) -> std::result::Result<(), String>;
}

/// What came of a source.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// The source.
    pub(crate) source: Source,
    /// Its verified files in the order of `sources.toml`, or one line that says why it cannot
    /// be had.
    pub(crate) files: std::result::Result<Vec<PathBuf>, String>,
}

/// Gets sources.
pub(crate) struct Fetcher<'a> {
    /// A folder with files of the sources, tried first.
    pub(crate) mirror: Option<PathBuf>,
    /// Where downloads are kept.
    pub(crate) cache: PathBuf,
    /// The places outside; `None` when the user wants none tried.
    pub(crate) remote: Option<&'a mut dyn Remote>,
}

impl Fetcher<'_> {
    /// Gets all files of a source, or says why it cannot be had. Says one line for each thing
    /// that a reader would want to know (a mirrored file that was refused, a download).
    ///
    /// # Errors
    /// When the cache cannot be written; that a file cannot be had is no error.
    pub(crate) fn fetch(&mut self, source: &Source) -> Result<Fetched> {
        let mut paths = Vec::new();
        for file in &source.file {
            match self.file(&source.name, file)? {
                Ok(path) => paths.push(path),
                Err(reason) => {
                    let reason = format!("{}: {reason}", file.file);
                    return Ok(Fetched { source: source.clone(), files: Err(reason) });
                }
            }
        }
        Ok(Fetched { source: source.clone(), files: Ok(paths) })
    }

    /// Puts a file of the mirror where all other commands look for it.
    fn copy(&self, path: &Path, source: &str, file: &SourceFile) -> Result<PathBuf> {
        let cached = self.cache.join(source).join(&file.file);
        if let Verdict::Good = verify(&cached, file)? {
            return Ok(cached);
        }
        files::make(&self.cache.join(source))?;
        let part = cached.with_file_name(format!("{}.part", file.file));
        fs::copy(path, &part).map_err(crate::error::Error::io("copying", path))?;
        fs::rename(&part, &cached).map_err(crate::error::Error::io("keeping", &cached))?;
        Ok(cached)
    }

    fn file(
        &mut self,
        source: &str,
        file: &SourceFile,
    ) -> Result<std::result::Result<PathBuf, String>> {
        let mut reasons = Vec::new();
        if let Some(mirror) = &self.mirror {
            for path in [mirror.join(source).join(&file.file), mirror.join(&file.file)] {
                match verify(&path, file)? {
                    // What the command line looks for lies in the cache, wherever it came from.
                    Verdict::Good => return self.copy(&path, source, file).map(Ok),
                    Verdict::Absent => {}
                    Verdict::Bad(reason) => reasons.push(format!("the mirror's copy {reason}")),
                }
            }
        }
        for reason in &reasons {
            println!("{source}: {reason}: not used");
        }
        let cached = self.cache.join(source).join(&file.file);
        if let Verdict::Good = verify(&cached, file)? {
            return Ok(Ok(cached));
        }
        let Some(remote) = &mut self.remote else {
            reasons
                .push("it is in neither mirror nor cache, and --offline asks for no more".into());
            return Ok(Err(reasons.join("; ")));
        };
        let part = cached.with_file_name(format!("{}.part", file.file));
        files::make(&self.cache.join(source))?;
        if let Some(url) = &file.url {
            match remote.url(url, file.bytes, &part) {
                Ok(()) => match keep(&part, &cached, file)? {
                    None => return Ok(Ok(cached)),
                    Some(reason) => reasons.push(format!("the download {reason}")),
                },
                Err(reason) => reasons.push(reason),
            }
        }
        if let Some(package) = &file.package {
            match remote.package(package, &part) {
                Ok(()) => match keep(&part, &cached, file)? {
                    None => return Ok(Ok(cached)),
                    Some(reason) => reasons.push(format!("the package's copy {reason}")),
                },
                Err(reason) => reasons.push(reason),
            }
        }
        if file.url.is_none() && file.package.is_none() {
            reasons.push("it can only come from a mirror".into());
        }
        Ok(Err(reasons.join("; ")))
    }
}

enum Verdict {
    Good,
    Absent,
    Bad(String),
}

fn verify(path: &Path, file: &SourceFile) -> Result<Verdict> {
    let Ok(info) = fs::metadata(path) else { return Ok(Verdict::Absent) };
    if info.len() != file.bytes {
        return Ok(Verdict::Bad(format!("has {} bytes, not {}", info.len(), file.bytes)));
    }
    let found = sha256_file(path)?;
    if found != file.sha256 {
        return Ok(Verdict::Bad(format!("has the sha256 {found}, not {}", file.sha256)));
    }
    Ok(Verdict::Good)
}

/// Moves a finished download to its place if it is the right file; removes it and says why if not.
fn keep(part: &Path, cached: &Path, file: &SourceFile) -> Result<Option<String>> {
    let reason = match verify(part, file)? {
        Verdict::Good => {
            fs::rename(part, cached).map_err(crate::error::Error::io("keeping", cached))?;
            return Ok(None);
        }
        Verdict::Absent => "is missing".to_owned(),
        Verdict::Bad(reason) => reason,
    };
    // A wrong file is never used; if it cannot be removed the next download overwrites it.
    let _ = fs::remove_file(part);
    Ok(Some(reason))
}

#[cfg(test)]
mod tests {
    use super::super::{Index, Purpose};
    use super::*;
    use crate::files::Scratch;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// A world outside: what its URL and its package hold.
    #[derive(Default)]
    struct World {
        url: Option<&'static str>,
        package: Option<&'static str>,
        asked: Vec<&'static str>,
    }

    impl Remote for World {
        fn url(&mut self, _: &str, _: u64, to: &Path) -> std::result::Result<(), String> {
            self.asked.push("url");
            let text = self.url.ok_or("no such host")?;
            fs::write(to, text).map_err(|error| error.to_string())
        }

        fn package(&mut self, _: &Package, to: &Path) -> std::result::Result<(), String> {
            self.asked.push("package");
            let text = self.package.ok_or("no such package")?;
            fs::write(to, text).map_err(|error| error.to_string())
        }
    }

    fn source() -> Source {
        Source {
            name: "letters".into(),
            title: "Letters".into(),
            purpose: Purpose::Split,
            sample: None,
            licence: "CC0-1.0".into(),
            attribution: "the alphabet".into(),
            file: vec![SourceFile {
                file: "abc.txt".into(),
                bytes: 3,
                sha256: ABC.into(),
                url: Some("https://example.org/abc.txt".into()),
                package: Some(Package {
                    index: Index::Pypi,
                    name: "letters".into(),
                    version: "1.0".into(),
                    member: "letters/abc.txt".into(),
                    source_sha256: None,
                }),
            }],
        }
    }

    fn fetch(scratch: &Scratch, mirror: Option<&str>, world: Option<&mut World>) -> Fetched {
        let mut fetcher = Fetcher {
            mirror: mirror.map(|name| scratch.path().join(name)),
            cache: scratch.path().join("cache"),
            remote: world.map(|world| world as &mut dyn Remote),
        };
        fetcher.fetch(&source()).unwrap()
    }

    fn scratch(name: &str) -> Scratch {
        Scratch::new(&std::env::temp_dir(), &format!("xtask-fetch-{name}")).unwrap()
    }

    #[test]
    fn the_mirror_comes_first_flat_or_in_a_folder() {
        for place in ["abc.txt", "letters/abc.txt"] {
            let scratch = scratch("mirror");
            let file = scratch.path().join("mirror").join(place);
            files::write(&file, "abc").unwrap();
            let mut world = World { url: Some("abc"), ..World::default() };
            let fetched = fetch(&scratch, Some("mirror"), Some(&mut world));
            let cached = scratch.path().join("cache/letters/abc.txt");
            assert_eq!(fetched.files, Ok(vec![cached.clone()]));
            assert_eq!(files::read_text(&cached).unwrap(), "abc");
            assert!(world.asked.is_empty());
            // The mirror is not needed again.
            let fetched = fetch(&scratch, None, None);
            assert_eq!(fetched.files, Ok(vec![cached]));
        }
    }

    #[test]
    fn a_wrong_file_in_the_mirror_is_not_used() {
        let scratch = scratch("wrong-mirror");
        files::write(&scratch.path().join("mirror/abc.txt"), "abd").unwrap();
        let mut world = World { url: Some("abc"), ..World::default() };
        let fetched = fetch(&scratch, Some("mirror"), Some(&mut world));
        assert_eq!(fetched.files, Ok(vec![scratch.path().join("cache/letters/abc.txt")]));

        let alone = fetch(&self::scratch("x"), None, None).files.unwrap_err();
        assert!(alone.starts_with("abc.txt: it is in neither mirror nor cache"), "{alone}");
        let scratch = self::scratch("wrong-mirror-offline");
        files::write(&scratch.path().join("mirror/abc.txt"), "abcd").unwrap();
        let reason = fetch(&scratch, Some("mirror"), None).files.unwrap_err();
        assert!(reason.contains("the mirror's copy has 4 bytes, not 3"), "{reason}");
    }

    #[test]
    fn a_download_is_kept_and_asked_for_once() {
        let scratch = scratch("cache");
        let mut world = World { url: Some("abc"), ..World::default() };
        assert!(fetch(&scratch, None, Some(&mut world)).files.is_ok());
        assert!(fetch(&scratch, None, Some(&mut world)).files.is_ok());
        assert_eq!(world.asked, ["url"]);
    }

    #[test]
    fn the_package_serves_where_the_url_does_not() {
        for url in [None, Some("a forged file")] {
            let scratch = scratch("package");
            let mut world = World { url, package: Some("abc"), asked: Vec::new() };
            assert!(fetch(&scratch, None, Some(&mut world)).files.is_ok());
            assert_eq!(world.asked, ["url", "package"]);
        }
    }

    #[test]
    fn a_wrong_hash_everywhere_is_one_line_and_leaves_nothing_behind() {
        let scratch = scratch("wrong");
        let mut world = World { url: Some("abd"), package: Some("xyz"), asked: Vec::new() };
        let reason = fetch(&scratch, None, Some(&mut world)).files.unwrap_err();
        assert!(reason.contains("the download has the sha256 a52d159f"), "{reason}");
        assert!(reason.contains("the package's copy has the sha256"), "{reason}");
        assert!(!reason.contains('\n'));
        assert!(files::list(scratch.path()).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_cache_is_mended() {
        let scratch = scratch("damaged");
        let cached = scratch.path().join("cache/letters/abc.txt");
        files::write(&cached, "abd").unwrap();
        let mut world = World { url: Some("abc"), ..World::default() };
        assert_eq!(fetch(&scratch, None, Some(&mut world)).files, Ok(vec![cached.clone()]));
        assert_eq!(files::read_text(&cached).unwrap(), "abc");
    }

    #[test]
    fn what_cannot_be_had_says_every_reason() {
        let scratch = scratch("missing");
        let reason = fetch(&scratch, None, Some(&mut World::default())).files.unwrap_err();
        assert_eq!(reason, "abc.txt: no such host; no such package");
    }
}
