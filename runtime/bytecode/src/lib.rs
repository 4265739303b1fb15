//! The common bytecode: the op table, the module container, its binary and text forms, the verifier, and a builder
//! for frontends. Nothing here knows Python objects, and nothing here allocates one.

#![forbid(unsafe_code)]

pub mod binary;
pub mod builder;
mod cursor;
pub mod error;
mod leb128;
pub mod limits;
pub mod module;
pub mod op;
pub mod operands;
pub mod ops;
pub mod text;
pub mod tree;
pub mod verify;

pub use error::DecodeError;
pub use module::{Cell, Code, CodeFlags, Const, Handler, Module, Position, Producer};
pub use op::{Flow, OP_INFO, Op, OperandInfo, OperandKind, instructions};
pub use text::{AsmError, assemble, disassemble};
pub use verify::{Rule, VerifiedCode, VerifiedModule, VerifyError};
