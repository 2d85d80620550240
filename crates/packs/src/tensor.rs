use crate::PackError;

/// A dense f32 tensor in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Lengths of the axes, outermost first.
    pub shape: Vec<usize>,
    /// The values; as many as the product of `shape`.
    pub values: Vec<f32>,
}

/// Named tensors of a checkpoint, whatever its file format.
pub trait TensorSource {
    /// Whether the checkpoint has a tensor of this name.
    fn has(&self, name: &str) -> bool;

    /// Reads one tensor, widened to f32.
    ///
    /// # Errors
    /// When it is absent, is not of a floating-point type, or holds NaN or infinity.
    /// `architecture` only names what was being looked for in the message.
    fn tensor(&self, name: &str, architecture: &'static str) -> Result<Tensor, PackError>;

    /// Reads one tensor and checks its shape.
    ///
    /// # Errors
    /// As [`tensor`](TensorSource::tensor), and when the shape is another one.
    fn shaped(
        &self,
        name: &str,
        shape: &[usize],
        architecture: &'static str,
    ) -> Result<Tensor, PackError> {
        let tensor = self.tensor(name, architecture)?;
        if tensor.shape != shape {
            return Err(PackError::TensorShape {
                tensor: name.to_owned(),
                found: tensor.shape,
                expected: shape.to_vec(),
            });
        }
        Ok(tensor)
    }
}

impl Tensor {
    /// The transpose of a matrix.
    ///
    /// # Errors
    /// When the tensor is not of rank 2.
    pub fn transposed(&self) -> Result<Tensor, PackError> {
        let &[rows, columns] = self.shape.as_slice() else {
            return Err(PackError::Graph {
                reason: format!("a matrix was expected, not a tensor of shape {:?}", self.shape),
            });
        };
        let mut values = Vec::with_capacity(self.values.len());
        for column in 0..columns {
            values.extend(self.values.iter().skip(column).step_by(columns).take(rows));
        }
        Ok(Tensor { shape: vec![columns, rows], values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transpose_of_a_matrix() {
        let matrix = Tensor { shape: vec![2, 3], values: vec![1., 2., 3., 4., 5., 6.] };
        let transposed = matrix.transposed().unwrap();
        assert_eq!(transposed.shape, [3, 2]);
        assert_eq!(transposed.values, [1., 4., 2., 5., 3., 6.]);
        assert!(Tensor { shape: vec![2], values: vec![1., 2.] }.transposed().is_err());
    }
}
