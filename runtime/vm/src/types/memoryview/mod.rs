//! `memoryview`: a window on the bytes of another object, as items of some format in any number of dimensions.
//!
//! - [`memory`] has the objects that have bytes
//! - [`view`] has the object: which bytes, in which order
//! - [`item`] has values from and to bytes
//! - [`access`] has subscripts
//! - [`compare`] has equality
//! - [`cast`] has other formats and shapes
//! - [`iterator`] has going through the items
//! - [`methods`] has the methods

mod access;
mod cast;
mod compare;
pub mod item;
mod iterator;
pub mod memory;
mod methods;
mod view;

pub use memory::{Exports, Memory};
pub use methods::CLASS;
pub(crate) use view::of_object;
pub use view::{MemoryView, bytes_of, drop_view, of_memory, of_memory_of};
