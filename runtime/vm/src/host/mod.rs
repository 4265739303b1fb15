//! Host access: the one way from the VM to files and whatever else the system has. Modules in Rust (`_io`, `posix`, `time`) make
//! their system calls with what is here, so that every call that blocks lets signals through, and so that there is one
//! place where access can be limited.
//!
//! - [`Vm::system_call`] makes a call until no signal interrupts it
//! - [`descriptor`] has open files
//! - [`locale`] has the encoding of text
//! - [`path`] has file names: `__fspath__`, the file system's encoding

pub mod descriptor;
pub mod locale;
pub mod path;

use std::io;

use crate::error::PyResult;
use crate::vm::Vm;

/// The error number of the last system call that failed.
#[must_use]
pub fn last_error() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)
}

impl Vm {
    /// Makes a system call, which may block and which answers with a number below zero when it fails, until no signal
    /// interrupts it; what the signals are for is done in between. The inner result is the error number.
    ///
    /// The closure must not use the VM.
    ///
    /// # Errors
    /// What a signal's handler raises.
    #[inline]
    pub fn system_call(&self, mut call: impl FnMut() -> i64) -> PyResult<Result<i64, i32>> {
        loop {
            self.check_interrupt()?;
            // The error number is read before anything else can make a call.
            let result = self.allow_threads(|| match call() {
                result if result >= 0 => Ok(result),
                _ => Err(last_error()),
            });
            match result {
                Err(libc::EINTR) => self.poll()?,
                result => return Ok(result),
            }
        }
    }
}
