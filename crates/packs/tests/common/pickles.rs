//! Pieces of pickles.

#![allow(dead_code, reason = "each test uses its share")]

/// A text.
pub(crate) fn text(text: &str) -> Vec<u8> {
    [vec![b'X'], (text.len() as u32).to_le_bytes().to_vec(), text.as_bytes().to_vec()].concat()
}

/// A tensor over a storage `key` of class `kind`, as `torch.save` writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tensor<'a> {
    /// Class of the storage.
    pub(crate) kind: &'a str,
    /// Its name.
    pub(crate) key: &'a str,
    /// Its length.
    pub(crate) elements: u32,
    /// The tensor's first element.
    pub(crate) offset: u32,
    /// Its shape.
    pub(crate) shape: &'a [u32],
    /// Its strides.
    pub(crate) strides: &'a [u32],
}

impl Tensor<'_> {
    fn pickle(&self) -> Vec<u8> {
        let int = |value: u32| [vec![b'J'], value.to_le_bytes().to_vec()].concat();
        let tuple = |values: &[u32]| {
            let values: Vec<u8> = values.iter().flat_map(|value| int(*value)).collect();
            [vec![b'('], values, vec![b't']].concat()
        };
        [
            b"ctorch._utils\n_rebuild_tensor_v2\n((".to_vec(),
            text("storage"),
            format!("ctorch\n{}\n", self.kind).into_bytes(),
            text(self.key),
            text("cpu"),
            int(self.elements),
            b"tQ".to_vec(),
            int(self.offset),
            tuple(self.shape),
            tuple(self.strides),
            b"\x89ccollections\nOrderedDict\n)RtR".to_vec(),
        ]
        .concat()
    }
}

/// The pickle of a state dict.
pub(crate) fn state_dict(tensors: &[(&str, Tensor<'_>)]) -> Vec<u8> {
    let entries = tensors.iter().flat_map(|(name, tensor)| [text(name), tensor.pickle()].concat());
    [b"\x80\x02}(".to_vec(), entries.collect(), b"u.".to_vec()].concat()
}
