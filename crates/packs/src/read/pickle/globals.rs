//! The classes and functions that a state dict may name.

use super::value::Known;
use crate::read::ElementType;

/// Looks up a class or function; `None` for all that is refused.
pub(super) fn known(module: &str, name: &str) -> Option<Known> {
    Some(match (module, name) {
        ("collections", "OrderedDict") => Known::Dict,
        ("collections", "defaultdict") => Known::DefaultDict,
        ("builtins" | "__builtin__", "dict") => Known::Dict,
        ("builtins" | "__builtin__", "list") => Known::List,
        ("builtins" | "__builtin__", "tuple") => Known::Tuple,
        ("builtins" | "__builtin__", "set" | "frozenset") => Known::Set,
        ("torch", "Size") => Known::Tuple,
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Known::RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => Known::RebuildParameter,
        ("_codecs", "encode") => Known::EncodeBytes,
        ("torch", name) if name.ends_with("Storage") => Known::StorageOf(storage(name)?),
        ("torch", "device") => Known::Opaque,
        ("torch", name) if is_dtype(name) => Known::Opaque,
        // Losses and scores that a training script saved along.
        ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Known::Opaque,
        ("numpy", "dtype") => Known::Opaque,
        _ => return None,
    })
}

fn storage(name: &str) -> Option<ElementType> {
    Some(match name {
        "FloatStorage" => ElementType::F32,
        "HalfStorage" => ElementType::F16,
        "BFloat16Storage" => ElementType::Bf16,
        "DoubleStorage" => ElementType::Other("float64", 8),
        "LongStorage" => ElementType::Other("int64", 8),
        "IntStorage" => ElementType::Other("int32", 4),
        "ShortStorage" => ElementType::Other("int16", 2),
        "CharStorage" => ElementType::Other("int8", 1),
        "ByteStorage" => ElementType::Other("uint8", 1),
        "BoolStorage" => ElementType::Other("bool", 1),
        _ => return None,
    })
}

fn is_dtype(name: &str) -> bool {
    matches!(
        name,
        "float32"
            | "float16"
            | "bfloat16"
            | "float64"
            | "int64"
            | "int32"
            | "int16"
            | "int8"
            | "uint8"
            | "bool"
    )
}
