//! Path arguments: text, bytes, objects with `__fspath__`, for some functions descriptors or None; and `dir_fd`.

use std::ffi::{CStr, CString};

use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::int::to_i64;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Raised, Value, Vm};

use crate::host::{self, Sys};

/// What a function takes for a path.
#[derive(Clone, Copy)]
pub struct Spec {
    function: &'static str,
    argument: &'static str,
    fd: bool,
    nullable: bool,
}

impl Spec {
    /// A path, and the function's name for messages.
    #[must_use]
    pub const fn new(function: &'static str) -> Spec {
        Spec { function, argument: "path", fd: false, nullable: false }
    }

    /// Another name of the argument than `path`.
    #[must_use]
    pub const fn named(self, argument: &'static str) -> Spec {
        Spec { argument, ..self }
    }

    /// A descriptor too.
    #[must_use]
    pub const fn or_fd(self) -> Spec {
        Spec { fd: true, ..self }
    }

    /// None, or nothing, too.
    #[must_use]
    pub const fn or_none(self) -> Spec {
        Spec { nullable: true, ..self }
    }

    const fn expected(self) -> &'static str {
        match (self.fd, self.nullable) {
            (true, true) => "string, bytes, os.PathLike, integer or None",
            (true, false) => "string, bytes, os.PathLike or integer",
            (false, true) => "string, bytes, os.PathLike or None",
            (false, false) => "string, bytes or os.PathLike",
        }
    }

    /// Reads the argument.
    pub fn read(self, vm: &Vm, value: Value) -> PyResult<Path> {
        let value = value.bound().unwrap_or(vm.none());
        if self.nullable && value == vm.none() {
            return Ok(Path { value, bytes: false, target: Target::None });
        }
        if value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some() {
            return self.text(vm, value, value);
        }
        if self.fd && has_index(vm, value) {
            if vm.is_instance(value, vm.types().bool_) {
                vm.warn(vm.types().runtime_warning, "bool is used as a file descriptor", 1)?;
            }
            return Ok(Path { value, bytes: false, target: Target::Fd(descriptor(vm, value)?) });
        }
        let Some(method) = host::fspath_method(vm, value)? else { return Err(self.refuse(vm, value)) };
        let path = vm.call(method, &[])?;
        if path.cast::<Str>().is_none() && path.cast::<Bytes>().is_none() {
            let (class, found) = (vm.type_name(value), vm.type_name(path));
            let message = format!("expected {class}.__fspath__() to return str or bytes, not {found}");
            return Err(vm.type_error(message));
        }
        self.text(vm, value, path)
    }

    fn refuse(self, vm: &Vm, value: Value) -> Raised {
        let Spec { function, argument, .. } = self;
        let name = vm.type_name(value);
        vm.type_error(format!("{function}: {argument} should be {}, not {name}", self.expected()))
    }

    fn text(self, vm: &Vm, value: Value, path: Value) -> PyResult<Path> {
        let (bytes, is_bytes) = match path.cast::<Str>() {
            Some(text) => (vm.fs_encode(text.into())?, false),
            None => (path.expect::<Bytes>().as_slice().to_vec(), true),
        };
        let Ok(text) = CString::new(bytes) else {
            let Spec { function, argument, .. } = self;
            return Err(vm.value_error(format!("{function}: embedded null character in {argument}")));
        };
        Ok(Path { value, bytes: is_bytes, target: Target::Path(text) })
    }
}

fn has_index(vm: &Vm, value: Value) -> bool {
    vm.is_instance(value, vm.types().int) || vm.class_of(value).special(orochi_vm::Special::Index).is_bound()
}

/// What a path argument names.
pub enum Target {
    Path(CString),
    Fd(i32),
    /// The current folder.
    None,
}

/// A path argument.
pub struct Path {
    /// What was given, for messages.
    pub value: Value,
    /// Whether it was bytes, so that results are bytes.
    pub bytes: bool,
    pub target: Target,
}

impl Path {
    /// The path; `.` for None. None for a descriptor.
    #[must_use]
    pub fn path(&self) -> Option<&CStr> {
        match &self.target {
            Target::Path(path) => Some(path),
            Target::None => Some(c"."),
            Target::Fd(_) => None,
        }
    }

    /// The path, where a descriptor is not taken.
    #[must_use]
    pub fn name(&self) -> &CStr {
        self.path().unwrap_or(c"")
    }

    /// The descriptor.
    #[must_use]
    pub fn fd(&self) -> Option<i32> {
        match self.target {
            Target::Fd(fd) => Some(fd),
            _ => None,
        }
    }

    /// A result with an OSError that names the path.
    pub fn check<T>(&self, vm: &Vm, result: Sys<T>) -> PyResult<T> {
        result.map_err(|errno| vm.os_error(errno, self.value))
    }

    /// Makes a call until no signal interrupts it.
    pub fn blocking<T>(&self, vm: &Vm, call: impl FnMut() -> Sys<T>) -> PyResult<T> {
        let result = host::blocking(vm, call)?;
        self.check(vm, result)
    }

    /// A text like this path: a string, or bytes if the path was.
    pub fn like(&self, vm: &Vm, bytes: &[u8]) -> PyResult {
        if self.bytes { vm.new_bytes(bytes) } else { vm.fs_decode(bytes).map(Value::from) }
    }
}

/// A descriptor given as a number.
pub fn descriptor(vm: &Vm, value: Value) -> PyResult<i32> {
    let index = vm.index(value)?;
    let negative = orochi_vm::types::int::to_i64_clamped(index) < 0;
    match to_i64(index).and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Ok(number),
        None if negative => Err(vm.overflow_error("fd is less than minimum")),
        None => Err(vm.overflow_error("fd is greater than maximum")),
    }
}

/// A `dir_fd` argument: a descriptor, or that of the current folder for None.
pub fn dir_fd(vm: &Vm, value: Value) -> PyResult<i32> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(libc::AT_FDCWD),
        Some(value) if has_index(vm, value) => descriptor(vm, value),
        Some(value) => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument should be integer or None, not {name}")))
        }
    }
}

/// A truth value with a default.
pub fn flag(vm: &Vm, value: Value, default: bool) -> PyResult<bool> {
    value.bound().map_or(Ok(default), |value| vm.is_true(value))
}

/// Refuses a descriptor together with a folder's, or with `follow_symlinks=False`.
pub fn check_combination(vm: &Vm, function: &str, path: &Path, dir_fd: i32, follow: bool) -> PyResult<()> {
    let given = dir_fd != libc::AT_FDCWD;
    if path.fd().is_some() && given {
        return Err(vm.value_error(format!("{function}: can't specify dir_fd without matching path")));
    }
    if path.fd().is_some() && !follow {
        return Err(vm.value_error(format!("{function}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}
