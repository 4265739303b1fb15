//! Reading from a buffered stream.

use crate::_io::target::Target;
use orochi_vm::{PyResult, Value, Vm};

use super::super::arguments::bytes;
use super::super::{Own, fileio};
use super::state::Buffered;

impl Own<Buffered> {
    /// Adds bytes from the raw stream to the buffer, with one call. `None` when there are none yet.
    pub(super) fn fill(self, vm: &Vm, raw: Value) -> PyResult<Option<usize>> {
        self.prepare(vm)?;
        let start = if self.has_read() { self.read_end.get() } else { 0 };
        // While the raw stream is called, nobody else sees the buffer.
        let mut data = self.data.take();
        let room = data.get_mut(start as usize..).unwrap_or_default();
        let found = self.raw_read(vm, raw, room);
        if !self.gone.get() {
            *self.data.borrow_mut() = data;
        }
        let found = found?;
        if let Some(found @ 1..) = found {
            self.read_end.set(start + found as i64);
            self.raw_pos.set(start + found as i64);
        }
        Ok(found)
    }

    /// Writes out what is to be written, and puts the raw stream where the program believes it to be, before bytes are read.
    fn settle(self, vm: &Vm, raw: Value) -> PyResult<()> {
        if self.writable.get() { self.flush_and_rewind(vm, raw) } else { Ok(()) }
    }

    /// At most so many bytes, fewer only at the end; `None` when there are none yet.
    fn read_count(self, vm: &Vm, raw: Value, wanted: usize) -> PyResult<Option<Vec<u8>>> {
        let ahead = self.take(|ahead| (ahead.len().min(wanted), ahead[..ahead.len().min(wanted)].to_vec()));
        if ahead.len() == wanted {
            return Ok(Some(ahead));
        }
        vm.check_room_for(wanted)?;
        let mut out = ahead;
        self.settle(vm, raw)?;
        self.forget_read();
        let size = self.size.get();
        // Whole blocks go past the buffer.
        while wanted - out.len() >= size {
            let missing = wanted - out.len();
            let start = out.len();
            out.resize(start + missing - missing % size, 0);
            let found = self.raw_read(vm, raw, &mut out[start..]);
            out.truncate(start + found.ok().flatten().unwrap_or(0));
            match found? {
                Some(1..) => {}
                None if out.is_empty() => return Ok(None),
                _ => return Ok(Some(out)),
            }
        }
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(0);
        while out.len() < wanted && self.read_end.get() < size as i64 {
            match self.fill(vm, raw)? {
                Some(1..) => {}
                None if out.is_empty() => return Ok(None),
                _ => break,
            }
            let missing = wanted - out.len();
            self.take(|ahead| {
                let count = ahead.len().min(missing);
                out.extend_from_slice(&ahead[..count]);
                (count, ())
            });
        }
        Ok(Some(out))
    }

    /// At most so many bytes.
    pub(super) fn read(self, vm: &Vm, raw: Value, wanted: usize) -> PyResult {
        if wanted <= self.ahead() {
            return self.take(|ahead| (wanted, vm.new_bytes(&ahead[..wanted.min(ahead.len())])));
        }
        let _busy = self.enter(vm)?;
        match self.read_count(vm, raw, wanted)? {
            Some(bytes) => vm.new_bytes(&bytes),
            None => Ok(vm.none()),
        }
    }

    /// What is in the buffer, after one call of the raw stream if there is nothing. It stays there.
    pub(super) fn peek(self, vm: &Vm, raw: Value) -> PyResult {
        let _busy = self.enter(vm)?;
        self.settle(vm, raw)?;
        if self.ahead() == 0 {
            self.forget_read();
            self.fill(vm, raw)?;
            self.pos.set(0);
        }
        self.take(|ahead| (0, vm.new_bytes(ahead)))
    }

    /// Reads into an object. `once` is for one call of the raw stream at most.
    pub(super) fn read_into(self, vm: &Vm, raw: Value, target: &Target, once: bool) -> PyResult {
        let (len, had) = (target.len(), self.ahead());
        let mut done = self.take(|ahead| {
            let count = ahead.len().min(len);
            target.store(0, &ahead[..count]);
            (count, count)
        });
        if had > 0 && done == len {
            return vm.new_int(done as i64);
        }
        let _busy = self.enter(vm)?;
        self.settle(vm, raw)?;
        self.forget_read();
        self.pos.set(0);
        while done < len {
            let missing = len - done;
            let found = if missing > self.size.get() {
                vm.check_room_for(missing)?;
                let mut bytes = vec![0; missing];
                let found = self.raw_read(vm, raw, &mut bytes)?;
                target.store(done, &bytes[..found.unwrap_or(0)]);
                found
            } else if once && done > 0 {
                // What is there will do.
                break;
            } else {
                match self.fill(vm, raw)? {
                    Some(1..) => {
                        done += self.take(|ahead| {
                            let count = ahead.len().min(missing);
                            target.store(done, &ahead[..count]);
                            (count, count)
                        });
                        if once {
                            break;
                        }
                        continue;
                    }
                    found => found,
                }
            };
            match found {
                Some(0) => break,
                None if done > 0 => break,
                None => return Ok(vm.none()),
                Some(found) => done += found,
            }
            if once {
                break;
            }
        }
        vm.new_int(done as i64)
    }

