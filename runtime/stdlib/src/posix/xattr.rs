//! Extended attributes of files.

use std::ffi::CStr;

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm};

use super::calls::{self, Owner};
use super::path::{Path, Spec, flag};
use crate::host::{self, Sys};

fn owner(path: &Path, follow: bool) -> Owner<'_> {
    match path.fd() {
        Some(fd) => Owner::Fd(fd),
        None if follow => Owner::Path(path.name()),
        None => Owner::Link(path.name()),
    }
}

fn check(vm: &Vm, function: &str, path: &Path, follow: bool) -> PyResult<()> {
    super::path::check_combination(vm, function, path, libc::AT_FDCWD, follow)
}

/// A value, or the list of names; the buffer grows as the system asks.
fn get(owner: Owner<'_>, name: Option<&CStr>) -> Sys<Vec<u8>> {
    let mut bytes = vec![0; 256];
    loop {
        match calls::getxattr(owner, name, &mut bytes) {
            Err(libc::ERANGE) if bytes.len() <= 1 << 16 => bytes.resize(bytes.len() * 4, 0),
            result => {
                bytes.truncate(result?);
                return Ok(bytes);
            }
        }
    }
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return the value of extended attribute attribute on path.
    #[method("getxattr(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("getxattr").or_fd().read(vm, args[0])?;
        let name = Spec::new("getxattr").named("attribute").read(vm, args[1])?;
        let follow = flag(vm, args[2], true)?;
        check(vm, "getxattr", &path, follow)?;
        let result = vm.allow_threads(|| get(owner(&path, follow), Some(name.name())));
        vm.new_bytes(&path.check(vm, result)?)
    }

    /// Return a list of extended attributes on path.
    #[method("listxattr(path=None, *, follow_symlinks=True)")]
    fn listxattr(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("listxattr").or_fd().or_none().read(vm, args[0])?;
        let follow = flag(vm, args[1], true)?;
        check(vm, "listxattr", &path, follow)?;
        let result = vm.allow_threads(|| get(owner(&path, follow), None));
        let names = path.check(vm, result)?;
        let list = List::with_capacity(vm, 0)?;
        for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            list.push(vm, vm.fs_decode(name)?.into())?;
        }
        Ok(list.into())
    }

    /// Remove extended attribute attribute on path.
    #[method("removexattr(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("removexattr").or_fd().read(vm, args[0])?;
        let name = Spec::new("removexattr").named("attribute").read(vm, args[1])?;
        let follow = flag(vm, args[2], true)?;
        check(vm, "removexattr", &path, follow)?;
        let result = vm.allow_threads(|| calls::removexattr(owner(&path, follow), name.name()));
        path.check(vm, result).map(|_| vm.none())
    }

    /// Set extended attribute attribute on path to value.
    #[method("setxattr(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("setxattr").or_fd().read(vm, args[0])?;
        let name = Spec::new("setxattr").named("attribute").read(vm, args[1])?;
        let value = buffer::required(vm, args[2])?;
        let flags = host::int_or(vm, args[3], 0)?;
        let follow = flag(vm, args[4], true)?;
        check(vm, "setxattr", &path, follow)?;
        let result = vm.allow_threads(|| calls::setxattr(owner(&path, follow), name.name(), &value, flags));
        path.check(vm, result).map(|_| vm.none())
    }
}
