//! The stack machine.

use super::PickleError;
use super::globals::known;
use super::input::{Input, text};
use super::opcode as op;
use super::value::{Id, Known, Pickle, Storage, TensorView, Value};
use std::collections::BTreeMap;
use std::io::BufRead;

/// How large a pickle may be. The defaults are far above any checkpoint's: CheXbert's, with
/// its optimizer's state, has about 100 kB and 30,000 values.
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
        Limits { bytes: 64 << 20, values: 4_000_000, opcodes: 32_000_000 }
    }
}

const UNDERFLOW: PickleError = PickleError::Invalid { reason: "it takes from an empty stack" };

fn invalid<T>(reason: &'static str) -> Result<T, PickleError> {
    Err(PickleError::Invalid { reason })
}

pub(super) struct Machine<'a> {
    input: Input<'a>,
    limits: &'a Limits,
    values: Vec<Value>,
    stack: Vec<Id>,
    /// Where on the stack the open marks are.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
    /// Bytes that calls may still copy; without a bound a short pickle could double a value
    /// over and over.
    copies: u64,
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

    fn scalar(&mut self, opcode: u8) -> Result<(), PickleError> {
        let input = &mut self.input;
        let value = match opcode {
            op::NONE => Value::None,
            op::NEWTRUE => Value::Bool(true),
            op::NEWFALSE => Value::Bool(false),
            op::BININT => Value::Int(i32::from_le_bytes(input.array()?).into()),
            op::BININT1 => Value::Int(input.byte()?.into()),
            op::BININT2 => Value::Int(u16::from_le_bytes(input.array()?).into()),
            op::INT => match input.line()?.as_str() {
                "00" => Value::Bool(false),
                "01" => Value::Bool(true),
                digits => decimal(digits)?,
            },
            op::LONG => decimal(input.line()?.trim_end_matches('L'))?,
            op::LONG1 => {
                let length = input.byte()?;
                long(input.bytes(length.into())?)
            }
            op::LONG4 => {
                let length = i32::from_le_bytes(input.array()?);
                match u64::try_from(length) {
                    Ok(length) if length <= 256 => long(input.bytes(length)?),
                    _ => return invalid("an integer has too many digits"),
                }
            }
            op::FLOAT => match input.line()?.parse() {
                Ok(value) => Value::Float(value),
                Err(_) => return invalid("a number is none"),
            },
            op::BINFLOAT => Value::Float(f64::from_be_bytes(input.array()?)),
            op::SHORT_BINSTRING | op::SHORT_BINUNICODE => {
                let length = input.byte()?;
                Value::Text(text(input.bytes(length.into())?)?)
            }
            op::BINSTRING | op::BINUNICODE => {
                let length = u32::from_le_bytes(input.array()?);
                Value::Text(text(input.bytes(length.into())?)?)
            }
            op::BINUNICODE8 => {
                let length = u64::from_le_bytes(input.array()?);
                Value::Text(text(input.bytes(length)?)?)
            }
            op::SHORT_BINBYTES => {
                let length = input.byte()?;
                Value::Bytes(input.bytes(length.into())?)
            }
            op::BINBYTES => {
                let length = u32::from_le_bytes(input.array()?);
                Value::Bytes(input.bytes(length.into())?)
            }
            op::BINBYTES8 => {
                let length = u64::from_le_bytes(input.array()?);
                Value::Bytes(input.bytes(length)?)
            }
            other => {
                return Err(match op::refused(other) {
                    Some(opcode) => PickleError::ForbiddenOpcode { opcode },
                    None => PickleError::Invalid { reason: "it has an unknown opcode" },
                });
            }
        };
        self.push(value)
    }

    fn list(&mut self, opcode: u8) -> Result<(), PickleError> {
        let added = match opcode {
            op::EMPTY_LIST => return self.push(Value::List(Vec::new())),
            op::LIST => {
                let items = self.pop_mark()?;
                return self.push(Value::List(items));
            }
            op::APPEND => vec![self.pop()?],
            _ => self.pop_mark()?,
        };
        match self.top_mut()? {
            Value::List(items) => items.extend(added),
            _ => return invalid("it appends to no list"),
        }
        Ok(())
    }

    fn dict(&mut self, opcode: u8) -> Result<(), PickleError> {
        let added = match opcode {
            op::EMPTY_DICT => return self.push(Value::Dict(Vec::new())),
            op::SETITEM => {
                let (value, key) = (self.pop()?, self.pop()?);
                vec![key, value]
            }
            _ => self.pop_mark()?,
        };
        let (pairs, rest) = added.as_chunks::<2>();
        if !rest.is_empty() {
            return invalid("a dict's key has no value");
        }
        let pairs = pairs.iter().map(|&[key, value]| (key, value));
        if opcode == op::DICT {
            return self.push(Value::Dict(pairs.collect()));
        }
        match self.top_mut()? {
            Value::Dict(entries) => entries.extend(pairs),
            _ => return invalid("it sets an item of no dict"),
        }
        Ok(())
    }

    fn set(&mut self, opcode: u8) -> Result<(), PickleError> {
        match opcode {
            op::EMPTY_SET => self.push(Value::Set(Vec::new())),
            op::FROZENSET => {
                let items = self.pop_mark()?;
                self.push(Value::Set(items))
            }
            _ => {
                let added = self.pop_mark()?;
                match self.top_mut()? {
                    Value::Set(items) => items.extend(added),
                    _ => return invalid("it adds to no set"),
                }
                Ok(())
            }
        }
    }

    fn tuple(&mut self, opcode: u8) -> Result<(), PickleError> {
        let items = match opcode {
            op::EMPTY_TUPLE => Vec::new(),
            op::TUPLE => self.pop_mark()?,
            counted => {
                let from = self
                    .stack
                    .len()
                    .checked_sub(usize::from(counted - op::TUPLE1) + 1)
                    .filter(|from| *from >= self.marks.last().copied().unwrap_or(0))
                    .ok_or(UNDERFLOW)?;
                self.stack.split_off(from)
            }
        };
        self.push(Value::Tuple(items))
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

    fn global(&mut self, module: &str, name: &str) -> Result<(), PickleError> {
        match known(module, name) {
            Some(known) => self.push(Value::Known(known)),
            None => Err(forbidden(module, name)),
        }
    }

    /// Notes the result that a known function would have.
    fn call(&mut self, function: Id, arguments: Id) -> Result<(), PickleError> {
        let &Value::Known(known) = self.at(function) else {
            return invalid("it calls what is no function");
        };
        let Value::Tuple(arguments) = self.at(arguments) else {
            return invalid("a call has no arguments");
        };
        let first = arguments.first().copied();
        let copied = match first.map(|id| self.at(id)) {
            Some(Value::List(items) | Value::Tuple(items) | Value::Set(items)) => 16 * items.len(),
            Some(Value::Text(text)) => text.len(),
            _ => 0,
        };
        let Some(copies) = self.copies.checked_sub(copied as u64) else {
            return Err(PickleError::TooLarge { what: "copied bytes", limit: self.limits.bytes });
        };
        let items = |id: Option<Id>| match id.map(|id| self.at(id)) {
            None => Ok(Vec::new()),
            Some(Value::List(items) | Value::Tuple(items) | Value::Set(items)) => Ok(items.clone()),
            Some(_) => invalid("a container is made of no container"),
        };
        let value = match known {
            Known::Dict => Value::Dict(self.pairs(&items(first)?)?),
            Known::DefaultDict => Value::Dict(Vec::new()),
            Known::Set => Value::Set(items(first)?),
            Known::List => Value::List(items(first)?),
            Known::Tuple => Value::Tuple(items(first)?),
            Known::RebuildTensor => Value::Tensor(self.tensor(arguments)?),
            Known::RebuildParameter => match first.map(|id| self.at(id)) {
                Some(Value::Tensor(tensor)) => Value::Tensor(tensor.clone()),
                _ => return invalid("a parameter has no tensor"),
            },
            Known::EncodeBytes => match first.map(|id| self.at(id)) {
                Some(Value::Text(text)) => Value::Bytes(text.clone().into_bytes()),
                _ => return invalid("it encodes no text"),
            },
            Known::StorageOf(_) => {
                return Err(PickleError::Forbidden { name: "a storage's own class".to_owned() });
            }
            Known::Opaque => Value::Opaque,
        };
        self.copies = copies;
        self.push(value)
    }

    fn pairs(&self, items: &[Id]) -> Result<Vec<(Id, Id)>, PickleError> {
        items
            .iter()
            .map(|&item| match self.at(item) {
                Value::Tuple(pair) | Value::List(pair) => match pair.as_slice() {
                    &[key, value] => Ok((key, value)),
                    _ => invalid("a dict's entry is no pair"),
                },
                _ => invalid("a dict's entry is no pair"),
            })
            .collect()
    }

    /// `('storage', class, key, location, elements)`, and a view in the form before torch 1.6.
    fn storage(&mut self, id: Id) -> Result<(), PickleError> {
        let Value::Tuple(parts) = self.at(id) else {
            return invalid("a persistent id is no tuple");
        };
        let part = |index: usize| parts.get(index).map(|&id| self.at(id));
        let view = part(5);
        let storage = match (part(0), part(1), part(2), part(4)) {
            (
                Some(Value::Text(tag)),
                Some(&Value::Known(Known::StorageOf(kind))),
                Some(Value::Text(key)),
                Some(&Value::Int(elements)),
            ) if tag == "storage" && elements >= 0 && key.len() <= 64 => {
                Storage { kind, key: key.clone(), elements: elements.unsigned_abs() }
            }
            _ => return invalid("a persistent id names no storage"),
        };
        if !matches!(view, None | Some(Value::None)) {
            return invalid("a storage is a view of another one, which is not supported");
        }
        self.push(Value::Storage(storage))
    }

    /// `(storage, offset, shape, strides, …)`.
    fn tensor(&self, arguments: &[Id]) -> Result<TensorView, PickleError> {
        let argument = |index: usize| arguments.get(index).map(|&id| self.at(id));
        let (Some(Value::Storage(storage)), Some(&Value::Int(offset)), Some(shape), Some(strides)) =
            (argument(0), argument(1), argument(2), argument(3))
        else {
            return invalid("a tensor has no storage, offset, shape and strides");
        };
        let (shape, strides) = (self.lengths(shape)?, self.lengths(strides)?);
        match u64::try_from(offset) {
            Ok(offset) if shape.len() == strides.len() => {
                Ok(TensorView { storage: storage.clone(), offset, shape, strides })
            }
            _ => invalid("a tensor's shape does not fit its strides"),
        }
    }

    fn lengths(&self, value: &Value) -> Result<Vec<u64>, PickleError> {
        const NO_LENGTH: PickleError = PickleError::Invalid { reason: "a length is none" };
        let Value::Tuple(items) = value else { return Err(NO_LENGTH) };
        if items.len() > 16 {
            return invalid("a tensor has more than 16 axes");
        }
        let length = |&id: &Id| match self.at(id) {
            &Value::Int(length) => u64::try_from(length).map_err(|_| NO_LENGTH),
            _ => Err(NO_LENGTH),
        };
        items.iter().map(length).collect()
    }

    fn at(&self, id: Id) -> &Value {
        self.values.get(id.0 as usize).unwrap_or(&Value::None)
    }

    fn push(&mut self, value: Value) -> Result<(), PickleError> {
        self.within(self.values.len())?;
        let id = u32::try_from(self.values.len())
            .map_err(|_| PickleError::TooLarge { what: "values", limit: u32::MAX.into() })?;
        self.values.push(value);
        self.push_id(Id(id))
    }

    fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
        self.stack.push(id);
        self.within(self.stack.len())
    }

    fn mark(&mut self) -> Result<(), PickleError> {
        self.marks.push(self.stack.len());
        self.within(self.marks.len())
    }

    fn within(&self, values: usize) -> Result<(), PickleError> {
        if values as u64 > self.limits.values {
            return Err(PickleError::TooLarge { what: "values", limit: self.limits.values });
        }
        Ok(())
    }

    /// The topmost value, which must lie above the last mark.
    fn pop(&mut self) -> Result<Id, PickleError> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(UNDERFLOW);
        }
        self.stack.pop().ok_or(UNDERFLOW)
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        let from = self.marks.pop().ok_or(PickleError::Invalid { reason: "a mark is missing" })?;
        Ok(self.stack.split_off(from.min(self.stack.len())))
    }

    fn top(&self) -> Result<Id, PickleError> {
        self.stack.last().copied().ok_or(UNDERFLOW)
    }

    fn top_mut(&mut self) -> Result<&mut Value, PickleError> {
        let id = self.top()?;
        self.values.get_mut(id.0 as usize).ok_or(UNDERFLOW)
    }
}

/// A name as a pickle spells it, short enough for a message.
fn forbidden(module: &str, name: &str) -> PickleError {
    let printable = |c: &char| c.is_ascii_graphic();
    let short = |text: &str| text.chars().filter(printable).take(80).collect::<String>();
    PickleError::Forbidden { name: format!("{}.{}", short(module), short(name)) }
}

fn index(line: &str) -> Result<u32, PickleError> {
    line.parse().map_err(|_| PickleError::Invalid { reason: "a memo's index is none" })
}

fn decimal(digits: &str) -> Result<Value, PickleError> {
    match digits.parse() {
        Ok(value) => Ok(Value::Int(value)),
        Err(_) => invalid("a number is none"),
    }
}

fn long(bytes: Vec<u8>) -> Value {
    if bytes.len() > 8 {
        return Value::Long(bytes);
    }
    let fill = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut wide = [fill; 8];
    for (to, from) in wide.iter_mut().zip(&bytes) {
        *to = *from;
    }
    Value::Int(i64::from_le_bytes(wide))
}
