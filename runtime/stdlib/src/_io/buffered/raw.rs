//! Calls of the raw stream. A file of the system is called directly, any other by its methods; what those answer is checked.

use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm};

use super::super::arguments::{count, offset};
use super::super::{Own, fileio, iobase};
use super::ROOM;
use super::state::Buffered;

/// Memory for reading that is worth keeping.
const KEPT: usize = 1 << 20;

impl Own<Buffered> {
    /// Reads into memory with one call: how many bytes, `None` when there are none yet.
    pub(super) fn raw_read(self, vm: &Vm, raw: Value, target: &mut [u8]) -> PyResult<Option<usize>> {
        let found = match fileio::native(vm, raw) {
            Some(file) => file.read_into(vm, target)?,
            None => self.read_from_program(vm, raw, target)?,
        };
        if let Some(found @ 1..) = found {
            self.advance_raw(found);
        }
        Ok(found)
    }

    fn advance_raw(self, by: usize) {
        if self.raw_place.get() >= 0 {
            self.raw_place.set(self.raw_place.get().saturating_add(by as i64));
        }
    }

    fn read_from_program(self, vm: &Vm, raw: Value, target: &mut [u8]) -> PyResult<Option<usize>> {
        let wanted = target.len();
        let room = self.room(vm, wanted)?;
        let view = crate::_io::target::view(vm, room, false, room.into())?;
        let found = iobase::retry(vm, || vm.call_method(raw, "readinto", &[view]))?;
        if found == vm.none() {
            return Ok(None);
        }
        let found = match count(vm, found) {
            Ok(found) => found,
            Err(raised) => return Err(failed(vm, raised)),
        };
        let bytes = room.data.borrow();
        match usize::try_from(found).ok().filter(|found| *found <= wanted).and_then(|found| bytes.get(..found)) {
            Some(bytes) => {
                target[..bytes.len()].copy_from_slice(bytes);
                Ok(Some(bytes.len()))
            }
            None => {
                drop(bytes);
                Err(invalid_length(vm, "readinto", found, wanted))
            }
        }
    }

    /// Memory of a size. The same as last time, if that will do: a program is not to keep it.
    fn room(self, vm: &Vm, size: usize) -> PyResult<Gc<ByteArray>> {
        if let Some(room) = self.value(ROOM).cast::<ByteArray>().filter(|room| room.data.borrow().len() == size) {
            return Ok(room);
        }
        vm.check_room_for(size)?;
        let room = ByteArray::new(vm, vm.types().bytearray, vec![0; size])?;
        if size <= KEPT {
            self.set_value(vm, ROOM, room.into());
        }
        Ok(room)
    }

    /// Writes bytes with one call: how many, `None` when the raw stream takes none now.
    pub(super) fn raw_write(self, vm: &Vm, raw: Value, bytes: &[u8]) -> PyResult<Option<usize>> {
        let written = match fileio::native(vm, raw) {
            Some(file) => file.write_some(vm, bytes)?,
            None => {
                let part = ByteArray::new(vm, vm.types().bytearray, bytes.to_vec())?;
                let view = crate::_io::target::view(vm, part, true, part.into())?;
                let written = iobase::retry(vm, || vm.call_method(raw, "write", &[view]))?;
                if written == vm.none() {
                    None
                } else {
                    let written = count(vm, written)?;
                    match usize::try_from(written) {
                        Ok(written) if written <= bytes.len() => Some(written),
                        _ => return Err(invalid_length(vm, "write", written, bytes.len())),
                    }
                }
            }
        };
        if let Some(written @ 1..) = written {
            self.advance_raw(written);
        }
        Ok(written)
    }

    /// Moves the raw stream. Returns its position.
    pub(super) fn raw_seek(self, vm: &Vm, raw: Value, target: i64, whence: i32) -> PyResult<i64> {
        let place = match fileio::native(vm, raw) {
            Some(file) => file.seek(vm, target, whence)?,
            None => {
                let place = vm.call_method(raw, "seek", &[vm.new_int(target)?, vm.new_int(whence.into())?])?;
                offset(vm, place)?
            }
        };
        self.set_raw_place(vm, place)
    }

    /// Asks the raw stream for its position.
    pub(super) fn raw_tell(self, vm: &Vm, raw: Value) -> PyResult<i64> {
        let place = match fileio::native(vm, raw) {
            Some(file) => file.seek(vm, 0, libc::SEEK_CUR)?,
            None => {
                let place = vm.call_method(raw, "tell", &[])?;
                offset(vm, place)?
            }
        };
        self.set_raw_place(vm, place)
    }

    fn set_raw_place(self, vm: &Vm, place: i64) -> PyResult<i64> {
        if place < 0 {
            return Err(vm.raise(vm.types().os_error, format!("Raw stream returned invalid position {place}")));
        }
        self.raw_place.set(place);
        Ok(place)
    }

    /// The same where it does not matter if there is none.
    pub(super) fn try_raw_tell(self, vm: &Vm, raw: Value) {
        if let Some(file) = fileio::native(vm, raw) {
            // No exception is made where none would be seen.
            if let Ok(Ok(place)) = file.descriptor.try_seek(vm, 0, libc::SEEK_CUR) {
                self.raw_place.set(place);
            }
            return;
        }
        if let Err(raised) = self.raw_tell(vm, raw) {
            let _ = vm.take_exception(raised);
        }
    }
}

/// OSError for a number that is none, with the reason as its cause.
#[cold]
fn failed(vm: &Vm, raised: Raised) -> Raised {
    let reason = vm.take_exception(raised);
    let raised = vm.raise(vm.types().os_error, "raw readinto() failed");
    let exception = vm.take_exception(raised);
    exception.cause.set(reason.into());
    exception.context.set(reason.into());
    exception.suppress_context.set(true);
    vm.heap.barrier(exception.header());
    vm.raise_exception(exception)
}

#[cold]
fn invalid_length(vm: &Vm, method: &str, found: i64, most: usize) -> Raised {
    let text = format!("raw {method}() returned invalid length {found} (should have been between 0 and {most})");
    vm.raise(vm.types().os_error, text)
}
