//! File descriptors: the system calls that streams on files make.

use core::cell::Cell;
use std::ffi::CStr;
use std::io::{self, ErrorKind};

use orochi_gc::CollectKind;

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
        let call = || unsafe { i64::from(libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, 0o666 as libc::c_uint)) };
        let mut opened = vm.system_call(call)?;
        if opened == Err(libc::EMFILE) {
            // Files that are lost count as open until the collector finds them.
            vm.heap.collect(CollectKind::Full);
            vm.run_finalizers();
            opened = vm.system_call(call)?;
        }
        Ok(opened.map(|number| number as i32))
    }

    /// Makes a call until it is not interrupted.
    fn retry(&self, vm: &Vm, mut call: impl FnMut(i32) -> i64) -> PyResult<Result<i64, i32>> {
        let number = self.number.get();
        vm.system_call(|| call(number))
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
        if self.number.get() == 1
            && let Some(written) = vm.write_captured(bytes)
        {
            return written.map(Some);
        }
        let len = bytes.len().min(LARGEST);
        // SAFETY: the bytes are valid for reading.
        let result = self.retry(vm, |number| unsafe { libc::write(number, bytes.as_ptr().cast(), len) as i64 })?;
        transferred(vm, result)
    }

    /// Moves the position as `lseek` does. Returns it.
    pub fn seek(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<i64> {
        self.try_seek(vm, offset, whence)?.map_err(|error| vm.os_error(error, vm.none()))
    }

    /// The same; the inner result may be the error number of the system.
    pub fn try_seek(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<Result<i64, i32>> {
        // SAFETY: touches no memory.
        self.retry(vm, |number| unsafe { libc::lseek(number, offset, whence) })
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
        let done = self.retry(vm, |number| i64::from(unsafe { libc::ftruncate(number, size) }))?;
        done.map(drop).map_err(|error| vm.os_error(error, vm.none()))
    }

    /// Whether it is a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        // SAFETY: touches no memory.
        unsafe { libc::isatty(self.number.get()) == 1 }
    }

    /// What the system says of the file; or the error number.
    pub fn status(&self) -> Result<Status, i32> {
        Status::of(self.number.get())
    }

    /// Keeps a file from being open in the child processes that are started.
    pub fn set_not_inheritable(number: i32) -> Result<(), i32> {
        // SAFETY: touches no memory; any number is allowed.
        unsafe {
            let flags = libc::fcntl(number, libc::F_GETFD);
            if flags < 0 || libc::fcntl(number, libc::F_SETFD, flags | libc::FD_CLOEXEC) < 0 {
                return Err(last_error());
            }
        }
        Ok(())
    }
}

/// What the system says of an open file.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    mode: u32,
    /// How many bytes it has.
    pub size: u64,
    /// The size of the blocks that it is best read and written in.
    pub block_size: i64,
}

impl Status {
    /// Of the open file with a number; or the error number.
    pub fn of(number: i32) -> Result<Status, i32> {
        // SAFETY: `stat` is plain data that may be zero; the call fills it.
        let status = unsafe {
            let mut status: libc::stat = core::mem::zeroed();
            if libc::fstat(number, &raw mut status) != 0 {
                return Err(last_error());
            }
            status
        };
        #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
        Ok(Status {
            mode: status.st_mode as u32,
            size: u64::try_from(status.st_size).unwrap_or(0),
            block_size: status.st_blksize as i64,
        })
    }

    #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
    fn is_a(self, kind: libc::mode_t) -> bool {
        self.mode & libc::S_IFMT as u32 == kind as u32
    }

    #[must_use]
    pub fn is_folder(self) -> bool {
        self.is_a(libc::S_IFDIR)
    }

    /// Whether it is a device such as a terminal.
    #[must_use]
    pub fn is_character_device(self) -> bool {
        self.is_a(libc::S_IFCHR)
    }
}

fn transferred(vm: &Vm, result: Result<i64, i32>) -> PyResult<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(usize::try_from(count).unwrap_or(0))),
        Err(error) if io::Error::from_raw_os_error(error).kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(vm.os_error(error, vm.none())),
    }
}
