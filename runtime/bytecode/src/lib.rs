//! The common bytecode: the op table, the module container, its binary and text forms, the verifier, and a builder
//! for frontends. Nothing here knows Python objects, and nothing here allocates one.

pub mod module;
pub mod operands;
pub mod ops;

pub use module::{Cell, Code, CodeFlags, Const, Handler, Module, Position, Producer};
