//! What can go wrong in `cargo xtask`, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result of a job.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// An error of a job: what happened, where, and (by [`Error::hint`]) what helps.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or folder could not be read or written.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the path.
        doing: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A program that is needed is not on this machine.
    #[error("{program} is not installed")]
    MissingProgram {
        /// Its name.
        program: String,
        /// How to get it.
        hint: String,
    },
    /// A program ran and failed.
    #[error("{program} failed ({status})")]
    Failed {
        /// The command line.
        program: String,
        /// Its exit status.
        status: String,
    },
    /// A file of the project has content that cannot be used.
    #[error("{}: {reason}", .file.display())]
    BadFile {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Something was asked for that cannot be done.
    #[error("{what}")]
    Refused {
        /// What, and why.
        what: String,
        /// What helps.
        hint: String,
    },
    /// The built site breaks a rule.
    #[error("the site breaks {} rule(s):\n  {}", .0.len(), .0.join("\n  "))]
    Site(Vec<String>),
}

impl Error {
    /// Wraps a system error together with what was being done to which path.
    pub(crate) fn io(doing: &str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let doing = format!("{doing} {}", path.display());
        move |source| Error::Io { doing, source }
    }

    /// A bad file of the project.
    pub(crate) fn bad_file(file: &Path, reason: impl fmt::Display) -> Error {
        Error::BadFile { file: file.to_owned(), reason: reason.to_string() }
    }

    /// What the reader can do about it, where that is known.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Error::MissingProgram { hint, .. } | Error::Refused { hint, .. } => Some(hint),
            Error::Failed { .. } => Some("its own message stands above"),
            Error::Site(_) => {
                Some("the page must need nothing but its own folder; see xtask/src/site/rules.rs")
            }
            Error::Io { .. } | Error::BadFile { .. } => None,
        }
    }
}
