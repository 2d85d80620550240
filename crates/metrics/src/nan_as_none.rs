//! Serializes NaN as an absent value, since JSON has no NaN and would not read its own null back.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) trait Float: Copy {
    const NAN: Self;
    fn is_nan(self) -> bool;
}

impl Float for f32 {
    const NAN: Self = Self::NAN;
    fn is_nan(self) -> bool {
        self.is_nan()
    }
}

impl Float for f64 {
    const NAN: Self = Self::NAN;
    fn is_nan(self) -> bool {
        self.is_nan()
    }
}

pub(crate) fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Float + Serialize,
    S: Serializer,
{
    Some(*value).filter(|value| !value.is_nan()).serialize(serializer)
}

pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Float + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or(T::NAN))
}
