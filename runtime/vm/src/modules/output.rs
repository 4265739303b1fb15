//! Standard output and standard error of a VM: buffered, flushed at exit and before standard error is written.

use core::cell::RefCell;
use std::io::{self, Write};

use crate::error::PyResult;
use crate::vm::Vm;

/// How much is kept before it is written.
const BUFFER: usize = 1 << 15;

/// Where text goes.
pub struct Output {
    buffer: RefCell<Vec<u8>>,
    /// Written to instead of the process's streams, if there is one.
    capture: RefCell<Option<Box<dyn Write>>>,
    line_buffered: bool,
}

impl Default for Output {
    fn default() -> Self {
        let terminal = io::IsTerminal::is_terminal(&io::stdout());
        Output { buffer: RefCell::default(), capture: RefCell::default(), line_buffered: terminal }
    }
}

impl Vm {
    /// Sends what programs print to a writer instead of the process's standard output.
    pub fn capture_output(&self, writer: Box<dyn Write>) {
        *self.state.output.capture.borrow_mut() = Some(writer);
    }

    /// Writes to standard output. OSError (BrokenPipeError, ..) when that fails.
    pub fn write_stdout(&self, text: &[u8]) -> PyResult<()> {
        let output = &self.state.output;
        let full = {
            let mut buffer = output.buffer.borrow_mut();
            buffer.extend_from_slice(text);
            buffer.len() >= BUFFER || (output.line_buffered && text.contains(&b'\n'))
        };
        if full { self.flush_stdout() } else { Ok(()) }
    }

    /// Writes what is kept of standard output.
    pub fn flush_stdout(&self) -> PyResult<()> {
        let output = &self.state.output;
        let bytes = output.buffer.take();
        if bytes.is_empty() {
            return Ok(());
        }
        let result = match output.capture.borrow_mut().as_mut() {
            Some(writer) => writer.write_all(&bytes).and_then(|()| writer.flush()),
            None => write_descriptor(1, &bytes),
        };
        result.map_err(|error| self.os_error(error.raw_os_error().unwrap_or(libc::EIO), self.none()))
    }

    /// Writes to standard error, after what was printed before.
    pub fn write_stderr(&self, text: &str) {
        if let Err(raised) = self.flush_stdout() {
            let _ = self.take_exception(raised);
        }
        // There is nobody left to tell when this fails.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Writes all bytes to a file descriptor, without the lock and buffer of the process's own streams.
fn write_descriptor(descriptor: i32, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        // SAFETY: the bytes are valid for reading.
        let written = unsafe { libc::write(descriptor, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}
