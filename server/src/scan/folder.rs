//! Folders and files as the system sees them: open, list, stat and read, relative to an open folder.

use std::io;

use serde::{Deserialize, Serialize};

/// What the file system tells of a file's version, folded into one number.
///
/// Made of size, modification time, and where the system has them change time and inode, so that
/// a file put back with its old time is still seen as another. [`Stamp::NEVER`] equals nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp([u8; 8]);

/// The little that a scan asks of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meta {
    pub(super) stamp: Stamp,
    pub(super) size: u64,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Folder,
    File,
    /// Links, sockets, pipes and devices, none of which a scan opens.
    Other,
}

/// What a listing found: names that are Unicode, and how many were not.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Vec<(String, Kind)>,
    pub(super) unreadable_names: Vec<String>,
}

/// What was read of a file, in memory that the next one takes over.
///
/// It begins at [`Buffer::PLACE`] of a page. Where the allocator puts what is large, a few bytes past a
/// page's beginning, some processors copy out of the page cache at a third of their speed, which was a
/// quarter of a scan's CPU time (decision 173).
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// The file's bytes after `start` others.
    memory: Vec<u8>,
    start: usize,
}

impl Buffer {
    const PAGE: usize = 4096;
    const PLACE: usize = 256;

    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..]
    }

    /// Makes it empty, with room for `limit` bytes.
    fn clear(&mut self, limit: usize) {
        if self.memory.capacity() < self.start + limit || self.start == 0 {
            self.memory = Vec::with_capacity(limit.next_power_of_two() + 2 * Self::PAGE);
            // An address that cannot be known is as good as any.
            let to_page = self.memory.as_ptr().align_offset(Self::PAGE);
            self.start = to_page.min(Self::PAGE) + Self::PLACE;
            self.memory.resize(self.start, 0);
        }
        self.memory.truncate(self.start);
    }
}

/// A time in nanoseconds since 1970 before which a file must have changed last for its stamp to be
/// trusted: clocks tick coarsely, and a file may change twice within one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrustBefore(i128);

impl TrustBefore {
    const MARGIN: i128 = 2_000_000_000;

    /// For stamps that are compared with nothing older: those of any age are trusted.
    pub(super) const ANY: Self = Self(i128::MAX);

    pub(super) fn at(now: std::time::SystemTime) -> Self {
        let nanos = match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Self(nanos - Self::MARGIN)
    }
}

impl Stamp {
    pub(super) const NEVER: Self = Self([0; 8]);

    /// Of what only has to be there, whatever happens in it.
    pub(super) const THERE: Self = Self([0xff; 8]);

    fn of(parts: [u64; 4], changed: [i128; 2], trust: TrustBefore) -> Self {
        if changed.iter().any(|it| *it >= trust.0) {
            return Self::NEVER;
        }
        let times = changed.map(|it| it as u64);
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for part in parts.into_iter().chain(times) {
            // The finisher of SplitMix64, one round a part.
            state = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
            state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            state ^= state >> 31;
        }
        Self(state.max(1).to_le_bytes())
    }

    /// Whether a file that had this stamp still has it.
    pub(super) fn still(self, now: Self) -> bool {
        self != Self::NEVER && self == now
    }

    pub(super) fn bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// The stamp of one file by its path; [`Stamp::NEVER`] where it is not there.
pub(super) fn stamp_of(path: &std::path::Path, trust: TrustBefore) -> Stamp {
    let parent = path.parent().map(Folder::open);
    let name = path.file_name().and_then(|it| it.to_str());
    match (parent, name) {
        (Some(Ok(folder)), Some(name)) => {
            let meta = folder.stat(name, trust);
            meta.map_or(Stamp::NEVER, |it| it.stamp)
        }
        _ => Stamp::NEVER,
    }
}

#[cfg(unix)]
pub(super) use unix::Folder;

#[cfg(not(unix))]
pub(super) use portable::Folder;

#[cfg(unix)]
mod unix {
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, fstat, openat, statat};

    use super::{Buffer, Kind, Listing, Meta, Stamp, TrustBefore, io};

    /// An open folder; what is in it is reached without walking its path again.
    #[derive(Debug)]
    pub(in crate::scan) struct Folder(OwnedFd);

    /// An open file.
    #[derive(Debug)]
    pub(in crate::scan) struct File(OwnedFd);

    const FOLDER: OFlags = OFlags::RDONLY
        .union(OFlags::DIRECTORY)
        .union(OFlags::CLOEXEC);

