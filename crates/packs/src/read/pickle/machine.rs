//! The stack machine.

use super::PickleError;
use super::calls::forbidden;
use super::input::Input;
use super::opcode as op;
use super::value::{Id, Pickle, Value};
use std::collections::BTreeMap;
use std::io::BufRead;

/// How large a pickle may be. The defaults are far above any checkpoint's: CheXbert's, with
/// its optimizer's state, has about 100 kB and 20,000 values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the pickle, without the tensors' storages.
    pub bytes: u64,
    /// Values, and places in the memo and on the stack.
    pub values: u64,
    /// Opcodes.
    pub opcodes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 64 << 20, values: 500_000, opcodes: 16_000_000 }
    }
}

pub(super) const UNDERFLOW: PickleError =
    PickleError::Invalid { reason: "it takes from an empty stack" };

pub(super) fn invalid<T>(reason: &'static str) -> Result<T, PickleError> {
    Err(PickleError::Invalid { reason })
}

pub(super) struct Machine<'a> {
    pub(super) input: Input<'a>,
    pub(super) limits: &'a Limits,
    values: Vec<Value>,
    pub(super) stack: Vec<Id>,
    /// Where on the stack the open marks are.
    pub(super) marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
    /// Bytes that calls may still copy; without a bound a short pickle could double a value
    /// over and over.
    pub(super) copies: u64,
}

impl<'a> Machine<'a> {
    pub(super) fn new(stream: &'a mut dyn BufRead, limits: &'a Limits) -> Self {
        let input = Input::new(stream, limits.bytes);
        let (values, stack, marks) = (Vec::new(), Vec::new(), Vec::new());
        let memo = BTreeMap::new();
        Machine { input, limits, values, stack, marks, memo, copies: limits.bytes }
    }

    pub(super) fn run(mut self) -> Result<Pickle, PickleError> {
        for _ in 0..self.limits.opcodes {
            let opcode = self.input.byte()?;
            if opcode == op::STOP {
                let root = self.pop()?;
                return Ok(Pickle { values: self.values, root });
            }
            self.step(opcode)?;
        }
        Err(PickleError::TooLarge { what: "opcodes", limit: self.limits.opcodes })
    }

    fn step(&mut self, opcode: u8) -> Result<(), PickleError> {
        match opcode {
            op::PROTO => match self.input.byte()? {
                0..=5 => Ok(()),
                _ => invalid("its protocol is newer than 5"),
            },
            op::FRAME => self.input.array::<8>().map(drop),
            op::MARK => self.mark(),
            op::POP => {
                // Python's own reader pops a mark the same way.
                if self.marks.last() == Some(&self.stack.len()) {
                    self.marks.pop();
                    return Ok(());
                }
                self.pop().map(drop)
            }
            op::POP_MARK => self.pop_mark().map(drop),
            op::DUP => {
                let top = self.top()?;
                self.push_id(top)
            }
            op::GET..=op::BINGET | op::LONG_BINGET => self.get(opcode),
            op::PUT..=op::LONG_BINPUT | op::MEMOIZE => self.put(opcode),
            op::GLOBAL => {
                let (module, name) = (self.input.line()?, self.input.line()?);
                self.global(&module, &name)
            }
            op::INST => {
                let (module, name) = (self.input.line()?, self.input.line()?);
                Err(forbidden(&module, &name))
            }
            op::STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) = (self.at(module), self.at(name))
                else {
                    return invalid("a class has no name");
                };
                let (module, name) = (module.clone(), name.clone());
                self.global(&module, &name)
            }
            op::REDUCE | op::NEWOBJ => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments)
            }
            op::BUILD => {
                self.pop()?;
                let object = self.top()?;
                match self.at(object) {
                    // An `OrderedDict`'s attributes (`_metadata`), a NumPy dtype's.
                    Value::Dict(_) | Value::Opaque => Ok(()),
                    _ => Err(PickleError::ForbiddenOpcode { opcode: "BUILD" }),
                }
            }
            op::BINPERSID => {
                let id = self.pop()?;
                self.storage(id)
            }
            op::EMPTY_LIST | op::LIST | op::APPEND | op::APPENDS => self.list(opcode),
            op::EMPTY_DICT | op::DICT | op::SETITEM | op::SETITEMS => self.dict(opcode),
            op::EMPTY_SET | op::ADDITEMS | op::FROZENSET => self.set(opcode),
            op::EMPTY_TUPLE | op::TUPLE | op::TUPLE1..=op::TUPLE3 => self.tuple(opcode),
            _ => self.scalar(opcode),
        }
    }

    fn get(&mut self, opcode: u8) -> Result<(), PickleError> {
        let index = match opcode {
            op::BINGET => self.input.byte()?.into(),
            op::LONG_BINGET => u32::from_le_bytes(self.input.array()?),
            _ => index(&self.input.line()?)?,
        };
        match self.memo.get(&index) {
            Some(&id) => self.push_id(id),
            None => invalid("it recalls what it never kept"),
        }
    }

    fn put(&mut self, opcode: u8) -> Result<(), PickleError> {
        let index = match opcode {
            op::BINPUT => self.input.byte()?.into(),
            op::LONG_BINPUT => u32::from_le_bytes(self.input.array()?),
            op::MEMOIZE => u32::try_from(self.memo.len())
                .map_err(|_| PickleError::Invalid { reason: "it keeps too much" })?,
            _ => index(&self.input.line()?)?,
        };
        let top = self.top()?;
        self.memo.insert(index, top);
        self.within(self.memo.len())
    }

    pub(super) fn at(&self, id: Id) -> &Value {
        self.values.get(id.0 as usize).unwrap_or(&Value::None)
    }

    pub(super) fn push(&mut self, value: Value) -> Result<(), PickleError> {
        self.within(self.values.len())?;
        let id = u32::try_from(self.values.len())
            .map_err(|_| PickleError::TooLarge { what: "values", limit: u32::MAX.into() })?;
        self.values.push(value);
        self.push_id(Id(id))
    }

    pub(super) fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
        self.stack.push(id);
        self.within(self.stack.len())
    }

    pub(super) fn mark(&mut self) -> Result<(), PickleError> {
        self.marks.push(self.stack.len());
        self.within(self.marks.len())
    }

    pub(super) fn within(&self, values: usize) -> Result<(), PickleError> {
        if values as u64 > self.limits.values {
            return Err(PickleError::TooLarge { what: "values", limit: self.limits.values });
        }
        Ok(())
    }

    /// The topmost value, which must lie above the last mark.
    pub(super) fn pop(&mut self) -> Result<Id, PickleError> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(UNDERFLOW);
        }
        self.stack.pop().ok_or(UNDERFLOW)
    }

    pub(super) fn pop_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        let from = self.marks.pop().ok_or(PickleError::Invalid { reason: "a mark is missing" })?;
        Ok(self.stack.split_off(from.min(self.stack.len())))
    }

    pub(super) fn top(&self) -> Result<Id, PickleError> {
        self.stack.last().copied().ok_or(UNDERFLOW)
    }

    pub(super) fn top_mut(&mut self) -> Result<&mut Value, PickleError> {
        let id = self.top()?;
        self.values.get_mut(id.0 as usize).ok_or(UNDERFLOW)
    }
}

fn index(line: &str) -> Result<u32, PickleError> {
    line.parse().map_err(|_| PickleError::Invalid { reason: "a memo's index is none" })
}
