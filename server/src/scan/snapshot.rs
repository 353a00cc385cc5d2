//! What a scan remembers of a folder, packed into one row of the store.

use docket_core::text::Hash;
use serde::{Deserialize, Serialize};

use crate::scan::folder::Stamp;
use docket_core::facts::Skip;

/// A folder as the last scan left it. Names ascend.
#[derive(Debug)]
pub(super) struct Remembered<'a> {
    pub(super) stamp: Stamp,
    pub(super) entries: Vec<Entry<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) what: What,
}

/// What became of one name of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
    /// Entered.
    Folder,
    /// Neither entered nor read, for its name or its place.
    Passed(Skip),
    /// A file that changes what is passed over.
    Rules(Stamp),
    /// Of no language that has comments: not even asked for its stamp.
    Foreign,
    /// Read, and nothing found.
    Quiet(Stamp),
    /// Read, and its facts are kept under this key.
    Facts(Stamp, Hash),
    /// Not read to the end.
    Skipped(Stamp, Skip),
}

impl What {
    /// The stamp of a file that was looked at.
    pub(super) fn stamp(self) -> Option<Stamp> {
        match self {
            Self::Rules(stamp)
            | Self::Quiet(stamp)
            | Self::Facts(stamp, _)
            | Self::Skipped(stamp, _) => Some(stamp),
            Self::Folder | Self::Passed(_) | Self::Foreign => None,
        }
    }
}

pub(super) fn pack(stamp: Stamp, entries: &[Entry<'_>]) -> Vec<u8> {
    let row = Vec::with_capacity(16 + entries.len() * 32);
    // Writing to memory cannot fail, and an empty row reads as a folder that is not known.
    postcard::to_extend(&(stamp, entries), row).unwrap_or_default()
}

/// `None` where the row is not of this version's making.
pub(super) fn unpack(row: &[u8]) -> Option<Remembered<'_>> {
    let (stamp, entries) = postcard::from_bytes(row).ok()?;
    Some(Remembered { stamp, entries })
}