    /// The next line, as far as the limit allows; empty at the end.
    #[inline]
    pub(super) fn line(self, vm: &Vm, raw: Value, limit: usize) -> PyResult {
        let found = self.take(|ahead| {
            let rest = &ahead[..ahead.len().min(limit)];
            match memchr::memchr(b'\n', rest) {
                Some(end) => (end + 1, Some(vm.new_bytes(&rest[..=end]))),
                None if rest.len() == limit => (limit, Some(vm.new_bytes(rest))),
                None => (0, None),
            }
        });
        match found {
            Some(line) => line,
            None => self.long_line(vm, raw, limit),
        }
    }

    /// A line whose end is not in the buffer yet.
    fn long_line(self, vm: &Vm, raw: Value, limit: usize) -> PyResult {
        let _busy = self.enter(vm)?;
        let mut line = self.take(|ahead| (ahead.len(), ahead.to_vec()));
        self.settle(vm, raw)?;
        loop {
            self.forget_read();
            if !matches!(self.fill(vm, raw)?, Some(1..)) {
                break;
            }
            self.pos.set(0);
            let room = limit - line.len();
            vm.check_room_for(line.len() + self.ahead())?;
            let done = self.take(|ahead| {
                let rest = &ahead[..ahead.len().min(room)];
                let end = memchr::memchr(b'\n', rest);
                let count = end.map_or(rest.len(), |end| end + 1);
                line.extend_from_slice(&rest[..count]);
                (count, end.is_some() || count == room)
            });
            if done {
                break;
            }
        }
        vm.new_bytes(&line)
    }
}

/// All bytes that are left; `None` when there are none yet.
pub(in super::super) fn read_all(vm: &Vm, stream: Own<Buffered>) -> PyResult<Option<Vec<u8>>> {
    let raw = stream.open_raw(vm, "read of closed file")?;
    let _busy = stream.enter(vm)?;
    let mut all = stream.take(|ahead| (ahead.len(), ahead.to_vec()));
    stream.settle(vm, raw)?;
    stream.forget_read();
    let or_nothing = |all: Vec<u8>| Some(all).filter(|all| !all.is_empty());
    if let Some(file) = fileio::native(vm, raw) {
        return Ok(match file.read_all(vm)? {
            None => or_nothing(all),
            Some(rest) if all.is_empty() => {
                stream.raw_place.set(-1);
                Some(rest)
            }
            Some(rest) => {
                stream.raw_place.set(-1);
                all.extend_from_slice(&rest);
                Some(all)
            }
        });
    }
    if let Some(readall) = vm.find_attr_str(raw, "readall")? {
        let rest = vm.call(readall, &[])?;
        if rest == vm.none() {
            return Ok(or_nothing(all));
        }
        let Some(rest) = bytes(rest) else { return Err(vm.type_error("readall() should return bytes")) };
        vm.check_room_for(all.len() + rest.as_slice().len())?;
        all.extend_from_slice(rest.as_slice());
        return Ok(Some(all));
    }
    loop {
        let part = vm.call_method(raw, "read", &[])?;
        if part == vm.none() {
            return Ok(or_nothing(all));
        }
        let Some(part) = bytes(part) else { return Err(vm.type_error("read() should return bytes")) };
        let part = part.as_slice();
        if part.is_empty() {
            return Ok(Some(all));
        }
        vm.check_room_for(all.len() + part.len())?;
        all.extend_from_slice(part);
        if stream.raw_place.get() >= 0 {
            stream.raw_place.set(stream.raw_place.get().saturating_add(part.len() as i64));
        }
    }
}

/// At most so many bytes, with one call of the raw stream at most; the size of the buffer when the number is below zero.
pub(in super::super) fn read_once(vm: &Vm, stream: Own<Buffered>, wanted: i64) -> PyResult<Vec<u8>> {
    let raw = stream.open_raw(vm, "read of closed file")?;
    let wanted = usize::try_from(wanted).unwrap_or(stream.size.get());
    if wanted == 0 || stream.ahead() > 0 {
        return Ok(stream.take(|ahead| (ahead.len().min(wanted), ahead[..ahead.len().min(wanted)].to_vec())));
    }
    vm.check_room_for(wanted)?;
    let mut bytes = vec![0; wanted];
    let _busy = stream.enter(vm)?;
    stream.settle(vm, raw)?;
    stream.forget_read();
    let found = stream.raw_read(vm, raw, &mut bytes)?;
    bytes.truncate(found.unwrap_or(0));
    Ok(bytes)
}
