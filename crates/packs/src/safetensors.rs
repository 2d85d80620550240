use crate::{PackError, Tensor, TensorSource};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};

/// A `model.safetensors` file: named tensors behind a JSON header.
///
/// Format: <https://huggingface.co/docs/safetensors>. The header is checked before any tensor
/// is touched: its length, every tensor's range, overlaps and holes. Nothing is copied until a
/// tensor is asked for.
#[derive(Debug)]
pub struct SafetensorsFile<'a> {
    file: String,
    tensors: SafeTensors<'a>,
}

impl<'a> SafetensorsFile<'a> {
    /// Reads the header of a file; `name` is used in messages.
    ///
    /// # Errors
    /// When the header lies about its own length, the tensors' ranges or the file's size.
    pub fn open(name: &str, bytes: &'a [u8]) -> Result<Self, PackError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| PackError::BadSource {
            file: name.to_owned(),
            reason: format!("its safetensors header is not valid ({error})"),
        })?;
        Ok(SafetensorsFile { file: name.to_owned(), tensors })
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.tensors.names().into_iter().map(|name| name.to_string()).collect();
        names.sort();
        names
    }
}

impl TensorSource for SafetensorsFile<'_> {
    fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|_| PackError::MissingTensor { tensor: name.to_owned(), architecture })?;
        let data = view.data();
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => chunks(data).map(f32::from_le_bytes).collect(),
            Dtype::F16 => chunks(data).map(|b| f16::from_le_bytes(b).to_f32()).collect(),
            Dtype::BF16 => chunks(data).map(|b| bf16::from_le_bytes(b).to_f32()).collect(),
            other => {
                return Err(PackError::BadSource {
                    file: self.file.clone(),
                    reason: format!("tensor {name} is of type {other:?}, not f32, f16 or bf16"),
                });
            }
        };
        if !values.iter().all(|value| value.is_finite()) {
            return Err(PackError::NotFinite { tensor: name.to_owned() });
        }
        Ok(Tensor { shape: view.shape().to_vec(), values })
    }
}

fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    data.as_chunks::<N>().0.iter().copied()
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
        let header = r#"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1],"data_offsets":[8,10]},"c":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]}}"#;
        let mut data = Vec::new();
        data.extend(1.5f32.to_le_bytes());
        data.extend((-2.0f32).to_le_bytes());
        data.extend([0x00, 0x3e]); // 1.5 in binary16
        data.extend([0xc0, 0x3f]); // 1.5 in bfloat16
        let bytes = file(header, &data);
        let tensors = SafetensorsFile::open("x", &bytes).unwrap();
        assert_eq!(tensors.names(), ["a", "b", "c"]);
        let a = tensors.shaped("a", &[1, 2], "BERT").unwrap();
        assert_eq!(a.values, [1.5, -2.0]);
        assert_eq!(tensors.tensor("b", "BERT").unwrap().values, [1.5]);
        assert_eq!(tensors.tensor("c", "BERT").unwrap().values, [1.5]);
        assert!(matches!(tensors.shaped("a", &[2, 1], "BERT"), Err(PackError::TensorShape { .. })));
        assert!(matches!(tensors.tensor("d", "BERT"), Err(PackError::MissingTensor { .. })));
    }

    #[test]
    fn lying_headers_are_refused() {
        let good = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
        let bad: [Vec<u8>; 8] = [
            vec![],
            vec![1, 2, 3],
            // Header longer than the file, and longer than any file.
            100u64.to_le_bytes().to_vec(),
            u64::MAX.to_le_bytes().to_vec(),
            // Data shorter than the ranges say.
            file(good, &[0; 7]),
            // Data longer than the ranges say.
            file(good, &[0; 9]),
            // A range that does not fit its shape.
            file(r#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, &[0; 8]),
            // Two tensors over the same bytes.
            file(
                r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
                &[0; 8],
            ),
        ];
        for (case, bytes) in bad.iter().enumerate() {
            let error = SafetensorsFile::open("weights", bytes).err();
            assert!(matches!(error, Some(PackError::BadSource { .. })), "case {case}");
        }
        // A shape whose product overflows.
        let huge = format!(
            r#"{{"a":{{"dtype":"F32","shape":[{0},{0},{0}],"data_offsets":[0,8]}}}}"#,
            u64::MAX / 2
        );
        assert!(SafetensorsFile::open("weights", &file(&huge, &[0; 8])).is_err());
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
