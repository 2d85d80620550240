//! The two files, and what the doctor says about them together.

use std::rc::Rc;

use rrgscore_data::{Alignment, Finding, ReadOptions, Shape};

use rrgscore_data::Side;

/// A side that the coordinator has open.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The file's, sample's or split's name.
    pub name: String,
    /// Studies in it.
    pub studies: u32,
    /// What it was recognised as.
    pub shape: Shape,
    /// Whether every record brings its own reference.
    pub brings_references: bool,
    /// Whether it is embedded or built in and not a file of the user's.
    pub built_in: bool,
}

/// A file that the coordinator is reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The file's name.
    pub name: String,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in the file; 0 for what is built in.
    pub of: u64,
}

/// One side of the comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// What is open.
    pub opened: Option<Opened>,
    /// What is being read.
    pub reading: Option<Reading>,
    /// Why the last file could not be opened.
    pub problem: Option<String>,
    /// The user's overrides of what is guessed about the file.
    pub options: ReadOptions,
}

impl Input {
    /// Begins to read a file.
    pub fn begin(&mut self, name: String, of: u64) {
        self.reading = Some(Reading { name, bytes: 0, of });
        self.problem = None;
    }

    /// The coordinator has opened what was being read.
    pub fn open(&mut self, studies: u32, shape: Shape, inside: bool, name: Option<String>) {
        let built_in = name.is_some();
        let file = self.reading.take().map(|reading| reading.name);
        let name = name.or(file).unwrap_or_default();
        self.problem = None;
        self.opened = Some(Opened { name, studies, shape, brings_references: inside, built_in });
    }
}

/// What the doctor says about the two sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Check {
    /// There is nothing to look at.
    #[default]
    Nothing,
    /// The coordinator is checking.
    Waiting,
    /// The studies can be scored.
    Passed {
        /// Counts, findings, split.
        alignment: Rc<Alignment>,
        /// Studies that will be scored.
        studies: u32,
    },
    /// Nothing can be scored as things are.
    Refused {
        /// Why, in words.
        message: String,
        /// The doctor's findings.
        findings: Rc<[Finding]>,
    },
}

impl Check {
    /// The doctor's findings.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Nothing | Self::Waiting => &[],
            Self::Passed { alignment, .. } => &alignment.findings,
            Self::Refused { findings, .. } => findings,
        }
    }
}

/// Where the references come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReferenceChoice {
    /// The predictions file brings them.
    #[default]
    Inside,
    /// A built-in split, by its key.
    Split(String),
    /// A file of the user's.
    File,
    /// The embedded sample.
    Sample,
}

/// The word for a side, in sentences.
pub fn side_word(side: Side) -> &'static str {
    match side {
        Side::Predictions => "predictions",
        Side::References => "references",
    }
}
