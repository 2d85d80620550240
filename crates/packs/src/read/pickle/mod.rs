//! A reader of Python's pickles that executes nothing.
//!
//! A pickle is a program for a stack machine that may call any Python function. This machine
//! knows what `torch.save` writes: plain containers, numbers, text, storages, and the few
//! functions that put a tensor together, none of which it calls: it only notes their
//! arguments. Any other class or function is refused with its name, before its arguments count
//! for anything. Source of the opcodes: CPython's `Lib/pickletools.py`.

mod calls;
mod containers;
mod globals;
mod input;
mod machine;
mod opcode;
mod value;

pub use machine::Limits;
pub use value::{Id, Known, Pickle, TensorStorage, TensorView, Value};

use std::io::BufRead;

/// Why a pickle was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PickleError {
    /// It asks for a class or function that is no part of a state dict.
    #[error(
        "it asks for {name}, which is no tensor or plain container; nothing was executed. \
         Save the state dict alone"
    )]
    Forbidden {
        /// Module and name, as the pickle spells them.
        name: String,
    },
    /// It has an opcode that no state dict needs.
    #[error("it has the opcode {opcode}, which no state dict needs; nothing was executed")]
    ForbiddenOpcode {
        /// Name of the opcode.
        opcode: &'static str,
    },
    /// It is larger than any checkpoint's.
    #[error("it goes over the limit of {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// It is not a pickle, is damaged, or ends too early.
    #[error("it is not a valid pickle: {reason}")]
    Invalid {
        /// What is wrong.
        reason: &'static str,
    },
    /// The file could not be read.
    #[error("{reason}")]
    Read {
        /// In words.
        reason: String,
    },
}

/// Reads one pickle; the stream stands behind its last opcode afterwards.
///
/// # Errors
/// When it is damaged, larger than `limits`, or asks for anything but containers and tensors.
pub fn read_pickle(input: &mut dyn BufRead, limits: &Limits) -> Result<Pickle, PickleError> {
    machine::Machine::new(input, limits).run()
}
