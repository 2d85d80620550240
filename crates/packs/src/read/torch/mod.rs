//! Files that `torch.save` wrote.

mod legacy;
mod state_dict;
mod storages;
mod zip;

use super::pickle::PickleError;
use super::{FileFormat, ReadAt};
use crate::{PackError, Tensor, TensorSource};
use state_dict::StateDict;
use std::collections::BTreeMap;
use storages::Storages;

pub(crate) use zip::file as zip_entry;

/// A torch checkpoint: `.pth`, `.bin` or `.th`, as a zip or in the form before torch 1.6.
///
/// Its pickle is read by [`pickle`](super::pickle), which executes nothing; the storages stay
/// in the file until a tensor is asked for. The state dict may be the pickled object itself or
/// lie in it under `model_state_dict`, `state_dict` or `model`; an optimizer's state beside it
/// is never read.
#[derive(Clone)]
pub struct TorchFile<'a> {
    file: String,
    storages: Storages<'a>,
    state: StateDict,
}

impl<'a> TorchFile<'a> {
    /// Reads a file's directory and pickle; `name` is used in messages.
    ///
    /// # Errors
    /// When it is no torch file, is damaged, was written by a big-endian machine, holds
    /// anything but tensors and plain containers, or holds no state dict.
    pub fn open(name: &str, data: &'a dyn ReadAt) -> Result<Self, PackError> {
        let bad = |reason: String| PackError::BadSource { file: name.to_owned(), reason };
        let (pickle, storages) = match FileFormat::of(data) {
            FileFormat::Zip => zip::open(data),
            FileFormat::LegacyTorch => legacy::open(data),
            _ => Err("it is no file that torch.save writes".to_owned()),
        }
        .map_err(bad)?;
        let state = StateDict::find(&pickle).map_err(bad)?;
        Ok(TorchFile { file: name.to_owned(), storages, state })
    }

    /// Whether a zip is a torch checkpoint, by its directory.
    pub(crate) fn is_one(data: &dyn ReadAt) -> bool {
        zip::holds_pickle(data)
    }

    /// The names of all tensors of the state dict, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.state.tensors.keys().map(String::as_str)
    }

    /// The number of elements of a tensor, 0 when there is none of that name.
    pub(crate) fn elements(&self, name: &str) -> u64 {
        let view = self.state.tensors.get(name);
        view.map_or(0, |view| {
            view.shape.iter().fold(1, |product, length| product.saturating_mul(*length))
        })
    }

    /// The shapes of all tensors of the state dict.
    pub fn shapes(&self) -> BTreeMap<&str, &[u64]> {
        let entries = self.state.tensors.iter();
        entries.map(|(name, view)| (name.as_str(), view.shape.as_slice())).collect()
    }
}

impl TensorSource for TorchFile<'_> {
    fn has(&self, name: &str) -> bool {
        self.state.tensors.contains_key(name)
    }

    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError> {
        let view = self
            .state
            .tensors
            .get(name)
            .ok_or_else(|| PackError::MissingTensor { tensor: name.to_owned(), architecture })?;
        self.storages.tensor((&self.file, name), view)
    }
}

impl std::fmt::Debug for TorchFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TorchFile")
            .field("file", &self.file)
            .field("tensors", &self.state.tensors.len())
            .finish_non_exhaustive()
    }
}

/// A pickle's error as the reason in a message about the file.
fn reason(error: PickleError) -> String {
    format!("its pickle was refused: {error}")
}
