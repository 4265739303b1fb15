//! `pwd`: the database of users.

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{NativeModule, PyResult, Value, Vm, struct_sequence};

use crate::accounts::{self, User};
use crate::host;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "pwd",
    doc: "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nPassword \
          database entries are reported as 7-tuples containing the following\nitems from the password database (see \
          `<pwd.h>'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are \
          integers, all others are strings. An\nexception is raised if the entry asked for cannot be found.",
    functions: FUNCTIONS,
    init: |vm, module| module.dict().set_str(vm, vm.intern("struct_passwd"), vm.struct_class(&STRUCT_PASSWD)?.into()),
};

struct_sequence! {
    static STRUCT_PASSWD = "pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.", [
        0 "pw_name" "user name",
        1 "pw_passwd" "password",
        2 "pw_uid" "user id",
        3 "pw_gid" "group id",
        4 "pw_gecos" "real name",
        5 "pw_dir" "home directory",
        6 "pw_shell" "shell program",
    ]
}

fn record(vm: &Vm, user: &User) -> PyResult {
    let text = |bytes: &[u8]| vm.fs_decode(bytes).map(Value::from);
    let fields = [
        text(&user.name)?,
        text(&user.password)?,
        vm.new_int(i64::from(user.uid))?,
        vm.new_int(i64::from(user.gid))?,
        text(&user.gecos)?,
        text(&user.folder)?,
        text(&user.shell)?,
    ];
    vm.new_struct(&STRUCT_PASSWD, &fields)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a list of all available password database entries, in arbitrary order.
    #[method("getpwall()")]
    fn getpwall(vm: &Vm, _: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, 0)?;
        for user in accounts::users() {
            list.push(vm, record(vm, &user)?)?;
        }
        Ok(list.into())
    }

    /// Return the password database entry for the given user name.
    #[method("getpwnam(name, /)")]
    fn getpwnam(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].cast::<Str>().is_none() {
            let found = vm.type_name(args[0]);
            return Err(vm.type_error(format!("getpwnam() argument must be str, not {found}")));
        }
        let name = vm.system_path(args[0])?;
        match host::or_raise(vm, vm.allow_threads(|| accounts::user_named(&name)))? {
            Some(user) => record(vm, &user),
            None => {
                let message = vm.new_str(&format!("getpwnam(): name not found: {}", vm.display_repr(args[0])))?;
                Err(vm.key_error(message))
            }
        }
    }

    /// Return the password database entry for the given numeric user ID.
    #[method("getpwuid(uidobj, /)")]
    fn getpwuid(vm: &Vm, args: &[Value]) -> PyResult {
        let shown = vm.display(args[0]);
        let not_found = || -> PyResult {
            let message = vm.new_str(&format!("getpwuid(): uid not found: {shown}"))?;
            Err(vm.key_error(message))
        };
        let uid = match vm.absorb(crate::posix::id(vm, args[0], "uid"), vm.types().overflow_error)? {
            Some(uid) => uid,
            None => return not_found(),
        };
        match host::or_raise(vm, vm.allow_threads(|| accounts::user(uid)))? {
            Some(user) => record(vm, &user),
            None => not_found(),
        }
    }
}
