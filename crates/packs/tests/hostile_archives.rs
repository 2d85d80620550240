//! Archives made to do harm, and archives that only look odd.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use flate2::Compression;
use flate2::write::GzEncoder;
use rrgscore_packs::PackError;
use rrgscore_packs::read::{Archive, ArchiveLimits};
use std::io::Write;
use std::ops::ControlFlow;

/// An entry's header, with its size and type as told and not as true.
fn header(path: &[u8], size: u64, kind: tar::EntryType) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_entry_type(kind);
    header.set_cksum();
    header
}

fn entry(path: &str, kind: tar::EntryType, data: &[u8]) -> Vec<u8> {
    let mut bytes = header(path.as_bytes(), data.len() as u64, kind).as_bytes().to_vec();
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(path: &str, data: &[u8]) -> Vec<u8> {
    entry(path, tar::EntryType::Regular, data)
}

fn gzip(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&entries.concat()).unwrap();
    encoder.write_all(&[0; 1024]).unwrap();
    encoder.finish().unwrap()
}

fn read_within(bytes: &[u8], limits: &ArchiveLimits) -> Result<Archive, String> {
    let go_on = &mut |_| ControlFlow::Continue(());
    match Archive::read("a.tar.gz", &bytes, true, limits, go_on) {
        Ok(archive) => Ok(archive),
        Err(PackError::BadSource { reason, .. }) => Err(reason),
        Err(other) => panic!("{other}"),
    }
}

fn read(entries: &[Vec<u8>]) -> Result<Archive, String> {
    read_within(&gzip(entries), &ArchiveLimits::default())
}

fn good() -> Vec<Vec<u8>> {
    vec![file("config.json", b"{}"), file("weights.th", b"weights")]
}

fn with(extra: Vec<u8>) -> Result<Archive, String> {
    read(&[good(), vec![extra]].concat())
}

#[test]
fn names_may_have_a_prefix() {
    for prefix in ["", "./", "model/", "./a/b/"] {
        let archive = read(&[
            entry(&format!("{prefix}vocabulary/"), tar::EntryType::Directory, b""),
            file(&format!("{prefix}vocabulary/x__ner_labels.txt"), b"\nA"),
            file(&format!("{prefix}config.json"), b"{}"),
            file(&format!("{prefix}weights.th"), b"weights"),
            file(&format!("{prefix}metrics.json"), b"[]"),
        ])
        .unwrap();
        assert_eq!(archive.weights.as_deref(), Some(&b"weights"[..]), "{prefix}");
        let names: Vec<&String> = archive.files.keys().collect();
        assert_eq!(names, ["config.json", "vocabulary/x__ner_labels.txt"], "{prefix}");
    }
}

#[test]
fn paths_stay_inside() {
    for path in ["../config.json", "/etc/passwd", "a/../../b", "..", "a\\..\\b", "C:\\x"] {
        assert!(with(file(path, b"x")).unwrap_err().contains("leads out"), "{path}");
    }
    assert!(with(entry("../", tar::EntryType::Directory, b"")).unwrap_err().contains("leads out"));
}

#[test]
fn links_and_devices_are_refused() {
    use tar::EntryType;
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::GNUSparse,
    ] {
        assert!(with(entry("weights", kind, b"")).unwrap_err().contains("link"), "{kind:?}");
    }
}

#[test]
fn files_are_there_once() {
    assert!(with(file("config.json", b"[]")).unwrap_err().contains("twice"));
    assert!(with(file("./config.json", b"[]")).unwrap_err().contains("twice"));
    assert!(with(file("a/weights.th", b"x")).unwrap_err().contains("twice"));
    assert!(read(&[file("config.json", b"{}")]).unwrap_err().contains("weights.th"));
    assert!(read(&[file("weights.th", b"x")]).unwrap_err().contains("config.json"));
    let apart = [file("a/config.json", b"{}"), file("b/weights.th", b"x")];
    assert!(read(&apart).unwrap_err().contains("config.json"));
}

/// Extension headers are passed over: they change neither names nor sizes that matter.
#[test]
fn extensions_are_not_read() {
    let times = entry("PaxHeader/x", tar::EntryType::XHeader, b"22 mtime=1700000000.5\n");
    let size = entry("PaxHeader/x", tar::EntryType::XHeader, b"16 size=99999999\n");
    let long = entry("././@LongLink", tar::EntryType::GNULongName, b"../../evil");
    let [config, weights] = <[Vec<u8>; 2]>::try_from(good()).unwrap();
    let archive = read(&[times, config, size, long, weights]).unwrap();
    assert_eq!(archive.weights.as_deref(), Some(&b"weights"[..]));
}

#[test]
fn sizes_are_not_believed() {
    let lying = header(b"config.json", 1 << 40, tar::EntryType::Regular).as_bytes().to_vec();
    assert!(read(&[lying]).unwrap_err().contains("more than it may"));
    let lying = header(b"weights.th", 5 << 30, tar::EntryType::Regular).as_bytes().to_vec();
    assert!(read(&[file("config.json", b"{}"), lying]).unwrap_err().contains("ends"));
    let lying = header(b"weights.th", u64::MAX >> 1, tar::EntryType::Regular).as_bytes().to_vec();
    assert!(read(&[file("config.json", b"{}"), lying]).is_err());
    let lying = header(b"notes.txt", 1 << 50, tar::EntryType::Regular).as_bytes().to_vec();
    assert!(with(lying).is_err());
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = vec![0; 64 << 20];
    for path in ["weights.th", "anything", "vocabulary/x"] {
        let reason = read(&[file("config.json", b"{}"), file(path, &bomb)]).unwrap_err();
        assert!(reason.contains("decompresses") || reason.contains("more than it may"), "{reason}");
    }
    let name = entry("././@LongLink", tar::EntryType::GNULongName, &bomb);
    assert!(with(name).unwrap_err().contains("decompresses"));
    let tight = ArchiveLimits { total: 4096, ..ArchiveLimits::default() };
    let reason = read_within(&gzip(&[file("x", &[7; 9000])]), &tight).unwrap_err();
    assert!(reason.contains("decompresses"), "{reason}");
    let many: Vec<Vec<u8>> = (0..20).map(|index| file(&format!("f{index}"), b"")).collect();
    let tight = ArchiveLimits { entries: 10, ..ArchiveLimits::default() };
    assert!(read_within(&gzip(&many), &tight).unwrap_err().contains("entries"));
}

#[test]
fn cut_and_flipped_archives_are_refused() {
    let bytes = gzip(&good());
    for length in 0..bytes.len() {
        assert!(read_within(&bytes[..length], &ArchiveLimits::default()).is_err(), "{length}");
    }
    // The gzip's checksum stands at its end.
    let mut flipped = bytes.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    assert!(read_within(&flipped, &ArchiveLimits::default()).is_err());
    assert!(read_within(b"", &ArchiveLimits::default()).is_err());
    assert!(read_within(&[0x1f, 0x8b], &ArchiveLimits::default()).is_err());
    let followed = [bytes, b"trailing".to_vec()].concat();
    assert!(read_within(&followed, &ArchiveLimits::default()).is_err());
}
