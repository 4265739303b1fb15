//! The buffer of a stream and the places in it.
//!
//! One buffer serves reading and writing, so that a stream can do both in turn without going back and forth in the file. All
//! places are counted from the start of the buffer:
//!
//! ```text
//! 0 ............ pos ............ read_end        what was read ahead lies before read_end
//!     write_pos ...... write_end                  what is to be written
//!                 raw_pos                         where the raw stream is
//! ```
//!
//! A raw stream of a program may do anything while it is called, with this stream too: no borrow outlives such a call, places are
//! checked against the buffer when they are used, and a lock refuses calls that would change them.

use core::cell::{Cell, RefCell};

use orochi_vm::threads::WaitQueue;
use orochi_vm::{PyResult, Value, Vm};

use super::super::{DEFAULT_BUFFER_SIZE, Own, fileio, iobase, uninitialized};
use super::{RAW, is_exact};

/// What the buffer is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Reader,
    Writer,
    Random,
}

/// The state.
pub(in super::super) struct Buffered {
    ready: Cell<bool>,
    detached: Cell<bool>,
    pub(super) readable: Cell<bool>,
    pub(super) writable: Cell<bool>,
    /// Whether it is being closed because it was lost.
    pub(super) finalizing: Cell<bool>,
    /// Whether a text stream that nobody has parted from it closes it.
    pub(in super::super) wrapped: Cell<bool>,
    pub(super) size: Cell<usize>,
    /// The buffer: of the full size once it was needed, empty until then.
    pub(super) data: RefCell<Vec<u8>>,
    /// Whether the stream was closed, and the buffer with it.
    pub(super) gone: Cell<bool>,
    /// The position of the raw stream; below zero when it is not known.
    pub(super) raw_place: Cell<i64>,
    pub(super) pos: Cell<i64>,
    pub(super) raw_pos: Cell<i64>,
    /// Below zero when nothing was read ahead.
    pub(super) read_end: Cell<i64>,
    pub(super) write_pos: Cell<i64>,
    /// Below zero when there is nothing to be written.
    pub(super) write_end: Cell<i64>,
    /// The thread that is at work; 0 for none.
    owner: Cell<u64>,
    waiting: WaitQueue,
}

/// The right to call the raw stream and to change the buffer. It ends with its scope.
pub(super) struct Busy(Own<Buffered>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.waiting.wake_one();
    }
}

impl Buffered {
    pub(super) fn new() -> Buffered {
        Buffered {
            ready: Cell::new(false),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            wrapped: Cell::new(false),
            size: Cell::new(DEFAULT_BUFFER_SIZE as usize),
            data: RefCell::default(),
            gone: Cell::new(false),
            raw_place: Cell::new(-1),
            pos: Cell::new(0),
            raw_pos: Cell::new(0),
            read_end: Cell::new(-1),
            write_pos: Cell::new(0),
            write_end: Cell::new(-1),
            owner: Cell::new(0),
            waiting: WaitQueue::default(),
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready.get()
    }

    pub(super) fn set_ready(&self, ready: bool) {
        self.ready.set(ready);
        self.detached.set(false);
    }

    pub(super) fn set_detached(&self) {
        self.ready.set(false);
        self.detached.set(true);
    }

    /// Whether what is in the buffer before `read_end` was read.
    #[inline]
    pub(super) fn has_read(&self) -> bool {
        self.readable.get() && self.read_end.get() >= 0
    }

    /// Whether there is something to be written in the buffer, or was.
    #[inline]
    pub(super) fn has_written(&self) -> bool {
        self.writable.get() && self.write_end.get() >= 0
    }

    /// How many bytes have been read and not been used.
    #[inline]
    pub(super) fn ahead(&self) -> usize {
        if !self.has_read() {
            return 0;
        }
        let end = self.read_end.get().min(self.data.borrow().len() as i64);
        usize::try_from(end - self.pos.get()).unwrap_or(0)
    }

    /// How far the raw stream is from where the program believes it to be.
    pub(super) fn raw_offset(&self) -> i64 {
        if (self.has_read() || self.has_written()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }

    pub(super) fn forget_read(&self) {
        self.read_end.set(-1);
    }

    pub(super) fn forget_written(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }

    /// Moves on; what was read ahead ends no earlier.
    pub(super) fn move_to(&self, pos: i64) {
        self.pos.set(pos);
        if self.has_read() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    /// Looks at what was read and not used, and takes so many bytes as `f` says of it.
    #[inline]
    pub(super) fn take<R>(&self, f: impl FnOnce(&[u8]) -> (usize, R)) -> R {
        let ahead = self.ahead();
        let data = self.data.borrow();
        let start = usize::try_from(self.pos.get()).unwrap_or(0);
        let (count, result) = f(data.get(start..start + ahead).unwrap_or_default());
        self.pos.set(self.pos.get() + count.min(ahead) as i64);
        result
    }

    /// Makes sure that the buffer is there. MemoryError when there is no room for it.
    pub(super) fn prepare(&self, vm: &Vm) -> PyResult<()> {
        let size = self.size.get();
        if self.data.borrow().len() != size {
            vm.check_room_for(size)?;
            let mut data = self.data.borrow_mut();
            data.resize(size, 0);
            data.shrink_to_fit();
        }
        Ok(())
    }
}

impl Own<Buffered> {
    /// The raw stream. ValueError when there is none yet, or none any more.
    #[inline]
    pub(super) fn raw(self, vm: &Vm) -> PyResult {
        if self.ready.get() {
            return Ok(self.value(RAW));
        }
        Err(if self.detached.get() { vm.value_error("raw stream has been detached") } else { uninitialized(vm) })
    }

    /// Whether the stream is closed: as the raw stream says, once it is not closed itself.
    #[inline]
    pub(super) fn is_closed(self, vm: &Vm, raw: Value) -> PyResult<bool> {
        if self.gone.get() {
            return Ok(true);
        }
        match fileio::native(vm, raw) {
            Some(file) if is_exact(vm, self.object()) => Ok(file.is_closed()),
            _ => iobase::is_closed(vm, raw),
        }
    }

    /// The raw stream of one that is open. ValueError with this text when it is closed.
    #[inline]
    pub(super) fn open_raw(self, vm: &Vm, otherwise: &str) -> PyResult {
        let raw = self.raw(vm)?;
        // What was read ahead may still be had.
        if self.is_closed(vm, raw)? && self.ahead() == 0 { Err(vm.value_error(otherwise)) } else { Ok(raw) }
    }

    /// Keeps other calls from the stream. RuntimeError for one that comes from inside of this thread's own.
    #[inline]
    pub(super) fn enter(self, vm: &Vm) -> PyResult<Busy> {
        if self.owner.get() != 0 {
            self.wait(vm)?;
        }
        self.owner.set(vm.thread_ident());
        Ok(Busy(self))
    }

    #[cold]
    fn wait(self, vm: &Vm) -> PyResult<()> {
        if self.owner.get() == vm.thread_ident() {
            let shown = vm.repr(self.object())?;
            return Err(vm.runtime_error(format!("reentrant call inside {shown}")));
        }
        self.waiting.wait(vm, None, || self.owner.get() == 0)?;
        Ok(())
    }
}
