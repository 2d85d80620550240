//! The file of answers, which only ever grows, by whole lines.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rrgscore_judge::AnswerLine;

/// An open file of answers.
#[derive(Debug)]
pub struct Journal {
    file: File,
    answered: BTreeSet<String>,
    dropped: bool,
}

/// Why a file of answers cannot be continued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be opened, read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Another run writes it.
    #[error("another run is writing this file")]
    InUse,
    /// A whole line is not an answer.
    #[error("line {line} is not an answer as `judge run` writes it; is this another file?")]
    NotAnAnswer {
        /// Counted from 1.
        line: usize,
    },
    /// It is not text.
    #[error("it is not a text file in UTF-8")]
    NotText,
}

impl Journal {
    /// Opens a file to go on where an earlier run has stopped, or a new one. What an earlier run
    /// has left of a half-written last line is cut off.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; the file is as it was then.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // Answers repeat what reports say: a new file is the owner's alone.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        // A file system without locks is no reason not to work.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(JournalError::InUse);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let text = std::str::from_utf8(&bytes[..whole]).map_err(|_| JournalError::NotText)?;
        let mut answered = BTreeSet::new();
        for (i, line) in text.lines().enumerate() {
            let answer: AnswerLine = serde_json::from_str(line)
                .map_err(|_| JournalError::NotAnAnswer { line: i + 1 })?;
            answered.insert(answer.custom_id);
        }
        let dropped = whole < bytes.len();
        // A last line without its end that is no answer either was not left by a run.
        if dropped && whole == 0 && !bytes.starts_with(b"{") {
            return Err(JournalError::NotAnAnswer { line: 1 });
        }
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        file.sync_all()?;
        Ok(Self { file, answered, dropped })
    }

    /// Whether a request has its answer.
    pub fn has(&self, custom_id: &str) -> bool {
        self.answered.contains(custom_id)
    }

    /// Whether a half-written line was cut off.
    pub fn has_dropped_a_line(&self) -> bool {
        self.dropped
    }

    /// Writes an answer; when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, answer: AnswerLine) -> io::Result<()> {
        let mut line = serde_json::to_vec(&answer)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.answered.insert(answer.custom_id);
        Ok(())
    }
}
