//! A checkpoint file, opened.

use super::folder::Folder;
use crate::read::{Archive, ArchiveLimits, FileFormat, SafetensorsFile, TorchFile};
use crate::{PackError, Sha256Hex, SourceFile, Tensor, TensorSource};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A checkpoint file and what it holds.
pub(crate) struct Opened<'a> {
    /// The file.
    pub(crate) file: SourceFile<'a>,
    /// What it holds.
    pub(crate) content: Content<'a>,
}

/// What a checkpoint file holds.
pub(crate) enum Content<'a> {
    /// Named tensors.
    Tensors(Tensors<'a>),
    /// A DyGIE++ archive.
    Archive(Archive),
    /// A DyGIE++ archive that was unpacked: its small files, which are sources, and its weights.
    Unpacked(BTreeMap<String, SourceFile<'a>>, Tensors<'a>),
}

/// The tensors of a state dict.
#[derive(Debug, Clone)]
pub(crate) enum Tensors<'a> {
    Safetensors(SafetensorsFile<'a>),
    Torch(TorchFile<'a>),
}

impl<'a> Opened<'a> {
    /// Opens a checkpoint file; an archive is read to its end, see [`Archive::read`].
    pub(crate) fn open(
        file: SourceFile<'a>,
        sources: &[SourceFile<'a>],
        keep_weights: bool,
        watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, PackError> {
        let content = match FileFormat::of(file.data) {
            FileFormat::Gzip => {
                let limits = ArchiveLimits::default();
                Content::Archive(Archive::read(file.name, file.data, keep_weights, &limits, watch)?)
            }
            FileFormat::Safetensors => {
                Content::Tensors(Tensors::Safetensors(SafetensorsFile::open(file.name, file.data)?))
            }
            _ => {
                let tensors = Tensors::Torch(TorchFile::open(file.name, file.data)?);
                match unpacked(&file, sources) {
                    Some(files) => Content::Unpacked(files, tensors),
                    None => Content::Tensors(tensors),
                }
            }
        };
        Ok(Opened { file, content })
    }

    /// The tensors, of an archive too when its weights were kept.
    pub(crate) fn tensors(&self) -> Result<Tensors<'_>, PackError> {
        match &self.content {
            Content::Tensors(tensors) | Content::Unpacked(_, tensors) => Ok(tensors.clone()),
            Content::Archive(archive) => {
                let name = format!("{}: weights.th", self.file.name);
                let weights = archive.weights.as_ref().ok_or_else(|| PackError::BadSource {
                    file: name.clone(),
                    reason: "it was not kept".to_owned(),
                })?;
                Ok(Tensors::Torch(TorchFile::open(&name, weights)?))
            }
        }
    }

    /// The sha256, where opening it told.
    pub(crate) fn sha256(&self) -> Option<&Sha256Hex> {
        match &self.content {
            Content::Archive(archive) => Some(&archive.sha256),
            Content::Tensors(_) | Content::Unpacked(..) => None,
        }
    }
}

/// The files beside a `weights.th` that came out of an archive.
fn unpacked<'a>(
    file: &SourceFile<'a>,
    sources: &[SourceFile<'a>],
) -> Option<BTreeMap<String, SourceFile<'a>>> {
    let folder = Folder::of(sources, file.folder());
    let config = folder.file("config.json").filter(|_| file.file_name() == "weights.th")?;
    let path = match file.folder() {
        "" => "vocabulary".to_owned(),
        folder => format!("{folder}/vocabulary"),
    };
    let mut files = BTreeMap::from([("config.json".to_owned(), config)]);
    for label_file in Folder::of(sources, &path).files() {
        files.insert(format!("vocabulary/{}", label_file.file_name()), *label_file);
    }
    (files.len() > 1).then_some(files)
}

impl Tensors<'_> {
    /// Elements of all tensors whose names begin so.
    pub(crate) fn elements(&self, prefix: &str) -> u64 {
        let ours = |name: &&str| name.starts_with(prefix);
        match self {
            Tensors::Safetensors(file) => file
                .names()
                .filter(ours)
                .map(|name| file.elements(name))
                .fold(0, u64::saturating_add),
            Tensors::Torch(file) => file
                .names()
                .filter(ours)
                .map(|name| file.elements(name))
                .fold(0, u64::saturating_add),
        }
    }

    /// The names, sorted.
    pub(crate) fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Tensors::Safetensors(file) => Box::new(file.names()),
            Tensors::Torch(file) => Box::new(file.names()),
        }
    }
}

impl TensorSource for Tensors<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Tensors::Safetensors(file) => file.has(name),
            Tensors::Torch(file) => file.has(name),
        }
    }

    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError> {
        match self {
            Tensors::Safetensors(file) => file.tensor(name, architecture),
            Tensors::Torch(file) => file.tensor(name, architecture),
        }
    }
}
