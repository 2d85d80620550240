//! The state dict in what was pickled.

use crate::read::pickle::{Id, Pickle, TensorView, Value};
use std::collections::BTreeMap;

/// The keys under which training scripts keep a model's state dict.
const USUAL_KEYS: [&str; 3] = ["model_state_dict", "state_dict", "model"];

/// Tensors by name.
#[derive(Debug, Clone)]
pub(super) struct StateDict {
    pub(super) tensors: BTreeMap<String, TensorView>,
}

impl StateDict {
    /// The pickled object itself if it holds tensors, else what it holds under a usual key.
    pub(super) fn find(pickle: &Pickle) -> Result<StateDict, String> {
        let root = pickle.root();
        let inner = USUAL_KEYS.iter().filter_map(|key| pickle.entry(root, key));
        std::iter::once(root)
            .chain(inner.map(|id: Id| pickle.get(id)))
            .map(|dict| StateDict { tensors: tensors(pickle, dict) })
            .find(|state| !state.tensors.is_empty())
            .ok_or_else(|| {
                let usual = USUAL_KEYS.join(", ");
                format!("it holds no state dict, neither itself nor under {usual}")
            })
    }
}

fn tensors(pickle: &Pickle, dict: &Value) -> BTreeMap<String, TensorView> {
    pickle
        .entries(dict)
        .filter_map(|(name, id)| match pickle.get(id) {
            Value::Tensor(view) => Some((name.to_owned(), view.clone())),
            _ => None,
        })
        .collect()
}
