//! Observation: telling tools what a program does. `sys.monitoring`, `sys.settrace` and `sys.setprofile` are tools.
//!
//! Code that nobody observes has nothing of it. When a tool wants an event, code gets a second form with instructions that tell of it
//! ([`crate::lower::observed`]), which calls run from then on, and frames that run already go over to it ([`migrate`]). Exceptions
//! are told of where frames are unwound, which is slow anyway.
//!
//! - [`event`]: the events
//! - [`tools`]: who wants which, and where
//! - [`fire`]: telling them
//! - [`legacy`]: the tools behind `sys.settrace` and `sys.setprofile`
//! - [`migrate`]: frames that go over to another form of their code
//! - [`jump`]: going on at another line (`frame.f_lineno = line`)

pub mod event;
mod fire;
mod jump;
mod legacy;
pub(crate) mod migrate;
pub mod tools;

pub use event::Event;
pub use tools::{Observation, PerThread};
