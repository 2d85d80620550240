//! A pack survives the way through its parts, and nothing else does.

#![allow(clippy::unwrap_used, clippy::panic)]
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config};
use rrgscore_packs::{
    BuildOptions, Bytes, MAX_PART_BYTES, Manifest, Pack, PackError, Precision, SourceFile, build,
    sha256,
};

fn tiny(precision: Precision) -> Pack {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    checkpoint.build(precision).unwrap()
}

fn built(sources: &[SourceFile<'_>]) -> Result<Pack, PackError> {
    let options = BuildOptions { other_encoder: true, ..BuildOptions::default() };
    build(sources, &options, &mut |_| std::ops::ControlFlow::Continue(()))
}

fn parts(pack: &Pack) -> Vec<(String, Vec<u8>)> {
    pack.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

#[test]
fn opens_what_was_built() {
    for precision in [Precision::Int8, Precision::F16, Precision::F32] {
        let pack = tiny(precision);
        let manifest = pack.manifest_bytes().unwrap();
        let mut shuffled = parts(&pack);
        shuffled.reverse();
        assert_eq!(Pack::open(&manifest, shuffled).unwrap(), pack);
        assert_eq!(pack.manifest().precision, precision);
        let info = pack.model_info().unwrap();
        assert_eq!((info.hidden, info.layers, info.max_ids), (32, 2, 64));
    }
}

/// Bytes as a browser keeps them.
#[derive(Debug)]
struct Elsewhere(Vec<u8>);

impl Bytes for Elsewhere {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn copy(&self, at: usize, into: &mut [u8]) {
        into.copy_from_slice(&self.0[at..at + into.len()]);
    }
}

fn open_elsewhere(manifest: &[u8], parts: Vec<(String, Vec<u8>)>) -> Result<Pack, PackError> {
    let mut parts: std::collections::BTreeMap<_, _> = parts.into_iter().collect();
    Pack::open_outside(manifest, |part| match parts.remove(&part.name) {
        Some(bytes) => Ok(Box::new(Elsewhere(bytes))),
        None => Err(PackError::MissingPart { part: part.name.clone() }),
    })
}

#[test]
fn a_graph_may_stay_outside() {
    let pack = tiny(Precision::Int8);
    let manifest = pack.manifest_bytes().unwrap();
    let outside = open_elsewhere(&manifest, parts(&pack)).unwrap();
    assert_eq!(outside.manifest(), pack.manifest());
    assert_eq!(outside.file(Pack::TOKENIZER).unwrap(), pack.file(Pack::TOKENIZER).unwrap());
    assert!(matches!(outside.file(Pack::MODEL), Err(PackError::MissingFile { .. })));
    let model = outside.bytes(Pack::MODEL).unwrap();
    let mut copied = vec![0; model.size()];
    model.copy(0, &mut copied);
    assert_eq!(copied, pack.file(Pack::MODEL).unwrap());
    // What is changed, too short or missing is found.
    for index in 0..parts(&pack).len() {
        let mut changed = parts(&pack);
        *changed[index].1.last_mut().unwrap() ^= 1;
        let found = open_elsewhere(&manifest, changed).unwrap_err();
        assert!(matches!(found, PackError::HashMismatch { .. }), "{found}");
        let mut short = parts(&pack);
        short[index].1.pop();
        let found = open_elsewhere(&manifest, short).unwrap_err();
        assert!(matches!(found, PackError::PartSize { .. }), "{found}");
        let mut missing = parts(&pack);
        missing.remove(index);
        let found = open_elsewhere(&manifest, missing).unwrap_err();
        assert!(matches!(found, PackError::MissingPart { .. }), "{found}");
    }
}

#[test]
fn same_sources_same_bytes() {
    assert_eq!(tiny(Precision::Int8), tiny(Precision::Int8));
    assert_ne!(tiny(Precision::Int8).id(), tiny(Precision::F32).id());
}

#[test]
fn manifest_tells_the_sources() {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    let pack = tiny(Precision::Int8);
    for source in &pack.manifest().sources {
        let file = checkpoint.sources().into_iter().find(|f| f.name == source.name).unwrap();
        assert_eq!(source.bytes, file.data.size());
        assert_eq!(source.sha256, sha256(&file.read_all().unwrap()));
    }
    assert_eq!(pack.manifest().sources.len(), 3);
}

/// The id is what `sha256sum *` of the logical files, piped into `sha256sum`, prints.
#[test]
fn id_can_be_computed_by_hand() {
    let pack = tiny(Precision::F32);
    let lines: String = ["model.json", "model.onnx", "tokenizer.json"]
        .iter()
        .map(|name| format!("{}  {name}\n", sha256(pack.file(name).unwrap())))
        .collect();
    assert_eq!(pack.id(), sha256(lines.as_bytes()));
}

#[test]
fn every_flipped_bit_is_found() {
    let pack = tiny(Precision::Int8);
    let manifest = pack.manifest_bytes().unwrap();
    for index in 0..parts(&pack).len() {
        let length = parts(&pack)[index].1.len();
        for at in [0, length / 2, length - 1] {
            let mut changed = parts(&pack);
            changed[index].1[at] ^= 1;
            let name = changed[index].0.clone();
            let error = Pack::open(&manifest, changed).unwrap_err();
            assert!(matches!(&error, PackError::HashMismatch { part } if *part == name), "{error}");
        }
    }
}

#[test]
fn truncated_missing_and_foreign_parts_are_refused() {
    let pack = tiny(Precision::Int8);
    let manifest = pack.manifest_bytes().unwrap();

    let mut truncated = parts(&pack);
    truncated[1].1.pop();
    assert!(matches!(Pack::open(&manifest, truncated), Err(PackError::PartSize { .. })));

    let mut missing = parts(&pack);
    missing.pop();
    assert!(matches!(
        Pack::open(&manifest, missing),
        Err(PackError::MissingPart { part }) if part == "tokenizer.json"
    ));

    let mut foreign = parts(&pack);
    foreign.push(("extra.bin".to_owned(), vec![]));
    assert!(matches!(Pack::open(&manifest, foreign), Err(PackError::UnknownPart { .. })));
}

#[test]
fn changed_manifests_are_refused() {
    let pack = tiny(Precision::Int8);
    let manifest = String::from_utf8(pack.manifest_bytes().unwrap()).unwrap();
    let open = |text: &str| Pack::open(text.as_bytes(), parts(&pack));
    let bad = |text: &str| match open(text) {
        Err(PackError::BadManifest { reason }) => reason,
        other => panic!("expected a bad manifest, got {:?}", other.err()),
    };

    let newer = manifest.replace("\"format_version\": 2", "\"format_version\": 3");
    let error = open(&newer).unwrap_err();
    assert!(matches!(error, PackError::FormatVersion { found: 3, supported: 2 }));
    assert!(error.to_string().contains("format version 3"));

    // A newer manifest may have fields that this version cannot read: the version is told.
    let unreadable = r#"{"format": "rrgscore-pack", "format_version": 9, "files": {}}"#;
    assert!(matches!(open(unreadable), Err(PackError::FormatVersion { found: 9, .. })));

    assert!(bad("").contains("line 1"));
    assert!(bad("{}").contains("format"));
    assert!(bad(&manifest[..manifest.len() / 2]).contains("EOF"));
    assert!(bad(&manifest.replace("rrgscore-pack\"", "zip\"")).contains("format"));
    assert!(bad(&manifest.replace(pack.id(), &sha256(b"other"))).contains("id"));
    let escape = manifest.replace("\"name\": \"model.onnx\"", "\"name\": \"../model.onnx\"");
    assert!(bad(&escape).contains("plain file name"));
    let twice = manifest.replace("\"name\": \"model.json\"", "\"name\": \"model.onnx\"");
    assert!(bad(&twice).contains("twice"));

    // A hash that was changed together with the id that follows from it is caught by the bytes.
    let mut forged: Manifest = Manifest::parse(manifest.as_bytes()).unwrap();
    forged.files[1].sha256 = sha256(b"other");
    forged.id = forged.computed_id();
    let forged = String::from_utf8(forged.to_bytes().unwrap()).unwrap();
    assert!(matches!(open(&forged), Err(PackError::HashMismatch { .. })));
}

/// A file over 32 MiB is cut, joined again, and parts in a wrong order are found.
#[test]
fn large_files_are_cut() {
    let mut config = tiny_bert_config();
    config.max_position_embeddings = 320_000;
    let checkpoint = bert_checkpoint(&config, 2).unwrap();
    let pack = checkpoint.build(Precision::F32).unwrap();
    let names: Vec<&str> = pack.parts().map(|(name, _)| name).collect();
    assert_eq!(names, ["model.json", "model.onnx.000", "model.onnx.001", "tokenizer.json"]);
    assert!(pack.parts().all(|(_, bytes)| bytes.len() <= MAX_PART_BYTES));
    let manifest = pack.manifest_bytes().unwrap();
    assert_eq!(Pack::open(&manifest, parts(&pack)).unwrap(), pack);

    let mut swapped = pack.manifest().clone();
    swapped.files[1].parts.swap(0, 1);
    let swapped = swapped.to_bytes().unwrap();
    assert!(matches!(
        Pack::open(&swapped, parts(&pack)),
        Err(PackError::HashMismatch { part }) if part == "model.onnx"
    ));
}

#[test]
fn unfit_checkpoints_are_refused_with_the_reason() {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    let refused = |change: &dyn Fn(&mut Vec<SourceFile<'_>>)| {
        let mut sources = checkpoint.sources();
        change(&mut sources);
        built(&sources).unwrap_err().to_string()
    };
    let without =
        |name: &'static str| refused(&move |sources| sources.retain(|source| source.name != name));
    for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        assert!(without(name).contains(name));
    }

    let config_file = checkpoint.sources().into_iter().find(|f| f.name == "config.json").unwrap();
    let config = String::from_utf8(config_file.read_all().unwrap()).unwrap();
    let with_config = |from: &str, to: &str| {
        let changed = config.replace(from, to);
        assert_ne!(changed, config, "{from} is not in the configuration");
        let changed = changed.as_bytes();
        let mut sources = checkpoint.sources();
        for source in &mut sources {
            if source.name == "config.json" {
                source.data = &changed;
            }
        }
        built(&sources).unwrap_err().to_string()
    };
    assert!(with_config("\"bert\"", "\"llama\"").contains("model_type is llama"));
    assert!(with_config("\"gelu\"", "\"relu\"").contains("hidden_act is relu"));
    assert!(
        with_config("\"num_attention_heads\":4", "\"num_attention_heads\":5").contains("divisor")
    );
    assert!(with_config("\"hidden_size\":32", "\"hidden_size\":64").contains("has shape"));
    assert!(with_config("\"num_hidden_layers\":2", "\"num_hidden_layers\":3").contains("missing"));
    assert!(with_config("\"vocab_size\"", "\"other\"").contains("vocab_size"));
}
