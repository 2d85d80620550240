use super::{ElementType, ReadAt, Section, read_all};
use crate::{PackError, Tensor, TensorSource};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// The longest header that is read: a hundred times any model's that is built here. (The format
/// itself allows 100 MB.)
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// A `model.safetensors` file: named tensors behind a JSON header.
///
/// Format: <https://huggingface.co/docs/safetensors>. Only the header is read when the file is
/// opened, and checked before any tensor is touched: its length, every tensor's range against
/// its shape and type, overlaps and holes.
#[derive(Clone)]
pub struct SafetensorsFile<'a> {
    file: String,
    data: Section<'a>,
    tensors: BTreeMap<String, Entry>,
}

/// Where a tensor lies in the data behind the header.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    shape: Vec<usize>,
    kind: ElementType,
    start: u64,
    elements: usize,
}

impl<'a> SafetensorsFile<'a> {
    /// Reads the header of a file; `name` is used in messages.
    ///
    /// # Errors
    /// When the header lies about its own length, the tensors' ranges or the file's size.
    pub fn open(name: &str, data: &'a dyn ReadAt) -> Result<Self, PackError> {
        let bad = |reason: &str| PackError::BadSource {
            file: name.to_owned(),
            reason: format!("its safetensors header is not valid ({reason})"),
        };
        let mut length = [0; 8];
        data.read_at(0, &mut length).map_err(|error| bad(&error.to_string()))?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER_BYTES {
            return Err(bad("it is longer than 16 MiB"));
        }
        let header =
            Section::new(data, 8, length).map_err(|_| bad("it is longer than the file"))?;
        let header = read_all(name, &header, MAX_HEADER_BYTES)?;
        let header: Header =
            serde_json::from_slice(&header).map_err(|error| bad(&error.to_string()))?;
        let start = 8 + length;
        let data = Section::new(data, start, data.size().saturating_sub(start))
            .map_err(|error| bad(&error.to_string()))?;
        let tensors = entries(header, data.size()).map_err(|reason| bad(&reason))?;
        Ok(SafetensorsFile { file: name.to_owned(), data, tensors })
    }

    /// The number of elements of a tensor, 0 when there is none of that name.
    pub(crate) fn elements(&self, name: &str) -> u64 {
        self.tensors.get(name).map_or(0, |entry| entry.elements as u64)
    }

    /// The shape of a tensor, if there is one of that name.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|entry| entry.shape.as_slice())
    }

    /// Reads some consecutive rows of a matrix, or elements of a vector, widened to f32: a
    /// language model's matrices are too large to be held whole.
    ///
    /// # Errors
    /// As [`tensor`](TensorSource::tensor), and when the tensor has no such rows.
    pub fn rows(
        &self,
        name: &str,
        rows: std::ops::Range<usize>,
        architecture: &'static str,
    ) -> Result<Vec<f32>, PackError> {
        let missing = || PackError::MissingTensor { tensor: name.to_owned(), architecture };
        let entry = self.tensors.get(name).ok_or_else(missing)?;
        let (&all, width) = entry.shape.split_first().ok_or_else(missing)?;
        let width: usize = width.iter().product();
        if rows.start > rows.end || rows.end > all {
            return Err(PackError::TensorShape {
                tensor: name.to_owned(),
                found: entry.shape.clone(),
                expected: vec![rows.end, width],
            });
        }
        let start = entry.start + (rows.start * width) as u64 * entry.kind.bytes();
        entry.kind.read((&self.file, name), &self.data, start, rows.len() * width)
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }
}

impl TensorSource for SafetensorsFile<'_> {
    fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError> {
        let entry = self
            .tensors
            .get(name)
            .ok_or_else(|| PackError::MissingTensor { tensor: name.to_owned(), architecture })?;
        let values =
            entry.kind.read((&self.file, name), &self.data, entry.start, entry.elements)?;
        Ok(Tensor { shape: entry.shape.clone(), values })
    }
}

impl std::fmt::Debug for SafetensorsFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SafetensorsFile")
            .field("file", &self.file)
            .field("tensors", &self.tensors.len())
            .finish_non_exhaustive()
    }
}

/// The header as it is written; a tensor that is named twice is refused.
struct Header(BTreeMap<String, HeaderEntry>);

