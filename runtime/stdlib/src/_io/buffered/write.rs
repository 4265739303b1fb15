//! Writing to a buffered stream.

use orochi_vm::{PyResult, Raised, Value, Vm};

use super::super::Own;
use super::state::Buffered;

/// BlockingIOError for bytes that did not get out; so many of the caller's are in the buffer.
#[cold]
fn would_block(vm: &Vm, written: usize) -> Raised {
    let items = || -> PyResult<[Value; 3]> {
        let text = vm.new_str("write could not complete without blocking")?;
        Ok([Value::small(libc::EAGAIN.into()), text, vm.new_int(written as i64)?])
    };
    match items().and_then(|items| vm.call(vm.types().blocking_io_error.into(), &items)) {
        Ok(exception) => vm.raise_exception(exception.expect()),
        Err(raised) => raised,
    }
}

impl Own<Buffered> {
    /// Writes out what is to be written.
    pub(super) fn flush_written(self, vm: &Vm, raw: Value) -> PyResult<()> {
        if !self.has_written() || self.write_pos.get() == self.write_end.get() {
            self.forget_written();
            return Ok(());
        }
        let rewind = self.raw_offset() + (self.pos.get() - self.write_pos.get());
        if rewind != 0 {
            self.raw_seek(vm, raw, -rewind, libc::SEEK_CUR)?;
            self.raw_pos.set(self.raw_pos.get() - rewind);
        }
        while self.write_pos.get() < self.write_end.get() {
            // While the raw stream is called, nobody else sees the buffer.
            let data = self.data.take();
            let bounds = self.write_pos.get() as usize..self.write_end.get() as usize;
            let written = self.raw_write(vm, raw, data.get(bounds).unwrap_or_default());
            if !self.gone.get() {
                *self.data.borrow_mut() = data;
            }
            let Some(written) = written? else { return Err(would_block(vm, 0)) };
            self.write_pos.set(self.write_pos.get() + written as i64);
            self.raw_pos.set(self.write_pos.get());
            if self.write_pos.get() < self.write_end.get() {
                // A signal may be why not all was written.
                vm.poll()?;
            }
        }
        self.forget_written();
        Ok(())
    }

    /// The same, and puts the raw stream where the program believes it to be.
    pub(super) fn flush_and_rewind(self, vm: &Vm, raw: Value) -> PyResult<()> {
        self.flush_written(vm, raw)?;
        if self.readable.get() {
            let moved = self.raw_seek(vm, raw, -self.raw_offset(), libc::SEEK_CUR);
            self.forget_read();
            moved?;
        }
        Ok(())
    }

    /// Puts bytes into the buffer, where there is room for them.
    fn put(self, at: i64, bytes: &[u8]) {
        let mut data = self.data.borrow_mut();
        if let Some(room) = data.get_mut(at as usize..).and_then(|rest| rest.get_mut(..bytes.len())) {
            room.copy_from_slice(bytes);
        }
    }

    /// Writes bytes, all of them. Returns how many.
    fn write(self, vm: &Vm, bytes: &[u8]) -> PyResult<usize> {
        let raw = self.raw(vm)?;
        let _busy = self.enter(vm)?;
        if self.is_closed(vm, raw)? {
            return Err(vm.value_error("write to closed file"));
        }
        self.prepare(vm)?;
        if !self.has_read() && !self.has_written() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let (size, count) = (self.size.get() as i64, bytes.len() as i64);
        if count <= size - self.pos.get() {
            let start = self.pos.get();
            self.put(start, bytes);
            if !self.has_written() || self.write_pos.get() > start {
                self.write_pos.set(start);
            }
            self.move_to(start + count);
            self.write_end.set(self.write_end.get().max(self.pos.get()));
            return Ok(bytes.len());
        }
        if let Err(raised) = self.flush_written(vm, raw) {
            if !vm.pending_is(vm.types().blocking_io_error) {
                return Err(raised);
            }
            return self.keep_unwritten(vm, raised, bytes);
        }
        // The raw stream may still be ahead, if what is in the buffer was read and not changed.
        let offset = self.raw_offset();
        if offset != 0 {
            self.raw_seek(vm, raw, -offset, libc::SEEK_CUR)?;
            self.raw_pos.set(self.raw_pos.get() - offset);
        }
        self.write_past(vm, raw, bytes)
    }

    /// Keeps as much as there is room for, when the raw stream takes nothing now.
    fn keep_unwritten(self, vm: &Vm, raised: Raised, bytes: &[u8]) -> PyResult<usize> {
        if self.readable.get() {
            self.forget_read();
        }
        let (start, end) = (self.write_pos.get(), self.write_end.get());
        if start >= 0 && end >= start && end as usize <= self.data.borrow().len() {
            self.data.borrow_mut().copy_within(start as usize..end as usize, 0);
        }
        self.write_end.set(end - start);
        self.raw_pos.set(self.raw_pos.get() - start);
        self.pos.set(self.pos.get() - start);
        self.write_pos.set(0);
        let room = (self.size.get() as i64 - self.write_end.get()).max(0) as usize;
        let kept = &bytes[..bytes.len().min(room)];
        self.put(self.write_end.get(), kept);
        self.write_end.set(self.write_end.get() + kept.len() as i64);
        self.pos.set(self.pos.get() + kept.len() as i64);
        let _ = vm.take_exception(raised);
        if kept.len() == bytes.len() { Ok(kept.len()) } else { Err(would_block(vm, kept.len())) }
    }

    /// Writes what the buffer is too small for, and puts the rest into the buffer, which is empty.
    fn write_past(self, vm: &Vm, raw: Value, bytes: &[u8]) -> PyResult<usize> {
        let size = self.size.get();
        let mut written = 0;
        while bytes.len() - written > size {
            match self.raw_write(vm, raw, &bytes[written..])? {
                Some(count) => written += count,
                None => {
                    self.prepare(vm)?;
                    self.put(0, &bytes[written..written + size]);
                    self.raw_pos.set(0);
                    self.move_to(size as i64);
                    self.write_pos.set(0);
                    self.write_end.set(size as i64);
                    return Err(would_block(vm, written + size));
                }
            }
            if written < bytes.len() {
                vm.poll()?;
            }
        }
        if self.readable.get() {
            self.forget_read();
        }
        self.prepare(vm)?;
        self.put(0, &bytes[written..]);
        self.write_pos.set(0);
        self.write_end.set((bytes.len() - written) as i64);
        self.move_to((bytes.len() - written) as i64);
        self.raw_pos.set(0);
        Ok(bytes.len())
    }
}

/// Writes bytes, all of them. Returns how many.
pub(in super::super) fn write_bytes(vm: &Vm, stream: Own<Buffered>, bytes: &[u8]) -> PyResult<usize> {
    stream.write(vm, bytes)
}

/// Writes out what is to be written, and puts the raw stream where the program believes it to be.
pub(in super::super) fn flush(vm: &Vm, stream: Own<Buffered>) -> PyResult<()> {
    let raw = stream.open_raw(vm, "flush of closed file")?;
    let _busy = stream.enter(vm)?;
    stream.flush_and_rewind(vm, raw)
}