    // Without NONBLOCK a file that became a pipe since it was listed would hold the scan for good.
    const FILE: OFlags = OFlags::RDONLY
        .union(OFlags::CLOEXEC)
        .union(OFlags::NOFOLLOW)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY);

    impl Folder {
        pub(in crate::scan) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(openat(CWD, path, FOLDER, Mode::empty())?))
        }

        /// Opens a folder below this one; `relative` is empty for the folder itself.
        pub(in crate::scan) fn enter(&self, relative: &str) -> io::Result<Self> {
            let (path, flags) = match relative {
                "" => (".", FOLDER),
                _ => (relative, FOLDER.union(OFlags::NOFOLLOW)),
            };
            Ok(Self(openat(&self.0, path, flags, Mode::empty())?))
        }

        pub(in crate::scan) fn meta(&self, trust: TrustBefore) -> io::Result<Meta> {
            Ok(meta(&fstat(&self.0)?, trust))
        }

        pub(in crate::scan) fn stat(&self, name: &str, trust: TrustBefore) -> io::Result<Meta> {
            let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(meta(&stat, trust))
        }

        pub(in crate::scan) fn list(&self) -> io::Result<Listing> {
            let mut listing = Listing::default();
            // Opening the folder once more would cost more, on Linux. The place in it is shared.
            let mut entries = Dir::new(rustix::io::fcntl_dupfd_cloexec(&self.0, 0)?)?;
            entries.rewind();
            for entry in entries {
                let entry = entry?;
                let bytes = entry.file_name().to_bytes();
                if matches!(bytes, b"." | b"..") {
                    continue;
                }
                let Ok(name) = std::str::from_utf8(bytes) else {
                    let name = String::from_utf8_lossy(bytes).into_owned();
                    listing.unreadable_names.push(name);
                    continue;
                };
                let kind = match entry.file_type() {
                    FileType::Directory => Kind::Folder,
                    FileType::RegularFile => Kind::File,
                    FileType::Unknown => match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
                        Ok(stat) => kind(FileType::from_raw_mode(stat.st_mode)),
                        Err(_) => Kind::Other,
                    },
                    _ => Kind::Other,
                };
                listing.entries.push((name.to_owned(), kind));
            }
            Ok(listing)
        }

        /// Opens a file. Its meta is then had without walking its name once more.
        pub(in crate::scan) fn file(&self, name: &str) -> io::Result<File> {
            Ok(File(openat(&self.0, name, FILE, Mode::empty())?))
        }
    }

    impl File {
        pub(in crate::scan) fn meta(&self, trust: TrustBefore) -> io::Result<Meta> {
            Ok(meta(&fstat(&self.0)?, trust))
        }

        /// Fills `buffer` with at most `limit` bytes.
        pub(in crate::scan) fn read(&self, limit: usize, buffer: &mut Buffer) -> io::Result<()> {
            buffer.clear(limit);
            let end = buffer.start + limit;
            let memory = &mut buffer.memory;
            loop {
                let space = end - memory.len();
                if space == 0 {
                    return Ok(());
                }
                let n_read = match rustix::io::read(&self.0, rustix::buffer::spare_capacity(memory))
                {
                    Err(rustix::io::Errno::INTR) => continue,
                    it => it?,
                };
                // A read of a regular file that comes short has met its end.
                if n_read < space {
                    return Ok(());
                }
                memory.truncate(end);
            }
        }
    }

    fn meta(stat: &Stat, trust: TrustBefore) -> Meta {
        let nanos = |secs: i128, nanos: i128| secs * 1_000_000_000 + nanos;
        let changed = [
            nanos(i128::from(stat.st_mtime), stat.st_mtime_nsec as i128),
            nanos(i128::from(stat.st_ctime), stat.st_ctime_nsec as i128),
        ];
        let parts = [stat.st_size as u64, stat.st_ino, u64::from(stat.st_mode), 0];
        Meta {
            stamp: Stamp::of(parts, changed, trust),
            size: stat.st_size as u64,
            kind: kind(FileType::from_raw_mode(stat.st_mode)),
        }
    }

    fn kind(file_type: FileType) -> Kind {
        match file_type {
            FileType::Directory => Kind::Folder,
            FileType::RegularFile => Kind::File,
            _ => Kind::Other,
        }
    }
}

#[cfg(not(unix))]
mod portable {
    use std::fs;
    use std::io::Read;
    use std::path::{Path, PathBuf};

    use super::{Buffer, Kind, Listing, Meta, Stamp, TrustBefore, io};

    /// A folder by its path.
    #[derive(Debug)]
    pub(in crate::scan) struct Folder(PathBuf);

    /// A file by its path.
    #[derive(Debug)]
    pub(in crate::scan) struct File(PathBuf);

    impl Folder {
        pub(in crate::scan) fn open(path: &Path) -> io::Result<Self> {
            fs::metadata(path)?;
            Ok(Self(path.to_owned()))
        }

        pub(in crate::scan) fn enter(&self, relative: &str) -> io::Result<Self> {
            Ok(Self(self.0.join(relative)))
        }

        pub(in crate::scan) fn meta(&self, trust: TrustBefore) -> io::Result<Meta> {
            meta(&fs::metadata(&self.0)?, trust)
        }

        pub(in crate::scan) fn stat(&self, name: &str, trust: TrustBefore) -> io::Result<Meta> {
            meta(&fs::symlink_metadata(self.0.join(name))?, trust)
        }

        pub(in crate::scan) fn list(&self) -> io::Result<Listing> {
            let mut listing = Listing::default();
            for entry in fs::read_dir(&self.0)? {
                let entry = entry?;
                match entry.file_name().into_string() {
                    Ok(name) => listing.entries.push((name, kind(&entry.file_type()?))),
                    Err(name) => listing
                        .unreadable_names
                        .push(name.to_string_lossy().into_owned()),
                }
            }
            Ok(listing)
        }

        pub(in crate::scan) fn file(&self, name: &str) -> io::Result<File> {
            Ok(File(self.0.join(name)))
        }
    }

    impl File {
        pub(in crate::scan) fn meta(&self, trust: TrustBefore) -> io::Result<Meta> {
            meta(&fs::symlink_metadata(&self.0)?, trust)
        }

        pub(in crate::scan) fn read(&self, limit: usize, buffer: &mut Buffer) -> io::Result<()> {
            buffer.clear(limit);
            let file = fs::File::open(&self.0)?;
            file.take(limit as u64).read_to_end(&mut buffer.memory)?;
            Ok(())
        }
    }

    fn meta(meta: &fs::Metadata, trust: TrustBefore) -> io::Result<Meta> {
        let modified = match meta.modified()?.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Ok(Meta {
            stamp: Stamp::of([meta.len(), 0, 0, 0], [modified; 2], trust),
            size: meta.len(),
            kind: kind(&meta.file_type()),
        })
    }

    fn kind(file_type: &fs::FileType) -> Kind {
        match (file_type.is_dir(), file_type.is_file()) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::File,
            _ => Kind::Other,
        }
    }
}