#[derive(Deserialize)]
struct HeaderEntry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    } else if entries.insert(name, map.next_value()?).is_some() {
                        return Err(A::Error::custom("a tensor is listed twice"));
                    }
                }
                Ok(Header(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Checks the ranges against shapes, types and each other: they must fill the data exactly.
fn entries(header: Header, size: u64) -> Result<BTreeMap<String, Entry>, String> {
    let mut ranges: Vec<[u64; 2]> = Vec::with_capacity(header.0.len());
    let mut entries = BTreeMap::new();
    for (name, entry) in header.0 {
        let [start, end] = entry.data_offsets;
        let kind = element_type(&entry.dtype)
            .ok_or_else(|| format!("tensor {name} is of an unknown type"))?;
        let elements =
            entry.shape.iter().try_fold(1u64, |product, &length| product.checked_mul(length));
        let fits = elements
            .and_then(|elements| elements.checked_mul(kind.bytes()))
            .is_some_and(|bytes| start.checked_add(bytes) == Some(end));
        let shape: Option<Vec<usize>> =
            entry.shape.iter().map(|&length| usize::try_from(length).ok()).collect();
        let elements = elements.and_then(|elements| usize::try_from(elements).ok());
        let (Some(shape), Some(elements), true) = (shape, elements, fits) else {
            return Err(format!("the range of tensor {name} does not fit its shape"));
        };
        ranges.push([start, end]);
        entries.insert(name, Entry { shape, kind, start, elements });
    }
    ranges.sort_unstable();
    let mut at = 0;
    for [start, end] in ranges {
        if start != at {
            return Err("the tensors' ranges overlap or leave holes".to_owned());
        }
        at = end;
    }
    if at != size {
        return Err(format!("its tensors end at byte {at} of {size} behind it"));
    }
    Ok(entries)
}

fn element_type(name: &str) -> Option<ElementType> {
    Some(match name {
        "F32" => ElementType::F32,
        "F16" => ElementType::F16,
        "BF16" => ElementType::Bf16,
        "F64" => ElementType::Other("F64", 8),
        "I64" => ElementType::Other("I64", 8),
        "U64" => ElementType::Other("U64", 8),
        "I32" => ElementType::Other("I32", 4),
        "U32" => ElementType::Other("U32", 4),
        "I16" => ElementType::Other("I16", 2),
        "U16" => ElementType::Other("U16", 2),
        "I8" => ElementType::Other("I8", 1),
        "U8" => ElementType::Other("U8", 1),
        "BOOL" => ElementType::Other("BOOL", 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn reads_all_float_types() {
        let header = r#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1],"data_offsets":[8,10]},"c":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]}}"#;
        let mut data = Vec::new();
        data.extend(1.5f32.to_le_bytes());
        data.extend((-2.0f32).to_le_bytes());
        data.extend([0x00, 0x3e]); // 1.5 in binary16
        data.extend([0xc0, 0x3f]); // 1.5 in bfloat16
        let bytes = file(header, &data);
        let tensors = SafetensorsFile::open("x", &bytes).unwrap();
        assert_eq!(tensors.names().collect::<Vec<_>>(), ["a", "b", "c"]);
        let a = tensors.shaped("a", &[1, 2], "BERT").unwrap();
        assert_eq!(a.values, [1.5, -2.0]);
        assert_eq!(tensors.tensor("b", "BERT").unwrap().values, [1.5]);
        assert_eq!(tensors.tensor("c", "BERT").unwrap().values, [1.5]);
        assert!(matches!(tensors.shaped("a", &[2, 1], "BERT"), Err(PackError::TensorShape { .. })));
        assert!(matches!(tensors.tensor("d", "BERT"), Err(PackError::MissingTensor { .. })));
        assert_eq!(tensors.shape("a"), Some(&[1, 2][..]));
        assert_eq!(tensors.rows("a", 0..1, "BERT").unwrap(), [1.5, -2.0]);
        assert!(tensors.rows("b", 1..1, "BERT").unwrap().is_empty());
        assert!(matches!(tensors.rows("b", 1..2, "BERT"), Err(PackError::TensorShape { .. })));
    }

    #[test]
    fn lying_headers_are_refused() {
        let good = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
        let one = |entry: &str| format!("{{\"a\":{entry}}}");
        let two = |entry: &str| {
            format!("{},\"b\":{entry}}}", good.trim_end_matches('}').to_owned() + "}")
        };
        let huge = u64::MAX / 2;
        let bad: Vec<Vec<u8>> = vec![
            vec![],
            vec![1, 2, 3],
            // Header longer than the file, and longer than any file.
            100u64.to_le_bytes().to_vec(),
            u64::MAX.to_le_bytes().to_vec(),
            // Data shorter and longer than the ranges say.
            file(good, &[0; 7]),
            file(good, &[0; 9]),
            // A range that does not fit its shape, or goes backwards.
            file(&one(r#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#), &[0; 8]),
            file(&one(r#"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#), &[0; 8]),
            // Two tensors over the same bytes, one name twice, a hole.
            file(&two(r#"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#), &[0; 8]),
            file(&two(r#"{"dtype":"F32","shape":[1],"data_offsets":[12,16]}"#), &[0; 16]),
            file(
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
                &[0; 8],
            ),
            // An unknown type, and a shape whose product overflows.
            file(&one(r#"{"dtype":"F99","shape":[2],"data_offsets":[0,8]}"#), &[0; 8]),
            file(
                &one(&format!(
                    r#"{{"dtype":"F32","shape":[{huge},{huge},{huge}],"data_offsets":[0,8]}}"#
                )),
                &[0; 8],
            ),
            // Not an object, and nested beyond reason.
            file("[]", &[]),
            file(&"[".repeat(100_000), &[]),
        ];
        for (case, bytes) in bad.iter().enumerate() {
            let error = SafetensorsFile::open("weights", bytes).err();
            assert!(matches!(error, Some(PackError::BadSource { .. })), "case {case}");
        }
    }

    #[test]
    fn weights_must_be_finite_floats() {
        let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I64","shape":[1],"data_offsets":[4,12]}}"#;
        let mut data = f32::NAN.to_le_bytes().to_vec();
        data.extend([0; 8]);
        let bytes = file(header, &data);
        let tensors = SafetensorsFile::open("x", &bytes).unwrap();
        assert!(matches!(tensors.tensor("a", "BERT"), Err(PackError::NotFinite { .. })));
        assert!(matches!(tensors.tensor("b", "BERT"), Err(PackError::BadSource { .. })));
    }
}
