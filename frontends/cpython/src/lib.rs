//! The reference frontend: Python 3.14 source to the common bytecode, as CPython compiles it.
//!
//! The way of a program: `source` decodes the bytes, `lexer` and `parser` make the syntax tree of `ast` by CPython's grammar, `symtable`
//! settles where every name lives, `codegen` emits the bytecode. What is wrong with a program is told in CPython's words and places.
//! [`pyc`] is a second way in: it translates what a real CPython compiled.

// Diagnostics are rare, and are made once for a source.
#![allow(clippy::result_large_err)]

mod ast;
mod codegen;
mod completeness;
mod frontend;
mod future;
mod lexer;
mod limits;
mod parser;
pub mod pyc;
mod source;
mod symtable;
mod tokens;
mod tree;
mod unicode;

pub use frontend::CPython;
