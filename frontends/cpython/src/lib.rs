//! The reference frontend: Python 3.14 source to the common bytecode, as CPython compiles it.
//!
//! The way of a program: `source` decodes the bytes, `ruff_python_parser` parses the text, `symtable` settles where
//! every name lives, `codegen` emits the bytecode. `diagnostics` words the parser's errors as CPython does.
//! `lexer`, `parser` and `ast` follow CPython's grammar and serve `ast.parse`, which needs its trees, places and errors exactly; the
//! bytecode is still made from the other tree.
//! [`pyc`] is a second way in: it translates what a real CPython compiled.

// Diagnostics are rare, and are made once for a source.
#![allow(clippy::result_large_err)]

#[allow(dead_code)]
mod ast;
mod codegen;
mod diagnostics;
mod frontend;
mod future;
#[allow(dead_code)]
mod lexer;
mod limits;
mod nesting;
mod parameters;
#[allow(dead_code)]
mod parser;
pub mod pyc;
mod source;
mod symtable;
mod tokens;
mod tree;
mod unicode;

pub use frontend::CPython;
