//! What the tests that span crates have in common: the corpus of programs, the engines that run them, and the
//! comparison of what they print with what CPython prints.
//!
//! `README.md` beside this crate's manifest says how a program is written, run and blessed.

pub mod case;
pub mod engine;
pub mod expected;
pub mod mutate;
pub mod process;
pub mod runner;
pub mod sources;
pub mod workspace;
