//! Figures about a heap.

use std::time::Duration;

/// What a heap has done and holds. Sizes are in bytes.
#[derive(Clone, Default, Debug)]
pub struct Stats {
    pub young_collections: u64,
    pub full_collections: u64,
    /// Handed out for allocation in all, up to the last collection.
    pub allocated_bytes: u64,
    /// Handed out since the last collection, with growth of external memory.
    pub allocated_since_collection: usize,
    /// In objects that survived a collection.
    pub old_bytes: usize,
    /// As reported by `Heap::external`.
    pub external_bytes: usize,
    /// In blocks and large objects.
    pub committed_bytes: usize,
    /// Address space taken from the system.
    pub mapped_bytes: usize,
    pub last_pause: Duration,
    pub longest_pause: Duration,
    pub total_pause: Duration,
}
