//! The judge's layers over threads, each holding its share: passes go from one to the next.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rrgscore_decoder::{
    DecodeSettings, DecoderError, DecodingProgress, JudgeManifest, JudgePrompt, JudgeRun,
    Judgement, Pass, Refusal, TokenizerKind, load_config, load_stage, load_tokenizer, share,
};
use rrgscore_packs::MANIFEST_FILE;

use super::folder::JudgeFolder;
use crate::error::NativeError;
use crate::input::read_bytes;

/// A judge's pack in a folder: its manifest is read, its parts are not.
#[derive(Debug, Clone)]
pub struct LocalJudge {
    folder: JudgeFolder,
    manifest: JudgeManifest,
}

/// What a run of a judge has come to.
#[derive(Debug)]
pub struct JudgedSoFar {
    /// The answers that ended since the last time.
    pub answers: Vec<Judgement>,
    /// How far it is.
    pub progress: DecodingProgress,
    /// Prompt tokens that must go through the model in all, shared ones once.
    pub prompt_tokens: u64,
}

type Passing = Result<Pass, DecoderError>;

impl LocalJudge {
    /// Opens the folder of a judge's pack.
    ///
    /// # Errors
    /// When its manifest cannot be read.
    pub fn open(folder: &Path) -> Result<LocalJudge, NativeError> {
        let manifest = JudgeManifest::parse(&read_bytes(&folder.join(MANIFEST_FILE))?)
            .map_err(NativeError::judge(folder))?;
        Ok(LocalJudge { folder: JudgeFolder(folder.to_owned()), manifest })
    }

    /// What the pack says about itself.
    #[must_use]
    pub fn manifest(&self) -> &JudgeManifest {
        &self.manifest
    }

    /// The model as results name it: its published name, precision, and the pack's id in short.
    #[must_use]
    pub fn name(&self) -> String {
        let JudgeManifest { name, precision, id, .. } = &self.manifest;
        let id = id.as_str().get(..12).unwrap_or_default();
        format!("{name} {} (judge pack {id})", precision.name())
    }

    /// Which tokenizer the model has.
    ///
    /// # Errors
    /// When the pack is damaged.
    pub fn tokenizer(&self) -> Result<TokenizerKind, NativeError> {
        let tokenizer = load_tokenizer(&self.manifest, &self.folder);
        Ok(tokenizer.map_err(NativeError::judge(self.path()))?.rules().kind)
    }

    /// Judges some studies on so many threads, of which each holds its share of the layers; gives the
    /// studies that cannot be judged. `watch` takes the answers as they end; when it gives an error the
    /// run ends with it. `stopped` is asked between two passes; answers that have not ended then are
    /// lost.
    ///
    /// # Errors
    /// When the pack is damaged, or `watch` gives one.
    pub fn judge<E: From<NativeError>>(
        &self,
        prompts: &[JudgePrompt],
        threads: usize,
        stopped: &dyn Fn() -> bool,
        watch: &mut dyn FnMut(JudgedSoFar) -> Result<(), E>,
    ) -> Result<Vec<Refusal>, E> {
        let wrong = |error| E::from(NativeError::judge(self.path())(error));
        let config = load_config(&self.manifest, &self.folder).map_err(wrong)?;
        let tokenizer = load_tokenizer(&self.manifest, &self.folder).map_err(wrong)?;
        let stages = threads.clamp(1, config.layers);
        // As many passes under way as there are stages: all have something to do.
        let settings = DecodeSettings { groups: stages, ..DecodeSettings::default() };
        let run = JudgeRun::new(tokenizer, &config, prompts, settings).map_err(wrong)?;
        thread::scope(|scope| {
            let (first, mut last) = mpsc::channel();
            for stage in 0..stages {
                let (next, passed) = mpsc::channel();
                let before = std::mem::replace(&mut last, passed);
                let layers = share(config.layers, stage, stages);
                scope.spawn(move || self.stage(layers, &before, &next));
            }
            drive(run, first, &last, stopped, &mut |so_far| match so_far {
                Ok(so_far) => watch(so_far),
                Err(error) => Err(wrong(error)),
            })
        })
    }

    fn path(&self) -> &PathBuf {
        &self.folder.0
    }

    /// Loads some layers and runs what comes; ends when nothing more does.
    fn stage(
        &self,
        layers: std::ops::Range<usize>,
        before: &Receiver<Passing>,
        next: &Sender<Passing>,
    ) {
        let cache = self.manifest.precision.cache();
        let mut stage = match load_stage(&self.manifest, &self.folder, layers, cache) {
            Ok(stage) => stage,
            Err(error) => return drop(next.send(Err(error))),
        };
        for pass in before {
            if next.send(pass.and_then(|pass| stage.run(pass))).is_err() {
                return;
            }
        }
    }
}

/// Sends passes to the first stage and takes them from the last one, until all studies have their
/// answers or `stopped` says so.
fn drive<E>(
    mut run: JudgeRun,
    first: Sender<Passing>,
    last: &Receiver<Passing>,
    stopped: &dyn Fn() -> bool,
    watch: &mut dyn FnMut(Result<JudgedSoFar, DecoderError>) -> Result<(), E>,
) -> Result<Vec<Refusal>, E> {
    let prompt_tokens = run.prompt_tokens();
    while !run.is_done() && !stopped() {
        while let Some(pass) = run.next_pass() {
            // A stage that failed has sent its error ahead.
            if first.send(Ok(pass)).is_err() {
                break;
            }
        }
        let Ok(passed) = last.recv() else { break };
        let answers = passed.and_then(|pass| run.accept(pass));
        let progress = run.progress();
        watch(answers.map(|answers| JudgedSoFar { answers, progress, prompt_tokens }))?;
    }
    Ok(run.into_refusals())
}
