//! The virtual machine: values, objects, built-in types, lowering of the common bytecode to register code, and the
//! interpreter. It knows the bytecode and no frontend.
//!
//! Where to look:
//! - [`value`]: what a variable holds; [`object`]: what an object is; [`types`]: what each built-in type does
//! - [`protocol`]: what the language does with any object
//! - [`lower`] and [`interp`]: from bytecode to running code
//! - [`modules`]: built-in functions, `sys`, import

pub mod codecs;
pub mod compile;
pub mod error;
pub mod host;
mod interned;
pub mod interp;
pub mod libm;
pub mod lower;
pub mod memory;
pub mod modules;
pub mod object;
pub mod protocol;
pub mod signals;
pub mod threads;
pub mod types;
pub mod value;
pub mod vm;

pub use error::{PyResult, Raised};
pub use modules::native::NativeModule;
pub use object::{Class, ClassDef, Layout, PyLayout, Record, Special};
pub use orochi_bytecode::operands::{BinaryOp, CompareOp, UnaryOp};
pub use orochi_gc::{Config, Gc, Header};
pub use orochi_macros::methods;
pub use types::native::{Args, NativeDef};
pub use value::Value;
pub use vm::Vm;
