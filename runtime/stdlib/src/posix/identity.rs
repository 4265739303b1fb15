//! Who the process is: its number, its users and groups, its session.

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm};

use super::calls;
use super::names::id;
use crate::host::{self, Sys, int, or_raise};

fn nothing(vm: &Vm, result: Sys) -> PyResult {
    or_raise(vm, result).map(|_| vm.none())
}

fn uid(vm: &Vm, value: Value) -> PyResult<u32> {
    id(vm, value, "uid")
}

fn gid(vm: &Vm, value: Value) -> PyResult<u32> {
    id(vm, value, "gid")
}

fn triple(vm: &Vm, ids: [u32; 3]) -> PyResult {
    let [a, b, c] = ids.map(i64::from);
    vm.new_tuple(&[vm.new_int(a)?, vm.new_int(b)?, vm.new_int(c)?])
}

fn list(vm: &Vm, ids: &[u32]) -> PyResult {
    let list = List::with_capacity(vm, ids.len())?;
    for id in ids {
        list.push(vm, vm.new_int(i64::from(*id))?)?;
    }
    Ok(list.into())
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return the current process's effective group id.
    #[method("getegid()")]
    fn getegid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::getegid()))
    }

    /// Return the current process's effective user id.
    #[method("geteuid()")]
    fn geteuid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::geteuid()))
    }

    /// Return the current process's group id.
    #[method("getgid()")]
    fn getgid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::getgid()))
    }

    /// Returns a list of groups to which a user belongs.
    #[method("getgrouplist(user, group, /)")]
    fn getgrouplist(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].cast::<orochi_vm::types::str::Str>().is_none() {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("getgrouplist() argument 1 must be str, not {name}")));
        }
        let user = vm.system_path(args[0])?;
        let groups = or_raise(vm, calls::getgrouplist(&user, gid(vm, args[1])?))?;
        list(vm, &groups)
    }

    /// Return list of supplemental group IDs for the process.
    #[method("getgroups()")]
    fn getgroups(vm: &Vm, _: &[Value]) -> PyResult {
        list(vm, &or_raise(vm, calls::getgroups())?)
    }

    /// Return the actual login name.
    #[method("getlogin()")]
    fn getlogin(vm: &Vm, _: &[Value]) -> PyResult {
        let name = or_raise(vm, calls::getlogin())?;
        vm.fs_decode(&name).map(Value::from)
    }

    /// Call the system call getpgid(), and return the result.
    #[method("getpgid(pid)")]
    fn getpgid(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::getpgid(int(vm, args[0])?))?))
    }

    /// Return the current process group id.
    #[method("getpgrp()")]
    fn getpgrp(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::getpgrp())?))
    }

    /// Return the current process id.
    #[method("getpid()")]
    fn getpid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::getpid()))
    }

    /// Return the parent's process id. If the parent process has already exited, it is that of the init process.
    #[method("getppid()")]
    fn getppid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::getppid()))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[method("getresgid()")]
    fn getresgid(vm: &Vm, _: &[Value]) -> PyResult {
        triple(vm, or_raise(vm, calls::getres(true))?)
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[method("getresuid()")]
    fn getresuid(vm: &Vm, _: &[Value]) -> PyResult {
        triple(vm, or_raise(vm, calls::getres(false))?)
    }

    /// Call the system call getsid(pid) and return the result.
    #[method("getsid(pid, /)")]
    fn getsid(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::getsid(int(vm, args[0])?))?))
    }

    /// Return the current process's user id.
    #[method("getuid()")]
    fn getuid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::getuid()))
    }

    /// Initialize the group access list.
    ///
    /// Call the system initgroups() to initialize the group access list with all of the groups of which the specified username is a
    /// member, plus the specified group id.
    #[method("initgroups(username, gid, /)")]
    fn initgroups(vm: &Vm, args: &[Value]) -> PyResult {
        let user = vm.system_path(args[0])?;
        nothing(vm, calls::initgroups(&user, gid(vm, args[1])?))
    }

    /// Set the current process's effective group id.
    #[method("setegid(egid, /)")]
    fn setegid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setegid(gid(vm, args[0])?))
    }

    /// Set the current process's effective user id.
    #[method("seteuid(euid, /)")]
    fn seteuid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::seteuid(uid(vm, args[0])?))
    }

    /// Set the current process's group id.
    #[method("setgid(gid, /)")]
    fn setgid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setgid(gid(vm, args[0])?))
    }

    /// Set the groups of the current process to list.
    #[method("setgroups(groups, /)")]
    fn setgroups(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        if class.lookup(vm, vm.intern("__getitem__")).is_none() {
            return Err(vm.type_error("setgroups argument must be a sequence"));
        }
        let given = vm.tuple_from(args[0])?;
        if given.len() > 65536 {
            return Err(vm.value_error("too many groups"));
        }
        let mut groups = Vec::with_capacity(given.len());
        for group in given.items() {
            if !vm.is_instance(*group, vm.types().int) {
                return Err(vm.type_error("groups must be integers"));
            }
            groups.push(gid(vm, *group)?);
        }
        nothing(vm, calls::setgroups(&groups))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[method("setpgid(pid, pgrp, /)")]
    fn setpgid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setpgid(int(vm, args[0])?, int(vm, args[1])?))
    }

    /// Make the current process the leader of its process group.
    #[method("setpgrp()")]
    fn setpgrp(vm: &Vm, _: &[Value]) -> PyResult {
        nothing(vm, calls::setpgid(0, 0))
    }

    /// Set the current process's real and effective group ids.
    #[method("setregid(rgid, egid, /)")]
    fn setregid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setregid(gid(vm, args[0])?, gid(vm, args[1])?))
    }

    /// Set the current process's real, effective, and saved group ids.
    #[method("setresgid(rgid, egid, sgid, /)")]
    fn setresgid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setresgid(gid(vm, args[0])?, gid(vm, args[1])?, gid(vm, args[2])?))
    }

    /// Set the current process's real, effective, and saved user ids.
    #[method("setresuid(ruid, euid, suid, /)")]
    fn setresuid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setresuid(uid(vm, args[0])?, uid(vm, args[1])?, uid(vm, args[2])?))
    }

    /// Set the current process's real and effective user ids.
    #[method("setreuid(ruid, euid, /)")]
    fn setreuid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setreuid(uid(vm, args[0])?, uid(vm, args[1])?))
    }

    /// Call the system call setsid().
    #[method("setsid()")]
    fn setsid(vm: &Vm, _: &[Value]) -> PyResult {
        nothing(vm, calls::setsid())
    }

    /// Set the current process's user id.
    #[method("setuid(uid, /)")]
    fn setuid(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setuid(uid(vm, args[0])?))
    }

    /// Set the current numeric umask and return the previous umask.
    #[method("umask(mask, /)")]
    fn umask(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::umask(host::int(vm, args[0])? as u32)))
    }
}
