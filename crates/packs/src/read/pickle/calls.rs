//! What a pickle calls, without calling it: known classes and functions, and storages.

use super::PickleError;
use super::globals::known;
use super::machine::{Machine, invalid};
use super::value::{Id, Known, TensorStorage, TensorView, Value};

impl Machine<'_> {
    pub(super) fn global(&mut self, module: &str, name: &str) -> Result<(), PickleError> {
        match known(module, name) {
            Some(known) => self.push(Value::Known(known)),
            None => Err(forbidden(module, name)),
        }
    }

    /// Notes the result that a known function would have.
    pub(super) fn call(&mut self, function: Id, arguments: Id) -> Result<(), PickleError> {
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
    pub(super) fn storage(&mut self, id: Id) -> Result<(), PickleError> {
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
                TensorStorage { kind, key: key.clone(), elements: elements.unsigned_abs() }
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
}

/// A name as a pickle spells it, short enough for a message.
pub(super) fn forbidden(module: &str, name: &str) -> PickleError {
    let printable = |c: &char| c.is_ascii_graphic();
    let short = |text: &str| text.chars().filter(printable).take(80).collect::<String>();
    PickleError::Forbidden { name: format!("{}.{}", short(module), short(name)) }
}
