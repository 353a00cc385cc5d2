//! From a key to the files that say it, and how often; cloned in constant time.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use crate::world::Map;

#[derive(Clone, Debug)]
pub(super) struct Multimap<K: Eq + Hash + Clone>(Map<K, Map<Arc<str>, u32>>);

impl<K: Eq + Hash + Clone> Default for Multimap<K> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<K: Eq + Hash + Clone> PartialEq for Multimap<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Eq + Hash + Clone> Multimap<K> {
    pub(super) fn add(&mut self, key: K, path: &Arc<str>) {
        if let Some(files) = self.0.get_mut(&key) {
            match files.get_mut(path) {
                Some(count) => *count += 1,
                None => files.insert_mut(path.clone(), 1),
            }
        } else {
            let mut files = Map::default();
            files.insert_mut(path.clone(), 1);
            self.0.insert_mut(key, files);
        }
    }

    pub(super) fn remove<Q>(&mut self, key: &Q, path: &Arc<str>)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(files) = self.0.get_mut(key) else {
            return;
        };
        match files.get_mut(path) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                files.remove_mut(path);
            }
        }
        if files.is_empty() {
            self.0.remove_mut(key);
        }
    }

    pub(super) fn files<Q>(&self, key: &Q) -> impl Iterator<Item = &Arc<str>> + use<'_, K, Q>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(key).into_iter().flat_map(Map::keys)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn n_files(&self, key: &K) -> usize {
        self.0.get(key).map_or(0, Map::size)
    }

    /// How often the key is said in all files.
    pub(super) fn total(&self, key: &K) -> usize {
        let files = self.0.get(key).into_iter().flat_map(Map::values);
        files.map(|it| *it as usize).sum()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    pub(super) fn n_keys(&self) -> usize {
        self.0.size()
    }

    pub(super) fn all_files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.values().flat_map(Map::keys)
    }

    pub(super) fn sizes(&self) -> impl Iterator<Item = (&K, usize)> {
        self.0.iter().map(|(key, files)| (key, files.size()))
    }
}
