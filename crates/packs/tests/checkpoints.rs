//! Every tiny checkpoint is recognised from its contents and built.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says when it skips")]

mod common;

use common::{Files, official, own};
use rrgscore_packs::{
    BuildOptions, Head, Pack, PackError, Precision, Purpose, SourceFile, build, checkpoints,
    recognise, rrgpack,
};
use std::ops::ControlFlow;

fn pack(files: &Files, checkpoint: &str, precision: Precision) -> Pack {
    let options =
        BuildOptions { checkpoint: Some(checkpoint.to_owned()), ..BuildOptions::at(precision) };
    build(&files.sources(), &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Builds all checkpoints, and gives their purposes and int8 packs by path.
fn build_all(files: &Files) -> Vec<(String, Pack)> {
    let sources = files.sources();
    let names = checkpoints(&sources);
    let built = names.into_iter().map(|name| {
        let options = BuildOptions { checkpoint: Some(name.to_owned()), ..BuildOptions::default() };
        let recognised = recognise(&sources, &options).unwrap();
        assert_eq!(recognised.missing, [], "{name}");
        let int8 = pack(files, name, Precision::Int8);
        let f32 = pack(files, name, Precision::F32);
        for pack in [&int8, &f32] {
            let manifest = pack.manifest();
            assert_eq!(manifest.purpose, recognised.purpose, "{name}");
            assert_eq!(manifest.name, recognised.name, "{name}");
            let listed: Vec<&String> = manifest.sources.iter().map(|source| &source.name).collect();
            assert_eq!(listed.first(), Some(&&name.to_owned()));
            let mut expected: Vec<&String> = recognised.sources.iter().collect();
            let mut listed = listed.clone();
            listed.sort();
            expected.sort();
            expected.dedup();
            assert_eq!(listed, expected, "{name}");
        }
        assert!(int8.manifest().total_bytes() < f32.manifest().total_bytes());
        assert_eq!(pack(files, name, Precision::Int8), int8);
        (name.to_owned(), int8)
    });
    built.collect()
}

fn purposes(built: &[(String, Pack)]) -> Vec<(&str, Purpose)> {
    built.iter().map(|(name, pack)| (name.as_str(), pack.manifest().purpose)).collect()
}

#[test]
fn our_own() {
    let built = build_all(&own());
    assert_eq!(
        purposes(&built),
        [
            ("BioLORD-2023-C-legacy/pytorch_model.bin", Purpose::RatescoreSynonyms),
            ("BioLORD-2023-C/model.safetensors", Purpose::RatescoreSynonyms),
            ("RaTE-NER-Deberta/model.safetensors", Purpose::RatescoreEntities),
            ("RadBERT-CT/model.safetensors", Purpose::RadbertCt),
            ("RadEvalModernBERT/model.safetensors", Purpose::BertscoreRadeval),
            ("SRR-BERT-Leaves-with-Statuses/model.safetensors", Purpose::SrrBert),
            ("SRRG-BERT-Upper-with-Statuses/model.safetensors", Purpose::SrrBertUpperWithStatuses,),
            ("chexbert.pth", Purpose::Chexbert),
            ("distilbert-base-uncased/model.safetensors", Purpose::BertscoreDistilbert),
            ("distilroberta-base/model.safetensors", Purpose::BertscoreDistilroberta),
            ("model.tar.gz", Purpose::Radgraph),
            ("modern-radgraph-xl.tar.gz", Purpose::ModernRadgraphXl),
            ("radgraph-xl.tar.gz", Purpose::RadgraphXl),
            ("radgraph.tar.gz", Purpose::Radgraph),
        ]
    );
    // A tiny model does not get an official name.
    for (name, pack) in &built {
        assert!(pack.manifest().name.contains("of another size"), "{name}");
    }
    let by_name = |name: &str| &built.iter().find(|(other, _)| other == name).unwrap().1;

    // Two formats of one model give one graph.
    let (legacy, new) =
        ("BioLORD-2023-C-legacy/pytorch_model.bin", "BioLORD-2023-C/model.safetensors");
    assert_eq!(by_name(legacy).file(Pack::MODEL).unwrap(), by_name(new).file(Pack::MODEL).unwrap());

    let info = by_name("distilroberta-base/model.safetensors").model_info().unwrap();
    assert_eq!((info.layers, info.max_ids, info.head), (5, 512, None));

    let chexbert = by_name("chexbert.pth");
    assert!(chexbert.file(Pack::HEADS).is_ok());
    let Some(Head::Observations { observations }) = chexbert.model_info().unwrap().head else {
        panic!("no observations");
    };
    assert_eq!(observations.len(), 14);
    assert_eq!((observations[13].name.as_str(), observations[13].classes), ("No Finding", 2));
    assert!(chexbert.manifest().terms.contains("academic"));

    let physionet = by_name("model.tar.gz");
    assert!(physionet.manifest().name.contains("PhysioNet"));
    let Some(Head::Spans { dataset, entities, relations, max_span_width, spans_per_word, framed }) =
        physionet.model_info().unwrap().head
    else {
        panic!("no spans");
    };
    assert_eq!(dataset, "None");
    // The archive's own order, which is not the other archive's.
    assert_eq!(entities, ["OBS-DA", "OBS-U", "OBS-DP", "ANAT-DP"]);
    assert_eq!(relations, ["modify", "located_at", "suggestive_of"]);
    assert_eq!((max_span_width, spans_per_word, framed), (6, 0.5, true));
    let modern = by_name("modern-radgraph-xl.tar.gz").model_info().unwrap();
    assert!(matches!(modern.head, Some(Head::Spans { framed: false, .. })));
    for file in [Pack::SPANS, Pack::RELATIONS, Pack::TOKENIZER] {
        assert!(physionet.file(file).is_ok());
    }
    let Some(Head::Tokens { labels }) =
        by_name("RaTE-NER-Deberta/model.safetensors").model_info().unwrap().head
    else {
        panic!("no labels");
    };
    assert_eq!((labels.len(), labels[0].as_str(), labels[10].as_str()), (11, "B-ABNORMALITY", "O"));
}

#[test]
fn the_goldens() {
    let Some(files) = official() else { return };
    let built = build_all(&files);
    assert_eq!(
        purposes(&built),
        [
            ("BioLORD-2023-C/model.safetensors", Purpose::RatescoreSynonyms),
            ("RaTE-NER-Deberta/model.safetensors", Purpose::RatescoreEntities),
            ("chexbert.pth", Purpose::Chexbert),
            ("distilroberta-base/model.safetensors", Purpose::BertscoreDistilroberta),
            ("physionet_model.tar.gz", Purpose::Radgraph),
            ("radgraph-xl.tar.gz", Purpose::RadgraphXl),
            ("radgraph.tar.gz", Purpose::Radgraph),
        ]
    );
}

#[test]
fn one_checkpoint_needs_no_name() {
    let files = own().only(&["chexbert.pth", "bert-base-uncased/"]);
    let recognised = recognise(&files.sources(), &BuildOptions::default()).unwrap();
    assert_eq!(recognised.checkpoint, "chexbert.pth");
    let error = recognise(&own().sources(), &BuildOptions::default()).unwrap_err();
    assert!(matches!(error, PackError::SeveralCheckpoints { files } if files.len() == 14));
    // An encoder with weights beside the checkpoint that it belongs to serves no metric.
    let mut files = own().only(&["chexbert.pth", "bert-base-uncased/"]);
    let mut bert =
        rrgscore_packs::synth::bert_checkpoint(&rrgscore_packs::synth::tiny_bert_config(), 1)
            .unwrap()
            .sources()
            .into_iter()
            .find(|file| file.name == "model.safetensors")
            .map(|file| file.read_all().unwrap());
    files.add("bert-base-uncased/model.safetensors", bert.take().unwrap());
    let recognised = recognise(&files.sources(), &BuildOptions::default()).unwrap();
    assert_eq!(recognised.purpose, Purpose::Chexbert);
}

#[test]
fn files_may_lie_side_by_side() {
    let own = own();
    let mut flat = Files::default();
    flat.add("chexbert.pth", own.get("chexbert.pth"));
    flat.add("config.json", own.get("bert-base-uncased/config.json"));
    flat.add("vocab.txt", own.get("bert-base-uncased/vocab.txt"));
    let pack_of = |files: &Files, name: &str| pack(files, name, Precision::Int8);
    let id = pack_of(&flat, "chexbert.pth").file(Pack::MODEL).unwrap().to_vec();
    assert_eq!(id, pack_of(&own, "chexbert.pth").file(Pack::MODEL).unwrap());
    // Deeper, and with an encoder's folder somewhere else.
    let mut deep = Files::default();
    for name in ["config.json", "vocab.txt"] {
        deep.add(&format!("w/tiny-pubmedbert/{name}"), own.get(&format!("tiny-pubmedbert/{name}")));
    }
    deep.add("a/b/radgraph.tar.gz", own.get("radgraph.tar.gz"));
    pack_of(&deep, "a/b/radgraph.tar.gz");
}

#[test]
fn what_is_missing_is_told() {
    let missing = |files: &Files| {
        let recognised = recognise(&files.sources(), &BuildOptions::default()).unwrap();
        let error =
            build(&files.sources(), &BuildOptions::default(), &mut |_| ControlFlow::Continue(()))
                .unwrap_err();
        assert!(matches!(error, PackError::MissingSource { .. }), "{error}");
        (recognised.purpose, error.to_string())
    };
    let (purpose, message) = missing(&own().only(&["radgraph-xl.tar.gz"]));
    assert_eq!(purpose, Purpose::RadgraphXl);
    assert!(message.contains("tiny-pubmedbert/config.json"), "{message}");
    let (_, message) = missing(&own().only(&["chexbert.pth"]));
    assert!(message.contains("huggingface.co/bert-base-uncased"), "{message}");
    let (_, message) = missing(&own().only(&["chexbert.pth", "bert-base-uncased/config.json"]));
    assert!(message.contains("bert-base-uncased/tokenizer.json or vocab.txt"), "{message}");
    let (_, message) = missing(
        &own().only(&["RaTE-NER-Deberta/model.safetensors", "RaTE-NER-Deberta/config.json"]),
    );
    assert!(message.contains("tokenizer.json"), "{message}");
    let files = own().only(&["RaTE-NER-Deberta/model.safetensors"]);
    let error = recognise(&files.sources(), &BuildOptions::default()).unwrap_err();
    assert!(error.to_string().contains("config.json"), "{error}");
    assert!(recognise(&[], &BuildOptions::default()).is_err());
    let absent = BuildOptions { checkpoint: Some("x".to_owned()), ..BuildOptions::default() };
    assert!(recognise(&own().sources(), &absent).is_err());
}

#[test]
fn an_unpacked_archive_is_the_same() {
    use rrgscore_packs::read::{Archive, ArchiveLimits};
    let own = own();
    let bytes = own.get("radgraph.tar.gz");
    let go_on = &mut |_| ControlFlow::Continue(());
    let archive = Archive::read("a", &bytes, true, &ArchiveLimits::default(), go_on).unwrap();
    let mut files = own.only(&["tiny-pubmedbert/"]);
    for (name, bytes) in archive.files {
        files.add(&name, bytes);
    }
    files.add("weights.th", archive.weights.unwrap());
    let unpacked = pack(&files, "weights.th", Precision::Int8);
    let packed = pack(&own, "radgraph.tar.gz", Precision::Int8);
    assert_eq!(unpacked.id(), packed.id());
    assert_eq!(unpacked.manifest().sources.len(), 8);
}

#[test]
fn an_encoder_that_no_metric_uses_is_refused() {
    let checkpoint =
        rrgscore_packs::synth::bert_checkpoint(&rrgscore_packs::synth::tiny_bert_config(), 1)
            .unwrap();
    let error = recognise(&checkpoint.sources(), &BuildOptions::default()).unwrap_err();
    assert!(matches!(&error, PackError::NoPurpose { .. }), "{error}");
    let name = checkpoint.build(Precision::F32).unwrap().manifest().name.clone();
    assert!(name.contains("2 layers of 32"), "{name}");
    // Another set of labels is another model, whatever its folder is called.
    let mut files = own().only(&["RaTE-NER-Deberta/"]);
    let config = String::from_utf8(files.get("RaTE-NER-Deberta/config.json")).unwrap();
    files.add("RaTE-NER-Deberta/config.json", config.replace("DISEASE", "GENE").into_bytes());
    let error = recognise(&files.sources(), &BuildOptions::default()).unwrap_err();
    assert!(matches!(&error, PackError::NoPurpose { .. }), "{error}");
}

#[test]
fn sentence_rules_are_taken_along() {
    let mut files = own().only(&["RaTE-NER-Deberta/"]);
    files.add("medspacy/resources/de/rush_rules.tsv", b"de".to_vec());
    files.add("medspacy/resources/en/rush_rules.tsv", b"en".to_vec());
    let name = "RaTE-NER-Deberta/model.safetensors";
    let with = pack(&files, name, Precision::Int8);
    assert_eq!(with.file(Pack::SENTENCE_RULES).unwrap(), b"en");
    assert_eq!(with.manifest().sources.len(), 4);
    let without = pack(&own(), name, Precision::Int8);
    assert!(without.file(Pack::SENTENCE_RULES).is_err());
    assert_ne!(with.id(), without.id());
}

#[test]
fn a_build_tells_how_far_it_is_and_stops() {
    let files = own().only(&["radgraph.tar.gz", "tiny-pubmedbert/"]);
    let mut told = Vec::new();
    build(&files.sources(), &BuildOptions::default(), &mut |progress| {
        told.push((progress.stage, progress.fraction));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(told.is_sorted_by(|a, b| a.0 < b.0 || (a.0 == b.0 && a.1 <= b.1)), "{told:?}");
    assert!(told.iter().all(|(_, fraction)| (0.0..=1.0).contains(fraction)));
    for stop in 0..told.len() {
        let mut calls = 0;
        let error = build(&files.sources(), &BuildOptions::default(), &mut |_| {
            calls += 1;
            if calls > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap_err();
        assert!(matches!(error, PackError::Cancelled));
        assert_eq!(calls, stop + 1);
    }
}

#[test]
fn a_pack_file_is_read_in_place() {
    let pack = pack(&own(), "chexbert.pth", Precision::Int8);
    let mut bytes = Vec::new();
    rrgpack::write(&pack, &mut bytes).unwrap();
    let mut again = Vec::new();
    rrgpack::write(&pack, &mut again).unwrap();
    assert_eq!(bytes, again);
    let file = rrgpack::read("a.rrgpack", &bytes).unwrap();
    assert_eq!(&file.manifest, pack.manifest());
    for (range, (name, part)) in file.parts.iter().zip(pack.parts()) {
        let start = range.start as usize;
        assert_eq!(
            (range.name.as_str(), &bytes[start..start + range.bytes as usize]),
            (name, part)
        );
    }
    assert_eq!(file.clone().open("a.rrgpack", &bytes).unwrap(), pack);

    for length in (0..bytes.len()).step_by(911) {
        let cut = &bytes[..length];
        assert!(rrgpack::read("a", &cut).is_err(), "{length}");
    }
    let manifest = pack.manifest_bytes().unwrap();
    let entry = |name: &str, size: u64, kind: tar::EntryType, data: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).unwrap();
        header.set_size(size);
        header.set_entry_type(kind);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    };
    let regular = tar::EntryType::Regular;
    let described = entry("pack.json", manifest.len() as u64, regular, &manifest);
    let refused = |entries: &[Vec<u8>]| rrgpack::read("a", &entries.concat()).is_err();
    assert!(refused(std::slice::from_ref(&described)));
    assert!(refused(&[entry("model.json", 1, regular, b"x"), described.clone()]));
    assert!(refused(&[described.clone(), entry("heads.onnx", u64::MAX >> 2, regular, b"")]));
    assert!(refused(&[described.clone(), entry("heads.onnx", 1, regular, b"x")]));
    assert!(refused(&[entry("pack.json", 4, tar::EntryType::Symlink, b"abcd")]));
    assert!(refused(&[entry("pack.json", 1 << 40, regular, b"{}")]));
    let extra = [bytes[..bytes.len() - 1024].to_vec(), entry("x", 1, regular, b"x"), vec![0; 1024]];
    assert!(matches!(rrgpack::read("a", &extra.concat()), Err(PackError::UnknownPart { .. })));
    let twice = [bytes[..bytes.len() - 1024].to_vec(), bytes.clone()];
    assert!(rrgpack::read("a", &twice.concat()).is_err());
    let source = SourceFile { name: "pack.rrgpack", data: &bytes };
    assert!(checkpoints(&[source]).is_empty());
}
