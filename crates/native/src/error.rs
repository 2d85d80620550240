//! What can be wrong with files and packs on this machine.

use std::path::{Path, PathBuf};

use rrgscore_annotate::AnnotateError;
use rrgscore_data::ReadError;
use rrgscore_decoder::DecoderError;
use rrgscore_packs::PackError;
use rrgscore_results::{ExportError, ScoredRunError};
use rrgscore_scoring::store::StoreError;

/// Why a file or a pack on this machine cannot be used. No message holds report text.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// A file cannot be opened, read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is not what is needed.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: Box<ReadError>,
    },
    /// Neither a file nor a split.
    #[error("{given}: there is no such file, and no split of that name; splits here: {known}")]
    NoSuchReferences {
        /// What was named.
        given: String,
        /// The splits that there are.
        known: String,
    },
    /// A pack is damaged or too new.
    #[error("{path}: {source}")]
    Pack {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<PackError>,
    },
    /// A judge's checkpoint or pack cannot be used.
    #[error("{path}: {source}")]
    Judge {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<DecoderError>,
    },
    /// A folder with too many files.
    #[error("{path} holds too many files; name the checkpoint's own folder, or the file itself")]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is there and holds no annotations: it is not written over.
    #[error("{path}: {source}; delete the file, or name another one")]
    Annotations {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: StoreError,
    },
    /// A pack cannot be measured.
    #[error("the pack cannot be measured: {0}")]
    Measure(#[from] AnnotateError),
    /// A folder that does not hold the files of one run.
    #[error("{path}: {source}")]
    Run {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: Box<ScoredRunError>,
    },
    /// The results cannot be written.
    #[error("{0}")]
    Export(#[from] ExportError),
}

impl NativeError {
    /// An error of a file; to be used with `map_err`.
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    /// An error of a judge's checkpoint or pack; to be used with `map_err`.
    pub(crate) fn judge(path: &Path) -> impl Fn(DecoderError) -> Self {
        move |source| Self::Judge { path: path.to_owned(), source: Box::new(source) }
    }

    /// An error of a pack; to be used with `map_err`.
    pub fn pack(path: &Path) -> impl Fn(PackError) -> Self {
        move |source| Self::Pack { path: path.to_owned(), source: Box::new(source) }
    }
}
