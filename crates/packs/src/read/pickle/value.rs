use crate::read::ElementType;

/// A value in a [`Pickle`]: values can be shared and contain themselves, so they are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) u32);

/// The values of one pickle.
#[derive(Debug, Clone)]
pub struct Pickle {
    pub(super) values: Vec<Value>,
    pub(super) root: Id,
}

impl Pickle {
    /// What was pickled.
    pub fn root(&self) -> &Value {
        self.get(self.root)
    }

    /// A value by its number.
    pub fn get(&self, id: Id) -> &Value {
        const NONE: Value = Value::None;
        // Every number was given out by the machine that filled the list.
        self.values.get(id.0 as usize).unwrap_or(&NONE)
    }

    /// The value of a text key in a dict, the last one if it was set twice.
    pub fn entry(&self, dict: &Value, key: &str) -> Option<Id> {
        let Value::Dict(entries) = dict else { return None };
        let is_key = |id: Id| matches!(self.get(id), Value::Text(text) if text == key);
        entries.iter().rev().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    /// All storages that tensors lie in.
    pub fn storages(&self) -> impl Iterator<Item = &TensorStorage> {
        self.values.iter().filter_map(|value| match value {
            Value::Storage(storage) => Some(storage),
            _ => None,
        })
    }

    /// The text of a value, if it is one.
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.get(id) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a dict whose keys are texts, in their order; none of anything else.
    pub fn entries<'a>(&'a self, dict: &'a Value) -> impl Iterator<Item = (&'a str, Id)> {
        let entries = match dict {
            Value::Dict(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter_map(|&(key, value)| Some((self.text(key)?, value)))
    }
}

/// A Python value, as far as it matters.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A longer integer: two's complement, little-endian.
    Long(Vec<u8>),
    /// A float.
    Float(f64),
    /// A `str`.
    Text(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Id>),
    /// A tuple or `torch.Size`.
    Tuple(Vec<Id>),
    /// A set or frozenset.
    Set(Vec<Id>),
    /// A dict or `OrderedDict`; a key that was set twice is listed twice.
    Dict(Vec<(Id, Id)>),
    /// A torch tensor or parameter.
    Tensor(TensorView),
    /// A storage, as a persistent id names it.
    Storage(TensorStorage),
    /// A known class or function, not called.
    Known(Known),
    /// A value of no importance that is known to be harmless: a torch dtype or device, a NumPy
    /// number.
    Opaque,
}

/// Some memory with numbers in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorStorage {
    /// The numbers' type.
    pub kind: ElementType,
    /// The name under which the file keeps it.
    pub key: String,
    /// How many numbers it holds.
    pub elements: u64,
}

/// A tensor over a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorView {
    /// The storage.
    pub storage: TensorStorage,
    /// The first element's place in it.
    pub offset: u64,
    /// Lengths of the axes, outermost first.
    pub shape: Vec<u64>,
    /// Distance of neighbours along each axis, in elements.
    pub strides: Vec<u64>,
}

/// What a pickle may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// `collections.OrderedDict`, `dict`.
    Dict,
    /// `collections.defaultdict`.
    DefaultDict,
    /// `set`, `frozenset`.
    Set,
    /// `list`.
    List,
    /// `tuple`, `torch.Size`.
    Tuple,
    /// `torch._utils._rebuild_tensor`, `torch._utils._rebuild_tensor_v2`.
    RebuildTensor,
    /// `torch._utils._rebuild_parameter`.
    RebuildParameter,
    /// `_codecs.encode`: `bytes` in protocol 2.
    EncodeBytes,
    /// A class of storage.
    StorageOf(ElementType),
    /// A class or function whose results are [`Value::Opaque`].
    Opaque,
}
