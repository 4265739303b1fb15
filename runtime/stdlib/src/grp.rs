//! `grp`: the database of groups.

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{NativeModule, PyResult, Value, Vm, struct_sequence};

use crate::accounts::{self, Group};
use crate::host;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "grp",
    doc: "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the \
          group database, in order:\n\n  name   - name of the group\n  passwd - group password (encrypted); often empty\n  \
          gid    - numeric ID of the group\n  mem    - list of members",
    functions: FUNCTIONS,
    init: |vm, module| module.dict().set_str(vm, vm.intern("struct_group"), vm.struct_class(&STRUCT_GROUP)?.into()),
};

struct_sequence! {
    static STRUCT_GROUP = "grp.struct_group", "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n", [
        0 "gr_name" "group name",
        1 "gr_passwd" "password",
        2 "gr_gid" "group id",
        3 "gr_mem" "group members",
    ]
}

fn record(vm: &Vm, group: &Group) -> PyResult {
    let text = |bytes: &[u8]| vm.fs_decode(bytes).map(Value::from);
    let members = List::with_capacity(vm, group.members.len())?;
    for member in &group.members {
        members.push(vm, text(member)?)?;
    }
    let fields = [text(&group.name)?, text(&group.password)?, vm.new_int(i64::from(group.gid))?, members.into()];
    vm.new_struct(&STRUCT_GROUP, &fields)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction to use YP/NIS and may not be accessible via getgrnam or
    /// getgrgid.
    #[method("getgrall()")]
    fn getgrall(vm: &Vm, _: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, 0)?;
        for group in accounts::groups() {
            list.push(vm, record(vm, &group)?)?;
        }
        Ok(list.into())
    }

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[method("getgrgid(id)")]
    fn getgrgid(vm: &Vm, args: &[Value]) -> PyResult {
        let gid = crate::posix::id(vm, args[0], "gid")?;
        match host::or_raise(vm, vm.allow_threads(|| accounts::group(gid)))? {
            Some(group) => record(vm, &group),
            None => {
                let message = vm.new_str(&format!("getgrgid(): gid not found: {}", vm.display(args[0])))?;
                Err(vm.key_error(message))
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[method("getgrnam(name)")]
    fn getgrnam(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].cast::<Str>().is_none() {
            let found = vm.type_name(args[0]);
            return Err(vm.type_error(format!("getgrnam() argument 'name' must be str, not {found}")));
        }
        let name = vm.system_path(args[0])?;
        match host::or_raise(vm, vm.allow_threads(|| accounts::group_named(&name)))? {
            Some(group) => record(vm, &group),
            None => {
                let message = vm.new_str(&format!("getgrnam(): name not found: {}", vm.display_repr(args[0])))?;
                Err(vm.key_error(message))
            }
        }
    }
}
