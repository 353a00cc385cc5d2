//! One file of the walk: as it is remembered where its stamp still holds, else read.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use docket_core::facts::{FileFacts, MAX_FILE, Skip};
use docket_core::text::Hash;
use docket_store::{encode_facts, is_damage};

use super::{Worker, join};
use crate::scan::Skipped;
use crate::scan::folder::{Folder, Kind, Stamp};
use crate::scan::read::Found;
use crate::scan::snapshot::What;

impl Worker<'_> {
    /// Brings one entry up to date, and takes what the file gives.
    pub(super) fn item(&mut self, folder: &Folder, parent: &str, name: &str, before: What) -> What {
        let shared = self.shared;
        let stamp = match before {
            What::Folder | What::Rules(_) | What::Foreign => return before,
            What::Passed(skip) => {
                self.skip(join(parent, name), skip);
                return before;
            }
            What::Quiet(stamp) | What::Facts(stamp, _) | What::Skipped(stamp, _) => stamp,
        };
        if shared.is_cancelled() {
            return What::Quiet(Stamp::NEVER);
        }
        self.stats.n_files += 1;
        if stamp != Stamp::NEVER {
            let meta = match folder.stat(name, shared.trust) {
                Ok(meta) if meta.kind == Kind::File => meta,
                // It went away, or became a folder, since it was listed: the folder's own stamp tells next time.
                _ => return What::Quiet(Stamp::NEVER),
            };
            match before {
                _ if !stamp.still(meta.stamp) => {}
                What::Facts(_, key) => {
                    if let Some(facts) = self.stored(key) {
                        self.keep(join(parent, name), facts);
                        return before;
                    }
                }
                What::Skipped(_, skip) => {
                    self.skip(join(parent, name), skip);
                    return before;
                }
                _ => return before,
            }
        }
        self.read(folder, join(parent, name), name)
    }

    fn read(&mut self, folder: &Folder, path: String, name: &str) -> What {
        let shared = self.shared;
        let file = match folder.file(name) {
            Ok(file) => file,
            // As above.
            Err(error) if error.kind() == ErrorKind::NotFound => return What::Quiet(Stamp::NEVER),
            Err(error) => {
                self.skip_refused(path, &error);
                return What::Skipped(Stamp::NEVER, Skip::Unreadable);
            }
        };
        let meta = match file.meta(shared.trust) {
            Ok(meta) if meta.kind == Kind::File => meta,
            // As above.
            _ => return What::Quiet(Stamp::NEVER),
        };
        if meta.size > MAX_FILE {
            self.skip(path, Skip::TooLarge);
            return What::Skipped(meta.stamp, Skip::TooLarge);
        }
        // One byte more than the size tells a file that has grown since.
        let limit = meta.size as usize + 1;
        if let Err(error) = file.read(limit, &mut self.buffer) {
            self.skip_refused(path, &error);
            return What::Skipped(Stamp::NEVER, Skip::Unreadable);
        }
        self.stats.n_read += 1;
        let bytes = self.buffer.bytes();
        self.stats.n_bytes_read += bytes.len() as u64;
        // What was read is not what the stamp is of: it is looked at, and not relied on.
        let stamp = match bytes.len() as u64 == meta.size {
            true => meta.stamp,
            false => Stamp::NEVER,
        };
        let stored = self.reader.is_some().then_some(|key| self.stored(key));
        let found = shared.examiner.examine(&path, bytes, stored);
        match found {
            Found::Quiet => What::Quiet(stamp),
            Found::Skipped(skip) => {
                self.skip(path, skip);
                What::Skipped(stamp, skip)
            }
            Found::Stored(key, facts) => {
                self.keep(path, *facts);
                What::Facts(stamp, key)
            }
            Found::Facts(key, facts) => {
                if self.keeps {
                    self.facts.push((key, encode_facts(&facts)));
                }
                self.keep(path, *facts);
                What::Facts(stamp, key)
            }
        }
    }

    /// The facts that the store has under `key`; none where they cannot be read.
    fn stored(&self, key: Hash) -> Option<FileFacts> {
        match self.reader.as_ref()?.facts(key) {
            Ok(facts) => facts,
            Err(error) => {
                if is_damage(&error) {
                    self.shared.damaged.store(true, Ordering::Relaxed);
                }
                None
            }
        }
    }

    fn keep(&mut self, path: String, facts: FileFacts) {
        if let Some(skip) = facts.skip {
            self.skip(path.clone(), skip);
        }
        self.files.push((path.into(), Arc::new(facts)));
    }

    pub(super) fn skip(&mut self, path: String, reason: Skip) {
        self.skipped.push(Skipped { path, reason });
    }
}
