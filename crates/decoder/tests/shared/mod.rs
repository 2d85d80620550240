//! What the tests share: tiny checkpoints, packs in memory, and a loop over stages.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod gguf;
pub(crate) mod random;

use rrgscore_decoder::{
    CacheFormat, Checkpoint, Conversion, DecodeSettings, DecodedAnswer, DecoderConfig,
    DecoderError, Decoding, JudgeManifest, JudgePrecision, JudgeTokenizer, PartSink, PartSource,
    Question, Stage, TensorRows, load_stage, share,
};
use rrgscore_packs::{PackPart, SourceFile};
use std::collections::{BTreeMap, VecDeque};

/// The files of a tiny checkpoint, if they are on this machine.
pub(crate) fn files(model: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let folder = format!("golden/tiny_models/{model}");
    rrgscore_parity::shared_file(&format!("{folder}/config.json"))?;
    let read = |name: String| {
        let bytes = rrgscore_parity::shared_file(&format!("{folder}/{name}")).unwrap();
        (format!("{model}/{name}"), bytes.into_owned())
    };
    Some(rrgscore_parity::shared_folder(&folder).into_iter().map(read).collect())
}

pub(crate) fn sources(files: &[(String, Vec<u8>)]) -> Vec<SourceFile<'_>> {
    files.iter().map(|(name, data)| SourceFile { name, data }).collect()
}

/// A pack in memory.
#[derive(Debug, Default)]
pub(crate) struct Parts(pub(crate) BTreeMap<String, Vec<u8>>);

impl PartSink for Parts {
    fn write(&mut self, part: &str, bytes: &[u8]) -> Result<(), DecoderError> {
        assert!(self.0.insert(part.to_owned(), bytes.to_vec()).is_none(), "{part} twice");
        Ok(())
    }
}

impl PartSource for Parts {
    fn read(&self, part: &PackPart, buffer: &mut [u8]) -> Result<(), DecoderError> {
        buffer.copy_from_slice(&self.0[&part.name]);
        Ok(())
    }
}

/// A pack and its parts.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) manifest: JudgeManifest,
    pub(crate) parts: Parts,
}

pub(crate) fn convert(
    tensors: &dyn TensorRows,
    config: &DecoderConfig,
    tokenizer: &JudgeTokenizer,
    precision: JudgePrecision,
) -> Packed {
    let mut parts = Parts::default();
    let mut conversion = Conversion::new(tensors, config.clone(), tokenizer, precision).unwrap();
    while conversion.step(&mut parts).unwrap() {}
    let progress = conversion.progress();
    assert_eq!(progress.files_done, progress.files);
    Packed { manifest: conversion.finish("tiny", Vec::new()).unwrap(), parts }
}

/// A tiny checkpoint as a pack.
pub(crate) fn packed(model: &str, precision: JudgePrecision) -> Option<Packed> {
    let files = files(model)?;
    let sources = sources(&files);
    let checkpoint = Checkpoint::open(&sources).unwrap();
    let tokenizer = JudgeTokenizer::of_checkpoint(&checkpoint).unwrap();
    Some(convert(&checkpoint, checkpoint.config(), &tokenizer, precision))
}

impl Packed {
    pub(crate) fn config(&self) -> DecoderConfig {
        rrgscore_decoder::load_config(&self.manifest, &self.parts).unwrap()
    }

    /// The model, cut into some stages.
    pub(crate) fn stages(&self, workers: usize, cache: CacheFormat) -> Vec<Stage> {
        let layers = self.config().layers;
        (0..workers)
            .map(|worker| share(layers, worker, workers))
            .map(|layers| load_stage(&self.manifest, &self.parts, layers, cache).unwrap())
            .collect()
    }

    /// The answers by study, of a model cut into some stages.
    pub(crate) fn answers(
        &self,
        questions: &[Question],
        settings: DecodeSettings,
        workers: usize,
    ) -> BTreeMap<String, DecodedAnswer> {
        let mut stages = self.stages(workers, self.manifest.precision.cache());
        answers(&mut stages, questions, settings, self.config().eos)
    }
}

/// Decodes in a pipeline: as many passes under way as there are groups, and each stage takes the next
/// one when it is its turn.
pub(crate) fn answers(
    stages: &mut [Stage],
    questions: &[Question],
    settings: DecodeSettings,
    eos: u32,
) -> BTreeMap<String, DecodedAnswer> {
    let mut decoding = Decoding::new(questions.to_vec(), settings, eos).unwrap();
    let mut queues: Vec<VecDeque<_>> = stages.iter().map(|_| VecDeque::new()).collect();
    let mut answers = BTreeMap::new();
    let planned = decoding.prompt_tokens();
    while !decoding.is_done() {
        while let Some(pass) = decoding.next_pass() {
            queues[0].push_back(pass);
        }
        // The last stage first, so that passes stay apart.
        for at in (0..stages.len()).rev() {
            let Some(pass) = queues[at].pop_front() else { continue };
            let pass = stages[at].run(pass).unwrap();
            match queues.get_mut(at + 1) {
                Some(queue) => queue.push_back(pass),
                None => {
                    for answer in decoding.accept(pass).unwrap() {
                        answers.insert(answer.study.clone(), answer);
                    }
                }
            }
        }
    }
    assert_eq!(decoding.progress().prompt_tokens, planned);
    assert!(decoding.next_pass().is_none());
    answers
}

pub(crate) fn question(study: &str, ids: &[u32]) -> Question {
    Question { study: study.to_owned(), ids: ids.to_vec() }
}
