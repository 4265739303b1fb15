//! Standard input, output and error of a VM. Output is buffered, flushed at exit and before standard error is written.

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
    /// What was read of standard input and not asked for yet.
    input: RefCell<Vec<u8>>,
}

impl Default for Output {
    fn default() -> Self {
        let terminal = io::IsTerminal::is_terminal(&io::stdout());
        Output {
            buffer: RefCell::default(),
            capture: RefCell::default(),
            line_buffered: terminal,
            input: RefCell::default(),
        }
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
        self.write_stderr_bytes(text.as_bytes());
    }

    /// The same with bytes.
    pub fn write_stderr_bytes(&self, bytes: &[u8]) {
        if let Err(raised) = self.flush_stdout() {
            let _ = self.take_exception(raised);
        }
        // There is nobody left to tell when this fails.
        let _ = io::stderr().write_all(bytes);
    }

    /// Takes bytes from standard input. `enough` is told what has been read so far and whether the input has ended, and
    /// says how many bytes to take; it must do so once the input has ended.
    pub fn read_stdin(&self, mut enough: impl FnMut(&[u8], bool) -> Option<usize>) -> PyResult<Vec<u8>> {
        let input = &self.state.output.input;
        let mut ended = false;
        loop {
            let wanted = enough(&input.borrow(), ended);
            if let Some(count) = wanted {
                let mut kept = input.borrow_mut();
                let count = count.min(kept.len());
                let rest = kept.split_off(count);
                return Ok(core::mem::replace(&mut *kept, rest));
            }
            if ended {
                return Ok(input.take());
            }
            // What was printed before, a prompt for one, is to be seen before waiting.
            self.flush_stdout()?;
            let mut chunk = [0u8; 1 << 13];
            // SAFETY: the chunk is valid for writing.
            let read = unsafe { libc::read(0, chunk.as_mut_ptr().cast(), chunk.len()) };
            match usize::try_from(read) {
                Ok(0) => ended = true,
                Ok(read) => input.borrow_mut().extend_from_slice(&chunk[..read]),
                Err(_) => {
                    let error = io::Error::last_os_error();
                    if error.kind() != io::ErrorKind::Interrupted {
                        return Err(self.os_error(error.raw_os_error().unwrap_or(libc::EIO), self.none()));
                    }
                    self.poll()?;
                }
            }
        }
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
