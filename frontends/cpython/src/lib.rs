//! The reference frontend: Python 3.14 source to the common bytecode, as CPython compiles it.
pub mod pyc;

mod limits;
mod parameters;
mod source;
mod symtable;
