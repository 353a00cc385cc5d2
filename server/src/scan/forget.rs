//! What the store need not remember any longer: projects that are gone, and facts of texts that are.

use std::io::ErrorKind;
use std::path::Path;

use docket_core::text::Hash;
use docket_store::Store;

use crate::scan::snapshot::{What, unpack};

/// How much a store may keep beside what is in use, and how much of a surplus goes at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Facts beyond twice those in use: the texts of other branches, and of yesterday.
    pub(super) n_spare: usize,
    /// So that no run takes long over it; the next goes on.
    pub(super) n_at_once: usize,
}

impl Limits {
    pub(super) const USUAL: Self = Self {
        n_spare: 5_000,
        n_at_once: 2_000,
    };
}

/// Makes room in a store that has new facts, `n_in_use` of which the scan at hand refers to.
pub(super) fn forget_unused(
    store: &mut Store,
    n_in_use: usize,
    limits: Limits,
) -> docket_store::Result<usize> {
    // Most of the time this one count is all that happens.
    if store.n_facts()? <= 2 * n_in_use + limits.n_spare {
        return Ok(0);
    }
    store.drop_roots(is_gone)?;
    let mut live: Vec<Hash> = Vec::new();
    for row in store.all_folders()? {
        let entries = unpack(&row).into_iter().flat_map(|it| it.entries);
        live.extend(entries.filter_map(|it| match it.what {
            What::Facts(_, key) => Some(key),
            _ => None,
        }));
    }
    live.sort_unstable();
    live.dedup();
    let keep = 2 * live.len() + limits.n_spare;
    store.drop_unused(&live, keep, limits.n_at_once)
}

/// A folder that cannot be looked at now, a disk that is asleep or a share without a network, may
/// come back; one whose place does not exist is forgotten, and read again if it does.
fn is_gone(root: &Path) -> bool {
    root.symlink_metadata()
        .is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their own files up")]
mod tests {
    use std::fs;
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, SystemTime};

    use docket_core::config::Config;

    use super::*;
    use crate::scan::{Request, scan};

    fn scanned(root: &Path, store: &mut Store) -> usize {
        let found = scan(&Request {
            root,
            config: &Config::default(),
            store: Some(store),
            now: SystemTime::now() + Duration::from_secs(3_600),
            n_threads: 1,
            progress: &|_| {},
            cancel: &AtomicBool::new(false),
        })
        .unwrap();
        store.save(&found.change).unwrap();
        found.files.len()
    }

    #[test]
    fn what_is_in_use_stays_and_the_rest_goes_bit_by_bit() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        let (mut store, _) = Store::open(&dir.path().join("state/docket.db")).unwrap();
        for root in [&one, &two] {
            fs::create_dir(root).unwrap();
            for round in 0..10 {
                fs::write(root.join("a.rs"), format!("// TODO: {round}\n")).unwrap();
                fs::write(root.join("b.rs"), "// TODO: the same\n").unwrap();
                assert_eq!(scanned(root, &mut store), 2);
            }
        }
        // `b.rs` is the same text at the same place in both, so that its facts are.
        assert_eq!(store.n_facts().unwrap(), 11);
        let limits = Limits {
            n_spare: 1,
            n_at_once: 2,
        };
        let mut forget = || forget_unused(&mut store, 2, limits).unwrap();
        assert_eq!([forget(), forget(), forget(), forget()], [2, 2, 2, 0]);
        assert_eq!(store.n_facts().unwrap(), 5);

        // Nothing was lost that a scan asks for.
        let found = scan(&Request {
            root: &one,
            config: &Config::default(),
            store: Some(&store),
            now: SystemTime::now() + Duration::from_secs(3_600),
            n_threads: 1,
            progress: &|_| {},
            cancel: &AtomicBool::new(false),
        })
        .unwrap();
        assert_eq!((found.files.len(), found.stats.n_read), (2, 0));
    }

    #[test]
    fn a_root_whose_folder_is_gone_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        let (mut store, _) = Store::open(&dir.path().join("state/docket.db")).unwrap();
        for root in [&one, &two] {
            fs::create_dir(root).unwrap();
            fs::write(root.join("a.rs"), format!("// TODO: {}\n", root.display())).unwrap();
            scanned(root, &mut store);
        }
        fs::remove_dir_all(&two).unwrap();
        let limits = Limits {
            n_spare: 0,
            n_at_once: 9,
        };
        assert_eq!(forget_unused(&mut store, 0, limits).unwrap(), 0);
        assert_eq!(store.all_folders().unwrap().len(), 1);
        assert_eq!(scanned(&one, &mut store), 1);
    }
}
