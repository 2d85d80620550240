//! The element types of tensors, and their widening to f32.

use super::ReadAt;
use crate::PackError;
use half::{bf16, f16};

/// The type of a tensor's elements in a checkpoint. Only the floating-point ones of at most 32
/// bits are weights; the others occur as buffers and are never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary16.
    F16,
    /// The upper half of binary32.
    Bf16,
    /// Any other type: its name in the checkpoint and its bytes per element.
    Other(&'static str, u64),
}

impl ElementType {
    /// Bytes per element.
    pub fn bytes(self) -> u64 {
        match self {
            ElementType::F32 => 4,
            ElementType::F16 | ElementType::Bf16 => 2,
            ElementType::Other(_, bytes) => bytes,
        }
    }

    /// Reads `count` elements from `offset` on, widened to f32, without holding both forms.
    /// `file` and `tensor` are used in messages.
    ///
    /// # Errors
    /// When the type is no weight's, the file ends before, or a value is not finite.
    pub(crate) fn read(
        self,
        (file, tensor): (&str, &str),
        data: &dyn ReadAt,
        offset: u64,
        count: usize,
    ) -> Result<Vec<f32>, PackError> {
        const STEP: usize = 1 << 18;
        let bad = |reason: String| PackError::BadSource { file: file.to_owned(), reason };
        let width = match self {
            ElementType::F32 => 4,
            ElementType::F16 | ElementType::Bf16 => 2,
            ElementType::Other(name, _) => {
                return Err(bad(format!(
                    "tensor {tensor} is of type {name}, not f32, f16 or bf16"
                )));
            }
        };
        let bytes = (count as u64).saturating_mul(width as u64);
        if offset.saturating_add(bytes) > data.size() {
            return Err(bad(format!("it ends before tensor {tensor}")));
        }
        let mut values = Vec::new();
        values
            .try_reserve_exact(count)
            .map_err(|_| bad(format!("tensor {tensor} does not fit in memory")))?;
        let mut buffer = vec![0; STEP.min(count) * width];
        let mut at = offset;
        let mut left = count;
        while left > 0 {
            let (step, _) = buffer.split_at_mut(left.min(STEP) * width);
            data.read_at(at, step).map_err(|error| bad(format!("tensor {tensor}: {error}")))?;
            self.widen(step, &mut values);
            at += step.len() as u64;
            left -= step.len() / width;
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(PackError::NotFinite { tensor: tensor.to_owned() });
        }
        Ok(values)
    }

    fn widen(self, bytes: &[u8], values: &mut Vec<f32>) {
        let pairs = || bytes.as_chunks::<2>().0.iter().copied();
        match self {
            ElementType::F32 => {
                values.extend(bytes.as_chunks::<4>().0.iter().copied().map(f32::from_le_bytes));
            }
            ElementType::F16 => {
                values.extend(pairs().map(|pair| f16::from_le_bytes(pair).to_f32()))
            }
            ElementType::Bf16 => {
                values.extend(pairs().map(|pair| bf16::from_le_bytes(pair).to_f32()));
            }
            ElementType::Other(..) => {}
        }
    }
}
