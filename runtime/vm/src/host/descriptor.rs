//! File descriptors: the system calls that streams on files make.

use core::cell::Cell;
use std::ffi::CStr;
use std::io::{self, ErrorKind};

use crate::error::PyResult;
use crate::host::last_error;
use crate::vm::Vm;

/// The most bytes that one call transfers; Linux transfers no more than about 2 GiB.
const LARGEST: usize = 1 << 30;

/// An open file, or none any more. It is closed when it is dropped, if it is owned.
pub struct Descriptor {
    /// Below zero once closed.
    number: Cell<i32>,
    owned: Cell<bool>,
}

impl Default for Descriptor {
    fn default() -> Self {
        Descriptor { number: Cell::new(-1), owned: Cell::new(false) }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // There is nobody left to tell when this fails.
        let _ = self.close();
    }
}

impl Descriptor {
    /// Takes over an open file, in place of the one before.
    pub fn set(&self, number: i32, owned: bool) {
        let _ = self.close();
        self.number.set(number);
        self.owned.set(owned);
    }

    /// The number, while the file is open.
    #[inline]
    #[must_use]
    pub fn number(&self) -> Option<i32> {
        Some(self.number.get()).filter(|number| *number >= 0)
    }

    /// Whether closing it closes the file.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        self.owned.get()
    }

    /// Lets go of the file and leaves it open.
    pub fn forget(&self) {
        self.number.set(-1);
    }

    /// Lets go of the file, and closes it if it is owned.
    ///
    /// # Errors
    /// The error number of the system. The descriptor is closed all the same.
    pub fn close(&self) -> Result<(), i32> {
        let number = self.number.replace(-1);
        // SAFETY: the number is this object's own, and forgotten before the call: nothing is closed twice.
        if number >= 0 && self.owned.get() && unsafe { libc::close(number) } != 0 {
            let error = last_error();
            // The file is closed although the call was interrupted (Linux).
            return if error == libc::EINTR { Ok(()) } else { Err(error) };
        }
        Ok(())
    }

    /// Opens a file for `flags` (`O_RDONLY`, ..). The inner result is the number, or the error number of the system.
    ///
    /// # Errors
    /// What the VM raises on an interrupt.
    pub fn open(vm: &Vm, path: &CStr, flags: i32) -> PyResult<Result<i32, i32>> {
        // SAFETY: the path ends in a zero byte.
        let opened = vm.system_call(|| unsafe {
            i64::from(libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, 0o666 as libc::c_uint))
        })?;
        Ok(opened.map(|number| number as i32))
    }

    /// Makes a call until it is not interrupted.
    fn retry(&self, vm: &Vm, mut call: impl FnMut(i32) -> i64) -> PyResult<Result<i64, i32>> {
        let number = self.number.get();
        vm.system_call(|| call(number))
    }

    fn checked(&self, vm: &Vm, call: impl FnMut(i32) -> i64) -> PyResult<i64> {
        self.retry(vm, call)?.map_err(|error| vm.os_error(error, vm.none()))
    }

    /// Reads into memory: how many bytes, 0 at the end of the file, `None` when there are none yet and the file does not
    /// wait.
    pub fn read(&self, vm: &Vm, target: &mut [u8]) -> PyResult<Option<usize>> {
        let len = target.len().min(LARGEST);
        // SAFETY: the target is valid for writing `len` bytes.
        let result = self.retry(vm, |number| unsafe { libc::read(number, target.as_mut_ptr().cast(), len) as i64 })?;
        transferred(vm, result)
    }

    /// Writes bytes: how many of them, `None` when it takes none now and does not wait.
    pub fn write(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Option<usize>> {
        if matches!(self.number.get(), 1 | 2) {
            // The program's own order of printing and writing.
            vm.flush_stdout()?;
        }
        let len = bytes.len().min(LARGEST);
        // SAFETY: the bytes are valid for reading.
        let result = self.retry(vm, |number| unsafe { libc::write(number, bytes.as_ptr().cast(), len) as i64 })?;
        transferred(vm, result)
    }

    /// Moves the position as `lseek` does. Returns it.
    pub fn seek(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<i64> {
        // SAFETY: touches no memory.
        self.checked(vm, |number| unsafe { libc::lseek(number, offset, whence) })
    }

    /// Whether there is a position.
    #[must_use]
    pub fn is_seekable(&self) -> bool {
        // SAFETY: touches no memory.
        unsafe { libc::lseek(self.number.get(), 0, libc::SEEK_CUR) >= 0 }
    }

    /// Sets the size of the file.
    pub fn truncate(&self, vm: &Vm, size: i64) -> PyResult<()> {
        // SAFETY: touches no memory.
        self.checked(vm, |number| i64::from(unsafe { libc::ftruncate(number, size) })).map(drop)
    }

    /// Whether it is a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        // SAFETY: touches no memory.
        unsafe { libc::isatty(self.number.get()) == 1 }
    }

    /// Whether it is a folder, and how many bytes it has; or the error number of the system.
    pub fn status(&self) -> Result<(bool, u64), i32> {
        // SAFETY: `stat` is plain data that may be zero; the call fills it.
        unsafe {
            let mut status: libc::stat = core::mem::zeroed();
            if libc::fstat(self.number.get(), &raw mut status) != 0 {
                return Err(last_error());
            }
            let is_folder = status.st_mode & libc::S_IFMT == libc::S_IFDIR;
            Ok((is_folder, u64::try_from(status.st_size).unwrap_or(0)))
        }
    }
}

fn transferred(vm: &Vm, result: Result<i64, i32>) -> PyResult<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(usize::try_from(count).unwrap_or(0))),
        Err(error) if io::Error::from_raw_os_error(error).kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(vm.os_error(error, vm.none())),
    }
}
