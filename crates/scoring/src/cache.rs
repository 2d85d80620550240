//! A cache bounded by bytes, least recently used out first.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Keeps the most recently used values up to a number of bytes.
///
/// A worker keeps embeddings in it: identical texts of a run are then encoded once, while memory
/// stays flat on large runs. What is evicted is computed again to the same bits, so the cache
/// never changes a result.
pub struct Cache<K, V> {
    values: HashMap<K, Entry<V>>,
    /// Use stamp → key, oldest first.
    order: BTreeMap<u64, K>,
    stamp: u64,
    bytes: usize,
    limit: usize,
}

struct Entry<V> {
    value: V,
    bytes: usize,
    stamp: u64,
}

impl<K: Clone + Eq + Hash, V> Cache<K, V> {
    /// An empty cache that holds values of at most `limit` bytes together.
    pub fn new(limit: usize) -> Self {
        Self { values: HashMap::new(), order: BTreeMap::new(), stamp: 0, bytes: 0, limit }
    }

    /// Whether the key is held; does not count as a use.
    pub fn contains(&self, key: &K) -> bool {
        self.values.contains_key(key)
    }

    /// The value, marked as just used.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        let entry = self.values.get_mut(key)?;
        self.order.remove(&entry.stamp);
        self.stamp += 1;
        entry.stamp = self.stamp;
        self.order.insert(self.stamp, key.clone());
        Some(&entry.value)
    }

    /// Takes a value of the given size in, and puts the least recently used out until all fit.
    /// The newest value always stays, even if it alone is over the limit.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.remove(&key);
        self.stamp += 1;
        self.order.insert(self.stamp, key.clone());
        self.bytes += bytes;
        self.values.insert(key, Entry { value, bytes, stamp: self.stamp });
        while self.bytes > self.limit && self.values.len() > 1 {
            let Some(oldest) = self.order.first_key_value().map(|(_, key)| key.clone()) else {
                break;
            };
            self.remove(&oldest);
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.values.remove(key) {
            self.order.remove(&entry.stamp);
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Cache::new(10);
        cache.insert("a", 1, 5);
        cache.insert("b", 2, 5);
        assert_eq!(cache.get(&"a"), Some(&1));
        cache.insert("c", 3, 5);
        assert!(cache.contains(&"a") && cache.contains(&"c") && !cache.contains(&"b"));
        assert_eq!(cache.bytes(), 10);
    }

    #[test]
    fn one_value_over_the_limit_is_still_held() {
        let mut cache = Cache::new(1);
        cache.insert("a", 1, 5);
        cache.insert("b", 2, 7);
        assert_eq!(cache.get(&"a"), None);
        assert_eq!(cache.get(&"b"), Some(&2));
        assert_eq!(cache.bytes(), 7);
    }

    #[test]
    fn a_key_put_in_twice_counts_once() {
        let mut cache = Cache::new(10);
        cache.insert("a", 1, 5);
        cache.insert("a", 2, 6);
        assert_eq!(cache.get(&"a"), Some(&2));
        assert_eq!(cache.bytes(), 6);
    }
}
