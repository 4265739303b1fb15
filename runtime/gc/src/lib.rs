//! The heap of an Orochi VM: allocation, reachability, reclamation. It knows nothing of Python or of how values are
//! tagged.
//!
//! A non-moving, size-segregated mark-sweep heap with sticky marks. Objects never move, so that a reference is a
//! plain pointer ([`Gc`]), native code may keep one in a local or a register, and native stacks are scanned
//! conservatively; objects hold their references precisely, by the `trace` function of their [`Kind`]. Most
//! collections are **young**: they look only at what was allocated since the last one, which rests on the write
//! barrier ([`Heap::barrier`]).
//!
//! What the user of a heap must do:
//! 1. run everything that touches objects inside [`Heap::with_stack`] (or a registered stack of a thread or fiber);
//! 2. report all references in places other than native stacks and heap objects through [`Roots`];
//! 3. call the barrier after storing a reference into an object;
//! 4. at safepoints (announced by [`Roots::request_safepoint`]), ask [`Heap::has_pending`] and run finalizers and
//!    weak-reference callbacks, and [`Heap::take_over_limit`].
//!
//! Code map: `chunk` (memory layout, mark bytes, free runs), `space` (which memory is free, where an address lies),
//! `heap` (allocation, barrier, pacing), `trace` and `collect` (marking, sweeping), `garbage`
//! (a look at what is unreachable), `weak` (finalizers, weak slots),
//! `stack` (native stacks), `os`.

mod chunk;
mod class;
mod collect;
mod garbage;
mod heap;
mod object;
mod os;
mod space;
mod stack;
mod stats;
mod table;
mod trace;
mod weak;

pub use class::MAX_SMALL;
pub use collect::CollectKind;
pub use garbage::Garbage;
pub use heap::{Config, Heap, OutOfMemory, Roots};
pub use object::{Gc, Header, HeapObject, Kind, Meta};
pub use stack::StackId;
pub use stats::Stats;
pub use trace::{Liveness, Tracer};
