//! What the property tests and the fuzz targets share: modules made of bytes, and what must hold of them.

// Each of its users takes a part of it.
#![allow(dead_code)]

pub mod checks;
pub mod generate;
pub mod programs;
pub mod source;
