//! What a checkpoint is, from its contents, and what is missing beside it.
//!
//! File names never decide: tensor names, label sets and configurations do. A name is believed
//! only where nothing else tells two models apart, and then the pack's name says so.

mod chexbert;
mod dygie;
mod findings;
mod folder;
mod huggingface;
mod opened;
mod plan;
mod punkt;
mod purposes;
mod rules;

pub(crate) use folder::Folder;
pub(crate) use opened::Opened;
pub(crate) use plan::{Kind, Plan, SentenceRules};

use crate::read::{FileFormat, TorchFile};
use crate::{BuildOptions, PackError, Purpose, SourceFile};
use opened::Content;
use std::ops::ControlFlow;

/// What a checkpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The checkpoint's file among the sources.
    pub checkpoint: String,
    /// What its pack is for.
    pub purpose: Purpose,
    /// The pack's name: the official model's only where the checkpoint is known to be it.
    pub name: String,
    /// Licence of the weights.
    pub licence: String,
    /// What the licence asks of who uses the pack; empty for an open one.
    pub terms: String,
    /// The source files that the pack is built from, the checkpoint first.
    pub sources: Vec<String>,
    /// What has to be handed in before it can be built; empty when nothing.
    pub missing: Vec<MissingFile>,
}

/// A file that is needed and was not handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingFile {
    /// Its path below the folder that was handed in.
    pub file: String,
    /// Where it is published, and where to put it.
    pub hint: String,
}

/// The checkpoint files among the sources, in their order: what holds weights and is not a
/// second form of others in its folder, or what a training run leaves behind.
pub fn checkpoints<'a>(sources: &[SourceFile<'a>]) -> Vec<&'a str> {
    candidates(sources).map(|file| file.name).collect()
}

/// Tells what a checkpoint is and what is missing. Reads directories and small files; of an
/// archive all, but it keeps nothing.
///
/// # Errors
/// When there is no checkpoint, more than one that serves a metric (name one in the options),
/// one is damaged, or none serves a metric.
pub fn recognise(
    sources: &[SourceFile<'_>],
    options: &BuildOptions,
) -> Result<Recognised, PackError> {
    let go_on = &mut |_: f64| ControlFlow::Continue(());
    let file = choose(sources, options)?;
    let opened = Opened::open(file, sources, false, go_on)?;
    Ok(plan(&opened, sources, options)?.recognised())
}

/// The checkpoint that is meant.
pub(crate) fn choose<'a>(
    sources: &[SourceFile<'a>],
    options: &BuildOptions,
) -> Result<SourceFile<'a>, PackError> {
    if let Some(name) = &options.checkpoint {
        let named = sources.iter().find(|file| file.name == *name);
        return named.copied().ok_or_else(|| PackError::MissingSource {
            file: name.clone(),
            hint: "it was named as the checkpoint".to_owned(),
        });
    }
    let found: Vec<SourceFile<'a>> = candidates(sources).collect();
    match found.as_slice() {
        [] => Err(PackError::MissingSource {
            file: "a checkpoint".to_owned(),
            hint: "hand in model.safetensors, pytorch_model.bin, chexbert.pth or an archive such \
                   as radgraph.tar.gz"
                .to_owned(),
        }),
        &[only] => Ok(only),
        several => {
            // An encoder's folder beside a checkpoint often has weights of its own.
            let serves = |file: &&SourceFile<'a>| {
                let go_on = &mut |_: f64| ControlFlow::Continue(());
                Opened::open(**file, sources, false, go_on)
                    .and_then(|opened| plan(&opened, sources, options).map(drop))
                    .is_ok()
            };
            let serving: Vec<&SourceFile<'a>> = several.iter().filter(serves).collect();
            match serving.as_slice() {
                &[&only] => Ok(only),
                _ => Err(PackError::SeveralCheckpoints {
                    files: several.iter().map(|file| file.name.to_owned()).collect(),
                }),
            }
        }
    }
}

/// What is to be built from an opened checkpoint.
pub(crate) fn plan<'a>(
    opened: &Opened<'a>,
    sources: &[SourceFile<'a>],
    options: &BuildOptions,
) -> Result<Plan<'a>, PackError> {
    match &opened.content {
        Content::Archive(_) | Content::Unpacked(..) => dygie::plan(opened, sources),
        Content::Tensors(tensors) => match chexbert::prefix(tensors) {
            Some(prefix) => chexbert::plan(opened.file, tensors, prefix, sources),
            None => huggingface::plan(opened.file, tensors, sources, options),
        },
    }
}

fn candidates<'a>(sources: &[SourceFile<'a>]) -> impl Iterator<Item = SourceFile<'a>> {
    /// What training runs and conversions leave beside a model.
    const OTHERS: [&str; 7] = [
        "rust_model.ot",
        "training_args.bin",
        "optimizer.bin",
        "optimizer.pt",
        "scheduler.pt",
        "scaler.pt",
        "rng_state.pth",
    ];
    let is_candidate = |file: &&SourceFile<'a>| {
        let second_form = file.file_name() == "pytorch_model.bin"
            && Folder::of(sources, file.folder()).file("model.safetensors").is_some();
        let holds_weights = || match FileFormat::of(file.data) {
            FileFormat::Zip => TorchFile::is_one(file.data),
            format => format.has_weights(),
        };
        !second_form && !OTHERS.contains(&file.file_name()) && holds_weights()
    };
    sources.iter().filter(is_candidate).copied().collect::<Vec<_>>().into_iter()
}
