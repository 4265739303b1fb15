//! What the VM itself writes to the standard streams: `print`, tracebacks, and the end of the program.
//!
//! `sys.stdin`, `sys.stdout` and `sys.stderr` are objects of the library of streams, which is not part of the VM. It says how to
//! write to them fast ([`StreamLibrary`]); streams that a program puts in their place are written to by their methods.

use core::cell::{Cell, RefCell};
use std::io::{self, Write};

use orochi_gc::{Gc, Tracer};

use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// What the library of streams does for the VM.
pub struct StreamLibrary {
    /// Writes text to a stream of its own that no program has changed. False for any other stream: nothing was done.
    pub write: fn(&Vm, Value, Gc<Str>) -> PyResult<bool>,
    /// Writes out what a stream of its own keeps. False for any other stream.
    pub flush: fn(&Vm, Value) -> PyResult<bool>,
}

/// How the standard streams are to be made.
#[derive(Clone, Debug, Default)]
pub struct StreamSettings {
    /// Keep nothing back of what is written.
    pub unbuffered: bool,
    /// Their encoding, instead of the locale's.
    pub encoding: Option<String>,
    /// What is done with what cannot be encoded or decoded; not for standard error.
    pub errors: Option<String>,
}

/// The state of output.
#[derive(Default)]
pub struct Output {
    /// Written to instead of the process's standard output, if there is one.
    capture: RefCell<Option<Box<dyn Write>>>,
    library: Cell<Option<&'static StreamLibrary>>,
    pub settings: RefCell<StreamSettings>,
    /// `sys.__stdin__`, `sys.__stdout__`, `sys.__stderr__`; unbound until they are there.
    pub standard: [Cell<Value>; 3],
}

impl Output {
    /// Reports the streams.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.standard.iter().for_each(|stream| stream.get().trace(tracer));
    }
}

impl Vm {
    /// Sends what programs write to standard output to a writer instead of the process's.
    pub fn capture_output(&self, writer: Box<dyn Write>) {
        *self.state.output.capture.borrow_mut() = Some(writer);
    }

    /// Writes to the writer that captures standard output, if there is one.
    pub(crate) fn write_captured(&self, bytes: &[u8]) -> Option<PyResult<usize>> {
        let mut capture = self.state.output.capture.borrow_mut();
        let writer = capture.as_mut()?;
        Some(match writer.write_all(bytes).and_then(|()| writer.flush()) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                drop(capture);
                Err(self.os_error(error.raw_os_error().unwrap_or(libc::EIO), self.none()))
            }
        })
    }

    /// Makes the standard streams known: standard input, output, error.
    pub fn set_standard_streams(&self, library: &'static StreamLibrary, streams: [Value; 3]) {
        let output = &self.state.output;
        output.library.set(Some(library));
        output.standard.iter().zip(streams).for_each(|(cell, stream)| cell.set(stream));
    }

    /// Whether it is one of the streams that the process started with.
    #[must_use]
    pub fn is_standard_stream(&self, stream: Value) -> bool {
        self.state.output.standard.iter().any(|cell| cell.get() == stream)
    }

    /// An attribute of `sys` that is there and not None.
    pub(crate) fn sys_stream(&self, name: &str) -> Option<Value> {
        let sys: Gc<Dict> = self.state.sys.get().cast()?;
        sys.get_interned(self, self.intern(name)).filter(|stream| *stream != self.none())
    }

    /// Writes text to a stream.
    #[inline]
    pub fn write_to(&self, stream: Value, text: Gc<Str>) -> PyResult<()> {
        if let Some(library) = self.state.output.library.get()
            && (library.write)(self, stream, text)?
        {
            return Ok(());
        }
        self.call_method(stream, "write", &[text.into()]).map(drop)
    }

    /// Writes out what a stream keeps.
    pub fn flush_stream(&self, stream: Value) -> PyResult<()> {
        if let Some(library) = self.state.output.library.get()
            && (library.flush)(self, stream)?
        {
            return Ok(());
        }
        self.call_method(stream, "flush", &[]).map(drop)
    }

    /// Writes to standard error, whatever `sys.stderr` is.
    pub fn write_stderr(&self, text: &str) {
        // There is nobody left to tell when this fails.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Writes to `sys.stderr`; to standard error when that fails. When it is None, nobody wants to know.
    pub fn write_sys_stderr(&self, text: &str) {
        let sys: Option<Gc<Dict>> = self.state.sys.get().cast();
        match sys.and_then(|sys| sys.get_interned(self, self.intern("stderr"))) {
            None => self.write_stderr(text),
            Some(stream) if stream == self.none() => {}
            Some(stream) => {
                let written = self.new_str(text).and_then(|text| self.write_to(stream, text.expect()));
                if let Err(raised) = written.and_then(|()| self.flush_stream(stream)) {
                    let _ = self.take_exception(raised);
                    self.write_stderr(text);
                }
            }
        }
    }

    /// Writes out what `sys.stdout` and `sys.stderr` keep, at the end of the program. False when something could not be
    /// written, which has been reported then.
    pub fn flush_standard_streams(&self) -> bool {
        let mut done = true;
        for name in ["stdout", "stderr"] {
            let Some(stream) = self.sys_stream(name) else { continue };
            if let Err(raised) = self.flush_if_open(stream) {
                let exception = self.take_exception(raised);
                // Nobody hears of what standard error cannot say.
                if name == "stdout" {
                    self.report_unraisable_exception(exception, stream);
                    done = false;
                }
            }
        }
        done
    }

    fn flush_if_open(&self, stream: Value) -> PyResult<()> {
        let closed = match self.find_attr_str(stream, "closed")? {
            Some(closed) => self.is_true(closed)?,
            None => false,
        };
        if closed { Ok(()) } else { self.flush_stream(stream) }
    }
}
