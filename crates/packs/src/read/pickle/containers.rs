//! Opcodes that make numbers, texts and containers, and fill the containers.

use super::PickleError;
use super::input::text;
use super::machine::{Machine, UNDERFLOW, invalid};
use super::opcode as op;
use super::value::Value;

impl Machine<'_> {
    pub(super) fn scalar(&mut self, opcode: u8) -> Result<(), PickleError> {
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

    pub(super) fn list(&mut self, opcode: u8) -> Result<(), PickleError> {
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

    pub(super) fn dict(&mut self, opcode: u8) -> Result<(), PickleError> {
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

    pub(super) fn set(&mut self, opcode: u8) -> Result<(), PickleError> {
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

    pub(super) fn tuple(&mut self, opcode: u8) -> Result<(), PickleError> {
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
