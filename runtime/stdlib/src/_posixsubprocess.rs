//! `_posixsubprocess`: starting a process for `subprocess`.

use std::ffi::CString;

use orochi_macros::methods;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

use crate::host::{int, or_raise};
use crate::posix::spawn::{Child, Prepared};
use crate::posix::{calls, id, process};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// Texts of a sequence, in the system's encoding.
fn texts(vm: &Vm, sequence: Value) -> PyResult<Vec<CString>> {
    let items = vm.tuple_from(sequence)?;
    let mut texts = Vec::with_capacity(items.len());
    for item in items.items() {
        texts.push(process::fs_bytes(vm, *item)?);
    }
    Ok(texts)
}

/// Paths that are bytes.
fn bytes(vm: &Vm, sequence: Value) -> PyResult<Vec<CString>> {
    let items = vm.tuple_from(sequence)?;
    let mut texts = Vec::with_capacity(items.len());
    for item in items.items() {
        let Some(bytes) = item.cast::<Bytes>() else {
            let name = vm.type_name(*item);
            return Err(vm.type_error(format!("expected bytes, {name} found")));
        };
        texts.push(CString::new(bytes.as_slice()).map_err(|_| vm.value_error("embedded null byte"))?);
    }
    Ok(texts)
}

/// Descriptors to keep: rising numbers, none below zero.
fn descriptors(vm: &Vm, tuple: Value) -> PyResult<Vec<i32>> {
    let bad = || vm.value_error("bad value(s) in fds_to_keep");
    let Some(items) = tuple.cast::<Tuple>() else {
        let name = vm.type_name(tuple);
        return Err(vm.type_error(format!("fork_exec() argument 4 must be tuple, not {name}")));
    };
    let mut numbers: Vec<i32> = Vec::with_capacity(items.len());
    for item in items.items() {
        let number = item.as_int().and_then(|number| i32::try_from(number).ok()).ok_or_else(bad)?;
        if number < 0 || numbers.last().is_some_and(|last| *last >= number) {
            return Err(bad());
        }
        numbers.push(number);
    }
    Ok(numbers)
}

/// The groups of a sequence; `None` for None.
fn groups(vm: &Vm, groups: Value) -> PyResult<Option<Vec<u32>>> {
    if groups == vm.none() {
        return Ok(None);
    }
    if vm.class_of(groups).lookup(vm, vm.intern("__getitem__")).is_none() {
        return Err(vm.type_error("setgroups argument must be a sequence"));
    }
    let items = vm.tuple_from(groups)?;
    if items.len() > 65536 {
        return Err(vm.value_error("too many extra_groups"));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in items.items() {
        if !vm.is_instance(*item, vm.types().int) {
            return Err(vm.type_error("extra_groups must be integers"));
        }
        match vm.absorb(id(vm, *item, "gid"), vm.types().overflow_error)? {
            Some(number) => numbers.push(number),
            None => return Err(vm.value_error("invalid group id")),
        }
    }
    Ok(Some(numbers))
}

fn optional_id(vm: &Vm, value: Value, what: &str) -> PyResult<Option<u32>> {
    if value == vm.none() { Ok(None) } else { id(vm, value, what).map(Some) }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the child and duplicate the few that are needed before
    /// calling exec() in the child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those listed in the sorted tuple pass_fds. The preexec_fn, if
    /// supplied, will be called immediately before closing file descriptors and exec. All arguments are positional.
    #[method(
        "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)"
    )]
    fn fork_exec(vm: &Vm, args: &[Value]) -> PyResult {
        let close_descriptors = vm.is_true(args[2])?;
        let keep = descriptors(vm, args[3])?;
        let mut ends = [0; 8];
        for (end, value) in ends.iter_mut().zip(&args[6..14]) {
            *end = int(vm, *value)?;
        }
        let [p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write] = ends;
        if close_descriptors && errpipe_write < 3 {
            return Err(vm.value_error("errpipe_write must be >= 3"));
        }
        let executables = bytes(vm, args[1])?;
        let arguments = if args[0] == vm.none() { Vec::new() } else { texts(vm, args[0])? };
        let environment = if args[5] == vm.none() { None } else { Some(bytes(vm, args[5])?) };
        let folder = if args[4] == vm.none() { None } else { Some(process::fs_bytes(vm, args[4])?) };
        let (restore_signals, new_session) = (vm.is_true(args[14])?, vm.is_true(args[15])?);
        let groups = groups(vm, args[18])?;
        let child = Child {
            executables: &executables,
            arguments: &arguments,
            environment: environment.as_deref(),
            folder: folder.as_deref(),
            close_descriptors,
            keep: &keep,
            p2cread,
            p2cwrite,
            c2pread,
            c2pwrite,
            errread,
            errwrite,
            errpipe_read,
            errpipe_write,
            restore_signals,
            new_session,
            group: int(vm, args[16])?,
            gid: optional_id(vm, args[17], "gid")?,
            groups: groups.as_deref(),
            uid: optional_id(vm, args[19], "uid")?,
            umask: int(vm, args[20])?,
        };
        let before_exec = args[21];
        let runs_python = before_exec != vm.none();
        let prepared = Prepared::new(&child);
        if runs_python {
            process::before_fork(vm);
        }
        let result = calls::fork();
        if result == Ok(0) {
            if runs_python {
                process::after_fork_in_child(vm);
            }
            prepared.run(&mut || !runs_python || vm.call(before_exec, &[]).is_ok());
        }
        if runs_python {
            process::after_fork_in_parent(vm);
        }
        vm.new_int(i64::from(or_raise(vm, result)?))
    }
}
