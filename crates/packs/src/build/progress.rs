use crate::{PackError, Tensor, TensorSource};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

/// How far a build is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BuildProgress {
    /// What is being done.
    pub stage: BuildStage,
    /// How much of the stage is done, 0 to 1.
    pub fraction: f64,
}

/// The stages of a build, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildStage {
    /// An archive is decompressed and hashed.
    Unpacking,
    /// The sources are hashed.
    Hashing,
    /// Tensors are read and laid out as graphs.
    Converting,
    /// The pack's parts are hashed.
    Finishing,
}

impl BuildStage {
    /// In words, e.g. `converting`.
    pub fn name(self) -> &'static str {
        match self {
            BuildStage::Unpacking => "unpacking",
            BuildStage::Hashing => "hashing",
            BuildStage::Converting => "converting",
            BuildStage::Finishing => "finishing",
        }
    }
}

/// Tensors whose reading is watched.
pub(super) struct Watched<'a, 'w> {
    tensors: &'a dyn TensorSource,
    /// Elements of the encoder's tensors.
    elements: u64,
    read: Cell<u64>,
    watch: RefCell<&'w mut dyn FnMut(BuildProgress) -> ControlFlow<()>>,
}

impl<'a, 'w> Watched<'a, 'w> {
    pub(super) fn new(
        tensors: &'a dyn TensorSource,
        elements: u64,
        watch: &'w mut dyn FnMut(BuildProgress) -> ControlFlow<()>,
    ) -> Self {
        Watched {
            tensors,
            elements: elements.max(1),
            read: Cell::new(0),
            watch: RefCell::new(watch),
        }
    }
}

impl TensorSource for Watched<'_, '_> {
    fn has(&self, name: &str) -> bool {
        self.tensors.has(name)
    }

    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError> {
        // Several graphs may read a tensor; the share stays at 1 then.
        let fraction = (self.read.get() as f64 / self.elements as f64).min(1.0);
        let mut watch = self.watch.borrow_mut();
        if (*watch)(BuildProgress { stage: BuildStage::Converting, fraction }).is_break() {
            return Err(PackError::Cancelled);
        }
        let tensor = self.tensors.tensor(name, architecture)?;
        self.read.set(self.read.get() + tensor.values.len() as u64);
        Ok(tensor)
    }
}
