//! Positions of a buffered stream.

use orochi_vm::{PyResult, Value, Vm};

use super::super::arguments::{c_int, offset};
use super::super::{Own, fileio, iobase, unsupported};
use super::state::Buffered;

/// Whether the system knows how to go to a position from there.
fn is_whence(whence: i32) -> bool {
    #[cfg(target_os = "linux")]
    let more = [libc::SEEK_HOLE, libc::SEEK_DATA];
    #[cfg(not(target_os = "linux"))]
    let more: [i32; 0] = [];
    (0..=2).contains(&whence) || more.contains(&whence)
}

impl Own<Buffered> {
    /// The position that the program believes the stream to be at.
    pub(super) fn tell(self, vm: &Vm) -> PyResult<i64> {
        let raw = self.raw(vm)?;
        let place = self.raw_tell(vm, raw)?;
        Ok(place.saturating_sub(self.raw_offset()))
    }

    /// What `seek` does with its arguments.
    pub(super) fn seek(self, vm: &Vm, target: Value, whence: Value) -> PyResult<i64> {
        let whence = c_int(vm, whence, 0)?;
        let raw = self.raw(vm)?;
        if !is_whence(whence) {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        self.open_raw(vm, "seek of closed file")?;
        match fileio::native(vm, raw) {
            Some(file) if file.is_seekable(vm)? => {}
            _ => drop(iobase::check_able(vm, raw, "seekable")?),
        }
        let target = offset(vm, target)?;
        if matches!(whence, libc::SEEK_SET | libc::SEEK_CUR)
            && self.readable.get()
            && let Some(place) = self.seek_in_buffer(vm, raw, target, whence)?
        {
            return Ok(place);
        }
        let _busy = self.enter(vm)?;
        if self.writable.get() {
            self.flush_written(vm, raw)?;
        }
        let target = if whence == libc::SEEK_CUR { target.saturating_sub(self.raw_offset()) } else { target };
        let place = self.raw_seek(vm, raw, target, whence)?;
        self.raw_pos.set(-1);
        if self.readable.get() {
            self.forget_read();
        }
        Ok(place)
    }

    /// Goes to a place whose bytes are in the buffer. `None` when they are not.
    fn seek_in_buffer(self, vm: &Vm, raw: Value, target: i64, whence: i32) -> PyResult<Option<i64>> {
        let current = if self.raw_place.get() >= 0 { self.raw_place.get() } else { self.raw_tell(vm, raw)? };
        let ahead = self.ahead() as i64;
        if ahead == 0 {
            return Ok(None);
        }
        let distance = if whence == libc::SEEK_SET {
            target.saturating_sub(current.saturating_sub(self.raw_offset()))
        } else {
            target
        };
        if distance < -self.pos.get() || distance > ahead {
            return Ok(None);
        }
        self.pos.set(self.pos.get() + distance);
        Ok(Some((current - ahead).saturating_add(distance)))
    }

    /// What `truncate` does with its argument.
    pub(super) fn truncate(self, vm: &Vm, size: Value) -> PyResult {
        let raw = self.open_raw(vm, "truncate of closed file")?;
        if !self.writable.get() {
            return Err(unsupported(vm, "truncate"));
        }
        let _busy = self.enter(vm)?;
        self.flush_and_rewind(vm, raw)?;
        let size = vm.call_method(raw, "truncate", &[size])?;
        self.try_raw_tell(vm, raw);
        Ok(size)
    }
}
