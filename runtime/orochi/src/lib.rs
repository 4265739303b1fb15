//! The facade that a Rust program depends on to run Python, and any language that it has a frontend for.
//!
//! ```
//! use std::sync::Arc;
//! use orochi::{Builder, ExitStatus, Frontend};
//!
//! let cpython: Arc<dyn Frontend> = Arc::new(orochi_cpython::CPython);
//! let status = Builder::new(cpython)
//!     .argv(["greet", "world"])
//!     .memory_limit(64 << 20)
//!     .run(|interpreter| interpreter.run_source("<string>", b"import sys\nassert sys.argv[1] == 'world'\n"))?;
//! assert_eq!(status, ExitStatus::Code(0));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A [`Builder`] takes the frontends ([`Frontends`]: one for everything, or a choice by source) and the options; an
//! [`Interpreter`] runs programs; [`Interpreter::vm`] is the way to everything else. Interpreters are isolated from each
//! other: each has its own heap, modules and limits.

mod compiler;
mod interactive;
mod interpreter;

pub use compiler::{Choice, Frontends};
pub use interpreter::{Builder, ExitStatus, Interpreter, Options, run};
pub use orochi_frontend::Frontend;
pub use orochi_vm::Vm;
pub use orochi_vm::memory::{ReservingAllocator, use_one_arena};
pub use orochi_vm::modules::sys::flags::Flags;
