//! The object protocols: what the language does with any object, by way of its class's special methods.
//!
//! Each file has one protocol as methods of [`crate::Vm`]. Exact built-in types take a short way; everything else
//! goes through [`crate::object::Class::special`].

pub mod attr;
pub mod buffer;
pub mod call;
pub mod compare;
pub mod hash;
pub mod item;
pub mod iter;
pub mod number;
pub mod siphash;
pub mod text;
pub mod truth;
